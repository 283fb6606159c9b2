"""What is said where something is in the way, missing or odd: the reason itself, not what followed from it."""

import pytest
from tests.scripts.archives import pack, tool
from tests.scripts.installs import SHELLS, Home, part, row
from tests.scripts.upstream import Upstream

from artesian.model.release import Format
from artesian.render.script import script

ARCHIVE = pack({"tool-1.2.3/tool": tool("1.2.3")}, Format.TAR_GZ)


def installer(upstream: Upstream, format_: Format = Format.TAR_GZ) -> str:
    data = tool("1.2.3") if format_ is Format.RAW else ARCHIVE
    return script([part(row(upstream, data, format_))])


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("place", [".local", ".local/bin", ".local/opt", ".local/share"])
def test_something_is_in_the_way(place: str, shell: str, home: Home, upstream: Upstream) -> None:
    """A link to nothing, or a file, in the place of a folder is named: status 73."""
    (home.folder / place).parent.mkdir(exist_ok=True)
    (home.folder / place).symlink_to("/nowhere")
    before = home.files()
    ran = home.run(installer(upstream), shell=shell)
    assert (ran.status, home.files()) == (73, before)
    assert f": {home.inside}/{place} is in the way" in ran.err
    (home.folder / place).unlink()
    (home.folder / place).write_text("")
    assert f"/{place} is in the way" in home.run(installer(upstream), shell=shell).err


def test_a_home_that_is_no_folder(home: Home, upstream: Upstream) -> None:
    """HOME that names a file is a mistake of who calls: 64."""
    ran = home.run(installer(upstream), environment={"HOME": "/etc/passwd"})
    assert (ran.status, ran.err) == (64, "error: HOME is no folder: /etc/passwd\n")


@pytest.mark.parametrize("shell", [shell for shell in SHELLS if shell != "busybox"])
@pytest.mark.parametrize(
    ("program", "package"), [("uname", "coreutils"), ("mktemp", "coreutils"), ("find", "findutils")]
)
def test_a_program_that_nothing_works_without(
    program: str, package: str, shell: str, home: Home, upstream: Upstream
) -> None:
    """It is named, with the package that has it: 69, before anything is downloaded or made."""
    home.equip(lacks=[program])
    home.replace("apt-get", "")
    ran = home.run(installer(upstream), shell=shell)
    assert (ran.status, upstream.asked, home.files()) == (69, [], {}), ran.err
    assert f"{program}: apt-get install {package}" in ran.err
    assert "unknown" not in ran.err


def test_a_bare_file_needs_no_find(home: Home, upstream: Upstream) -> None:
    """Who lacks find can still install what is no archive."""
    home.equip(lacks=["find"])
    ran = home.run(installer(upstream, Format.RAW))
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("format_", [Format.TAR_GZ, Format.TAR, Format.ZIP, Format.RAW])
def test_a_home_with_a_backslash(
    format_: Format, shell: str, home: Home, upstream: Upstream
) -> None:
    r"""GNU tar reads `\t` and a colon in the names that it is given its own way; here nothing is special."""
    odd = r"o\their:one"
    (home.folder / odd).mkdir()
    data = tool("1.2.3") if format_ is Format.RAW else pack({"x/tool": tool("1.2.3")}, format_)
    text = script([part(row(upstream, data, format_))])
    ran = home.run(text, shell=shell, environment={"HOME": f"{home.inside}/{odd}"})
    assert ran.status == 0, ran.err
    link = home.folder / odd / ".local/bin/tool"
    assert home.outside(link.readlink()).read_bytes() == tool("1.2.3")


def test_a_curlrc_is_obeyed_and_named(home: Home, upstream: Upstream) -> None:
    """Proxies in ~/.curlrc are needed by who has them; where it sends the file elsewhere, it is named."""
    (home.folder / ".curlrc").write_text("remote-name\n")
    ran = home.run(installer(upstream))
    assert ran.status == 73
    assert "~/.curlrc" in ran.err
    assert "checksum" not in ran.err
    url = "http://tools.invalid/tool.tar.gz"
    upstream.files[url] = ARCHIVE
    (home.folder / ".curlrc").write_text(f"proxy = {upstream.url}\n")
    ran = home.run(script([part(row(upstream, ARCHIVE, urls=[url]))]))
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err


@pytest.mark.parametrize(("shell", "word"), [("/bin/fish", "source"), ("/bin/sh", ".")])
def test_the_line_for_this_terminal_can_be_pasted(
    shell: str, word: str, home: Home, upstream: Upstream
) -> None:
    """A name with a space is quoted in it."""
    ran = home.run(installer(upstream), "--prefix", "my tools", environment={"SHELL": shell})
    end = "fish" if shell.endswith("fish") else "sh"
    assert f': {word} "$HOME/my tools/share/artesian/env.{end}"\n' in ran.err


@pytest.mark.parametrize("shell", SHELLS)
def test_start_files_that_are_folders(shell: str, home: Home, upstream: Upstream) -> None:
    """They are named with the line that is needed, and so is no error of a program."""
    (home.folder / ".bashrc").mkdir()
    (home.folder / "paths").mkdir()
    variables = {"GITHUB_PATH": f"{home.inside}/paths", "SHELL": "/bin/bash"}
    ran = home.run(installer(upstream), shell=shell, environment=variables)
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err
    assert "can't write ~/.bashrc; PATH needs this line there: [" in ran.err
    assert "irectory" not in ran.err


@pytest.mark.parametrize("downloader", ["curl", "wget", "busybox"])
def test_a_failed_download_leaves_nothing(downloader: str, home: Home, upstream: Upstream) -> None:
    """After lasting errors of a server no part of a file stays in the cache."""
    home.equip(downloader)
    text = script([part(row(upstream, ARCHIVE, urls=[f"{upstream.url}/gone"]))])
    assert home.run(text).status == 75
    assert [name for name in home.files() if ".part" in name] == []
