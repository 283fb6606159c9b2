"""Which packages to ask for next: by age, weighed by demand, put off after failures. Pure; knows no upstream.

Nothing is special about a start, an hour or the first of a month: a package is due by its own past alone, which is
written down. How many of the due ones may go is the budget's to say.
"""

import math
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from artesian.model.names import PackageName

__all__ = ["Due", "batch", "due_at", "order"]

INTERVAL = timedelta(minutes=10)  # how old the data of a healthy package may get
LONGEST_PUT_OFF = timedelta(
    hours=6
)  # a package that always fails is still asked for four times a day
MAX_WEIGHT = (
    3.0  # the most-asked package is three times as urgent as one that nobody asks for, no more
)
FULL_DEMAND = 1000  # requests a day from which a package has the full weight
SPREAD = 0.1  # share of the wait by which packages are held apart, so that they don't stay in step after an outage


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """One package's past. `demand`: requests a day; `failures`: in a row."""

    name: PackageName
    checked_at: datetime | None = None  # last confirmed by the upstream
    attempted_at: datetime | None = None  # last asked for, whatever came of it
    failures: int = 0
    demand: float = 0.0


def due_at(due: Due, *, interval: timedelta = INTERVAL) -> datetime | None:
    """Tell from when on to ask for it; None: at once, it was never asked for."""
    if due.attempted_at is None:
        return None
    put_off: timedelta = min(interval * 2 ** min(due.failures, 20), max(LONGEST_PUT_OFF, interval))
    return due.attempted_at + put_off * (1 - SPREAD * _fraction(due.name))


def batch(count: int, *, step: timedelta, interval: timedelta = INTERVAL) -> int:
    """Tell how many of `count` packages may go in one step: twice the steady pace, so that a backlog melts evenly."""
    return max(1, math.ceil(2 * count * (step / interval)))


def order(
    dues: Iterable[Due], *, now: datetime, interval: timedelta = INTERVAL
) -> tuple[PackageName, ...]:
    """Sort those that are due, most urgent first."""
    urgent = [due for due in dues if _is_due(due, now=now, interval=interval)]
    urgent.sort(key=lambda due: (-_urgency(due, now=now), due.name))
    return tuple(due.name for due in urgent)


def _is_due(due: Due, *, now: datetime, interval: timedelta) -> bool:
    when = due_at(due, interval=interval)
    # A time in the future comes from a clock that was set back: ask, rather than wait for it.
    return when is None or when <= now or (due.attempted_at is not None and due.attempted_at > now)


def _urgency(due: Due, *, now: datetime) -> float:
    """Weigh age by demand. Age has no upper end, so nothing starves; the never fetched have the age of a year."""
    age_s = 31_536_000.0 if due.checked_at is None else (now - due.checked_at).total_seconds()
    asked = min(1.0, math.log1p(max(0.0, due.demand)) / math.log1p(FULL_DEMAND))
    return max(age_s, 0.0) * (1 + (MAX_WEIGHT - 1) * asked)


def _fraction(name: PackageName) -> float:
    """Map a name to [0, 1), the same on every machine and in every run."""
    return zlib.crc32(name.encode()) / 2**32
