"""What a full refresh costs those who ask meanwhile: p99 of a real `artesian up`, beside that with an idle writer.

`python bench/refreshing.py` prints the figures. The load is about a third of what the reader can do; the upstream is a
simulated GitHub on a real socket. Reader, writer, upstream and load share the processors of one machine; the upstream
has the writer's niceness, for it would be elsewhere.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import load
import servers
from report import Figure, show, told

from artesian.refresh.memory import FILE, Memory
from artesian.sim.server import ALONE, free_port

PACKAGES = 600
PATH = "/anvil.sh"
INTERVAL_S = 60  # the shortest: all packages are fetched within half of it
SHARE = 0.3
ROUNDS = 4
RUN_S = 2
FIRST_S = 40.0  # until the first packages are published
STEP_S = 0.1
TOKEN = "ghp_" + "a1B2" * 9
ARTESIAN = Path(sys.executable).parent / "artesian"


def figures() -> list[Figure]:
    """Press a server whose writer fetches everything for the first time, then one whose writer has nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        given = (f"ARTESIAN_DATA_DIR={data}", *ALONE)
        with upstream() as url:
            kept = (
                f"ARTESIAN_CATALOGUE={catalogue(Path(folder))}",
                f"ARTESIAN_GITHUB_URL={url}",
                f"ARTESIAN_INTERVAL_S={INTERVAL_S}",
            )
            with up(*given, *kept, f"ARTESIAN_GITHUB_TOKEN={TOKEN}") as server:
                wait_for_data(server)
                connections = load.connections_for(server, PATH, SHARE)
                before = asked(data)
                refreshing = [load.press_gently(server, PATH, connections) for _ in range(ROUNDS)]
                count = asked(data) - before
        with up(*given) as server:
            idle = [load.press_gently(server, PATH, connections) for _ in range(ROUNDS)]
    rate = median(each.requests_s for each in idle)
    during = f"{median(each.requests_s for each in refreshing):,.0f} requests a second, {count} requests sent"
    return [
        told(f"p99 at {rate:,.0f} requests a second, ms: writer idle", load.p99(idle), "{:.1f}"),
        told(f"p99, ms: during a full refresh ({during})", load.p99(refreshing), "{:.1f}"),
    ]


def catalogue(folder: Path) -> Path:
    """Write one definition for each repository of the upstream."""
    for name in ("rocket", "anvil", *(f"p{number:04}" for number in range(PACKAGES))):
        file = folder / "catalogue" / name / "package.toml"
        file.parent.mkdir(parents=True)
        file.write_text(f'source = "github:acme/{name}"\n')
    return folder / "catalogue"


def asked(data: Path) -> int:
    """Count the requests that the writer has sent."""
    memory = Memory(data / FILE, session="bench")
    with memory.transaction():
        count = len(memory.sent())
    memory.close()
    return count


def wait_for_data(server: servers.Server) -> None:
    """Wait until the package that is asked for was published."""
    until_s = time.perf_counter() + FIRST_S
    while servers.fetch(server.port, PATH) is None:
        if time.perf_counter() > until_s:
            sys.exit("bench: the writer publishes nothing")
        time.sleep(STEP_S)


@contextmanager
def upstream() -> Iterator[str]:
    """Run the simulated GitHub; give the root of its API."""
    port = free_port()
    module = (sys.executable, "-m", "artesian.sim.github_server", "--port", str(port))
    command = ["nice", "-n", "10", *module, "--token", TOKEN, "--more", str(PACKAGES)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        assert process.stdout.readline(), "the simulated GitHub did not start"
        yield f"http://127.0.0.1:{port}/api/v3"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@contextmanager
def up(*settings: str) -> Iterator[servers.Server]:
    """Run both planes."""
    port = free_port()
    command = ["env", *settings, str(ARTESIAN), "up", "--port", str(port)]
    with servers.running(command, port, path="/livez") as server:
        yield server


if __name__ == "__main__":
    show(figures())
