"""Options, variables and surroundings: what a person or a machine may set, lack or forbid."""

import subprocess
from collections.abc import Callable

import pytest
from tests.scripts.archives import pack, tool
from tests.scripts.installs import DOWNLOADERS, SHELLS, Home, part, row
from tests.scripts.upstream import Upstream

from artesian.model.release import Format
from artesian.render.script import script

ARCHIVE = {"tool-1.2.3/README.md": b"Read me.", "tool-1.2.3/tool": tool("1.2.3")}


def test_nothing_known_to_verify_by(home: Home, upstream: Upstream) -> None:
    """Without a known checksum it says so plainly, keeps no download, and checks the size at least."""
    text = script([part(row(upstream, pack(ARCHIVE, Format.TAR_GZ), checksum=None))])
    ran = home.run(text)
    assert (ran.status, home.says()) == (0, "tool 1.2.3")
    assert "not verified: no checksum known" in ran.err
    assert [name for name in home.files() if ".cache" in name] == []
    upstream.asked.clear()
    assert "already installed" in home.run(text).err
    assert upstream.asked == []
    path = next(iter(upstream.files))
    upstream.files[path] = upstream.files[path][:-5]
    assert home.run(text, "--force").status == 65


def test_a_home_with_an_odd_name(home: Home, upstream: Upstream) -> None:
    """Spaces and quotes in the home's name are nothing special."""
    inside = f"{home.inside}/o'hara & sons"
    (home.folder / "o'hara & sons").mkdir()
    ran = home.run(
        script([part(row(upstream, pack(ARCHIVE, Format.TAR_GZ)))]), environment={"HOME": inside}
    )
    assert ran.status == 0, ran.err
    link = home.folder / "o'hara & sons/.local/bin/tool"
    assert home.outside(link.readlink()).read_bytes() == tool("1.2.3")
    link.unlink()  # the link holds the path inside the sandbox
    (link.parent / "tool").write_bytes(tool("1.2.3"))
    (link.parent / "tool").chmod(0o755)
    found = subprocess.run(
        ["sh", "-c", '. "$HOME/.profile"; command -v tool'],
        capture_output=True,
        env={"HOME": str(home.folder / "o'hara & sons"), "PATH": "/usr/bin:/bin"},
        text=True,
        check=True,
    )
    assert found.stdout.strip().endswith("sons/.local/bin/tool")


def test_quiet_says_nothing(home: Home, upstream: Upstream) -> None:
    """With --quiet only trouble is told."""
    ran = home.run(script([part(row(upstream, pack(ARCHIVE, Format.TAR_GZ)))]), "--quiet")
    assert (ran.status, ran.out, ran.err, home.says()) == (0, "", "", "tool 1.2.3")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_dry_run_touches_nothing(shell: str, home: Home, upstream: Upstream) -> None:
    """--dry-run tells what would be done: no file is made, nothing is downloaded."""
    text = script([part(row(upstream, pack(ARCHIVE, Format.TAR_GZ)))])
    ran = home.run(text, "--dry-run", shell=shell)
    assert (ran.status, ran.err, home.files(), upstream.asked) == (0, "", {}, [])
    assert f"into    {home.inside}/.local/opt/tool-v1.2.3" in ran.out
    assert home.run(text, environment={"ARTESIAN_PRINT": "plan"}).out == ran.out


def test_a_prefix_holds_everything_but_the_cache(home: Home, upstream: Upstream) -> None:
    """--prefix installs elsewhere, even without a HOME."""
    text = script([part(row(upstream, pack(ARCHIVE, Format.TAR_GZ)))])
    ran = home.run(text, "--prefix", "here/it is", "--no-path", environment={"HOME": ""})
    assert ran.status == 0, ran.err
    assert {name.partition("/")[0] for name in home.files()} == {"here"}
    link = home.folder / "here/it is/bin/tool"
    assert home.outside(link.readlink()).read_bytes() == tool("1.2.3")


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "told"),
    [
        (["--what"], {}, 64, "unknown option --what"),
        (["--prefix"], {}, 64, "--prefix needs a folder"),
        ([], {"ARTESIAN_PRINT": "x"}, 64, "ARTESIAN_PRINT"),
        ([], {"HOME": ""}, 64, "HOME is not set"),
        ([], {"HOME": "rel"}, 64, "absolute"),
        ([], {"HOME": "/proc"}, 77, "no permission to write in /proc"),
    ],
)
def test_usage_errors(
    arguments: list[str],
    environment: dict[str, str],
    status: int,
    told: str,
    home: Home,
    upstream: Upstream,
) -> None:
    """A mistake in the call is told, and nothing is done."""
    text = script([part(row(upstream, pack(ARCHIVE, Format.TAR_GZ)))])
    ran = home.run(text, *arguments, environment=environment)
    assert (ran.status, home.files()) == (status, {})
    assert told in ran.err


def test_help(home: Home) -> None:
    """--help goes to standard output and names every option and status."""
    ran = home.run(script([part()], public_url="https://tools.example"), "--help")
    assert (ran.status, ran.err) == (0, "")
    assert "curl -sSL https://tools.example/tool | sh -s -- " in ran.out
    for word in ("--prefix", "--insecure", "65", "69", "70", "75", "ARTESIAN_NO_PATH"):
        assert word in ran.out


def test_a_home_that_cannot_be_written(
    home: Home, new_home: Callable[..., Home], upstream: Upstream
) -> None:
    """No permission is status 77 and says where."""
    text = script([part(row(upstream, pack(ARCHIVE, Format.TAR_GZ)))])
    sandbox = ["--ro-bind", str(new_home("other").folder), "/home/new"]
    ran = home.run(text, sandbox=sandbox)
    assert (ran.status, upstream.asked) == (77, [])
    assert "no permission to write in " in ran.err


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "lacks",
    [
        ["timeout", "getconf", "head", "id", "ldd", "grep", "tail", "sleep"],
        ["ln"],
    ],
    ids=["many", "hard links"],
)
def test_programs_that_may_be_missing(
    lacks: list[str], shell: str, home: Home, upstream: Upstream
) -> None:
    """What is only nice to have is not needed; a file system without hard links will do."""
    if lacks == ["ln"]:
        home.replace("ln", 'case $1 in -s) exec /bin/ln "$@" ;; esac; exit 1')
    else:
        home.equip(lacks=lacks)
    ran = home.run(script([part(row(upstream, pack(ARCHIVE, Format.TAR_GZ)))]), shell=shell)
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err


@pytest.mark.parametrize("downloader", DOWNLOADERS)
def test_proxies(downloader: str, home: Home, upstream: Upstream) -> None:
    """What the proxy variables say is done."""
    home.equip(downloader)
    url = "http://tools.invalid/tool.tar.gz"
    data = pack(ARCHIVE, Format.TAR_GZ)
    row_ = row(upstream, data, urls=[url])
    upstream.files[url] = data
    ran = home.run(script([part(row_)]), environment={"http_proxy": upstream.url})
    assert (ran.status, home.says(), upstream.asked) == (0, "tool 1.2.3", [url]), ran.err
