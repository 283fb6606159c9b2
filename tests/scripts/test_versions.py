"""More than one version, more than one process: switch, undo, kill, two at once."""

import signal
import time
from collections.abc import Callable, Sequence

import pytest
from tests.scripts.archives import pack, tool
from tests.scripts.installs import SHELLS, Home, part, row
from tests.scripts.upstream import Upstream

from artesian.model.definition import Command, Layout, Recipe, TestRun
from artesian.model.release import Format
from artesian.render.script import script

TREE = Recipe(
    commands=(Command(name="tool", file="bin/tool"),),
    layout=Layout.TREE,
    man=("*.1",),
    test=TestRun(command="tool", expect="tool {version}"),
)
PAGES = Recipe(
    commands=(Command(name="tool", file="tool"),),
    man=("*.1",),
    completions_bash=("*.bash",),
    test=TestRun(command="tool", expect="tool {version}"),
)
# Every step that an install takes by a program of its own is a place to be killed at; this many cover them all.
STEPS = 60


def installer(upstream: Upstream, version: str, recipe: Recipe = PAGES, **files: bytes) -> str:
    """Make an installer of one version, by default with a man page and a completion."""
    prefix = f"tool-{version}/"
    inner = {"bin/tool" if recipe is TREE else "tool": tool(version)}
    inner |= {name.replace("_", "."): data for name, data in files.items()}
    data = pack({prefix + name: data for name, data in inner.items()}, Format.TAR_GZ)
    return script([part(row(upstream, data, version=version, recipe=recipe))])


@pytest.mark.parametrize("recipe", [PAGES, TREE], ids=["commands", "tree"])
@pytest.mark.parametrize("shell", SHELLS)
def test_switching_versions(shell: str, recipe: Recipe, home: Home, upstream: Upstream) -> None:
    """Old versions stay; asking for one again switches to it without any download."""
    one = installer(upstream, "1.0", recipe, tool_1=b"page 1.0", more_1=b"only in 1.0")
    two = installer(upstream, "2.0", recipe, tool_1=b"page 2.0")
    assert [home.run(text, shell=shell).status for text in (one, two)] == [0, 0]
    second = home.files()
    man = home.folder / ".local/share/man/man1"
    assert home.says() == "tool 2.0"
    assert [path.name for path in man.iterdir()] == ["tool.1"]
    assert home.outside((man / "tool.1").readlink()).read_bytes() == b"page 2.0"
    upstream.asked.clear()
    ran = home.run(one, shell=shell)
    assert (ran.status, home.says(), upstream.asked) == (0, "tool 1.0", [])
    assert "Switching tool from 2.0 to 1.0" in ran.err
    assert sorted(path.name for path in man.iterdir()) == ["more.1", "tool.1"]
    if recipe is TREE:
        assert str((home.folder / ".local/opt/tool").readlink()).endswith("/opt/tool-v1.0")
    assert home.run(two, shell=shell).status == 0
    changed = {name for name, data in home.files().items() if second.get(name) != data}
    assert changed <= {".local/share/artesian/receipts/tool"}
    assert set(home.files()) == set(second)


def test_a_build_without_checksum_is_known_by_its_url(home: Home, upstream: Upstream) -> None:
    """Where no checksum is known, the same URL of the same version is the same build, another one isn't."""
    data = pack({"tool": tool("1.0")}, Format.TAR_GZ)
    first = row(upstream, data, version="1.0", checksum=None)
    moved = row(upstream, data, version="1.0", checksum=None, urls=[upstream.add("new.gz", data)])
    home.run(script([part(first)]))
    upstream.asked.clear()
    assert "already installed" in home.run(script([part(first)])).err
    assert upstream.asked == []
    assert home.run(script([part(moved)])).status == 0
    assert upstream.asked


@pytest.mark.parametrize("shell", SHELLS)
def test_already_installed(shell: str, home: Home, upstream: Upstream) -> None:
    """The second time nothing is downloaded and nothing changes; --force installs again."""
    text = installer(upstream, "1.0")
    home.run(text, shell=shell)
    before = home.files()
    upstream.asked.clear()
    ran = home.run(text, shell=shell)
    assert (ran.status, upstream.asked, home.files()) == (0, [], before)
    assert "already installed" in ran.err
    (home.folder / ".cache").rename(home.folder / "away")
    assert home.run(text, "--force", shell=shell).status == 0
    assert len(upstream.asked) == 1


@pytest.mark.parametrize("damage", ["command", "folder", "page", "receipt", "rebuilt"])
def test_what_was_changed_is_installed_again(damage: str, home: Home, upstream: Upstream) -> None:
    """A version that is there, but not as it was installed, or is another build now, is no reason to do nothing."""
    text = installer(upstream, "1.0", tool_1=b"page")
    home.run(text)
    folder = home.folder / ".local/opt/tool-v1.0"
    match damage:
        case "command":
            (folder / "bin/tool").write_bytes(b"damaged")
        case "folder":
            folder.rename(home.folder / "away")
        case "page":
            (folder / "share/man/man1/tool.1").unlink()
        case "receipt":
            (home.folder / ".local/share/artesian/receipts/tool").unlink()
        case _:
            text = installer(upstream, "1.0", tool_1=b"another page")
    ran = home.run(text, *(["--force"] if damage == "receipt" else []))
    assert (ran.status, home.says()) == (0, "tool 1.0"), ran.err
    assert "already" not in ran.err


def test_a_folder_that_is_not_ours(home: Home, upstream: Upstream) -> None:
    """A folder of the right name that no receipt knows is somebody's: it stays, unless --force."""
    folder = home.folder / ".local/opt/tool-v1.0"
    folder.mkdir(parents=True)
    (folder / "mine").write_text("mine")
    text = installer(upstream, "1.0")
    assert home.run(text).status == 73
    assert (folder / "mine").exists()
    assert home.run(text, "--force").status == 0
    assert not (folder / "mine").exists()


def test_foreign_links_are_told_and_put_back(home: Home, upstream: Upstream) -> None:
    """A link is replaced and told of; when the install fails later, it is what it was."""
    bin_ = home.folder / ".local/bin"
    bin_.mkdir(parents=True)
    (bin_ / "tool").symlink_to("/opt/other/tool")
    before = home.files()
    fail_mv(home, "*/receipts/tool", at=2)
    ran = home.run(installer(upstream, "1.0", tool_1=b"page"))
    assert ran.status in {73, 77}, ran.err
    (home.folder / "failed").unlink()
    assert {k: v for k, v in home.files().items() if ".cache" not in k} == before
    assert "a link to /opt/other/tool" in ran.err
    home.equip()
    assert home.run(installer(upstream, "1.0")).status == 0
    assert home.says() == "tool 1.0"


@pytest.mark.parametrize(
    "shell", [shell for shell in SHELLS if shell != "busybox"]
)  # it has its own mv
@pytest.mark.parametrize("step", ["publish", "link", "page", "receipt"])
@pytest.mark.parametrize("recipe", [PAGES, TREE], ids=["commands", "tree"])
def test_a_failure_at_each_step_is_undone(
    recipe: Recipe, step: str, shell: str, home: Home, upstream: Upstream
) -> None:
    """Whatever step fails after the test has passed: everything is as it was before."""
    home.run(installer(upstream, "1.0", recipe, tool_1=b"page 1", old_1=b"old"), shell=shell)
    before = home.files()
    place = {
        "publish": "*/opt/tool-v2.0",
        "link": "*/bin/tool",
        "page": "*/man1/tool.1",
        "receipt": "*/receipts/tool",
    }[step]
    fail_mv(home, place)
    ran = home.run(installer(upstream, "2.0", recipe, tool_1=b"page 2"), shell=shell)
    assert ran.status in {73, 77}, ran.err
    (home.folder / "failed").unlink()
    assert {k: v for k, v in home.files().items() if ".cache" not in k} == {
        k: v for k, v in before.items() if ".cache" not in k
    }


def fail_mv(home: Home, pattern: str, *, at: int = 1) -> None:
    """Let `mv` fail the `at`th time that its words match."""
    fail = f'printf x >>"$HOME/failed"; [ "$(wc -c <"$HOME/failed")" -ne {at} ] || exit 1'
    home.replace("mv", f'case $* in {pattern}) {fail} ;; esac; exec /bin/mv "$@"')


def kill_at(home: Home, step: int, name: str) -> None:
    """Make every program of PATH count, and the `step`th kill the whole session instead of running."""
    for program in [
        path for path in home.programs.iterdir() if path.name not in {"sh", "cat", "sleep"}
    ]:
        real = program.readlink()
        home.replace(
            program.name,
            f"printf x >>/home/new/.steps; read -r n </home/new/.steps; [ ${{#n}} -ne {step} ] || kill -{name} 0\n"
            f"""exec {real} "$@" """,
        )
        (home.folder / ".steps").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("name", "steps"),
    [(name, range(i, STEPS, 5)) for name in ("KILL", "TERM") for i in range(1, 6)]
    + [(name, range(3, STEPS, 7)) for name in ("INT", "HUP")],
)
def test_killed_at_each_step(
    name: str, steps: Sequence[int], new_home: Callable[..., Home], upstream: Upstream
) -> None:
    """Killed anywhere, a working version is in force; the next run repairs what a KILL could not clean up."""
    start = new_home("start")
    start.run(installer(upstream, "1.0", tool_1=b"page 1"))
    text = installer(upstream, "2.0", tool_1=b"page 2")
    ran = None
    for step in steps:
        home = new_home(f"at-{step}", like=start)
        kill_at(home, step, name)
        ran = home.run(text)
        (home.folder / ".steps").unlink(missing_ok=True)
        assert home.says() in {"tool 1.0", "tool 2.0"}, (step, ran.err)
        if name != "KILL":
            left = [n for n in home.files() if ".artesian" in n]
            assert (left, list((home.folder / ".local/opt").glob(".artesian*"))) == ([], []), step
            assert ran.status in {0, 128 + signal.Signals[f"SIG{name}"]}, (step, ran.err)
            in_receipt = (home.folder / ".local/share/artesian/receipts/tool").read_text()
            assert f"\ncurrent {home.says().removeprefix('tool ')}\n" in in_receipt, step
        home.equip()
        again = home.run(text)
        assert (again.status, home.says()) == (0, "tool 2.0"), (step, again.err)
    assert ran is not None
    assert ran.status == 0  # the last step comes after the end: all have been tried


@pytest.mark.parametrize("shell", [shell for shell in SHELLS if shell != "busybox"])  # see above
@pytest.mark.parametrize(("name", "status"), [("HUP", 129), ("INT", 130), ("TERM", 143)])
@pytest.mark.parametrize("program", ["curl", "find", "mv"])
def test_every_shell_cleans_up_after_a_signal(
    program: str, name: str, status: int, shell: str, home: Home, upstream: Upstream
) -> None:
    """A signal during download, staging or publishing ends in its status, and leaves nothing but the cache."""
    home.run(installer(upstream, "1.0"), shell=shell)
    before = home.files()
    real = (home.programs / program).readlink()
    condition = "*.local*" if program == "mv" else "*"
    home.replace(program, f'case $* in {condition}) kill -{name} 0 ;; esac; exec {real} "$@"')
    ran = home.run(installer(upstream, "2.0"), shell=shell)
    assert ran.status == status, ran.err
    assert {k: v for k, v in home.files().items() if ".cache" not in k} == {
        k: v for k, v in before.items() if ".cache" not in k
    }
    assert list((home.folder / ".local/opt").glob(".artesian*")) == []


@pytest.mark.parametrize("shell", ["dash", "busybox", "mksh", "zsh"])
@pytest.mark.parametrize("same", [True, False], ids=["same", "different"])
def test_many_at_once(shell: str, same: bool, home: Home, upstream: Upstream) -> None:
    """Installs at the same time, of one version or of several, leave one that works, and PATH lines once."""
    versions = ["1.0"] * 5 if same else ["1.0", "1.1", "1.2", "1.3", "1.4"]
    (home.folder / ".bashrc").write_text("")
    texts = [installer(upstream, version, tool_1=b"page") for version in versions]
    running = [home.start(text, shell=shell) for text in texts]
    ended = [(process.communicate(timeout=60)[1], process.returncode) for process in running]
    assert [status for _, status in ended] == [0] * 5, ended
    assert home.says() in {f"tool {version}" for version in versions}
    receipt = (home.folder / ".local/share/artesian/receipts/tool").read_text()
    assert f"\ncurrent {home.says().removeprefix('tool ')}\n" in receipt
    for version in set(versions):
        assert receipt.count(f"\nversion {version}\n") == 1
        assert (home.folder / f".local/opt/tool-v{version}/bin/tool").read_bytes() == tool(version)
    assert (home.folder / ".bashrc").read_text().count(
        "env.sh"
    ) == 2  # tested for, and read: one line
    assert (home.folder / ".bashrc").read_text().count("\n") == 1
    left = [*(home.folder / ".local").rglob(".artesian*"), *home.folder.rglob("*.part.*")]
    assert left == []


def test_two_packages_at_once(home: Home, upstream: Upstream) -> None:
    """Different packages don't meet."""
    other = Recipe(commands=(Command(name="other", file="other"),))
    data = pack({"other": tool("9")}, Format.ZIP)
    texts = [
        installer(upstream, "1.0"),
        script([part(row(upstream, data, Format.ZIP, version="9", recipe=other), name="other")]),
    ]
    running = [home.start(text) for text in texts]
    for process in running:
        process.communicate(timeout=60)
    assert [process.returncode for process in running] == [0, 0]
    assert (home.says(), home.says("other")) == ("tool 1.0", "tool 9")


def test_a_lock_left_by_the_dead(home: Home, upstream: Upstream) -> None:
    """A lock whose holder is gone doesn't hold anybody up."""
    opt = home.folder / ".local/opt"
    opt.mkdir(parents=True)
    (opt / ".artesian-lock").symlink_to("999999")
    started = time.perf_counter()
    assert home.run(installer(upstream, "1.0")).status == 0
    assert time.perf_counter() - started < 5
    assert not (opt / ".artesian-lock").is_symlink()
