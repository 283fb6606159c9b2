"""How fresh data are, by their age. Every level answers; only age differs. Pure."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import accumulate

from artesian.model.health import Level

__all__ = ["LIMITS", "age_words", "level_at", "level_of_most"]

# Ages up to which data have a level; beyond the last they are frozen.
LIMITS = (
    # Without a token each package is checked every two hours at the latest; half as much again is one bad round.
    (Level.FRESH, timedelta(hours=3)),
    # Releases of the last day are missing: what a long outage upstream costs, and hardly anybody notices.
    (Level.AGING, timedelta(days=1)),
    # After a week without the releases that mend security somebody should know.
    (Level.STALE, timedelta(days=7)),
)
# Some upstreams are always gone, moved or ill: the level is that of all packages but this share of them.
LAGGARDS_SHARE = 0.1

_UNITS = ((2880, 1440, "days"), (120, 60, "hours"), (2, 1, "minutes"))


def level_at(checked_at: datetime | None, *, now: datetime) -> Level:
    """Tell the level of data that their upstream confirmed last at `checked_at`; None: never."""
    if checked_at is None:
        return Level.FROZEN
    age = abs(now - checked_at)  # a time in the future is no better than one in the past
    for level, limit in LIMITS:
        if age <= limit:
            return level
    return Level.FROZEN


def level_of_most(counts: Mapping[Level, int]) -> Level:
    """Tell the level that all packages but a few laggards have or exceed; `counts` are packages by level."""
    total = sum(counts.values())
    laggards = min(math.ceil(LAGGARDS_SHARE * total), total - 1)
    reached = accumulate(counts.get(level, 0) for level in Level)
    found = (
        level for level, so_far in zip(Level, reached, strict=True) if so_far >= total - laggards
    )
    return next(found, Level.FROZEN)


def age_words(age: timedelta) -> str:
    """Say an age in one unit, rounded down."""
    minutes = int(age.total_seconds() // 60)
    for least, unit, word in _UNITS:
        if minutes >= least:
            return f"{minutes // unit} {word}"
    return "a minute"
