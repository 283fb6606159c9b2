"""What readers leave for the writer: how often each package was asked for. Bounded, and best effort on both sides.

A reader replaces one file of its own, `demand-<pid>.json`; the writer takes it away and reads it as what it is, a file
that somebody else wrote. Neither waits for the other.
"""

import os
import stat
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from artesian.clock import Clock
from artesian.model.names import PackageName, is_package_name
from artesian.observe import Observer

__all__ = ["FOLDER", "DemandFile", "inbox_of", "take_demand", "tell_demand"]

FOLDER = "inbox"
TELL_S = 60.0
# 10,000 names of ordinary length take 300 kB.
MAX_BYTES = 1_000_000
MAX_NAMES = 20_000
MAX_COUNT = 10_000_000  # of one package in one file; a reader answers less in a minute
MAX_FILES = 100  # in one look; there is one reader, or a few


class _Demand(msgspec.Struct, frozen=True):
    counts: dict[str, int]


_DECODER = msgspec.json.Decoder(_Demand)


def inbox_of(data_dir: Path) -> Path:
    """Tell where the inbox lies: beside the data, into which a reader never writes."""
    return data_dir.parent / FOLDER


class DemandFile:
    """The file of one reader. What the writer hasn't taken yet is kept and added to."""

    def __init__(self, folder: Path, pid: int) -> None:
        self._file = folder / f"demand-{pid}.json"
        self._told: Counter[str] = Counter()
        self._is_left = False

    def write(self, counts: Mapping[str, int]) -> None:
        """Tell what was asked for since the last time; raise OSError."""
        if self._is_left and not self._file.exists():
            self._told.clear()  # the writer has taken it
            self._is_left = False
        self._told.update(counts)
        told = dict(self._told.most_common(MAX_NAMES))
        self._told = Counter(told)
        if not told:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._file.with_suffix(".tmp")
        temporary.write_bytes(msgspec.json.encode(_Demand(told)))
        temporary.replace(self._file)
        self._is_left = True


async def tell_demand(
    data_dir: Path, take: Callable[[], Mapping[str, int]], clock: Clock, observer: Observer
) -> None:
    """Leave word, once a minute, of what was asked for since; a reader's loop, which nothing waits for."""
    file = DemandFile(inbox_of(data_dir), os.getpid())
    while True:
        await clock.sleep(TELL_S)
        try:
            file.write(take())
        except OSError as error:
            observer.count("demand.untold", error)


def take_demand(folder: Path) -> Counter[PackageName]:
    """Take away what readers left, and sum it up. Whatever else lies there under such a name is thrown away."""
    summed: Counter[PackageName] = Counter()
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.name.startswith("demand-")]
    except OSError:
        return summed
    for name in sorted(names)[:MAX_FILES]:
        if not name.endswith(".json"):
            continue  # not whole yet
        taken = folder / f"{name}.taken"
        with suppress(OSError):
            (folder / name).rename(taken)
            data = _read(taken)
            taken.unlink()
            summed.update(_counts(data))
    return summed


def _read(file: Path) -> bytes:
    number = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        is_sane = stat.S_ISREG(os.fstat(number).st_mode) and os.fstat(number).st_size <= MAX_BYTES
        return os.read(number, MAX_BYTES) if is_sane else b""
    finally:
        os.close(number)


def _counts(data: bytes) -> dict[PackageName, int]:
    try:
        counts = _DECODER.decode(data).counts
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {}
    return {
        PackageName(name): min(count, MAX_COUNT)
        for name, count in list(counts.items())[:MAX_NAMES]
        if count > 0 and is_package_name(name)
    }
