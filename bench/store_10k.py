"""What 10,000 packages cost a reader beside 100: start, memory, first use, and a swap with 10 changes.

`python bench/store_10k.py` makes both data directories in a temporary folder, measures each in a process of its own,
and prints the figures and their ratio. What is read is counted, and needs no quiet machine.
"""

import gc
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from artesian.clock import SystemClock
from artesian.index import Index, load_index, refreshed
from artesian.model.definition import Definition, Recipe, Source, SourceKind
from artesian.model.host import Arch, Os
from artesian.model.names import PackageName
from artesian.model.release import Asset, Format, Release
from artesian.model.snapshot import Snapshot
from artesian.store.files import DirectoryFiles, Files
from artesian.store.publish import Replace, publish
from artesian.store.read import Store

T = TypeVar("T")

COUNTS = (100, 10_000)
CHANGED = 10
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLATFORMS = [
    (os, arch) for os in (Os.LINUX, Os.MACOS, Os.WINDOWS) for arch in (Arch.AMD64, Arch.ARM64)
]


def main() -> None:
    """Print both sizes side by side."""
    found = both()
    print(f"{'packages':44}{COUNTS[0]:>12,}{COUNTS[1]:>12,}   ratio")
    for what in found[0]:
        small, large = (figures[what] for figures in found)
        ratio = f"{large / small:8.1f}" if small else ""
        print(f"{what:44}{small:>12,}{large:>12,}{ratio}")


def both() -> list[dict[str, float]]:
    """Measure both sizes."""
    found = []
    for count in COUNTS:
        with tempfile.TemporaryDirectory() as folder:
            _run(folder, count, "make")
            found.append(json.loads(_run(folder, count, "measure")))
    return found


def _run(folder: str, count: int, what: str) -> str:
    command = [sys.executable, __file__, folder, str(count), what]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def make(directory: Path, count: int) -> None:
    """Publish `count` packages."""
    changes = {
        _name(i): Replace(snapshot=snapshot_of(i, "1"), checked_at=NOW) for i in range(count)
    }
    publish(directory, changes, aliases={}, now=NOW, is_full=True)


def change(directory: Path) -> None:
    """Publish another version of a few packages."""
    changes = {
        _name(i): Replace(snapshot=snapshot_of(i, "2"), checked_at=NOW) for i in range(CHANGED)
    }
    publish(directory, changes, aliases=None, now=NOW)


def measure(directory: Path, count: int) -> dict[str, float]:
    """Start a reader, use it, swap it; tell what that took."""
    files = CountingFiles(directory)
    figures: dict[str, float] = {}
    before_kb = _resident_kb()
    start_ms, index = _timed(lambda: _start(files))
    figures["start: ms"] = start_ms
    figures["start: kB of memory"] = _resident_kb() - before_kb
    figures["start: kB of the manifest"] = files.read_bytes // 1000
    figures["start: files read"] = files.reads
    first_ms, _ = _timed(lambda: index.snapshot(_name(50)))
    figures["first use of a package: ms"] = first_ms
    again_ms, _ = _timed(lambda: index.snapshot(_name(50)))
    figures["second use of it: ms"] = again_ms
    poll_ms, _ = _timed(lambda: refreshed(index))
    figures["look for a new generation, none: ms"] = poll_ms
    files.forget()

    _run(str(directory.parent), count, "change")
    swap_ms, swapped = _timed(lambda: refreshed(index))
    assert swapped.generation.number == 2
    figures["swap, 10 packages changed: ms"] = swap_ms
    figures["swap: files read"] = files.reads
    figures["swap: files looked for"] = files.looks
    files.forget()
    for i in range(CHANGED):
        swapped.snapshot(_name(i))
    swapped.snapshot(_name(50))
    figures["then the changed and an old one: files read"] = files.reads
    for name in swapped.names:
        swapped.snapshot(name)
    figures["after use of every package: kB of memory"] = _resident_kb() - before_kb
    return figures


def _start(files: Files) -> Index:
    index = load_index(Store(files, seed=None, clock=SystemClock()))
    assert index is not None
    return index


class CountingFiles:
    """The directory, and how often it was read and looked into."""

    def __init__(self, directory: Path) -> None:
        self._files = DirectoryFiles(directory)
        self.forget()

    def forget(self) -> None:
        """Count from zero."""
        self.reads = self.looks = self.read_bytes = 0

    def read(self, path: str) -> bytes:
        """Read and count."""
        data = self._files.read(path)
        self.reads += 1
        self.read_bytes += len(data)
        return data

    def has(self, path: str) -> bool:
        """Look and count."""
        self.looks += 1
        return self._files.has(path)

    def list(self, folder: str) -> tuple[str, ...]:
        """Look and count."""
        self.looks += 1
        return self._files.list(folder)


def _timed(act: Callable[[], T]) -> tuple[float, T]:
    started_s = perf_counter()
    result = act()
    return round((perf_counter() - started_s) * 1000, 3), result


def _resident_kb() -> int:
    gc.collect()
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def _name(number: int) -> PackageName:
    return PackageName(f"package-{number:05}")


def snapshot_of(number: int, version: str) -> Snapshot:
    """Make a package of an ordinary size: 10 releases for 6 platforms."""
    name = _name(number)
    return Snapshot(
        definition=Definition(
            name=name,
            title=f"Package {number}",
            description="A command-line program with a description of about this length",
            source=Source(kind=SourceKind.GITHUB, repository=f"example/{name}"),
            recipe=Recipe(commands=()),
        ),
        releases=tuple(
            Release(
                version=f"{version}.{minor}.0",
                tag=f"v{version}.{minor}.0",
                published_at=NOW,
                assets=tuple(
                    _asset(name, f"{version}.{minor}.0", os, arch) for os, arch in PLATFORMS
                ),
            )
            for minor in range(9, -1, -1)
        ),
    )


def _asset(name: str, version: str, os: Os, arch: Arch) -> Asset:
    file = f"{name}-{version}-{arch}-{os}.tar.gz"
    return Asset(
        name=file,
        urls=(f"https://upstream.example/example/{name}/releases/download/v{version}/{file}",),
        os=os,
        arch=arch,
        format=Format.TAR_GZ,
        size_bytes=1_234_567,
        sha256=f"{hash(file) & (2**256 - 1):064x}",
    )


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        data, what = Path(sys.argv[1]) / "data", sys.argv[3]
        if what == "make":
            make(data, int(sys.argv[2]))
        elif what == "change":
            change(data)
        else:
            print(json.dumps(measure(data, int(sys.argv[2]))))
