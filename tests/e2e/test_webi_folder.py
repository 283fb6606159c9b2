"""A folder in Webi's format, unchanged: `artesian up --catalogue` serves it, and its packages install."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.e2e.client import SHELLS, Client, succeeded
from tests.e2e.forge import forge
from tests.webi import FOLDERS, INSTALLED, write_webi

from artesian.sim.server import free_port, running_server

ARTESIAN = Path(sys.executable).parent / "artesian"
LIMIT_S = 60.0
OWN = ("hello", "tools", "vim-clone")
FETCHED = (
    "vim-both",
    "tool-bin",
    "tool-other",
    "tool-tree",
    "tool-plain",
    "tool-source",
    "vim-release",
    "ours",
)


@dataclass(frozen=True, slots=True)
class Site:
    """A server over the folder."""

    origin: str

    def get(self, path: str) -> tuple[int, str]:
        """Ask as curl does."""
        request = urllib.request.Request(f"{self.origin}{path}", headers={"User-Agent": "curl/8"})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def wait(self, *names: str) -> None:
        """Wait until packages are served."""
        end = time.monotonic() + LIMIT_S  # noqa: TID251 - real processes
        for name in names:
            while self.get(f"/{name}.sh")[0] != 200:
                assert time.monotonic() < end, f"{name}: {self.get(f'/{name}.sh')}"  # noqa: TID251
                time.sleep(0.1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`artesian up` on the folder, with a forge that has its releases; all of them are fetched."""
    folder = tmp_path_factory.mktemp("webi")
    with forge(folder / "repositories") as upstream:
        catalogue = write_webi(folder / "catalogue", upstream)
        data, port = folder / "data", free_port()
        # A writer alone would take its time with one host.
        options = ("refresh", "--once", "--data", str(data), "--catalogue", str(catalogue))
        succeeded(subprocess.run([ARTESIAN, *options], capture_output=True, text=True, check=False))
        with running_server(command_line(data, port, catalogue), port) as origin:
            found = Site(origin)
            found.wait(*OWN, *FETCHED)
            yield found


def command_line(data: Path, port: int, *catalogues: Path) -> list[str]:
    """Spell `artesian up` over catalogues, with no port but its own."""
    env = (f"ARTESIAN_DATA_DIR={data}", "ARTESIAN_METRICS_PORT=0", "ARTESIAN_WRITER_METRICS_PORT=0")
    options = [option for each in catalogues for option in ("--catalogue", str(each))]
    return ["env", *env, str(ARTESIAN), "up", "--port", str(port), *options]


@pytest.mark.parametrize("shell", SHELLS)
def test_one_command_out_of_an_archive(site: Site, client: Client, shell: str) -> None:
    """In every shell the piece's own layout is made, from a file whose checksum was verified before."""
    done = replace(client, shell=shell).install(f"{site.origin}/tool-bin")
    succeeded(done)
    assert "not verified" not in done.stdout + done.stderr
    assert succeeded(client.run("~/.local/bin/tool")) == "tool 1.2.0\n"
    assert succeeded(client.run("readlink ~/.local/bin/tool")).endswith(
        "/.local/opt/tool-v1.2.0/bin/tool\n"
    )


@pytest.mark.parametrize("name", INSTALLED)
def test_each_kind_installs(site: Site, client: Client, name: str) -> None:
    """Commands, trees, source scripts, clones, scripts, sets, aliases of all sorts: what each is to leave is there."""
    succeeded(client.install(f"{site.origin}/{name}"))
    for path in INSTALLED[name]:
        assert succeeded(client.run(f"ls -d ~/{path}"))


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", ["tool-tree", "hello"])
def test_trees_and_scripts_in_every_shell(
    site: Site, client: Client, name: str, shell: str
) -> None:
    """A tree's command is on PATH of new shells; a script fetched the file beside it, from where it came itself."""
    succeeded(replace(client, shell=shell).install(f"{site.origin}/{name}"))
    if name == "hello":
        assert succeeded(client.run("~/.local/bin/hello")) == "hello from here\n"
    else:
        assert succeeded(client.run("~/.local/opt/tree-tool/bin/tree-tool")) == "tree-tool 2.0.0\n"


def test_a_clone_is_at_the_tag_that_the_server_chose(site: Site, client: Client) -> None:
    """Not at what the repository has become since; but a script that clones by itself does as it likes, alone."""
    for name, release, clones in (("vim-release", 1, 1), ("vim-both", 2, 0)):
        done = client.install(f"{site.origin}/{name}")
        succeeded(done)
        shown = client.run(f"cat ~/.vim/pack/plugins/start/{name}/plugin/release.vim")
        assert succeeded(shown) == f"let g:release = {release}\n"
        assert done.stderr.count("Verified commit") == clones


def test_a_second_install_changes_nothing(site: Site, client: Client) -> None:
    """What is there is told, and stays."""
    succeeded(client.install(f"{site.origin}/tool-bin"))
    before = succeeded(client.run("cd && find .local/bin .local/opt | sort"))
    succeeded(client.install(f"{site.origin}/tool-bin"))
    assert succeeded(client.run("cd && find .local/bin .local/opt | sort")) == before


def test_what_has_no_build_here_says_so(site: Site, client: Client) -> None:
    """A package for Windows alone, one without an installer, and those that couldn't be loaded."""
    site.wait("tool-windows", "tool-exe")
    done = client.install(f"{site.origin}/tool-exe")
    assert done.returncode == 69
    # Its script asks for no build, and has something to say itself.
    done = client.install(f"{site.origin}/tool-windows")
    assert (done.returncode, "use your package manager" in done.stderr) == (70, True)
    assert site.get("/sheet-only.sh")[0] == 404
    assert "it is a cheat sheet, and has no installer" in site.get("/sheet-only.sh")[1]
    for name in ("conf-only", "no-readme", "bad-conf", "node_modules"):
        assert site.get(f"/{name}.sh")[0] == 404


def test_static_files_are_served_beside_it(site: Site) -> None:
    """By the package's name, and by its aliases."""
    text = FOLDERS["hello"]["hello.sh"]
    assert site.get("/packages/hello/hello.sh") == (200, text)
    assert site.get("/packages/hi/hello.sh") == (200, text)
    assert site.get("/packages/hello/README.md") == (200, FOLDERS["hello"]["README.md"])
    assert site.get("/packages/hello/releases.conf")[0] == 404


def test_the_list_of_releases_has_them(site: Site) -> None:
    """In Webi's form, for its own clients."""
    status, text = site.get("/api/releases/tool-bin@1.tab?os=linux&arch=amd64&limit=1")
    assert status == 200
    assert text.startswith("1.2.0\t-\tstable\t2026-01-02\tlinux\tamd64\ttar.gz\t")


def test_packages_without_an_upstream_need_no_network(tmp_path: Path, client: Client) -> None:
    """Where no upstream answers they are served at once, and the later of two folders has the last word."""
    first = write_webi(tmp_path / "first", "http://127.0.0.1:9")
    second = tmp_path / "second"
    (second / "hello").mkdir(parents=True)
    (second / "hello" / "README.md").write_text("---\ntitle: Hello\n---\n")
    (second / "hello" / "install.sh").write_text("echo hello from the second\n")
    port = free_port()
    with running_server(command_line(tmp_path / "data", port, first, second), port) as origin:
        site = Site(origin)
        site.wait("hello", "vim-clone")
        assert "hello from the second" in succeeded(client.install(f"{origin}/hello"))
