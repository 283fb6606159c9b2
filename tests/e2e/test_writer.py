"""The writer as a process, against a simulated GitHub on a real socket: its commands, its end, and what it outlives."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.stores import seen

from artesian.refresh.memory import FILE, Memory
from artesian.sim.server import free_port

TOKEN = "ghp_" + "a1B2" * 9
LIMIT_S = 30.0
ARTESIAN = (sys.executable, "-P", "-m", "artesian.cli.main")


@dataclass(frozen=True, slots=True)
class Site:
    """A data directory and an upstream; `environment` is what its writer is told."""

    folder: Path
    port: int
    environment: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [*ARTESIAN, *arguments],
            env={**self.environment, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    def start(self, **more: str) -> subprocess.Popen[bytes]:
        """Start the writer."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [*ARTESIAN, "refresh"],
                env={**self.environment, **more},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.started.append(process)
        return process

    def sent(self) -> int:
        """Count the requests that were ever sent."""
        memory = Memory(self.data / FILE, session="a test")
        with memory.transaction():
            count = len(memory.sent())
        memory.close()
        return count

    def versions(self) -> dict[str, str | None]:
        """Tell the newest version of each package as a reader sees it."""
        found = seen(self.data)
        return {} if found is None else dict(found[1])


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for something; fail if it takes too long."""
    end = time.monotonic() + LIMIT_S  # noqa: TID251 - real processes
    while not is_so():
        assert time.monotonic() < end, what  # noqa: TID251
        time.sleep(0.05)  # a real process has no virtual clock


def ended(process: subprocess.Popen[bytes], number: int) -> int:
    """Send a signal; tell the status with which the process ended."""
    process.send_signal(number)
    return process.wait(LIMIT_S)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Two packages of a simulated GitHub that knows a token."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    for name in ("rocket", "anvil"):
        file = tmp_path / "catalogue" / name / "package.toml"
        file.parent.mkdir(parents=True)
        file.write_text(f'source = "github:acme/{name}"\n')
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},  # noqa: TID251
        "ARTESIAN_DATA_DIR": str(tmp_path / "data"),
        "ARTESIAN_CATALOGUE": str(tmp_path / "catalogue"),
        "ARTESIAN_GITHUB_URL": f"{url}/api/v3",
        "ARTESIAN_GITHUB_TOKEN": TOKEN,
    }
    command = ("-m", "artesian.sim.github_server", "--port", str(port), "--token", TOKEN)
    upstream = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert upstream.stdout is not None
    assert b"simulated" in upstream.stdout.readline()
    site = Site(tmp_path, port, environment)
    yield site
    for process in (upstream, *site.started):
        process.kill()
        process.wait(LIMIT_S)
    upstream.stdout.close()


NEWEST = {"rocket": "1.2.0", "anvil": "1.2.0"}


def test_once(site: Site) -> None:
    """One pass asks for what is due, says so in plain lines, publishes and ends; a second one has nothing to ask."""
    done = site.run("refresh", "--once")
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()[:2]) == ["anvil: up to date", "rocket: up to date"]
    assert site.versions() == NEWEST
    count = site.sent()
    again = site.run("refresh", "--once")
    assert again.stdout.startswith("0 asked for; generation")
    assert site.sent() == count


def test_named(site: Site) -> None:
    """A package that is named is asked for now; one that nobody knows is an error that says so."""
    assert site.run("refresh", "--once").returncode == 0
    count = site.sent()
    done = site.run("refresh", "rocket")
    assert done.returncode == 0
    assert site.sent() == count + 1
    unknown = site.run("refresh", "socket")
    assert unknown.returncode == 1
    assert "no package is called socket" in unknown.stderr


def test_it_ends_when_told(site: Site) -> None:
    """It publishes and reports within seconds, and SIGTERM ends it at once, cleanly."""
    writer = site.start()
    until(lambda: NEWEST.items() <= site.versions().items(), "nothing was published")
    until((site.data / "health.json").exists, "nothing was reported")
    began = time.monotonic()  # noqa: TID251
    assert ended(writer, signal.SIGTERM) == 0
    assert time.monotonic() - began < 5  # noqa: TID251
    assert "Traceback" not in (site.folder / "log").read_text()


def test_killed_again_and_again(site: Site) -> None:
    """Killed at any moment it loses nothing and asks nothing twice."""
    for number in range(12):
        writer = site.start()
        time.sleep(0.25 + 0.1 * number)  # a real process has no virtual clock
        assert ended(writer, signal.SIGKILL) == -signal.SIGKILL
    assert site.sent() <= 3  # the token's trial, and each package once
    done = site.run("refresh", "rocket", "anvil")
    assert done.returncode == 0, done.stdout
    assert site.versions() == NEWEST
    assert not list(site.data.glob("*.aside"))


def test_a_broken_token_does_not_end_it(site: Site) -> None:
    """It stays, asks nothing, reports why, tells the operator's command once, and shows the token to nobody."""
    told = site.folder / "told"
    script = site.folder / "tell"
    script.write_text(f'#!/bin/sh\ncat >> {told}\necho " $ARTESIAN_ALERT_STATE" >> {told}\n')
    script.chmod(0o755)
    token = f'"{TOKEN}"'
    writer = site.start(ARTESIAN_GITHUB_TOKEN=token, ARTESIAN_ON_ALERT=str(script))
    until(lambda: told.exists() and told.read_text().endswith("raised\n"), "nobody was told")
    assert ended(writer, signal.SIGTERM) == 0
    alert = json.loads(told.read_text().rpartition(" ")[0])
    assert alert["alert"]["key"] == f"token:127.0.0.1:{site.port}"
    assert "has quotes in it" in alert["alert"]["why"]
    report = (site.data / "health.json").read_text()
    assert "has quotes in it" in report
    assert TOKEN not in report + told.read_text() + (site.folder / "log").read_text()


def test_a_misspelt_setting_does_not_end_it(site: Site) -> None:
    """A token under a misspelt name isn't taken for no token: nothing is asked, and the reason is reported."""
    writer = site.start(ARTESIAN_GITHUB_TOKN=TOKEN)
    report = site.data / "health.json"
    until(lambda: report.exists() and b"GITHUB_TOKN" in report.read_bytes(), "it isn't reported")
    assert ended(writer, signal.SIGTERM) == 0
    assert not (site.data / "current").exists()
    done = site.run("refresh", "--once", ARTESIAN_GITHUB_TOKN=TOKEN)
    assert done.returncode == 1
    assert "did you mean ARTESIAN_GITHUB_TOKEN" in done.stderr


def test_breaker(site: Site) -> None:
    """An operator sees which upstreams are asked, and can hold one open, and let it go."""
    early = site.run("breaker")
    assert early.returncode == 1
    assert "no writer has worked there yet" in early.stderr
    site.run("refresh", "--once")
    host = f"127.0.0.1:{site.port}"
    assert f"{host} ({host}:…a1B2): closed; 49" in site.run("breaker").stdout
    assert "held open by an operator" in site.run("breaker", "open", host).stdout
    refused = site.run("refresh", "rocket")
    assert refused.returncode == 1
    assert "held open by an operator" in refused.stderr
    assert ": closed; " in site.run("breaker", "auto", host).stdout
    assert site.run("refresh", "rocket").returncode == 0
    unknown = site.run("breaker", "open", "nowhere")
    assert unknown.returncode == 1
    assert f"these were: {host}" in unknown.stderr


def test_quarantine(site: Site) -> None:
    """An operator sees what was set aside and why, and accepts or drops it."""
    site.run("refresh", "--once")
    assert site.run("quarantine").stdout == ""
    file = site.folder / "catalogue" / "rocket" / "package.toml"
    file.write_text('source = "github:acme/rocket"\n[tags]\nprefix = "rocket-"\n')
    site.run("refresh", "--once")
    listed = site.run("quarantine").stdout
    assert listed.startswith("rocket: none of its 3 versions would be left (snapshot, since ")
    assert "It has 0 releases" in site.run("quarantine", "show", "rocket").stdout
    assert "rocket stays as it was" in site.run("quarantine", "drop", "rocket").stdout
    assert site.versions() == NEWEST
    nothing = site.run("quarantine", "accept", "rocket")
    assert (nothing.returncode, "nothing of rocket is in quarantine" in nothing.stderr) == (1, True)
