"""How long a running reader with 10,000 packages keeps its event loop busy at a time: at swaps, and while it judges.

`python bench/stalls.py` prints the figures. The reader is the real one, with one more timer in its loop that writes
down whenever it comes late: for so long no answer could have been given. What the process didn't spend itself in that
time was taken by others on the machine, and isn't counted.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TextIO

import msgspec
import servers
import store_10k
import uvloop
from report import Figure, at_most, show, told

from artesian import reader
from artesian.clock import SystemClock
from artesian.model.health import PackageHealth, WriterHealth
from artesian.model.names import PackageName
from artesian.settings import load_settings
from artesian.sim.server import ALONE, free_port
from artesian.store.publish import Replace, publish

COUNT = 10_000
CHANGED = 10
START_S = 1.0
SWAPS = 5
SWAP_S = 2.0  # from one to the next; the reader looks once a second
JUDGED_S = 13.0  # it judges every ten seconds or so
TROUBLED = 20  # one package in so many has something to tell
TICK_S = 0.001
GOAL_MS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """The loop was busy for so long, until then (of the clock that all processes share)."""

    until_s: float
    busy_ms: float


def figures() -> list[Figure]:
    """Measure a reader without news, then one whose data are swapped every two seconds."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        store_10k.make(data, COUNT)
        report(data)
        with running(data, Path(folder) / "late") as (port, late):
            busy_until(time.perf_counter() + START_S, port)
            began_s = time.perf_counter()
            busy_until(began_s + JUDGED_S, port)
            swaps_s = [swap(data, number, port) for number in range(SWAPS)]
            ended_s = time.perf_counter()
        found = read(late)
    quiet = [one.busy_ms for one in found if began_s < one.until_s < swaps_s[0]]
    swapping = [one.busy_ms for one in found if swaps_s[0] < one.until_s < ended_s]
    return [
        told(
            f"{COUNT:,} packages: loop busy at most, ms: judging", max(quiet, default=0), "{:.1f}"
        ),
        at_most(
            f"{COUNT:,} packages: loop busy at most, ms: {SWAPS} swaps, judging besides",
            max(swapping, default=0),
            GOAL_MS,
            "{:.1f}",
        ),
    ]


def report(data: Path) -> None:
    """Write what a writer tells of so many packages."""
    now = SystemClock().now()
    packages = {
        PackageName(f"package-{i:05}"): PackageHealth(checked_at=now - timedelta(seconds=i % 600))
        for i in range(COUNT)
    }
    for name in list(packages)[::TROUBLED]:
        packages[name] = PackageHealth(
            checked_at=now, failures=3, trouble="its upstream answers 500"
        )
    health = WriterHealth(written_at=now, pid=1, generation=1, packages=packages)
    (data / "health.json").write_bytes(msgspec.json.encode(health))


def swap(data: Path, number: int, port: int) -> float:
    """Publish a newer version of a few packages, and a report; tell when that began."""
    began_s = time.perf_counter()
    names = [PackageName(f"package-{i:05}") for i in range(CHANGED)]
    changes = {
        name: Replace(
            snapshot=store_10k.snapshot_of(i, f"{number + 2}"), checked_at=SystemClock().now()
        )
        for i, name in enumerate(names)
    }
    publish(data, changes, aliases=None, now=SystemClock().now())
    report(data)
    busy_until(began_s + SWAP_S, port)
    return began_s


def busy_until(until_s: float, port: int) -> None:
    """Ask for something every now and then."""
    asked = 0
    while time.perf_counter() < until_s:
        asked += 1
        assert servers.fetch(port, f"/package-{asked % COUNT:05}.sh") is not None
        time.sleep(0.05)


@contextmanager
def running(data: Path, late: Path) -> Iterator[tuple[int, Path]]:
    """Run a reader that writes into `late` whenever its loop was busy."""
    port = free_port()
    command = ["env", *ALONE, sys.executable, __file__, str(data), str(port), str(late)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        while servers.fetch(port, "/readyz") is None:
            assert process.poll() is None, "the reader did not start"
            time.sleep(0.05)
        yield port, late
    finally:
        process.terminate()
        process.wait()


def read(late: Path) -> list[Late]:
    """Read what was written down."""
    lines = (line.split() for line in late.read_text().splitlines())
    return [Late(until_s=float(until), busy_ms=float(busy)) for until, busy in lines]


class Ticker:
    """A timer in a loop that writes down when it comes late."""

    def __init__(self, loop: uvloop.Loop, file: TextIO) -> None:
        self._loop = loop
        self._file = file
        self._due_s = time.perf_counter() + TICK_S
        self._spent_s = time.process_time()
        loop.call_later(TICK_S, self._tick)

    def _tick(self) -> None:
        now_s = time.perf_counter()
        late_s = now_s - self._due_s
        busy_ms = min(late_s, time.process_time() - self._spent_s) * 1000
        if busy_ms > 1:
            self._file.write(f"{now_s} {busy_ms}\n")
        self._due_s = time.perf_counter() + TICK_S
        self._spent_s = time.process_time()
        self._loop.call_later(TICK_S, self._tick)


def serve(data: Path, port: int, late: Path) -> None:
    """Run the real reader with a ticker in its loop."""
    make = uvloop.new_event_loop
    with late.open("w") as file:

        def ticking() -> uvloop.Loop:
            loop = make()
            Ticker(loop, file)
            return loop

        uvloop.new_event_loop = ticking
        reader.run(load_settings(port=port, host=None, data_dir=data), lambda _: None)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        show(figures())
    else:
        serve(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
