"""The `webi` command against a real server, in every shell: Webi's command line, and what goes wrong."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from urllib.request import urlopen

import pytest
from tests.programs import require
from tests.scripts.archives import pack, tool
from tests.scripts.installs import ASH, SHELLS, Home, Result
from tests.scripts.upstream import serve

from artesian.model.definition import Command, Definition, Recipe, Source, SourceKind
from artesian.model.host import Arch, Os
from artesian.model.names import PackageName
from artesian.model.release import Asset, Format, Release
from artesian.model.snapshot import Snapshot
from artesian.render.webi import client
from artesian.sim.server import command_line, free_port, running_server
from artesian.store.publish import Replace, publish

NOW = datetime(2026, 1, 2, tzinfo=UTC)
NAMES = ("one", "two", *(f"n{number}" for number in range(11)))
# What the command calls beyond what an installer does.
MORE = ("cut", "sed")


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Origin of a real server with a few packages whose upstream is here as well."""
    data, port = tmp_path_factory.mktemp("data"), free_port()
    with serve() as upstream:
        changes = {}
        for name in NAMES:
            releases = []
            for version in ("2.0.0", "1.5.0"):
                archive = pack({f"{name}/{name}": tool(version)}, Format.TAR_GZ)
                file = f"{name}-{version}-linux-amd64.tar.gz"
                asset = Asset(
                    name=file,
                    urls=(upstream.add(file, archive),),
                    os=Os.LINUX,
                    arch=Arch.AMD64,
                    format=Format.TAR_GZ,
                    sha256=sha256(archive).hexdigest(),
                )
                releases.append(Release(version=version, tag=f"v{version}", assets=(asset,)))
            changes[PackageName(name)] = Replace(
                snapshot=Snapshot(definition=_definition(name), releases=tuple(releases)),
                checked_at=NOW,
            )
        publish(data, changes, aliases={}, now=NOW, is_full=True)
        with running_server(command_line(data, port), port) as running:
            yield running


def _definition(name: str) -> Definition:
    return Definition(
        name=PackageName(name),
        title=name,
        source=Source(kind=SourceKind.GITHUB, repository=f"owner/{name}"),
        recipe=Recipe(commands=(Command(name=name, file=name),)),
    )


@pytest.fixture
def webi(origin: str) -> str:
    """The script as the server gives it out."""
    with urlopen(f"{origin}/packages/webi/webi.sh") as answer:  # noqa: S310 - loopback
        text: str = answer.read().decode()
    return text


def equip(home: Home, downloader: str) -> None:
    home.equip(downloader)
    for program in MORE if downloader != ASH else ():
        (home.programs / program).symlink_to(str(shutil.which(program)))


def run(home: Home, text: str, *arguments: str, shell: str = "dash", **environment: str) -> Result:
    equip(home, "curl")
    return home.run(text, *arguments, shell=shell, environment=environment)


@pytest.mark.parametrize("dialect", ["sh", "dash"])
def test_it_is_plain_sh(dialect: str) -> None:
    """The script is plain sh: shellcheck has nothing to say of it."""
    require("shellcheck")
    said = subprocess.run(
        ["shellcheck", "-s", dialect, "-"],
        input=client("https://it's.example"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout == ""


@pytest.mark.parametrize("downloader", ["curl", "wget", "busybox"])
@pytest.mark.parametrize("shell", SHELLS)
def test_installs(shell: str, downloader: str, home: Home, webi: str) -> None:
    """Packages are installed in one line, each in the version that was asked for; nothing temporary stays."""
    equip(home, downloader)
    ran = home.run(webi, "one@>=1,<2", "two", shell=shell)
    assert ran.status == 0, ran.err
    assert (home.says("one"), home.says("two")) == ("tool 1.5.0", "tool 2.0.0")
    assert ran.err.count("Verified sha256") == 2


@pytest.mark.parametrize("shell", SHELLS)
def test_tells(shell: str, home: Home, webi: str, origin: str) -> None:
    """In every shell: the version, help, the list of names, and what a package is here."""
    words = ("", "-V", "--version", "version", "-h", "--help", "help", "--list", "list")
    said = {
        word: run(home, webi, *word.split(), shell=shell)
        for word in (*words, "--info one", "info one@1")
    }
    assert {word for word, ran in said.items() if ran.status} == set()
    assert {said[word].out for word in ("", "-V", "--version", "version")} == {
        "webi 1.0 (Artesian)\n"
    }
    assert said["-h"] == said["--help"] == said["help"]
    assert f"from {origin}." in said["-h"].out
    assert said["--list"].out.split() == sorted(NAMES)
    assert said["--list"] == said["list"]
    assert "    2.0.0 (stable), http://127.0.0.1" in said["--info one"].out
    assert "    1.5.0 (stable)" not in said["--info one"].out
    assert f"one@1: {origin}/one\n    1.5.0 (stable), " in said["info one@1"].out
    assert f"    curl -sSL '{origin}/one@1' | sh\n" in said["info one@1"].out


def test_more_than_one_line_holds(home: Home, webi: str) -> None:
    """More packages than go into one script are installed by several."""
    ran = run(home, webi, *NAMES)
    assert ran.status == 0, ran.err
    assert {home.says(name) for name in NAMES} == {"tool 2.0.0"}


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["nobody"], 69, "no package is called nobody"),
        (["one", "nobody"], 69, "no package is called nobody"),
        (["one@99"], 69, "one has no version 99"),
        (["--remove", "one"], 64, "there is no option --remove; see webi --help"),
        (["one", "two/../x"], 64, "'two/../x' is no NAME or NAME@VERSION"),
        (["one;id"], 64, "is no NAME"),
        (["--info"], 64, "name one package"),
        (["--info", "one", "two"], 64, "name one package"),
        (["--info", "nobody"], 69, "no package is called nobody"),
        (["--init"], 64, "name a shell"),
        (["--init", "tcsh"], 64, "name a shell"),
    ],
)
def test_what_goes_wrong(
    arguments: list[str], status: int, says: str, home: Home, webi: str
) -> None:
    """Mistakes are told on standard error with a status, and nothing is installed by halves."""
    ran = run(home, webi, *arguments)
    assert (ran.status, ran.out) == (status, "")
    assert says in ran.err
    assert home.files() == {}


@pytest.mark.parametrize(("downloader", "status"), [("curl", 69), ("wget", 69), ("busybox", 75)])
def test_names_that_nobody_has(downloader: str, status: int, home: Home, webi: str) -> None:
    """A mistake is told with every downloader, though only curl brings the server's own words."""
    equip(home, downloader)
    ran = home.run(webi, "--info", "nobody")
    assert (ran.status, ran.out) == (status, "")
    assert "nobody" in ran.err


def test_tls_is_kept(home: Home, webi: str) -> None:
    """Who begins with TLS stays with it, and what checks no certificate isn't used unless asked for."""
    secure = {"WEBI_HOST": "https://127.0.0.1:9"}
    equip(home, "curl")
    home.replace("curl", 'printf "%s\\n" "$*" >&2; exit 1')
    assert "--proto =https " in home.run(webi, "one", environment=secure).err
    assert "--proto =https " not in home.run(webi, "one").err
    equip(home, "busybox")
    ran = home.run(webi, "one", environment=secure)
    assert (ran.status, "trusts everyone" in ran.err) == (69, True)
    assert home.run(webi, "one", environment={**secure, "ARTESIAN_INSECURE": "1"}).status == 75


@pytest.mark.parametrize(
    ("host", "status", "says"),
    [
        ("http://127.0.0.1:1", 75, "http://127.0.0.1:1/one.sh can't be fetched"),
        ("ftp://nobody", 64, "WEBI_HOST is no address of a server: ftp://nobody"),
    ],
)
@pytest.mark.parametrize("downloader", ["curl", "wget", "busybox"])
def test_other_servers(
    downloader: str, host: str, status: int, says: str, home: Home, webi: str
) -> None:
    """WEBI_HOST names another server, and one that doesn't answer is told."""
    equip(home, downloader)
    ran = home.run(webi, "one", environment={"WEBI_HOST": host})
    assert ran.status == status
    assert says in ran.err


def test_no_server_is_known(home: Home, origin: str) -> None:
    """A script that doesn't know where it comes from needs WEBI_HOST; a slash at its end does no harm."""
    ran = run(home, client(""), "one")
    assert (ran.status, ran.err) == (64, "webi: no server is known: set WEBI_HOST=https://HOST\n")
    assert run(home, client(""), "one", WEBI_HOST=f"{origin}/").status == 0


def test_no_list(home: Home) -> None:
    """A server that has no list is told apart from one with none to install."""
    with serve() as upstream:
        upstream.add("sitemap.xml", b"<html>Who are you?</html>")
        ran = run(home, client(upstream.url), "--list")
    assert (ran.status, ran.out) == (75, "")
    assert "has no list of names" in ran.err


def test_no_downloader(home: Home, webi: str) -> None:
    """Without curl and wget it says what is missing."""
    equip(home, "curl")
    (home.programs / "curl").unlink()
    ran = home.run(webi, "one")
    assert (ran.status, ran.err) == (69, "webi: curl or wget is missing\n")


@pytest.mark.parametrize(
    "body", [b"<html>Bad gateway</html>", b"#!/bin/sh\n{ echo installed\n", b""]
)  # fmt: skip
def test_what_is_no_installer(body: bytes, home: Home) -> None:
    """Neither a page of some proxy nor half an installer is run."""
    with serve() as upstream:
        upstream.add("one.sh", body)
        ran = run(home, client(upstream.url), "one")
    assert (ran.status, ran.out) == (75, "")
    assert "one.sh is no installer, or only a part of one" in ran.err


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion(shell: str, home: Home, webi: str, origin: str) -> None:
    """What --init prints completes names in that shell, and asks the server only then."""
    require(shell)
    printed = run(home, webi, "--init", shell)
    assert printed.status == 0
    (home.programs / "webi").write_text(
        f'#!/bin/sh\n[ "$1" = --list ] && echo "{" ".join(NAMES)}"\n'
    )
    (home.programs / "webi").chmod(0o755)
    asks = {
        "bash": 'COMP_WORDS=(webi tw) COMP_CWORD=1; _webi; echo "${COMPREPLY[@]}"',
        "zsh": 'compadd() { shift; echo "$@"; }; _webi',
    }
    ran = home.run(f"{printed.out}{asks[shell]}\n", shell=shell)
    assert "two" in ran.out.split(), ran.err
    assert origin not in printed.out


def test_completion_for_fish(home: Home, webi: str) -> None:
    """For fish there is a line of its own."""
    assert run(home, webi, "--init", "fish").out.startswith("complete -c webi ")


def test_a_person_gets_it_set_up(home: Home, webi: str) -> None:
    """On a terminal --init adds one line to the shell's start file, once."""
    require("script")
    equip(home, "curl")
    for program in ("script", "tee"):
        (home.programs / program).symlink_to(str(shutil.which(program)))
    (home.folder / "webi").write_text(webi)
    for says in ("Added to ", " has it already."):
        ran = home.run(f"script -qec 'sh {home.inside}/webi --init bash' /dev/null")
        assert (ran.status, says in ran.out) == (0, True), ran
    assert (home.folder / ".bashrc").read_text() == 'eval "$(webi --init bash)"\n'


def test_as_webis_own_client_asks(home: Home, origin: str) -> None:
    """What Webi's client runs leads to an installed command."""
    equip(home, "curl")
    agent = "curl Linux/6.1.0 x86_64/unknown gnu"
    url = f"{origin}/api/installers/one@stable.sh?formats=tar,exe,zip,xz"
    ran = home.run(f"curl -fsSL -H 'User-Agent: {agent}' '{url}' | sh")
    assert (ran.status, home.says("one")) == (0, "tool 2.0.0"), ran.err


def test_cut_anywhere_it_does_nothing(home: Home, webi: str) -> None:
    """A part of the script runs nothing."""
    equip(home, "curl")
    lines = [found.end() for found in re.finditer("\n", webi)]
    for end in (*lines[:-1:17], len(webi) - 3, len(webi) - 10):
        ran = home.run(webi[:end], "--version")
        assert ran.out == ""
    assert home.files() == {}
