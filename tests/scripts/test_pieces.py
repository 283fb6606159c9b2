"""A package's own install.sh, with the names that Webi's pieces know: run by every shell, in a clean home."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.scripts.archives import pack, tool
from tests.scripts.installs import ASH, SHELLS, Home, clone, own, part, row
from tests.scripts.repositories import serve_repository
from tests.scripts.upstream import Upstream
from tests.webi import BIN

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
from artesian.model.release import Format
from artesian.render.script import Part, script

NOTHING = Recipe(commands=())
TREE = """
pkg_cmd_name="tool"
pkg_post_install() {
    webi_post_install
    webi_path_add "$HOME/tools/bin"
}
"""
VIM_OTHER = Recipe(
    commands=(),
    layout=Layout.TREE,
    links=(HomeLink(path="~/.vim/plugins/other.vim", file="x.vim"),),
)
HELLO = Recipe(
    commands=(Command(name="hello", file="hello"),), test=TestRun(command="hello", expect="tool")
)
# Every step says its name, in Webi's order.
STEPS = """
pkg_cmd_name=tool
WEBI_SINGLE=true
pkg_pre_install() { echo pre; webi_check_installed; webi_check_available; webi_download; webi_extract; echo *; }
pkg_install() { echo install; webi_install; }
pkg_link() { echo link; webi_link; }
pkg_post_install() { echo post; webi_post_install; }
pkg_done_message() { echo done; }
echo body
"""


def webi(
    upstream: Upstream,
    piece: str,
    files: Mapping[str, bytes],
    format_: Format = Format.TAR_GZ,
    *,
    version: str = "1.2.3",
    checksum: str | None = "",
) -> Part:
    """Make the part of a package directory of Webi's: releases, and a piece that installs them."""
    build = row(
        upstream,
        pack(files, format_),
        format_,
        version=version,
        recipe=NOTHING,
        checksum=checksum,
    )
    definition = Definition(
        name=PackageName("tool"),
        title="tool",
        source=Source(kind=SourceKind.GITHUB, repository="owner/tool"),
        recipe=NOTHING,
        piece=piece,
    )
    return part(build, definition=definition)


def archive(version: str = "1.2.3") -> Mapping[str, bytes]:
    return {f"tool-{version}/tool": tool(version), f"tool-{version}/README.md": b"Read me."}


@pytest.mark.parametrize("shell", SHELLS)
def test_one_command(shell: str, home: Home, upstream: Upstream) -> None:
    """What Webi's pieces do most: move a command to its version's folder, and have it linked; verified before."""
    text = script([webi(upstream, BIN, archive())])
    ran = home.run(text, shell=shell)
    assert ran.status == 0, ran.err
    assert "Verified sha256" in ran.err
    assert ran.out == "Installed tool v1.2.3 as ~/.local/bin/tool\n"
    assert home.says() == "tool 1.2.3"
    assert [name for name in home.files() if ".artesian" in name or "webi" in name] == []
    receipt = (home.folder / ".local/share/artesian/receipts/tool").read_text()
    assert f"link {home.inside}/.local/bin/tool\n" in receipt
    assert f"folder {home.inside}/.local/opt/tool-v1.2.3\n" in receipt
    assert (home.folder / ".local/share/artesian/env.sh").exists()
    newer = home.run(script([webi(upstream, BIN, archive("1.3.0"), version="1.3.0")]), shell=shell)
    assert (newer.status, home.says()) == (0, "tool 1.3.0"), newer.err
    asked = len(upstream.asked)
    back = home.run(text, shell=shell)
    assert (back.status, home.says()) == (0, "tool 1.2.3"), back.err
    assert "Switching tool from 1.3.0 to 1.2.3" in back.err
    assert len(upstream.asked) == asked
    forced = home.run(text, "--force", shell=shell)
    assert (forced.status, home.says()) == (0, "tool 1.2.3"), forced.err


@pytest.mark.parametrize("shell", SHELLS)
def test_a_tree(shell: str, home: Home, upstream: Upstream) -> None:
    """Without WEBI_SINGLE the whole folder is kept, linked, and its commands are on PATH of new shells."""
    (home.folder / ".profile").write_text("")
    files = {"tool-1.2.3/bin/tool": tool("1.2.3"), "tool-1.2.3/lib/x": b""}
    text = script([webi(upstream, TREE, files)])
    ran = home.run(text, shell=shell)
    assert ran.status == 0, ran.err
    link = home.folder / ".local/opt/tool"
    assert str(link.readlink()) == f"{home.inside}/.local/opt/tool-v1.2.3"
    asked = home.run('. "$HOME/.profile"; . "$HOME/.profile"; tool; echo "$PATH"', shell=shell)
    assert asked.out.startswith("tool 1.2.3")
    folders = asked.out.splitlines()[1].split(":")
    assert folders.count(f"{home.inside}/tools/bin") == 1
    assert folders.count(f"{home.inside}/.local/opt/tool/bin") == 1
    assert folders.count(f"{home.inside}/.local/bin") == 1
    before = home.files()
    again = home.run(text, shell=shell)
    assert again.status == 0, again.err
    assert home.files() == before


@pytest.mark.parametrize("shell", SHELLS)
def test_steps_in_their_order(shell: str, home: Home, upstream: Upstream) -> None:
    """The body first, then each step that the piece defines; beside the archive's files nothing is where it works."""
    ran = home.run(script([webi(upstream, STEPS, archive())]), shell=shell)
    assert ran.status == 0, ran.err
    assert ran.out.split() == ["body", "pre", "tool-1.2.3", "install", "link", "post", "done"]
    assert home.says() == "tool 1.2.3"


@pytest.mark.parametrize("format_", ["zip", "tar.xz", "raw", "xz", "gz"])
def test_formats(format_: Format, home: Home, upstream: Upstream) -> None:
    """Archives are unpacked where the piece looks, single files are there by their name."""
    form = Format(format_)
    piece = "WEBI_SINGLE=1\npkg_cmd_name=tool\n"
    if form in (Format.RAW, Format.XZ):
        piece += (
            'pkg_install() { mkdir -p "$pkg_src_bin"; mv "./$WEBI_PKG_FILE" "$pkg_src_cmd"; }\n'
        )
    if form is Format.RAW:
        piece += '[ "$WEBI_EXT" = exe ]; [ -f "$WEBI_PKG_DOWNLOAD" ]\n'
    ran = home.run(script([webi(upstream, piece, {"tool": tool("1.2.3")}, form)]))
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err


@pytest.mark.parametrize("shell", SHELLS)
def test_names_that_pieces_know(shell: str, home: Home, upstream: Upstream) -> None:
    """Variables have Webi's words for this host and release."""
    names = re.findall(
        r"\S+",
        "WEBI_OS WEBI_ARCH WEBI_VERSION WEBI_MAJOR WEBI_MINOR WEBI_PATCH WEBI_BUILD WEBI_TAG WEBI_GIT_TAG WEBI_EXT"
        " WEBI_CHANNEL WEBI_LTS WEBI_PKG WEBI_HOST WEBI_HOME WEBI_PKG_FILE PKG_NAME PKG_OSES PKG_ARCHES PKG_FORMATS"
        " PKG_STABLE PKG_LATEST WEBI_LIBC WEBI_FORMATS WEBI_PKG_URL WEBI_PKG_PATHNAME WEBI_RELEASES WEBI_CSV WEBI_UA"
        " WEBI_TMP WEBI_CURL WEBI_TIMESTAMP WEBI_CHECKSUM WEBI_WELCOME WEBI_GIT_BRANCH PKG_LIBCS",
    )
    piece = "".join(f'echo "{name}=${name}"\n' for name in names) + 'echo "first=${PATH%%:*}"\n'
    made = webi(upstream, piece, archive("1.20.3-rc1"), version="1.20.3-rc1")
    ran = home.run(script([made], public_url="https://tools.example"), shell=shell)
    assert ran.status == 0, ran.err
    said = dict(line.split("=", 1) for line in ran.out.splitlines())
    file = "tool-1.20.3-rc1-linux-amd64-1-any.tar.gz"
    assert (
        said
        | {
            "WEBI_OS": "linux",
            "WEBI_ARCH": "x86_64",
            "WEBI_VERSION": "1.20.3-rc1",
            "WEBI_MAJOR": "1",
            "WEBI_MINOR": "20",
            "WEBI_PATCH": "3",
            "WEBI_BUILD": "rc1",
            "WEBI_TAG": "stable",
            "WEBI_PKG": "tool@stable",
            "WEBI_GIT_TAG": "v1.20.3-rc1",
            "WEBI_EXT": "tar.gz",
            "WEBI_CHANNEL": "stable",
            "WEBI_LTS": "false",
            "WEBI_HOST": "https://tools.example",
            "WEBI_HOME": f"{home.inside}/.local",
            "WEBI_PKG_FILE": file,
            "WEBI_PKG_PATHNAME": file,
            "PKG_NAME": "tool",
            "PKG_OSES": "linux",
            "PKG_ARCHES": "x86_64",
            "PKG_FORMATS": "tar.gz",
            "first": f"{home.inside}/.local/bin",
        }
        == said
    )
    assert f"&formats={said['WEBI_FORMATS']}&" in said["WEBI_RELEASES"]
    assert said["WEBI_CSV"].startswith("1.20.3-rc1,-,stable,-,linux,x86_64,tar.gz,-,http://")
    other = home.run(
        script([made]), shell=shell, environment={"WEBI_HOST": "https://other.example"}
    )
    assert "WEBI_HOST=https://other.example\n" in other.out


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "piece",
    [
        "false\necho no",
        "f() { false; echo no; }\nf\necho no",
        "pkg_cmd_name=tool\npkg_install() { false; echo no; }",
        "pkg_cmd_name=tool\npkg_post_install() { nothing_like_this; echo no; }\npkg_install() { :; }\npkg_no_exec=1",
        "echo $unset_variable\necho no",
        "( exit 3 )\necho no",
        "exit 9",
        "if true; then",
    ],
)
def test_a_piece_that_fails(shell: str, piece: str, home: Home) -> None:
    """The first failure ends it, also in a function or a step: status 70, and nothing goes on."""
    ran = home.run(script([own(piece=piece)]), shell=shell)
    assert (ran.status, ran.out) == (70, "")
    assert "the install.sh of tool failed" in ran.err
    assert not (home.folder / ".local/share/artesian/receipts/tool").exists()
    assert [name for name in home.files() if "webi" in name or "/.artesian" in name] == []


@pytest.mark.parametrize("shell", SHELLS)
def test_what_may_be_false(shell: str, home: Home) -> None:
    """A test that ends in false is no failure, not even as the last word; globs and pipes work as in any script."""
    piece = (
        "[ -n '' ] && echo no\nif false; then echo no; fi\nfor x in /et[c]; do echo $x; done\n"
        "false || echo or\n[ -z x ] && echo no"
    )
    ran = home.run(script([own(piece=piece)]), shell=shell)
    assert (ran.status, ran.out) == (0, "/etc\nor\n"), ran.err


@pytest.mark.parametrize("shell", SHELLS)
def test_functions_of_ours_are_not_for_pieces(shell: str, home: Home, upstream: Upstream) -> None:
    """A piece may call its functions and variables as it likes, our own names included."""
    ours = "die say warn has ensure ignore download obtain unpack place link main show stage relink digest"
    piece = (
        "".join(f"{name}() {{ echo 'not this one' >&2; exit 1; }}\n" for name in ours.split())
        + "_name=x _version=x _work=/nowhere _nl=x _home=x _bin=x _opt=x IFS=:\n"
        + BIN
    )
    ran = home.run(script([webi(upstream, piece, archive())]), shell=shell)
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_of_an_upstream(shell: str, home: Home, upstream: Upstream) -> None:
    """It is downloaded whole, named with its origin and sha256, never called verified, and run with its arguments."""
    body = b'#!/usr/bin/env sh\necho "upstream $*"\n'
    url = upstream.add("install.sh", body)
    ran = home.run(script([own(piece=f"artesian_run_script {url} -y 'a b'\n")]), shell=shell)
    assert (ran.status, ran.out) == (0, "upstream -y a b\n"), ran.err
    assert url in ran.err
    assert hashlib.sha256(body).hexdigest() in ran.err
    assert "not verified" in ran.err
    gone = home.run(script([own(piece=f"artesian_run_script {upstream.url}/gone\n")]), shell=shell)
    assert gone.status == 75
    bash = upstream.add("bash.sh", b"#!/bin/bash\necho hi\n")
    without = home.run(script([own(piece=f"artesian_run_script {bash}\n")]), shell=shell)
    assert without.status == 69
    assert "needs bash" in without.err


@pytest.mark.parametrize("shell", SHELLS)
def test_files_and_a_piece(shell: str, home: Home) -> None:
    """The files are in place before the piece runs; when it fails they are taken back, and the next try may do it."""
    recipe = Recipe(
        commands=(),
        layout=Layout.TREE,
        links=(HomeLink(path="~/.vim/plugins/x.vim", file="x.vim"),),
    )
    piece = 'read -r line <"$HOME/.vim/plugins/x.vim"\necho "$line"\n'
    ran = home.run(
        script([own(files={"x.vim": b"set x\n"}, recipe=recipe, piece=piece)]), shell=shell
    )
    assert (ran.status, ran.out) == (0, "set x\n"), ran.err
    other = own("other", files={"x.vim": b"set x\n"}, recipe=VIM_OTHER, piece="exit 1")
    failed = home.run(script([other]), shell=shell)
    assert failed.status == 70
    assert not (home.folder / ".vim/plugins/other.vim").is_symlink()
    assert not (home.folder / ".local/opt/other-v1.0.0").exists()


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "call", ["webi hello", '"$HOME/.local/bin/webi" hello', 'curl -fsS "$WEBI_HOST/hello" | sh']
)
def test_pieces_call_webi(call: str, shell: str, home: Home, upstream: Upstream) -> None:
    """Another package is installed from within, by the server's own installer; a stand-in of webi doesn't stay."""
    hello = own("hello", files={"hello": tool("1.0.0")}, recipe=HELLO)
    upstream.add("hello", script([hello]).encode())
    receipts = home.folder / ".local/share/artesian/receipts"
    receipts.mkdir(parents=True)
    (receipts / "another").write_text("package another\n")
    text = script([own(piece=f"{call}\nhello again\n")], public_url=upstream.url)
    ran = home.run(text, shell=shell)
    assert (ran.status, ran.out) == (0, "tool 1.0.0 again\n"), ran.err
    assert not (home.folder / ".local/bin/webi").is_symlink()
    receipt = (home.folder / ".local/share/artesian/receipts/tool").read_text()
    assert "hello" not in receipt


VIM = """
pkg_cmd_name="vim-tool"
pkg_no_exec=true
pkg_dst="$HOME/.vim/pack/plugins/start/tool"
pkg_install() {
    rm -rf "$pkg_src"
    mkdir -p "$(dirname "$pkg_src")"
    mv "./$WEBI_PKG_PATHNAME/" "$pkg_src"
}
echo "$WEBI_EXT $WEBI_GIT_TAG"
"""


@pytest.mark.parametrize("shell", SHELLS)
def test_a_repository_and_a_piece(shell: str, home: Home, tmp_path: Path) -> None:
    """The clone of the release's tag is there, by the name that the piece asks for."""
    with serve_repository(tmp_path / "repository") as repository:
        commit = repository.commit({"plugin/a.vim": b"one\n"}, "v1.2.3")
        repository.commit({"plugin/a.vim": b"later\n"})
        text = script([clone(repository, commit, "v1.2.3", recipe=NOTHING, piece=VIM)])
        ran = home.run(text, shell=shell)
        assert (ran.status, ran.out) == (0, "git v1.2.3\n"), ran.err
        found = home.folder / ".vim/pack/plugins/start/tool/plugin/a.vim"
        assert found.read_bytes() == b"one\n"
        assert home.run(text, shell=shell).status == 0


def test_webi_without_a_server(home: Home) -> None:
    """Without a server's name it can't be guessed: the piece fails and says what to set."""
    ran = home.run(script([own(piece="webi hello\n")]))
    assert ran.status == 69
    assert "set WEBI_HOST" in ran.err


def test_a_webi_that_is_there(home: Home) -> None:
    """The person's own webi is called, and stays."""
    (home.folder / ".local/bin").mkdir(parents=True)
    mine = home.folder / ".local/bin/webi"
    mine.write_text('#!/bin/sh\necho "mine $*"\n')
    mine.chmod(0o755)
    ran = home.run(script([own(piece="webi hello\n")]))
    assert (ran.status, ran.out) == (0, "mine hello\n")
    assert "mine" in mine.read_text()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_piece_in_any_language(shell: str, home: Home) -> None:
    """Letters beyond ASCII are printed as written; only yash in the C locale can't, and says so."""
    text = script([own(piece="# caf\u00e9\nprintf '%s\\n' '\u2713 d\u00e9j\u00e0 \\0101 %s'\n")])
    assert text.isascii()
    for locale in ("C", "C.UTF-8"):
        ran = home.run(text, shell=shell, environment={"LC_ALL": locale})
        if (shell, locale) == ("yash", "C"):
            assert ran.status == 69
            assert "LC_ALL=C.UTF-8" in ran.err
        else:
            assert (ran.status, ran.out) == (0, "\u2713 d\u00e9j\u00e0 \\0101 %s\n"), ran.err


def test_downloads_of_pieces(home: Home, upstream: Upstream) -> None:
    """With curl, wget or BusyBox's wget a piece gets further files, and is told that nobody verifies them."""
    url = upstream.add("notes.txt", b"notes\n")
    piece = f'webi_download {url} "$HOME/sub/notes.txt"\nwebi_download {url}\ncat "$WEBI_PKG_PATH/notes.txt"\n'
    for downloader in ("curl", "wget", "busybox"):
        home.equip(downloader)
        shell = ASH if downloader == "busybox" else "dash"
        ran = home.run(script([own(piece=piece)]), shell=shell)
        assert (ran.status, ran.out) == (0, "notes\n"), ran.err
        assert "nobody verifies" in ran.err
        assert (home.folder / "sub/notes.txt").read_bytes() == b"notes\n"


@pytest.mark.parametrize(
    "piece",
    ['webi_download https://127.0.0.1:9/x "$HOME/x"\n', "webi hello\n"],
    ids=["file", "webi"],
)
def test_pieces_keep_to_tls(piece: str, home: Home) -> None:
    """Who begins with TLS stays with it; a wget that trusts everyone is refused, unless --insecure."""
    text = script([own(piece=piece)], public_url="https://127.0.0.1:9")
    home.replace("curl", 'printf "%s\\n" "$*" >&2; exit 1')
    assert "--proto =https " in home.run(text).err
    plain = text.replace("https://127.0.0.1:9", "http://127.0.0.1:9")
    assert "--proto =https " not in home.run(plain).err
    home.equip("busybox")
    ran = home.run(text, shell=ASH)
    assert (ran.status, "trusts everyone" in ran.err) == (69, True)
    assert home.run(text, "--insecure", shell=ASH).status == 75


def test_what_is_in_the_way(home: Home, upstream: Upstream) -> None:
    """A file that isn't a link stays where the piece would put one, unless forced."""
    (home.folder / ".local/bin").mkdir(parents=True)
    (home.folder / ".local/bin/tool").write_text("mine")
    text = script([webi(upstream, BIN, archive())])
    ran = home.run(text)
    assert ran.status == 73
    assert (home.folder / ".local/bin/tool").read_text() == "mine"
    assert home.run(text, "--force").status == 0
    assert home.says() == "tool 1.2.3"


def test_a_folder_in_the_way(home: Home, upstream: Upstream) -> None:
    """A folder of somebody's stays where the piece would link a tree, unless forced: then the link takes its place."""
    mine = home.folder / ".local/opt/tool"
    mine.mkdir(parents=True)
    (mine / "notes").write_text("mine")
    text = script([webi(upstream, TREE, {"tool-1.2.3/bin/tool": tool("1.2.3")})])
    ran = home.run(text)
    assert ran.status == 73
    assert (mine / "notes").read_text() == "mine"
    assert home.run(text, "--force").status == 0
    assert mine.is_symlink()
    assert (home.outside(mine.readlink()) / "bin/tool").exists()


def test_a_new_host_changes_nothing(home: Home, upstream: Upstream) -> None:
    """A piece isn't run again where the table has one host more than last time."""
    old = webi(upstream, BIN, archive())
    assert home.run(script([old])).status == 0
    other = row(upstream, b"other", os_=Os.FREEBSD, recipe=NOTHING)
    ran = home.run(script([replace(old, rows=(other, *old.rows))]))
    assert (ran.status, "is already installed" in ran.err) == (0, True), ran.err


def test_a_wrong_checksum(home: Home, upstream: Upstream) -> None:
    """What can't be verified never reaches the piece."""
    text = script([webi(upstream, BIN, archive(), checksum="0" * 64)])
    ran = home.run(text)
    assert ran.status == 65
    assert "Running the install.sh" not in ran.err


def test_the_plan_of_a_piece(home: Home, upstream: Upstream) -> None:
    """A dry run says that install.sh would be run, and runs nothing."""
    ran = home.run(script([webi(upstream, BIN, archive())]), "--dry-run")
    assert (ran.status, home.files(), upstream.asked) == (0, {}, [])
    assert "its install.sh" in ran.out


@pytest.mark.parametrize("shell", SHELLS)
def test_a_version_that_came_by_another_way(shell: str, home: Home, upstream: Upstream) -> None:
    """What Webi itself had installed is linked as it is; --force puts it there anew."""
    place = home.folder / ".local/opt/tool-v1.2.3/bin"
    place.mkdir(parents=True)
    (place / "tool").write_text("#!/bin/sh\necho by webi\n")
    (place / "tool").chmod(0o755)
    text = script([webi(upstream, BIN, archive())])
    ran = home.run(text, shell=shell)
    assert (ran.status, home.says()) == (0, "by webi"), ran.err
    assert "tool v1.2.3 is here already" in ran.err
    forced = home.run(text, "--force", shell=shell)
    assert (forced.status, home.says()) == (0, "tool 1.2.3"), forced.err


def test_a_machine_with_nothing_but_busybox(home: Home, upstream: Upstream) -> None:
    """Pieces, files and links need no more than BusyBox has."""
    home.equip("busybox")
    (home.folder / ".profile").write_text("")
    files = {"tool-1.2.3/bin/tool": tool("1.2.3")}
    settings = own("other", files={"x.vim": b"set x\n"}, recipe=VIM_OTHER, piece="echo it ran")
    ran = home.run(script([webi(upstream, TREE, files), settings]), shell=ASH)
    assert (ran.status, ran.out) == (0, "it ran\n"), ran.err
    assert "command not found" not in ran.err
    assert "not found" not in ran.err
    assert (home.folder / ".vim/plugins/other.vim").is_symlink()
    assert "tools/bin" in (home.folder / ".local/share/artesian/paths.sh").read_text()


def test_path_is_left_alone(home: Home, upstream: Upstream) -> None:
    """With --no-path no start file is written, whatever the piece names."""
    (home.folder / ".profile").write_text("")
    files = {"tool-1.2.3/bin/tool": tool("1.2.3")}
    ran = home.run(script([webi(upstream, TREE, files)]), "--no-path")
    assert ran.status == 0, ran.err
    assert (home.folder / ".profile").read_text() == ""
    assert not (home.folder / ".local/share/artesian/paths.sh").exists()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_command_in_a_folder_of_its_own(shell: str, home: Home, upstream: Upstream) -> None:
    """With WEBI_SINGLE the command is linked, whatever else the piece calls its source."""
    piece = """
WEBI_SINGLE=true
pkg_cmd_name="tool"
pkg_src_cmd="$HOME/.local/opt/tool-v$WEBI_VERSION/bin/tool"
pkg_src_dir="$HOME/.local/opt/tool-v$WEBI_VERSION/bin"
pkg_src="$pkg_src_dir"
"""
    ran = home.run(script([webi(upstream, piece, archive())]), shell=shell)
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err


@pytest.mark.parametrize("shell", SHELLS)
def test_a_tree_by_another_name(shell: str, home: Home, upstream: Upstream) -> None:
    """What isn't named follows from what is: the commands of a tree lie where the tree is linked."""
    (home.folder / ".profile").write_text("")
    piece = 'pkg_cmd_name="tool"\npkg_dst="$HOME/.local/opt/mine"\n'
    ran = home.run(
        script([webi(upstream, piece, {"tool-1.2.3/bin/tool": tool("1.2.3")})]), shell=shell
    )
    assert ran.status == 0, ran.err
    asked = home.run('. "$HOME/.profile"; tool', shell=shell)
    assert (asked.status, asked.out.strip()) == (0, "tool 1.2.3")
    assert "opt/mine/bin" in (home.folder / ".local/share/artesian/paths.sh").read_text()


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "piece",
    [
        "pkg_done_message() { echo done; }",
        "pkg_format_cmd_version() { echo 1; }\nWEBI_SINGLE=",
        "pkg_cmd_name=tool\nWEBI_SINGLE=1\nreturn 0",
        "WEBI_SINGLE=1\npkg_install() { webi_install; cd /; IFS=.; exit 0; }",
    ],
    ids=["a message", "a version", "a return", "an exit"],
)
def test_whatever_a_piece_has(shell: str, piece: str, home: Home, upstream: Upstream) -> None:
    """The usual steps follow, whichever of them the piece has, and however it leaves them."""
    ran = home.run(script([webi(upstream, f"{piece}\n", archive())]), shell=shell)
    assert ran.status == 0, ran.err
    links = [home.folder / ".local/bin/tool", home.folder / ".local/opt/tool"]
    (link,) = (link for link in links if link.is_symlink())
    assert home.outside(link.readlink()).exists()


@pytest.mark.parametrize("shell", SHELLS)
def test_where_steps_are_run(shell: str, home: Home, upstream: Upstream) -> None:
    """Steps work where the package was unpacked, each in a shell of its own: nothing is left in the person's folder."""
    piece = BIN + "\npkg_post_install() { echo secret >password; left=1; }\n"
    piece += 'pkg_done_message() { cat password; echo "${left-none}"; }\n'
    (home.folder / "project").mkdir()
    text = script([webi(upstream, piece, archive())])
    (home.folder / "install.sh").write_text(text)
    ran = home.run('cd project && exec sh "$HOME/install.sh"', shell=shell)
    assert (ran.status, ran.out) == (0, "secret\nnone\n"), ran.err
    assert list((home.folder / "project").iterdir()) == []


def test_a_command_that_is_missing(home: Home, upstream: Upstream) -> None:
    """What says that it installs one command must have installed it."""
    piece = "WEBI_SINGLE=1\npkg_cmd_name=tool\npkg_link() { :; }\n"
    ran = home.run(script([webi(upstream, piece, archive())]))
    assert ran.status == 70
    assert "the install left no command ~/.local/bin/tool behind" in ran.err


def test_a_plugin_that_is_missing(home: Home, upstream: Upstream) -> None:
    """A folder that lies where it is used is looked for there."""
    piece = 'pkg_no_exec=true\npkg_dst="$HOME/.vim/tool"\npkg_install() { :; }\n'
    ran = home.run(script([webi(upstream, piece, archive())]))
    assert ran.status == 70
    assert "the install left no ~/.vim/tool behind" in ran.err


def test_a_file_that_was_changed(home: Home, upstream: Upstream) -> None:
    """A file that a piece downloads stays as somebody left it, and is named to the piece."""
    url = upstream.add("tool.conf", b"theirs\n")
    piece = f'webi_download {url} "$HOME/tool.conf"\ncat "$WEBI_PKG_DOWNLOAD"\n'
    text = script([own(piece=piece)])
    assert home.run(text).out == "theirs\n"
    (home.folder / "tool.conf").write_text("mine\n")
    ran = home.run(text, "--force")
    assert (ran.status, ran.out, "Found ~/tool.conf" in ran.err) == (0, "mine\n", True)


@pytest.mark.parametrize("shell", SHELLS)
def test_folders_as_people_write_them(shell: str, home: Home) -> None:
    """~, $HOME and ${HOME} before a folder for PATH are the home, now and in new shells."""
    (home.folder / ".profile").write_text("")
    (home.folder / "github").write_text("")
    piece = ""
    for number, place in enumerate(("~", "$HOME", "${HOME}"), 1):
        folder = home.folder / f"sub {number}"
        folder.mkdir()
        (folder / f"say{number}").write_text(f"#!/bin/sh\necho {number}\n")
        (folder / f"say{number}").chmod(0o755)
        piece += f"webi_path_add '{place}/sub {number}'\nsay{number}\n"
    for words in ([], ["--force"]):
        ran = home.run(
            script([own(piece=piece)]),
            *words,
            shell=shell,
            environment={"GITHUB_PATH": f"{home.inside}/github"},
        )
        assert (ran.status, ran.out) == (0, "1\n2\n3\n"), ran.err
    told = (home.folder / "github").read_text().splitlines()
    folders = [".local/bin", "sub 1", "sub 2", "sub 3"]
    assert sorted(told) == [f"{home.inside}/{folder}" for folder in folders]
    asked = home.run('. "$HOME/.profile"; say1; say2; say3', shell=shell)
    assert asked.out == "1\n2\n3\n"


def test_a_home_that_path_cannot_hold(home: Home) -> None:
    """Where no folder of the piece's can be put on PATH, that is said and start files stay as they are."""
    (home.folder / "a:b").mkdir()
    (home.folder / "a:b/.bashrc").write_text("x=1\n")
    text = script([own(piece='webi_path_add "$HOME/x"\n')])
    ran = home.run(text, environment={"HOME": f"{home.inside}/a:b"})
    assert (ran.status, "put " in ran.err, "Added" in ran.err) == (0, True, False), ran.err
    assert (home.folder / "a:b/.bashrc").read_text() == "x=1\n"
    assert not (home.folder / "a:b/.profile").exists()


def test_words_for_a_terminal(home: Home) -> None:
    """Every t_ function of Webi's paints its text where there is a terminal, and prints it as it is elsewhere."""
    names = "attn bold cmd cyan dim em err green host info link magenta path pkg task under url warn yellow"
    calls = "".join(f'echo "$(t_{name} {name})"\n' for name in names.split())
    ran = home.run(script([own(piece=calls)]))
    assert (ran.status, ran.out.split()) == (0, names.split()), ran.err
    painted = home.run(script([own(piece=f"WEBI_TTY=tty\n{calls}")]))
    assert painted.out.count("\033[0m") == len(names.split())


def test_a_piece_that_makes_nothing(home: Home, upstream: Upstream) -> None:
    """A step that leaves no command behind is told, rather than a link to nothing."""
    piece = "pkg_cmd_name=tool\nWEBI_SINGLE=1\npkg_install() { :; }\n"
    ran = home.run(script([webi(upstream, piece, archive())]))
    assert ran.status == 70
    assert "the install left no ~/.local/opt/tool-v1.2.3/bin/tool behind" in ran.err


def test_files_below_another_folder(home: Home) -> None:
    """--prefix holds for files; links outside of it are the home's."""
    part_ = own("other", files={"x.vim": b"set x\n"}, recipe=VIM_OTHER)
    ran = home.run(script([part_]), "--prefix", f"{home.inside}/sub")
    assert ran.status == 0, ran.err
    assert home.outside((home.folder / ".vim/plugins/other.vim").readlink()).exists()
    assert (home.folder / "sub/opt/other-v1.0.0/x.vim").exists()
