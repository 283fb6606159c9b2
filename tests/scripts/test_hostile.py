"""Archives that mean harm, files of somebody else, modes and masks: nothing but the package is touched."""

import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping

import pytest
from tests.scripts.archives import pack, tool
from tests.scripts.installs import Home, part, row
from tests.scripts.upstream import Upstream

from artesian.model.definition import Command, Layout, Recipe
from artesian.model.release import Format
from artesian.render.script import script

FILES = {"tool-1.2.3/tool": tool("1.2.3"), "tool-1.2.3/data": bytes(range(256)) * 4000}
ARCHIVE = pack(FILES, Format.TAR)  # about 1 MB
OLD = pack({"tool": tool("1.0.0")}, Format.TAR_GZ)


def good(upstream: Upstream) -> str:
    return script([part(row(upstream, pack({"tool": tool("1.2.3")}, Format.TAR), Format.TAR))])


def raw_tar(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for member, data in members:
            member.size = len(data)
            member.mode = 0o6777
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type = kind
    member.linkname = target
    return member, b""


def file(name: str, data: bytes = b"evil") -> tuple[tarfile.TarInfo, bytes]:
    return tarfile.TarInfo(name), data


def hostile_tars(inside: str) -> Mapping[str, bytes]:
    command = file("tool", tool("1.2.3"))
    return {
        "dots": raw_tar(
            command, file("../../../../../../victim/x"), file("a/../../../../../victim/x")
        ),
        "near dots": raw_tar(command, file("../../../victim/x"), file("../../bin/x")),
        "absolute": raw_tar(command, file(f"{inside}/victim/x")),
        "link out": raw_tar(command, link("d", f"{inside}/victim"), file("d/x")),
        "link up": raw_tar(command, link("d", "../../../../victim"), file("d/x")),
        "link to file": raw_tar(command, link("f", f"{inside}/victim/file"), file("f")),
        "hard link": raw_tar(
            command, link("h", f"{inside}/victim/file", tarfile.LNKTYPE), file("h")
        ),
        "command": raw_tar(link("tool", f"{inside}/victim/file"), file("x")),
        "command up": raw_tar(link("tool", "../../../../victim/file"), file("x")),
    }


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("userland", ["curl", "busybox"])
@pytest.mark.parametrize("case", list(hostile_tars("")))
def test_hostile_tar_archives(
    case: str, userland: str, layout: Layout, home: Home, upstream: Upstream
) -> None:
    """Nothing outside the package's own folder is made, changed or given another mode."""
    home.equip(userland)
    victim = home.folder / "victim"
    victim.mkdir()
    (victim / "file").write_text("mine")
    (victim / "file").chmod(0o600)
    recipe = Recipe(commands=(Command(name="tool", file="tool"),), layout=layout)
    ran = home.run(
        script([part(row(upstream, hostile_tars(home.inside)[case], Format.TAR, recipe=recipe))])
    )
    assert ran.status in {0, 65, 70}, ran.err
    assert [path.name for path in victim.iterdir()] == ["file"]
    assert ((victim / "file").read_text(), (victim / "file").stat().st_mode & 0o7777) == (
        "mine",
        0o600,
    )
    stray = [n for n in home.files() if n.endswith("/x") and "/opt/tool-v1.2.3/" not in n]
    assert stray == []
    assert case not in {"command", "command up"} or ran.status != 0
    if ran.status == 0:
        command = (home.folder / ".local/opt/tool-v1.2.3").rglob("tool")
        assert {path.stat().st_mode & 0o7022 for path in command} == {0}


@pytest.mark.parametrize("userland", ["curl", "busybox"])
def test_hostile_zip_archives(userland: str, home: Home, upstream: Upstream) -> None:
    """The same of zip: names that climb, and a link that a later file goes through."""
    home.equip(userland)
    (home.folder / "victim").mkdir()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("tool", tool("1.2.3"))
        for name in ("../../../victim/x", "a/../../../../victim/x", f"{home.inside}/victim/x"):
            archive.writestr(name, "evil")
        linked = zipfile.ZipInfo("d")
        linked.external_attr = 0o120777 << 16
        archive.writestr(linked, f"{home.inside}/victim")
        archive.writestr("d/x", "evil")
    home.run(script([part(row(upstream, buffer.getvalue(), Format.ZIP))]))
    assert list((home.folder / "victim").iterdir()) == []
    stray = [n for n in home.files() if n.endswith("/x") and "/opt/tool-v1.2.3/" not in n]
    assert stray == []


def test_files_that_are_not_ours_stay(home: Home, upstream: Upstream) -> None:
    """A command or folder that somebody else put in our place stays, unless --force."""
    bin_ = home.folder / ".local/bin"
    bin_.mkdir(parents=True)
    (bin_ / "tool").write_text("somebody's")
    ran = home.run(good(upstream))
    assert (ran.status, upstream.asked, (bin_ / "tool").read_text()) == (73, [], "somebody's")
    assert home.run(good(upstream), "--force").status == 0
    assert home.says() == "tool 1.2.3"


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_the_umask_is_respected(
    umask: int, new_home: Callable[..., Home], upstream: Upstream
) -> None:
    """What others may do with the files is what the umask says, whatever the archive says."""
    home = new_home("masked")
    text = f"umask {umask:o}\n" + good(upstream)
    assert home.run(text).status == 0
    made = home.folder / ".local/opt/tool-v1.2.3"
    modes = {p.stat().st_mode & 0o777 for p in (made, made / "bin", made / "bin/tool")}
    assert modes in ({0o755 & ~umask}, {0o777 & ~umask, 0o755 & ~umask})
