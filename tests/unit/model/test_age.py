"""Levels of freshness: tables of ages."""

from datetime import UTC, datetime, timedelta

import pytest

from artesian.model.age import age_words, level_at
from artesian.model.health import Level

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
FRESH, AGING, STALE, FROZEN = Level


@pytest.mark.parametrize(
    ("hours", "level"),
    [
        (None, FROZEN),
        (0, FRESH),
        (3, FRESH),
        (3.01, AGING),
        (24, AGING),
        (24.01, STALE),
        (168, STALE),
        (168.01, FROZEN),
        (-1, FRESH),
        (-24 * 365, FROZEN),
    ],
)
def test_the_level_of_an_age(hours: float | None, level: Level) -> None:
    """Three hours are fresh, a day is aging, a week is stale; a time far in the future is as bad as one in the past."""
    checked_at = None if hours is None else NOW - timedelta(hours=hours)
    assert level_at(checked_at, now=NOW) is level


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-5, "a minute"),
        (0, "a minute"),
        (1.9, "a minute"),
        (2, "2 minutes"),
        (119, "119 minutes"),
        (120, "2 hours"),
        (2879, "47 hours"),
        (2880, "2 days"),
        (525_600, "365 days"),
    ],
)
def test_ages_are_said_in_one_unit(minutes: float, words: str) -> None:
    """Two units would be more exact than anybody needs."""
    assert age_words(timedelta(minutes=minutes)) == words
