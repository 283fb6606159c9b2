"""Packages that aren't commands out of an archive: files that travel along, repositories, links elsewhere, needs."""

import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from tests.programs import require
from tests.scripts.archives import pack, tool
from tests.scripts.installs import BARE, RECIPE, SHELLS, VIM, Home, clone, own, part, row
from tests.scripts.repositories import Repository, serve_repository
from tests.scripts.upstream import Upstream

from artesian.model.definition import (
    Command,
    Definition,
    HomeLink,
    Layout,
    Recipe,
    Source,
    SourceKind,
    TestRun,
)
from artesian.model.host import Os
from artesian.model.names import PackageName
from artesian.model.query import Row
from artesian.model.release import Format
from artesian.render.script import Part, script

HELLO = Recipe(
    commands=(Command(name="hello", file="hello"),), test=TestRun(command="hello", expect="hello")
)
ODD = b"#!/bin/sh\n# caf\xc3\xa9 \\0101 %s '\\''\\n\n\n\tprintf 'hello \xe2\x9c\x93 $1\\n'\n\n"


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with serve_repository(tmp_path / "repository") as running:
        yield running


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
@pytest.mark.parametrize("shell", SHELLS)
def test_files_travel_along(shell: str, locale: str, home: Home, upstream: Upstream) -> None:
    """A script in the installer becomes a command, byte for byte in any locale, without a download."""
    text = script([own("hello", files={"hello": ODD, "b/plain": b"one\n\ntwo"}, recipe=HELLO)])
    assert text.isascii()
    ran = home.run(text, shell=shell, environment={"LC_ALL": locale})
    assert (ran.status, ran.out) == (0, ""), ran.err
    link = home.folder / ".local/bin/hello"
    assert home.outside(link.readlink()).read_bytes() == ODD
    assert "hello 1.0.0 is ready: ~/.local/bin/hello" in ran.err
    again = home.run(text, shell=shell, environment={"LC_ALL": locale})
    assert "hello 1.0.0 is already installed" in again.err
    home.outside(link.readlink()).write_bytes(b"changed")
    assert home.run(text, shell=shell).status == 0
    assert home.outside(link.readlink()).read_bytes() == ODD
    assert upstream.asked == []


@pytest.mark.parametrize("shell", SHELLS)
def test_links_elsewhere(shell: str, home: Home) -> None:
    """Files without a command are kept as they are, and linked to where their reader looks for them."""
    recipe = Recipe(
        commands=(),
        layout=Layout.TREE,
        links=(
            HomeLink(path="~/.vim/plugins/spell.vim", file="sub/spell.vim"),
            HomeLink(path="~/.config/all", file="."),
        ),
    )
    text = script([own("vim-spell", files={"sub/spell.vim": b"set spell\n"}, recipe=recipe)])
    ran = home.run(text, shell=shell)
    assert ran.status == 0, ran.err
    assert (home.folder / ".vim/plugins/spell.vim").is_symlink()
    found = home.outside((home.folder / ".vim/plugins/spell.vim").readlink())
    assert found.read_bytes() == b"set spell\n"
    assert home.outside((home.folder / ".config/all").readlink()).is_dir()
    assert "vim-spell 1.0.0 is ready" in ran.err
    receipt = (home.folder / ".local/share/artesian/receipts/vim-spell").read_text()
    assert f"link {home.inside}/.vim/plugins/spell.vim\n" in receipt
    before = home.files()
    again = home.run(text, shell=shell)
    assert "is already installed" in again.err
    assert home.files() == before


def test_files_of_others_stay(home: Home) -> None:
    """What stands in the place of a link is refused, unless forced; then a failure puts it back."""
    recipe = Recipe(
        commands=(), layout=Layout.TREE, links=(HomeLink(path="~/.vim/x.vim", file="x.vim"),)
    )
    text = script([own("x", files={"x.vim": b"new\n"}, recipe=recipe)])
    (home.folder / ".vim").mkdir()
    (home.folder / ".vim/x.vim").write_text("mine")
    ran = home.run(text)
    assert ran.status == 73
    assert "~/.vim/x.vim exists" in ran.err
    assert (home.folder / ".vim/x.vim").read_text() == "mine"
    piece = script([own("x", files={"x.vim": b"new\n"}, recipe=recipe, piece="false\n")])
    assert home.run(piece, "--force").status == 70
    assert (home.folder / ".vim/x.vim").read_text() == "mine"
    assert not (home.folder / ".local/opt/x-v1.0.0").exists()
    assert home.run(text, "--force").status == 0
    assert (home.folder / ".vim/x.vim").is_symlink()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_repository_is_cloned_at_its_tag(shell: str, home: Home, repository: Repository) -> None:
    """A shallow clone of the tag, checked against the commit that the server saw; a later tag replaces it."""
    first = repository.commit({"plugin/a.vim": b"one\n"}, "v1.2.3")
    text = script([clone(repository, first, "v1.2.3")])
    ran = home.run(text, shell=shell)
    assert ran.status == 0, ran.err
    assert f"Verified commit {first}" in ran.err
    place = home.outside((home.folder / ".vim/pack/start/tool").readlink())
    assert (place / "plugin/a.vim").read_bytes() == b"one\n"
    assert (place / ".git/HEAD").read_text().strip() == first
    assert (place / ".git/shallow").exists()
    again = home.run(text, shell=shell)
    assert "already installed" in again.err
    second = repository.commit({"plugin/a.vim": b"two\n"}, "v1.3.0")
    newer = home.run(script([clone(repository, second, "v1.3.0", version="1.3.0")]), shell=shell)
    assert newer.status == 0, newer.err
    place = home.outside((home.folder / ".vim/pack/start/tool").readlink())
    assert (place / "plugin/a.vim").read_bytes() == b"two\n"
    back = home.run(text, shell=shell)
    assert "Switching tool from 1.3.0 to 1.2.3" in back.err
    assert [name for name in home.files() if "/.artesian" in name] == []


@pytest.mark.parametrize("can_any", ["true", "false"])
def test_a_repository_without_tags(can_any: str, home: Home, repository: Repository) -> None:
    """The commit itself is fetched, from servers that give commits by name and from others."""
    first = repository.commit({"a.vim": b"one\n"})
    repository.commit({"a.vim": b"two\n"})
    repository.git("config", "uploadpack.allowAnySHA1InWant", can_any)
    ran = home.run(
        script([clone(repository, first, first, version="2024.01.02")]),
        environment={"GIT_DIR": "/nowhere", "GIT_WORK_TREE": "/nowhere"},
    )
    assert ran.status == 0, ran.err
    place = home.outside((home.folder / ".vim/pack/start/tool").readlink())
    assert (place / "a.vim").read_bytes() == b"one\n"


def test_a_tag_that_was_moved(home: Home, repository: Repository) -> None:
    """Another commit than the server saw is refused, and nothing stays."""
    first = repository.commit({"a.vim": b"one\n"}, "v1")
    repository.commit({"a.vim": b"evil\n"}, "v1")
    ran = home.run(script([clone(repository, first, "v1")]))
    assert ran.status == 65
    assert "tag v1 of" in ran.err
    assert not (home.folder / ".vim/pack/start/tool").exists()
    assert not (home.folder / ".local/opt/tool").exists()


def test_a_repository_that_is_gone(home: Home, repository: Repository) -> None:
    """After some tries: try again later."""
    home.replace("sleep", "exit 0")
    first = repository.commit({"a.vim": b"one\n"}, "v1")
    ran = home.run(script([clone(repository, first, "v9")]))
    assert ran.status == 75
    assert "could not be cloned; try again later" in ran.err


def test_without_git(home: Home, repository: Repository) -> None:
    """Nothing is cloned, and how to get git is said."""
    home.equip(lacks=["git"])
    home.replace("apt-get", "")
    first = repository.commit({"a.vim": b"one\n"}, "v1")
    ran = home.run(script([clone(repository, first, "v1")]))
    assert (ran.status, home.files()) == (69, {})
    assert "git: apt-get install git" in ran.err


def test_commands_of_a_repository(home: Home, repository: Repository) -> None:
    """Its scripts can be commands; they are tested as any."""
    recipe = Recipe(
        commands=(Command(name="tool", file="bin/tool"),),
        test=TestRun(command="tool", expect="tool {version}"),
    )
    commit = repository.commit({"bin/tool": tool("1.2.3")}, "v1.2.3")
    ran = home.run(script([clone(repository, commit, "v1.2.3", recipe=recipe)]))
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("where", ["path", "bin", "nowhere"])
def test_needs(where: str, shell: str, home: Home, upstream: Upstream) -> None:
    """A package that is needed is skipped where all its commands are here, on PATH or in ~/.local/bin."""
    needed = part(row(upstream, pack({"tool": tool("1.2.3")}, Format.TAR_GZ)), is_needed=True)
    if where == "path":
        home.replace("tool", "echo mine")
    if where == "bin":
        (home.folder / ".local/bin").mkdir(parents=True)
        (home.folder / ".local/bin/tool").write_text("#!/bin/sh\necho mine\n")
        (home.folder / ".local/bin/tool").chmod(0o755)
    ran = home.run(script([needed, own("hello", files={"hello": ODD}, recipe=HELLO)]), shell=shell)
    assert ran.status == 0, ran.err
    assert (home.folder / ".local/bin/hello").exists() or (
        home.folder / ".local/bin/hello"
    ).is_symlink()
    assert (upstream.asked != []) == (where == "nowhere")
    assert (home.says() == "tool 1.2.3") == (where == "nowhere")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("where", ["path", "nowhere"])
def test_needs_of_what_a_piece_makes(where: str, shell: str, home: Home) -> None:
    """A package with its own install.sh is there where the commands are that it provides; else its piece is run."""
    needed = own("gpg", piece="echo made\n", provides=("gpg", "gpg2"), is_needed=True)
    home.replace("gpg", "echo mine")
    if where == "path":
        home.replace("gpg2", "echo mine")
    ran = home.run(script([needed, own("hello", files={"hello": ODD}, recipe=HELLO)]), shell=shell)
    assert ran.status == 0, ran.err
    assert ran.out == ("" if where == "path" else "made\n")


def unfetched(*systems: Os, is_needed: bool = False) -> Part:
    """Make the part of a package of which no release is known yet."""
    meant = Definition(
        name=PackageName("tool"),
        title="tool",
        source=Source(kind=SourceKind.GITHUB, repository="owner/tool"),
        recipe=RECIPE,
        os=systems,
        elsewhere="Use apt-get install tool." if systems else "",
    )
    return part(definition=meant, is_needed=is_needed)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("is_there", [True, False])
def test_needs_whose_releases_are_not_fetched(is_there: bool, shell: str, home: Home) -> None:
    """Where the need is here already nobody misses them; elsewhere it is told, before anything is changed."""
    if is_there:
        home.replace("tool", "echo mine")
    text = script([unfetched(is_needed=True), own("hello", files={"hello": ODD}, recipe=HELLO)])
    ran = home.run(text, shell=shell)
    if is_there:
        assert (ran.status, home.says("hello")[:5]) == (0, "hello"), ran.err
        return
    assert (ran.status, home.files()) == (75, {})
    assert ran.err == (
        "error: tool is not here, and its releases are not fetched yet; try again in a minute\n"
    )


@pytest.mark.parametrize("shell", SHELLS)
def test_a_package_for_other_systems_whose_releases_are_not_fetched(shell: str, home: Home) -> None:
    """A system that it isn't for is told so all the same; one that it is for waits."""
    home.replace("tool", "echo mine")
    ran = home.run(script([unfetched(Os.MACOS)]), shell=shell)
    assert (ran.status, home.files()) == (69, {})
    assert ran.err.splitlines() == [
        "error: there is no tool for this machine (linux amd64).",
        "Use apt-get install tool.",
    ]
    assert home.run(script([unfetched(Os.MACOS, Os.LINUX)]), shell=shell).status == 75


def test_needs_without_a_build(home: Home, upstream: Upstream) -> None:
    """Nothing is downloaded if anything lacks a build for this host."""
    needed = part(
        row(upstream, pack({"tool": tool("1.2.3")}, Format.TAR_GZ), os_=Os.OPENBSD), is_needed=True
    )
    other = part(row(upstream, pack({"tool": tool("1.2.3")}, Format.TAR_GZ)), name="other")
    ran = home.run(script([other, needed]))
    assert (ran.status, upstream.asked, home.files()) == (69, [], {})


@pytest.mark.parametrize("shell", SHELLS)
def test_elsewhere(shell: str, home: Home) -> None:
    """On a system that the package isn't for, the catalogue's own words stand instead of a list of hosts."""
    mac = own(
        "mac",
        files={"hello": ODD},
        recipe=HELLO,
        os=(Os.MACOS,),
        elsewhere="Use apt-get install 'fish'.\nOr build it.",
    )
    ran = home.run(script([mac]), shell=shell)
    assert (ran.status, home.files()) == (69, {})
    assert ran.err.splitlines() == [
        "error: there is no mac for this machine (linux amd64).",
        "Use apt-get install 'fish'.",
        "Or build it.",
    ]


def test_the_plan_tells_of_links(home: Home) -> None:
    """A dry run names the links elsewhere."""
    ran = home.run(script([own("x", files={"x": b""}, recipe=VIM)]), "--dry-run")
    assert (ran.status, home.files()) == (0, {})
    assert f"link    {home.inside}/.vim/pack/start/tool" in ran.out


def test_a_tree_without_commands(home: Home, upstream: Upstream) -> None:
    """An archive of a package without commands is kept as it is, and known when asked for again."""
    archive: Row = row(upstream, pack({"a/b.ttf": b"1"}, Format.TAR_GZ), recipe=BARE)
    text = script([part(archive)])
    assert home.run(text).status == 0
    assert (home.folder / ".local/opt/tool-v1.2.3/b.ttf").exists()
    assert "already installed" in home.run(text).err


def test_bodies_are_sound(tmp_path: Path) -> None:
    """Each static file is clean to shellcheck as it stands."""
    require("shellcheck")
    for name in ("install", "kinds", "piece"):
        text = files("artesian.render").joinpath(f"bodies/{name}.sh").read_text("utf-8")
        assert text.isascii()
        (tmp_path / f"{name}.sh").write_text(text)
    assert shellcheck(tmp_path) == ""


def test_scripts_of_all_kinds_are_sound(tmp_path: Path) -> None:
    """What is rendered of them is clean to shellcheck and to every shell."""
    require("shellcheck", *SHELLS)
    scripts = {
        "kinds": [own(files={"x": ODD}, recipe=VIM, os=(Os.MACOS,), elsewhere="It's for macOS.")],
        "piece": [
            own(piece="true", is_needed=True),
            own("other", files={"x": ODD}, recipe=VIM, piece=ODD.decode()),
        ],
    }
    for name, parts in scripts.items():
        (tmp_path / f"{name}.sh").write_text(script(parts, public_url="https://x.example"))
        for shell in SHELLS:
            words = {"busybox": ["busybox", "sh"], "zsh": ["zsh", "--emulate", "sh"]}.get(
                shell, [shell]
            )
            ran = subprocess.run(
                [*words, "-n", tmp_path / f"{name}.sh"],
                check=False,
                capture_output=True,
                text=True,
                timeout=60,
            )
            # ksh93 has advice on style for any script, under "warning:".
            said = [line for line in ran.stderr.splitlines() if ": warning: " not in line]
            assert (ran.returncode, said) == (0, []), shell
    assert shellcheck(tmp_path) == ""


@pytest.mark.parametrize("shell", SHELLS)
def test_cut_anywhere(shell: str, home: Home) -> None:
    """Such a script does nothing either until its last byte is there."""
    text = script([own(files={"hello": ODD}, recipe=HELLO, piece="echo it ran\n")])
    for cut in [*range(2500, len(text), 2500), *range(len(text) - 40, len(text))]:
        ran = home.run(text[:cut], shell=shell)
        assert (ran.out, home.files()) == ("", {}), cut
        assert ran.status != 0, cut
    assert home.run(text, shell=shell).out == "it ran\n"


def shellcheck(folder: Path) -> str:
    """Tell what shellcheck finds in a folder's scripts."""
    ran = subprocess.run(
        ["shellcheck", "-s", "dash", *sorted(folder.glob("*.sh"))],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return ran.stdout
