"""Ages of data: where each level of freshness ends, and how people say an age."""

from datetime import datetime, timedelta

from artesian.model.health import Level

__all__ = ["LIMITS", "age_words", "level_at"]

# Ages up to which data have a level; beyond the last they are frozen.
LIMITS = (
    # Without a token each package is checked every two hours at the latest; half as much again is one bad round.
    (Level.FRESH, timedelta(hours=3)),
    # Releases of the last day are missing: what a long outage upstream costs, and hardly anybody notices.
    (Level.AGING, timedelta(days=1)),
    # After a week without the releases that mend security somebody should know.
    (Level.STALE, timedelta(days=7)),
)

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


def age_words(age: timedelta) -> str:
    """Say an age in one unit, rounded down."""
    minutes = int(age.total_seconds() // 60)
    for least, unit, word in _UNITS:
        if minutes >= least:
            return f"{minutes // unit} {word}"
    return "a minute"
