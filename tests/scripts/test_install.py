"""The ordinary case: one line installs a tool, in every shell, with every downloader, from every format."""

import re

import pytest
from tests.programs import require
from tests.scripts.archives import ALL_FORMATS, pack, tool
from tests.scripts.installs import DOWNLOADERS, SHELLS, Home, part, row
from tests.scripts.upstream import Upstream

from artesian.model.definition import Command, Layout, Recipe, TestRun
from artesian.model.host import Arch, Os
from artesian.model.release import Format
from artesian.render.script import script

ARCHIVE = {"tool-1.2.3/README.md": b"Read me.", "tool-1.2.3/tool": tool("1.2.3")}
PAGES = Recipe(
    commands=(Command(name="tool", file="tool"),),
    man=("*.1", "doc/*.5.gz"),
    completions_bash=("tool.bash",),
    completions_zsh=("_tool",),
    completions_fish=("complete/tool.fish",),
    test=TestRun(command="tool", expect="tool {version} --version"),
    notes="Say hello.\nAnd: it's new.",
)


@pytest.mark.parametrize("downloader", DOWNLOADERS)
@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_with_every_downloader(
    shell: str, downloader: str, home: Home, upstream: Upstream
) -> None:
    """The command is in place, verified, and nothing temporary stays."""
    home.equip(downloader)
    ran = home.run(script([part(row(upstream, pack(ARCHIVE, Format.TAR_GZ)))]), shell=shell)
    assert (ran.status, ran.out) == (0, "")
    assert "Verified sha256" in ran.err
    assert "warning" not in ran.err
    assert home.says() == "tool 1.2.3"
    assert [name for name in home.files() if ".artesian" in name] == []


@pytest.mark.parametrize("userland", ["curl", "busybox"])
@pytest.mark.parametrize("format_", ALL_FORMATS)
def test_every_format(format_: Format, userland: str, home: Home, upstream: Upstream) -> None:
    """Each format is unpacked, by GNU programs and by BusyBox's (but zstd, which BusyBox hasn't)."""
    single = {"tool_1.2.3_linux_amd64": tool("1.2.3")}
    files = ARCHIVE if format_.startswith(("tar", "zip")) else single
    home.equip(userland)
    require("zstd", "unzip", "xz", "bzip2")
    ran = home.run(script([part(row(upstream, pack(files, format_), format_))]))
    if userland == "busybox" and "zst" in format_:
        assert ran.status == 69
        assert "zstd: " in ran.err
    else:
        assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err


@pytest.mark.parametrize(
    ("variable", "value", "format_"),
    [
        ("TAR_OPTIONS", "--exclude=*", Format.TAR_GZ),
        ("GZIP", "--list", Format.GZ),
        ("XZ_OPT", "--memlimit=1", Format.XZ),
        ("XZ_DEFAULTS", "--memlimit=1", Format.XZ),
        ("BZIP2", "--test", Format.BZ2),
        ("BZIP", "--test", Format.BZ2),
        ("UNZIP", "-l", Format.ZIP),
        ("UNZIPOPT", "-l", Format.ZIP),
    ],
)
def test_variables_of_unpackers(
    variable: str, value: str, format_: Format, home: Home, upstream: Upstream
) -> None:
    """What somebody's variables tell unpackers elsewhere doesn't count here."""
    files = ARCHIVE if format_.startswith(("tar", "zip")) else {"tool": tool("1.2.3")}
    text = script([part(row(upstream, pack(files, format_), format_))])
    ran = home.run(text, environment={variable: value})
    assert (ran.status, home.says(), "warning" in ran.err) == (0, "tool 1.2.3", False), ran.err


@pytest.mark.parametrize(
    ("format_", "lacks", "told"),
    [
        ("tar.gz", ["gzip", "gunzip"], "gzip"),
        ("tar.xz", ["xz", "unxz"], "xz"),
        ("tar.zst", ["zstd"], "zstd"),
        ("tar.bz2", ["bzip2"], "bzip2"),
        ("zip", ["unzip"], "unzip"),
        ("tar", ["tar"], "tar"),
        ("7z", [], ".7z"),
    ],
)
def test_a_missing_unpacker_is_named(
    format_: str, lacks: list[str], told: str, home: Home, upstream: Upstream
) -> None:
    """Without a program for the only format nothing is downloaded, and how to get one is said."""
    home.equip(lacks=lacks)
    home.replace("apt-get", "")
    ran = home.run(script([part(row(upstream, b"", Format(format_)))]))
    assert (ran.status, upstream.asked, home.files()) == (69, [], {})
    assert f"\n    {told}" in ran.err
    assert told == ".7z" or "apt-get install" in ran.err


def test_the_first_format_that_can_be_unpacked_is_taken(home: Home, upstream: Upstream) -> None:
    """A missing unpacker means another format of the same build, where there is one."""
    home.equip(lacks=["xz"])
    rows = [row(upstream, pack(ARCHIVE, f), f) for f in (Format.TAR_XZ, Format.ZIP, Format.TAR_GZ)]
    ran = home.run(script([part(*rows)]), environment={"ARTESIAN_PRINT": "row"})
    assert ran.out.startswith("tool 1.2.3 zip 1 ")


@pytest.mark.parametrize("shell", SHELLS)
def test_pages_and_completions_go_where_their_readers_look(
    shell: str, home: Home, upstream: Upstream
) -> None:
    """Man pages by chapter, completions by shell; notes are printed at the end."""
    files = ARCHIVE | {
        "tool-1.2.3/tool.1": b".TH tool 1",
        "tool-1.2.3/doc/tool.conf.5.gz": b"page",
        "tool-1.2.3/complete/tool.bash": b"bash",
        "tool-1.2.3/complete/_tool": b"zsh",
        "tool-1.2.3/complete/tool.fish": b"fish",
    }
    ran = home.run(
        script([part(row(upstream, pack(files, Format.TAR_GZ), recipe=PAGES))]), shell=shell
    )
    assert ran.status == 0, ran.err
    assert ran.err.endswith("Say hello.\nAnd: it's new.\n")
    share = home.folder / ".local/share"
    for name, text in {
        "man/man1/tool.1": ".TH tool 1",
        "man/man5/tool.conf.5.gz": "page",
        "bash-completion/completions/tool": "bash",
        "zsh/site-functions/_tool": "zsh",
        "fish/vendor_completions.d/tool.fish": "fish",
    }.items():
        assert home.outside((share / name).readlink()).read_text() == text


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("format_", [Format.TAR_XZ, Format.ZIP])
def test_a_tree_is_kept_whole(shell: str, format_: Format, home: Home, upstream: Upstream) -> None:
    """The folder around everything goes, the rest stays as it is; commands are links into it."""
    recipe = Recipe(
        commands=(Command(name="tool", file="bin/tool"), Command(name="tl", file="bin/tool")),
        layout=Layout.TREE,
        man=("*.1",),
        test=TestRun(command="tl", expect="{version}"),
    )
    files = {
        "tool-1.2.3-linux/bin/tool": tool("1.2.3"),
        "tool-1.2.3-linux/lib/tool": b"not the command",
        "tool-1.2.3-linux/lib/a b.txt": b"data",
        "tool-1.2.3-linux/share/man/man1/tool.1": b"page",
    }
    ran = home.run(
        script([part(row(upstream, pack(files, format_), format_, recipe=recipe))]), shell=shell
    )
    assert ran.status == 0, ran.err
    assert (home.says("tool"), home.says("tl")) == ("tool 1.2.3", "tool 1.2.3")
    opt = home.folder / ".local/opt"
    assert str((opt / "tool").readlink()) == f"{home.inside}/.local/opt/tool-v1.2.3"
    assert (opt / "tool-v1.2.3/lib/a b.txt").read_bytes() == b"data"
    page = (home.folder / ".local/share/man/man1/tool.1").readlink()
    assert home.outside(page).read_bytes() == b"page"


@pytest.mark.parametrize(
    "name",
    ["tool", "deep/er/tool", "tool_linux_amd64", "x/tool-v1.2.3-x86_64-linux", "tool-1.2.3"],
)
def test_the_command_is_found_wherever_it_is(name: str, home: Home, upstream: Upstream) -> None:
    """A command lies anywhere in an archive, under its own name or with the platform's added."""
    files = {
        "doc/tool.1": b"page",
        "tool-install.sh": b"no",
        "tool_linux.md": b"no",
        name: tool("1.2.3"),
    }
    ran = home.run(script([part(row(upstream, pack(files, Format.TAR_GZ)))]))
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err


def test_an_archive_without_the_command_changes_nothing(home: Home, upstream: Upstream) -> None:
    """Exit 70 says which file was looked for."""
    ran = home.run(script([part(row(upstream, pack({"doc/readme": b""}, Format.TAR_GZ)))]))
    assert (ran.status, home.says()) == (70, "")
    assert "no file tool" in ran.err


def test_several_packages(home: Home, upstream: Upstream) -> None:
    """One script installs all; if the host lacks one of them nothing is downloaded."""
    other = Recipe(commands=(Command(name="other", file="other"),))
    files = pack({"other": tool("2.0")}, Format.ZIP)
    good = part(row(upstream, pack(ARCHIVE, Format.TAR_GZ)))
    second = part(
        row(upstream, files, Format.ZIP, version="2.0", recipe=other), name="other", tag="2"
    )
    ran = home.run(script([good, second]))
    assert (ran.status, home.says("tool"), home.says("other")) == (0, "tool 1.2.3", "tool 2.0")
    upstream.asked.clear()
    ran = home.run(script([good, part(name="none")]), "--force")
    assert (ran.status, upstream.asked) == (69, [])


def test_a_later_failure_keeps_what_is_in_place(home: Home, upstream: Upstream) -> None:
    """The first package stays installed and on PATH; the status is that of the failure."""
    other = Recipe(commands=(Command(name="other", file="other"),))
    bad = row(upstream, b"bad", Format.ZIP, version="2.0", recipe=other)
    ran = home.run(
        script([part(row(upstream, pack(ARCHIVE, Format.TAR_GZ))), part(bad, name="other")])
    )
    assert (ran.status, home.says(), home.says("other")) == (65, "tool 1.2.3", "")
    assert ".profile" in home.files()


def test_every_file_made_is_in_a_receipt(home: Home, upstream: Upstream) -> None:
    """What is new in the home is in the receipt, below a folder in it, or a receipt itself."""
    (home.folder / ".bashrc").write_text("# mine\n")
    files = ARCHIVE | {"tool-1.2.3/tool.1": b"page", "tool-1.2.3/tool.bash": b"bash"}
    home.run(script([part(row(upstream, pack(files, Format.TAR_GZ), recipe=PAGES))]))
    data = home.folder / ".local/share/artesian"
    lines = (data / "receipts/tool").read_text() + (data / "path").read_text()
    made = set(re.findall(r"^(?:folder|link|file|cache|line) (.*)$", lines, re.MULTILINE))
    made |= {f"{home.inside}/.local/share/artesian/{name}" for name in ("receipts/tool", "path")}
    new = {f"{home.inside}/{name}" for name in home.files()}
    assert {
        path for path in new if not any(path == m or path.startswith(f"{m}/") for m in made)
    } == set()


def test_a_bsd_tar(home: Home, upstream: Upstream) -> None:
    """Where tar is bsdtar it unpacks what has no program of its own: compressed tar, and zip."""
    fake = 'case $1 in --version) echo "bsdtar 3.5.3 - libarchive 3.5.3" ;; *) exec /bin/tar "$@" ;; esac'
    for format_, program in ((Format.TAR_XZ, "xz"), (Format.TAR_ZST, "zstd")):
        require(program)
        home.equip(lacks=[program])
        home.replace("tar", fake.replace("exec", "PATH=/usr/bin; [ $# -eq 2 ] || exit 9; exec"))
        text = script([part(row(upstream, pack(ARCHIVE, format_), format_))])
        ran = home.run(text, "--force")
        assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err
    home.equip(lacks=["unzip"])
    home.replace(
        "tar",
        'case $1 in --version) echo bsdtar ;; *) exec /usr/bin/unzip -qo "$2" ;; esac',
    )
    text = script([part(row(upstream, pack(ARCHIVE, Format.ZIP), Format.ZIP))])
    assert home.run(text, "--force").status == 0


# BusyBox's shell has its own uname.
ELSEWHERE = [shell for shell in SHELLS if shell != "busybox"]


@pytest.mark.parametrize("shell", ELSEWHERE)
def test_a_windows_shell(shell: str, home: Home, upstream: Upstream) -> None:
    """MSYS and Cygwin get the Windows build: programs end in .exe there, scripts are called what they are called."""
    home.replace("uname", "echo MINGW64_NT-10.0-19045 x86_64")
    program = b"MZ=as-a-program-begins\n" + tool("1.2.3")
    recipe = Recipe(
        commands=(Command(name="tool", file="tool"), Command(name="tool.ps1", file="tool.ps1")),
        test=TestRun(command="tool", expect="tool {version}"),
    )
    for name, made, content in (("tool.exe", "tool.exe", program), ("tool", "tool", tool("1.2.3"))):
        data = pack({f"x/{name}": content, "x/tool.ps1": b"#"}, Format.ZIP)
        row_ = row(upstream, data, Format.ZIP, os_=Os.WINDOWS, recipe=recipe)
        ran = home.run(script([part(row_)]), "--force", shell=shell)
        assert ran.status == 0, ran.err
        places = (home.folder / ".local/bin").iterdir()
        links = {path.name: home.outside(path.readlink()).read_bytes() for path in places}
        assert links == {made: content, "tool.ps1": b"#"}


@pytest.mark.parametrize("shell", ELSEWHERE)
def test_a_macos_package(shell: str, home: Home, upstream: Upstream) -> None:
    """A .pkg is expanded by pkgutil into a new folder; the command is found where it lies, and stays alone."""
    home.replace("uname", "echo Darwin arm64")
    home.replace(
        "pkgutil",
        'PATH=/usr/bin:/bin; [ "$1$4" = --expand-full ] && [ ! -e "$3" ] && exec /usr/bin/unzip -qo "$2" -d "$3"',
    )
    files = {
        "x.pkg/Payload/usr/local/bin/tool": tool("1.2.3"),
        "Distribution": b"",
        "x.pkg/Bom": b"",
    }
    data = pack(files, Format.ZIP)
    row_ = row(upstream, data, Format.PKG, os_=Os.MACOS, arch=Arch.ARM64)
    ran = home.run(script([part(row_)]), shell=shell)
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err
    kept = [name for name in home.files() if "/opt/" in name]
    assert kept == [".local/opt/tool-v1.2.3/bin/tool"]
    assert home.run(script([part(row_)]), shell=shell).err.count("already installed") == 1
    tree = Recipe(commands=(Command(name="tool", file="local/bin/tool"),), layout=Layout.TREE)
    row_ = row(upstream, data, Format.PKG, os_=Os.MACOS, arch=Arch.ARM64, recipe=tree)
    ran = home.run(script([part(row_)]), shell=shell)
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err
    assert (home.folder / ".local/opt/tool-v1.2.3/Distribution").exists()


def test_a_macos_package_elsewhere(home: Home, upstream: Upstream) -> None:
    """Without pkgutil a .pkg is no format for this host: the alternate is taken, and without one it is named."""
    home.replace("uname", "echo Darwin arm64")
    package = row(upstream, b"x", Format.PKG, os_=Os.MACOS, arch=Arch.ARM64)
    other = row(upstream, tool("1.2.3"), Format.RAW, os_=Os.MACOS, arch=Arch.ARM64)
    assert home.run(script([part(package, other)])).status == 0
    ran = home.run(script([part(package)]), "--force")
    assert (ran.status, "pkgutil" in ran.err) == (69, True)
