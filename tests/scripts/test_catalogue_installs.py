"""Packages of the catalogue that have no upstream, installed for real in a clean home."""

import pytest
from tests.own import load
from tests.programs import require
from tests.scripts.archives import pack
from tests.scripts.installs import SHELLS, Home
from tests.scripts.upstream import Upstream

from artesian.model.definition import Definition, SourceKind
from artesian.model.host import Os
from artesian.model.query import NoMatch
from artesian.model.release import Format, RawAsset, RawRelease
from artesian.model.version import Newest
from artesian.refresh.assemble import assemble
from artesian.render.script import Part, script
from artesian.resolve.table import table

CATALOGUE = load().definitions
OWN = {
    definition.name: definition
    for definition in CATALOGUE
    if definition.source.kind is SourceKind.OWN and (definition.files or definition.piece)
}
ON_LINUX = sorted(
    name
    for name, package in OWN.items()
    if package.files and (not package.os or Os.LINUX in package.os)
)
VIM = sorted(name for name in OWN if name.startswith("vim-"))


def _part(name: str) -> Part:
    definition = _definition(name)
    rows = table(assemble(definition, ()), Newest())
    assert not isinstance(rows, NoMatch)
    return Part(name=definition.name, title=definition.title, rows=rows, definition=definition)


def _definition(name: str) -> Definition:
    return next(definition for known, definition in OWN.items() if known == name)


def _put(home: Home, name: str, body: str) -> None:
    file = home.programs / name
    file.unlink(missing_ok=True)
    file.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    file.chmod(0o755)


@pytest.mark.parametrize("name", ON_LINUX)
def test_scripts_and_settings_install(home: Home, name: str) -> None:
    """Every package of files installs, passes its own test, and its commands tell the version."""
    ran = home.run(script([_part(name)]))
    assert ran.status == 0, ran.err
    definition = _definition(name)
    assert f"{name} {definition.version} is ready" in ran.err
    files = home.files()
    for command in definition.recipe.commands:
        assert files[f".local/bin/{command.name}"].startswith("-> ")
    for link in definition.recipe.links:
        assert files[link.path.removeprefix("~/")].startswith("-> ")
    again = home.run(script([_part(name)]))
    assert again.status == 0, again.err
    assert {path for path in files if "/receipts/" not in path} <= set(home.files())


def test_a_font_installs(home: Home, upstream: Upstream) -> None:
    """A package without commands is linked to where its readers look."""
    definition = next(known for known in CATALOGUE if known.name == "nerdfont")
    data = pack({"DroidSansMNerdFontMono-Regular.otf": b"font"}, Format.TAR_XZ)
    file = RawAsset(name="DroidSansMono.tar.xz", url=upstream.add("DroidSansMono.tar.xz", data))
    release = RawRelease(tag="v3.4.0", assets=(file,))
    rows = table(assemble(definition, (release,)), Newest())
    assert not isinstance(rows, NoMatch)
    ran = home.run(
        script([Part(name=definition.name, title="font", rows=rows, definition=definition)])
    )
    assert ran.status == 0, ran.err
    fonts = home.folder / ".local/share/fonts/droid-sans-mono-nerd"
    assert (
        home.outside(fonts.readlink()) / "DroidSansMNerdFontMono-Regular.otf"
    ).read_bytes() == b"font"


@pytest.mark.parametrize("shell", SHELLS)
def test_vim_reads_its_settings(home: Home, shell: str) -> None:
    """All settings are read by Vim from one line each, however often they are installed, the leader's before others."""
    require("vim")
    (home.folder / ".vimrc").write_text('" mine\nnmap <Leader>w :w<CR>', "utf-8")  # no end of line
    text = script([_part(name) for name in VIM])
    for _ in range(2):
        ran = home.run(text, shell=shell)
        assert ran.status == 0, ran.err
    lines = (home.folder / ".vimrc").read_text("utf-8").splitlines()
    sources = [line for line in lines if "source ~/.vim/plugins/" in line]
    assert len(sources) == len(set(sources)) == len(VIM) == 8
    assert lines.index("silent! source ~/.vim/plugins/leader.vim") < lines.index('" mine')
    assert lines.index("silent! source ~/.vim/plugins/spell.vim") > lines.index('" mine')
    settings = ["expandtab?", "ignorecase?", "spell?", "mouse?", "viminfo?", "shell?", "listchars?"]
    asked = " ".join(f"-c 'verbose set {one}'" for one in settings)
    said = home.run(
        f"/usr/bin/vim -N -e -s -u ~/.vimrc -c 'verbose nmap <Space>w' {asked} -c q 2>&1"
    )
    words = said.out.split()
    assert {"expandtab", "ignorecase", "spell", "mouse=a", "shell=sh"} <= set(words), said.out
    assert "Error" not in said.out
    assert "E4" not in said.out
    assert "<Space>w" in words


def test_a_start_file_elsewhere_is_used_and_links_stay(home: Home) -> None:
    """~/.vim/vimrc counts where there is no ~/.vimrc, and a start file that is a link stays one."""
    (home.folder / ".vim").mkdir()
    (home.folder / "dotfiles").mkdir()
    (home.folder / "dotfiles/vimrc").write_text('" mine\n', "utf-8")
    (home.folder / ".vim/vimrc").symlink_to("../dotfiles/vimrc")
    ran = home.run(script([_part("vim-smartcase")]))
    assert ran.status == 0, ran.err
    assert not (home.folder / ".vimrc").exists()
    assert (home.folder / ".vim/vimrc").is_symlink()
    read = (home.folder / "dotfiles/vimrc").read_text("utf-8")
    assert read == '" mine\nsilent! source ~/.vim/plugins/smartcase.vim\n'


def test_a_new_start_file_keeps_vims_defaults(home: Home) -> None:
    """Without a start file Vim has defaults of its own, which the new file brings in first."""
    ran = home.run(script([_part("vim-spell")]))
    assert ran.status == 0, ran.err
    first, second = (home.folder / ".vimrc").read_text("utf-8").splitlines()
    assert first == "silent! source $VIMRUNTIME/defaults.vim"
    assert second == "silent! source ~/.vim/plugins/spell.vim"


@pytest.mark.parametrize("name", ["prettier", "jshint", "redis-commander"])
def test_npm_puts_commands_beside_all_others(home: Home, name: str) -> None:
    """What npm installs goes below ~/.local, at each run the newest."""
    _put(home, "npm", 'echo "npm $*"; mkdir -p "$HOME/.local/bin"')
    for _ in range(2):
        ran = home.run(script([_part(name)]))
        assert ran.status == 0, ran.err
        wanted = (
            f"npm install --global --no-fund --no-audit --prefix {home.inside}/.local {name}@latest"
        )
        assert wanted in ran.out


# A curl that knows where to put what it got, as $file.
_SAVE = """for word; do
    case $word in -o) is_next=1 ;; *) [ -z "${is_next-}" ] || file=$word; is_next= ;; esac
done"""
_CURL = f"""{_SAVE}
printf '%s\\n' '#!/bin/sh' 'echo "ran with [$*]"' >"$file" """


@pytest.mark.parametrize(
    ("name", "url", "arguments"),
    [
        ("rustlang", "https://sh.rustup.rs", "-y"),
        (
            "pyenv",
            "https://raw.githubusercontent.com/pyenv/pyenv-installer/master/bin/pyenv-installer",
            "",
        ),
        (
            "iterm2-utils",
            "https://iterm2.com/shell_integration/install_shell_integration_and_utilities.sh",
            "",
        ),
    ],
)
def test_installers_of_others_are_named_and_never_called_verified(
    home: Home, name: str, url: str, arguments: str
) -> None:
    """An upstream's own script is fetched to a file, its origin and sha256 are shown, and then it runs."""
    _put(home, "curl", _CURL)
    ran = home.run(script([_part(name)]))
    assert ran.status == 0, ran.err
    assert f"ran with [{arguments}]" in ran.out
    assert f"Running {url}" in ran.err
    assert "not verified" in ran.err
    assert "Verified" not in ran.err


def test_python_is_the_newest_that_pyenv_knows(home: Home) -> None:
    """Pyenv builds the last finished version of its line, and has it in force; python2 stands behind that."""
    folder = home.folder / ".pyenv/bin"
    folder.mkdir(parents=True)
    pyenv = folder / "pyenv"
    pyenv.write_text(
        "#!/bin/sh\n"
        'case $* in "install --list") printf "  %s\\n" 2.7.18 3.13.9 3.14.0 3.14.1 3.15.0a2 3.15-dev pypy3.11 ;;\n'
        'global) cat "$HOME/global" 2>/dev/null || echo system ;;\n'
        'global*) shift; printf "%s\\n" "$@" >"$HOME/global" ;;\n'
        '*) echo "pyenv $*" ;; esac\n',
        "utf-8",
    )
    pyenv.chmod(0o755)
    ran = home.run(script([_part("python"), _part("python2")]))
    assert ran.status == 0, ran.err
    assert "pyenv install --skip-existing 3.14.1" in ran.out
    assert "pyenv install --skip-existing 2.7.18" in ran.out
    assert (home.folder / "global").read_text("utf-8").split() == ["3.14.1", "2.7.18"]
    home.run(script([_part("python2")]))
    assert (home.folder / "global").read_text("utf-8").split() == ["3.14.1", "2.7.18"]


def test_go_essentials_tells_what_could_not_be_built(home: Home) -> None:
    """One tool that fails doesn't keep the others away, and is told; the status says so, too."""
    _put(
        home,
        "go",
        'case $* in env*GOPATH) echo "$HOME/go" ;; env*) ;; *golint*) exit 1 ;; *) echo "go $*" ;; esac',
    )
    ran = home.run(script([_part("go-essentials")]))
    assert ran.status == 70
    assert "go install golang.org/x/tools/gopls@latest" in ran.out
    assert "could not be built: golang.org/x/lint/golint" in ran.err


def test_brew_is_cloned_once(home: Home) -> None:
    """Homebrew is cloned, then left to itself."""
    _put(home, "git", 'echo "git $*"; for last; do :; done; mkdir -p "$last/.git" "$last/bin"')
    assert "git clone" in home.run(script([_part("brew")])).out
    ran = home.run(script([_part("brew")]))
    assert ran.status == 0, ran.err
    assert "is in" in ran.err
    assert "git clone" not in ran.out
    assert ".local/opt/brew" in (home.folder / ".local/share/artesian/paths.sh").read_text("utf-8")


@pytest.mark.parametrize(
    "name", ["commandlinetools", "iterm2-themes", "sudo", "vcruntime", "wsl", "wsl1", "wsl2"]
)
def test_packages_of_other_systems_say_so(home: Home, name: str) -> None:
    """What isn't for this system is refused with a word about what to do, before anything is made."""
    ran = home.run(script([_part(name)]))
    assert ran.status == 69
    assert _definition(name).elsewhere in ran.err
    assert home.files() == {}


def test_webi_comes_from_the_server_of_its_installer(home: Home, upstream: Upstream) -> None:
    """The command is fetched from where the installer came from, and again at each run."""
    for text in (b"echo one\n", b"echo two\n"):
        upstream.add("packages/webi/webi.sh", b"#!/bin/sh\n" + text)
        ran = home.run(script([_part("webi")], public_url=upstream.url))
        assert ran.status == 0, ran.err
        assert (home.folder / ".local/bin/webi").read_bytes().endswith(text)
    assert not (home.folder / ".local/bin/webi").is_symlink()


def test_sets_tell_what_only_root_can_install(home: Home) -> None:
    """What the system's package manager must bring is named with its command, and nothing is run."""
    _put(home, "apt-get", "echo it ran")
    ran = home.run(script([_part("webi-essentials"), _part("beyond-shell")]))
    assert ran.status == 0, ran.err
    assert "As root: apt-get install wget zip" in ran.err
    assert "for your system's package manager: vim zip" in ran.err
    assert "it ran" not in ran.out


def test_a_module_of_powershell_is_for_this_user_alone(home: Home) -> None:
    """PSScriptAnalyzer comes from PowerShell's own gallery, by PowerShell."""
    _put(home, "pwsh", 'printf "%s\\n" "$@"')
    ran = home.run(script([_part("psscriptanalyzer")]))
    assert ran.status == 0, ran.err
    assert "Install-Module PSScriptAnalyzer -Repository PSGallery -Scope CurrentUser" in ran.out


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("wsl", "-ArgumentList '--install', '--distribution', 'Ubuntu' -Verb RunAs"),
        ("wsl1", "/featurename:Microsoft-Windows-Subsystem-Linux"),
        ("wsl2", "-ArgumentList '--install', '--no-distribution' -Verb RunAs"),
    ],
)
def test_windows_asks_for_an_administrator(home: Home, name: str, wanted: str) -> None:
    """On Windows a part of the system is enabled by Windows, which asks; that is said before."""
    _put(home, "uname", "echo MINGW64_NT-10.0-19045 x86_64")
    _put(home, "powershell.exe", 'printf "%s\\n" "$@"')
    ran = home.run(script([_part(name)]))
    assert ran.status == 0, ran.err
    assert wanted in ran.out
    assert "Windows asks for an administrator" in ran.err


@pytest.mark.parametrize(
    ("processor", "kind", "status"),
    # 3010 and 1638, as a shell sees them.
    [("AMD64", "x64", 0), ("ARM64", "arm64", 194), ("x86", "x86", 102)],
)
def test_the_runtime_of_visual_c_fits_the_processor(
    home: Home, processor: str, kind: str, status: int
) -> None:
    """Microsoft's installer of the right kind runs; that it wants a restart, or is older, is no failure."""
    _put(home, "uname", "echo MINGW64_NT-10.0-19045 x86_64")
    installer = f"#!/bin/sh\necho ran $*\nexit {status}\n"
    _put(home, "curl", f"{_SAVE}\nprintf '%s' '{installer}' >\"$file\"; chmod +x \"$file\"")
    ran = home.run(script([_part("vcruntime")]), environment={"PROCESSOR_ARCHITECTURE": processor})
    assert ran.status == 0, ran.err
    assert f"https://aka.ms/vs/17/release/vc_redist.{kind}.exe" in ran.err
    assert "ran -install -passive -norestart" in ran.out


def test_sudo_of_windows_is_a_file_of_cmd(home: Home) -> None:
    """The file has the ends of lines that cmd.exe wants, and stands beside the other commands."""
    _put(home, "uname", "echo MINGW64_NT-10.0-19045 x86_64")
    ran = home.run(script([_part("sudo")]))
    assert ran.status == 0, ran.err
    text = (home.folder / ".local/bin/sudo.cmd").read_bytes()
    assert text.startswith(b"@echo off\r\n")
    assert text.count(b"\n") == text.count(b"\r\n")
