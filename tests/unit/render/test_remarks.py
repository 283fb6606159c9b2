"""What people are told of a package's data."""

from datetime import UTC, datetime
from typing import Any

import pytest

from artesian.model.health import Level
from artesian.model.names import PackageName
from artesian.model.status import PackageStatus
from artesian.render.remarks import remarks

SOON = datetime(2026, 1, 2, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, ""),
        ({"failures": 9, "trouble": "502"}, ""),
        ({"is_pinned": True}, "pinned"),
        ({"quarantined": "no releases where there were 9"}, "no releases where there were 9"),
        ({"held_until": SOON}, "2026-01-02 12:05 UTC"),
        ({"withheld": ("a.zip", "b.zip")}, "a.zip; b.zip"),
        ({"is_damaged": True}, "damaged"),
    ],
)
def test_what_people_are_told(facts: dict[str, Any], said: str) -> None:
    """Who installs a package is told what is served in place of the newest, and why; failed checks are not theirs."""
    told = remarks(PackageStatus(name=PackageName("rg"), level=Level.FRESH, **facts))
    assert len(told) == bool(said)
    assert said in " ".join(told)
