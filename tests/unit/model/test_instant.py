"""Times that others write: those that can be meant, and that can be counted with."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from artesian.model.instant import instant

WEST, EAST = (timezone(timedelta(minutes=sign * 1439)) for sign in (-1, 1))
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)

CASES = [
    (None, None),
    (NOON, NOON),
    (NOON.replace(tzinfo=None), NOON),
    (NOON.replace(tzinfo=WEST), NOON.replace(tzinfo=WEST)),
    (datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)),
    (datetime(1969, 12, 31, tzinfo=UTC), None),
    (datetime(2199, 12, 31, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)),
    (datetime(2200, 1, 1, tzinfo=UTC), None),
    (datetime(9999, 12, 31, 23, 59, 59, tzinfo=WEST), None),
    (datetime(1, 1, 1, tzinfo=EAST), None),
]


@pytest.mark.parametrize(("when", "expected"), CASES)
def test_instant(when: datetime | None, expected: datetime | None) -> None:
    """A time without a zone is UTC; one that can't be meant is none."""
    found = instant(when)
    assert found == expected
    assert found is None or found.tzinfo is not None
