"""PATH: once, for sh, bash, zsh, fish and GitHub Actions; and what is said of commands that come first."""

import subprocess

import pytest
from tests.programs import require
from tests.scripts.archives import pack, tool
from tests.scripts.installs import SHELLS, Home, part, row
from tests.scripts.upstream import Upstream

from artesian.model.release import Format
from artesian.render.script import script

ALL = (
    ".profile",
    ".bashrc",
    ".bash_profile",
    ".zshrc",
    ".kshrc",
    ".mkshrc",
    ".config/fish/config.fish",
)


def installer(upstream: Upstream) -> str:
    return script([part(row(upstream, pack({"tool": tool("1.2.3")}, Format.TAR_GZ)))])


@pytest.mark.parametrize("shell", SHELLS)
def test_one_line_in_each_start_file(shell: str, home: Home, upstream: Upstream) -> None:
    """Three runs add one line to every start file that exists, below what was there, and make no other."""
    for name in ALL:
        (home.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (home.folder / name).write_text("# mine, without an end of line")
    text = installer(upstream)
    assert [home.run(text, *words, shell=shell).status for words in ([], [], ["--force"])] == [
        0,
        0,
        0,
    ]
    for name in ALL:
        lines = (home.folder / name).read_text().splitlines()
        assert (lines[0], len(lines)) == ("# mine, without an end of line", 2)
        assert "$HOME/.local/share/artesian/env." in lines[1]
    assert ".bash_login" not in home.files()


@pytest.mark.parametrize(
    ("login_shell", "made"),
    [
        ("/bin/bash", ".profile"),
        ("/bin/sh", ".profile"),
        ("", ".profile"),
        ("/usr/bin/zsh", ".zshrc"),
        ("/usr/bin/fish", ".config/fish/config.fish"),
    ],
)
def test_the_usual_start_file_is_made(
    login_shell: str, made: str, home: Home, upstream: Upstream
) -> None:
    """If the login shell has no start file, its usual one is made; others aren't."""
    (home.folder / ".mkshrc").write_text("")
    home.run(installer(upstream), environment={"SHELL": login_shell})
    assert {name for name in home.files() if name in ALL} == {".mkshrc", made}


def test_a_start_file_of_the_login_shell_is_enough(home: Home, upstream: Upstream) -> None:
    """Bash with a .bashrc gets no .profile."""
    (home.folder / ".bashrc").write_text("")
    home.run(installer(upstream), environment={"SHELL": "/bin/bash"})
    assert ".profile" not in home.files()


@pytest.mark.parametrize(
    "command",
    [
        ["bash", "-ic"],
        ["bash", "-lc"],
        ["dash", "-lc"],
        ["zsh", "-ic"],
        ["fish", "-c"],
        ["mksh", "-ic"],
        ["busybox", "sh", "-lc"],
    ],
    ids=" ".join,
)
def test_a_new_shell_finds_the_command(command: list[str], home: Home, upstream: Upstream) -> None:
    """A new terminal, whatever its shell, has the command on PATH, and only once."""
    require(command[0])
    for name in ALL:
        (home.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (home.folder / name).write_text("")
    text = installer(upstream)
    home.run(text)
    if home.inside != str(home.folder):  # links hold the path inside the sandbox
        link = home.folder / ".local/bin/tool"
        target = home.outside(link.readlink())
        link.unlink()
        link.symlink_to(target)
    environment = {"HOME": str(home.folder), "PATH": "/usr/bin:/bin", "TERM": "dumb"}
    join = "string join : $PATH" if command[0] == "fish" else 'echo "$PATH"'
    ran = subprocess.run(
        [*command, f"tool; {join}; {' '.join(command)} {join!r}"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    first, path, inner = ran.stdout.splitlines()[:3]
    assert first.startswith("tool 1.2.3")
    assert [p.split(":").count(f"{home.folder}/.local/bin") for p in (path, inner)] == [1, 1]


def test_a_path_that_has_it_is_left_alone(home: Home, upstream: Upstream) -> None:
    """If PATH has the folder already, no start file is touched."""
    (home.folder / ".bashrc").write_text("")
    ran = home.run(
        installer(upstream), environment={"PATH": f"{home.path}:{home.inside}/.local/bin/"}
    )
    assert (ran.status, (home.folder / ".bashrc").read_text()) == (0, "")
    assert ".local/share/artesian/env.sh" not in home.files()


def test_homes_of_another_kind(home: Home, upstream: Upstream) -> None:
    """Where PATH can't hold the folder, or nobody's start files are there, the rest is done and that is said."""
    (home.folder / "a:b").mkdir()
    text = installer(upstream)
    ran = home.run(text, environment={"HOME": f"{home.inside}/a:b"})
    assert ran.status == 0, ran.err
    assert "put " in ran.err
    assert not (home.folder / "a:b/.profile").exists()
    for place in ("/proc/nobody", ""):
        ran = home.run(
            text,
            "--prefix",
            f"{home.inside}/sub",
            environment={"HOME": place, "SHELL": "/bin/sh"},
        )
        assert ran.status == 0
        for words in ("cannot create", "Added", "New terminals"):
            assert words not in ran.err
        settings = (home.folder / "sub/share/artesian/env.sh").read_text()
        assert f'PATH="{home.inside}/sub/bin:$PATH"' in settings


def test_no_path(home: Home, upstream: Upstream) -> None:
    """--no-path leaves start files and GITHUB_PATH alone."""
    (home.folder / ".bashrc").write_text("")
    (home.folder / "github").write_text("")
    ran = home.run(
        installer(upstream), "--no-path", environment={"GITHUB_PATH": f"{home.inside}/github"}
    )
    assert ran.status == 0
    assert [(home.folder / name).read_text() for name in (".bashrc", "github")] == ["", ""]


def test_github_actions(home: Home, upstream: Upstream) -> None:
    """In GitHub Actions the folder goes to GITHUB_PATH, once."""
    (home.folder / "github").write_text("/other")
    for _ in range(2):
        home.run(installer(upstream), environment={"GITHUB_PATH": f"{home.inside}/github"})
    assert (home.folder / "github").read_text() == f"/other\n{home.inside}/.local/bin\n"


def test_a_start_file_that_cannot_be_written(home: Home, upstream: Upstream) -> None:
    """The install succeeds, and the line to add by hand is shown."""
    require("bwrap")
    (home.folder / ".bashrc").write_text("")
    rc = f"{home.inside}/.bashrc"
    ran = home.run(installer(upstream), sandbox=["--ro-bind", str(home.folder / ".bashrc"), rc])
    assert ran.status == 0, ran.err
    assert "can't write ~/.bashrc; PATH needs this line there:" in ran.err


def test_zdotdir_and_xdg(home: Home, upstream: Upstream) -> None:
    """Start files and data are where their own rules put them."""
    (home.folder / "z").mkdir()
    (home.folder / "z/.zshrc").write_text("")
    home.run(
        installer(upstream),
        environment={
            "ZDOTDIR": f"{home.inside}/z",
            "XDG_DATA_HOME": f"{home.inside}/data",
            "XDG_CACHE_HOME": "relative/is/ignored",
            "SHELL": "/bin/zsh",
        },
    )
    assert "$HOME/data/artesian/env.sh" in (home.folder / "z/.zshrc").read_text()
    assert {"data/artesian/receipts/tool", "z/.zshrc"} <= set(home.files())
    assert any(name.startswith(".cache/artesian/") for name in home.files())


@pytest.mark.parametrize("shell", SHELLS)
def test_a_command_that_comes_first(shell: str, home: Home, upstream: Upstream) -> None:
    """Another command of that name earlier on PATH is told of."""
    home.replace("tool", "echo other")
    paths = [f"{home.inside}/.local/bin", home.path]
    text = installer(upstream)
    later = home.run(text, environment={"PATH": ":".join(reversed(paths))}, shell=shell)
    assert later.status == 0
    assert f"{home.path}/tool comes before" in later.err
    first = home.run(text, environment={"PATH": ":".join(paths)}, shell=shell)
    assert (first.status, "comes before" in first.err) == (0, False)


@pytest.mark.parametrize(("downloader", "progress"), [("curl", "100.0%"), ("wget", "100%")])
def test_a_terminal(downloader: str, progress: str, home: Home, upstream: Upstream) -> None:
    """On a terminal there is a progress bar and colour; NO_COLOR takes the colour away."""
    require("script", "bwrap")
    home.equip(downloader)
    (home.folder / "i.sh").write_text(installer(upstream))
    (home.programs / "script").symlink_to("/usr/bin/script")
    for no_color, has_colour in (("", True), ("1", False)):
        ran = home.run(
            'exec script -qec "sh -s -- --force <$HOME/i.sh" /dev/null',
            environment={"TERM": "xterm", "NO_COLOR": no_color, "SHELL": "/bin/sh"},
        )
        assert (ran.status, "\033[1m" in ran.out) == (0, has_colour), ran.out
        assert progress in ran.out
        (home.folder / ".cache").rename(home.folder / f"cache{no_color}")
