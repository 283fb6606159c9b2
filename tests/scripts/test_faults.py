"""What goes wrong on the way: bad downloads, no space, hostile archives, failing tests. Nothing in force is harmed."""

import subprocess

import pytest
from tests.programs import require
from tests.scripts.archives import pack, tool
from tests.scripts.installs import DOWNLOADERS, SHELLS, Home, part, row
from tests.scripts.upstream import Upstream

from artesian.model.release import Format
from artesian.render.script import script

FILES = {"tool-1.2.3/tool": tool("1.2.3"), "tool-1.2.3/data": bytes(range(256)) * 4000}
ARCHIVE = pack(FILES, Format.TAR)  # about 1 MB
OLD = pack({"tool": tool("1.0.0")}, Format.TAR_GZ)


def good(upstream: Upstream, **more: object) -> str:
    return script([part(row(upstream, ARCHIVE, Format.TAR, **more))])  # type: ignore[arg-type]


def old(upstream: Upstream) -> str:
    return script([part(row(upstream, OLD, version="1.0.0"))])


@pytest.mark.parametrize("downloader", DOWNLOADERS)
@pytest.mark.parametrize("shell", SHELLS)
def test_a_wrong_checksum_once(shell: str, downloader: str, home: Home, upstream: Upstream) -> None:
    """A mismatch leads to one fresh download."""
    home.equip(downloader)
    text = good(upstream)
    path = next(iter(upstream.files))
    upstream.lies[path] = [b"x" * len(ARCHIVE)]
    ran = home.run(text, shell=shell)
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err
    assert "wrong checksum" in ran.err
    assert upstream.asked == [path, path]


@pytest.mark.parametrize("downloader", DOWNLOADERS)
@pytest.mark.parametrize("shell", SHELLS)
def test_a_wrong_checksum_twice(
    shell: str, downloader: str, home: Home, upstream: Upstream
) -> None:
    """A second mismatch is the end: 65, the old version stays, the false file doesn't."""
    home.equip(downloader)
    home.run(old(upstream), shell=shell)
    before = home.files()
    text = good(upstream)
    path = list(upstream.files)[-1]
    upstream.files[path] = ARCHIVE[:-1] + b"x"
    ran = home.run(text, shell=shell)
    assert (ran.status, home.files()) == (65, before)
    assert upstream.asked[1:] == [path, path]


def test_a_mirror_that_lies(home: Home, upstream: Upstream) -> None:
    """After a mismatch the next URL is asked."""
    urls = [upstream.add("bad", b"bad"), upstream.add("good", ARCHIVE)]
    ran = home.run(good(upstream, urls=urls))
    assert (ran.status, upstream.asked) == (0, ["bad", "good"])


@pytest.mark.parametrize("downloader", DOWNLOADERS)
@pytest.mark.parametrize("shell", SHELLS)
def test_the_next_url(shell: str, downloader: str, home: Home, upstream: Upstream) -> None:
    """A URL that is gone, or a server that is down, leads to the next one at once."""
    home.equip(downloader)
    urls = [f"{upstream.url}/gone", "http://127.0.0.1:9/down", upstream.add("here", ARCHIVE)]
    ran = home.run(good(upstream, urls=urls), shell=shell)
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err
    assert upstream.asked == ["gone", "here"]


@pytest.mark.parametrize("downloader", DOWNLOADERS)
def test_no_url_works(downloader: str, home: Home, upstream: Upstream) -> None:
    """When every URL fails it is 75, try later; what may come back is asked three times."""
    home.equip(downloader)
    home.run(old(upstream))
    before = home.files()
    ran = home.run(good(upstream, urls=[f"{upstream.url}/gone"]))
    assert (ran.status, home.files()) == (75, before)
    assert "try again later" in ran.err


@pytest.mark.parametrize("has_ranges", [True, False])
@pytest.mark.parametrize("downloader", DOWNLOADERS)
def test_a_connection_that_breaks(
    downloader: str, has_ranges: bool, home: Home, upstream: Upstream
) -> None:
    """A download that stops half-way goes on where it stopped, or from the start if the server can't."""
    home.equip(downloader)
    text = good(upstream)
    path = next(iter(upstream.files))
    upstream.cut[path] = 400_000
    upstream.has_ranges = has_ranges
    ran = home.run(text)
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err
    assert not has_ranges or upstream.asked == [path, f"{path} bytes=400000-"]


@pytest.mark.parametrize("shell", SHELLS)
def test_what_a_killed_download_left_is_resumed(shell: str, home: Home, upstream: Upstream) -> None:
    """A partial file of a dead process is taken over, verified, and doesn't stay."""
    cache = home.folder / ".cache/artesian"
    cache.mkdir(parents=True)
    text = good(upstream)
    digest = text.partition(" 1 " + str(len(ARCHIVE)) + " ")[2][:64]
    (cache / f"{digest}.part.999999.AbCdEf").write_bytes(ARCHIVE[:300_000])
    ran = home.run(text, shell=shell)
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err
    assert upstream.asked[0].endswith("bytes=300000-")
    assert [path.name for path in cache.iterdir()] == [digest]


def test_a_complete_or_false_partial_file(home: Home, upstream: Upstream) -> None:
    """A partial file that is already all, or holds something else, costs a request and no more."""
    cache = home.folder / ".cache/artesian"
    cache.mkdir(parents=True)
    text = good(upstream)
    digest = text.partition(" 1 " + str(len(ARCHIVE)) + " ")[2][:64]
    for left in (ARCHIVE, ARCHIVE + b"more", b"y" * 300_000):
        (cache / digest).unlink(missing_ok=True)
        (cache / f"{digest}.part.999999.AbCdEf").write_bytes(left)
        ran = home.run(text, "--force")
        assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err


def test_a_cached_download_is_verified_before_use(home: Home, upstream: Upstream) -> None:
    """A good file in the cache saves the download; a bad one is replaced."""
    text = good(upstream)
    home.run(text)
    assert home.run(text, "--force").status == 0
    assert len(upstream.asked) == 1
    cached = next((home.folder / ".cache/artesian").iterdir())
    cached.write_bytes(b"bad")
    assert home.run(text, "--force").status == 0
    assert (len(upstream.asked), cached.read_bytes()) == (2, ARCHIVE)


@pytest.mark.parametrize("format_", ["tar.gz", "tar.xz", "tar.zst", "tar.bz2", "zip", "gz", "xz"])
def test_a_truncated_archive(format_: str, home: Home, upstream: Upstream) -> None:
    """An archive that was published damaged, with its checksum, is 65, and nothing changes."""
    require("zstd", "unzip", "xz", "bzip2")
    home.run(old(upstream))
    before = home.files()
    damaged = pack(FILES, Format(format_))[:-100]
    ran = home.run(script([part(row(upstream, damaged, Format(format_)))]))
    assert (ran.status, home.files()) == (65, before), ran.err
    assert "damaged" in ran.err


@pytest.mark.parametrize("tool_name", ["sha256sum", "shasum", "openssl", "sha256", "cksum", "none"])
def test_every_checksum_program(tool_name: str, home: Home, upstream: Upstream) -> None:
    """Any of five programs will do; none of them is a stop, not a shrug."""
    home.equip(lacks=["sha256sum"])
    real = "exec /usr/bin/sha256sum"
    fakes = {
        "sha256sum": real,
        "shasum": f'[ "$1 $2" = "-a 256" ] && {real}',
        "openssl": '[ "$*" = "dgst -sha256" ] && set -- $(/usr/bin/sha256sum) && echo "SHA2-256(stdin)= $1"',
        "sha256": '[ "$1" = -q ] && set -- $(/usr/bin/sha256sum) && echo "$1"',
        "cksum": '[ "$1 $2" = "-a sha256" ] && set -- $(/usr/bin/sha256sum) && echo "SHA256 (-) = $1"',
        "none": "exit 1",
    }
    home.replace(tool_name, fakes[tool_name])
    ran = home.run(good(upstream))
    if tool_name == "none":
        assert (ran.status, upstream.asked, home.says()) == (69, [], "")
        ran = home.run(good(upstream), "--insecure")
        assert (ran.status, home.says()) == (0, "tool 1.2.3")
        assert "not verified" in ran.err
    else:
        assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err


def test_a_checksum_program_that_fails(home: Home, upstream: Upstream) -> None:
    """A program that can't compute the checksum verifies nothing."""
    home.replace("sha256sum", "exit 1")
    ran = home.run(good(upstream))
    assert (ran.status, home.says()) == (69, "")
    home.replace("sha256sum", "read -r line || exec /usr/bin/sha256sum; exit 1")
    ran = home.run(good(upstream))
    assert (ran.status, home.says()) == (65, "")


def test_a_wget_that_trusts_everyone(home: Home, upstream: Upstream) -> None:
    """BusyBox wget, https and no known checksum: refused, unless --insecure."""
    home.equip("busybox")
    row_ = row(upstream, ARCHIVE, Format.TAR, checksum=None, urls=["https://127.0.0.1:9/tool.tar"])
    ran = home.run(script([part(row_)]))
    assert (ran.status, home.says()) == (69, "")
    assert "--insecure" in ran.err
    assert home.run(script([part(row_)]), "--insecure").status == 75


def test_another_size_than_is_known(home: Home, upstream: Upstream) -> None:
    """Without a checksum the size is all there is to judge by: another one is 65, and nothing is installed."""
    other = upstream.add("other.tar", ARCHIVE + b"\0" * 512)
    ran = home.run(script([part(row(upstream, ARCHIVE, Format.TAR, checksum=None, urls=[other]))]))
    assert (ran.status, home.says()) == (65, "")
    assert f"{len(ARCHIVE) + 512} bytes instead of {len(ARCHIVE)}" in ran.err


def test_a_redirect_cannot_lead_out_of_https(home: Home, upstream: Upstream) -> None:
    """Whoever begins with TLS stays with it: curl is told so, and only then."""
    home.replace("curl", 'printf "%s\\n" "$*" >&2; exit 1')
    for url, is_kept in (("https://127.0.0.1:9/tool.tar", True), ("http://127.0.0.1:9/t", False)):
        ran = home.run(script([part(row(upstream, ARCHIVE, Format.TAR, urls=[url]))]))
        assert ran.status == 75
        assert ("--proto =https" in ran.err) == is_kept


@pytest.mark.parametrize("shell", SHELLS)
def test_a_test_that_fails(shell: str, home: Home, upstream: Upstream) -> None:
    """When the package's test fails the old version stays in force, and its output is shown."""
    home.run(old(upstream), shell=shell)
    before = home.files()
    for program, why in (
        (tool("1.2.3", status=3), "status 3"),
        (b"#!/bin/sh\necho tool 9.9\n", 'didn\'t say "tool 1.2.3"'),
        (b"#!/no/such/loader\n", "can't be started"),
    ):
        archive = pack({"tool": program}, Format.TAR_GZ)
        ran = home.run(script([part(row(upstream, archive))]), shell=shell)
        assert ran.status == 70, ran.err
        assert why in ran.err
        assert {k: v for k, v in home.files().items() if ".cache" not in k} == {
            k: v for k, v in before.items() if ".cache" not in k
        }


def test_no_space(home: Home, upstream: Upstream) -> None:
    """A full disk is 74, whether it is the download or the archive that doesn't fit."""
    require("bwrap")
    text = good(upstream)
    for size, place in ((600_000, ".cache"), (1_500_000, ""), (700_000, ".local")):
        (home.folder / place).mkdir(exist_ok=True)
        sandbox = ["--size", str(size), "--tmpfs", f"/home/new/{place}"]
        ran = home.run(text, sandbox=sandbox)
        assert ran.status == 74, (size, ran.err)
        assert "space" in ran.err


def test_shellcheck_has_nothing_to_say(upstream: Upstream) -> None:
    """The script as it is served is clean."""
    require("shellcheck")
    ran = subprocess.run(
        ["shellcheck", "-s", "dash", "-"],
        input=good(upstream).encode(),
        capture_output=True,
        check=False,
    )
    assert ran.stdout.decode() == ""
