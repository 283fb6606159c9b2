"""Times that others write, an upstream or another process: which of them can be meant."""

from datetime import UTC, datetime

__all__ = ["YEARS", "instant"]

# Times out of these years are a broken clock or a bad joke; arithmetic with those inside can't overflow.
YEARS = range(1970, 2200)


def instant(when: datetime | None) -> datetime | None:
    """Take a time without a zone for UTC, for it couldn't be ordered beside others. None: it can't be meant."""
    if when is None or when.year not in YEARS:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
