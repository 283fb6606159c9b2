"""The writer as a process with a fault proxy before its upstream: what our own code can't see, it must notice."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.stores import seen

from artesian.refresh.memory import FILE, Memory
from artesian.sim.server import free_port

TOKEN = "ghp_" + "a1B2" * 9
LIMIT_S = 60.0
ARTESIAN = (sys.executable, "-P", "-m", "artesian.cli.main")


@dataclass(frozen=True, slots=True)
class Site:
    """A data directory whose upstream is asked through a proxy on `port`."""

    folder: Path
    upstream: int
    port: int

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def refresh(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `artesian refresh` to its end."""
        return self.run("refresh", *arguments)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # noqa: TID251
        environment = {
            **kept,
            "ARTESIAN_DATA_DIR": str(self.data),
            "ARTESIAN_CATALOGUE": str(self.folder / "catalogue"),
            "ARTESIAN_GITHUB_URL": f"http://127.0.0.1:{self.port}/api/v3",
            "ARTESIAN_GITHUB_TOKEN": TOKEN,
        }
        return subprocess.run(
            [*ARTESIAN, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    def outcomes(self) -> list[str]:
        """Tell what each request came to that was ever sent."""
        memory = Memory(self.data / FILE, session="a test")
        with memory.transaction():
            sent = [one.outcome for one in memory.sent()]
        memory.close()
        return sent

    @contextmanager
    def proxy(self, *options: str) -> Iterator[None]:
        """Run the proxy with these faults."""
        place = (f"127.0.0.1:{self.upstream}", "--port", str(self.port))
        with started("artesian.sim.proxy", *place, *options):
            yield


@contextmanager
def started(module: str, *options: str) -> Iterator[None]:
    """Run a module of the simulator until left."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline()
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(LIMIT_S)
        process.stdout.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Two packages of a simulated GitHub that knows the token."""
    for name in ("rocket", "anvil"):
        file = tmp_path / "catalogue" / name / "package.toml"
        file.parent.mkdir(parents=True)
        file.write_text(f'source = "github:acme/{name}"\n')
    upstream, port = free_port(), free_port()
    with started("artesian.sim.github_server", "--port", str(upstream), "--token", TOKEN):
        yield Site(tmp_path, upstream, port)


TAMPERED = [
    pytest.param(("--rename-header", "Authorization=Authentication"), id="renamed"),
    pytest.param(("--strip-header", "Authorization"), id="stripped"),
]


@pytest.mark.parametrize("options", TAMPERED)
def test_a_header_that_is_changed_on_the_wire(site: Site, options: tuple[str, ...]) -> None:
    """It is told in the words that help, after one request; none follows, by this process or the next."""
    with site.proxy():
        assert site.refresh("--once").returncode == 0
        before = len(site.outcomes())
    with site.proxy(*options):
        done = site.refresh("rocket", "anvil")
        told = (
            f"credentials are not reaching 127.0.0.1:{site.port}: limit 60, expected at least 5000"
        )
        assert told in done.stdout + done.stderr
        assert TOKEN not in done.stdout + done.stderr
        assert site.outcomes()[before:] == ["auth_lost"]
        site.refresh("rocket")
        assert site.outcomes()[before:] == ["auth_lost"]
    found = seen(site.data)
    assert found is not None
    assert found[1] == {"rocket": "1.2.0", "anvil": "1.2.0"}


FAULTS = [
    pytest.param("reset", "network_fault reset", id="reset"),
    pytest.param("truncate", "network_fault reset", id="truncate"),
    pytest.param("corrupt", "n", id="corrupt"),  # no gzip, or no JSON
]


@pytest.mark.parametrize(("fault", "outcome"), FAULTS)
def test_a_body_that_is_broken_on_the_way(site: Site, fault: str, outcome: str) -> None:
    """Nothing half is published; the next pass makes it good."""
    with site.proxy("--fault", fault):
        site.refresh("--once")
        assert outcome in site.outcomes()[0]
        found = seen(site.data)
        assert found is None or set(found[1].values()) <= {None}
    site.run("breaker", "auto", f"127.0.0.1:{site.port}")
    with site.proxy():
        assert site.refresh("--once").returncode == 0
    assert seen(site.data) is not None
