"""The write path from end to end, against a forge in memory: what is asked, what is remembered, what is in force."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clocks import StillClock
from tests.stores import seen
from tests.upstreams import HOST, Forge, definition, github_token, plane_of, release

from artesian.model.names import PackageName
from artesian.refresh.pipeline import Pass, Step, plan, run_pass
from artesian.refresh.plane import Plane

JQ = PackageName("jq")


def refresh(plane: Plane, host: str = HOST) -> Pass:
    """Run one pass over what is due."""
    return asyncio.run(run_pass(plane, plan(plane, host)))


def later(forge: Forge, **more: float) -> None:
    """Let time pass."""
    assert isinstance(forge.clock, StillClock)
    forge.clock.seconds += timedelta(**more).total_seconds()


@pytest.fixture
def forge() -> Forge:
    """A forge with one small package."""
    forge = Forge(StillClock(), credential=github_token())
    forge.repositories["o/jq"] = [release("v1.7"), release("v1.6")]
    return forge


def test_a_first_pass(forge: Forge, tmp_path: Path) -> None:
    """The credential is tried first; then the list is fetched, and in force at once."""
    plane = plane_of(tmp_path, forge, definition("jq"))
    done = refresh(plane)
    assert forge.listed == ["/rate_limit", "/repos/o/jq/releases?per_page=100"]
    assert done.published is not None
    assert seen(tmp_path) == (1, {"jq": "1.7"})


def test_nothing_new(forge: Forge, tmp_path: Path) -> None:
    """An unchanged list costs a conditional request; readers hear of it, and the object stays the same."""
    plane = plane_of(tmp_path, forge, definition("jq"))
    refresh(plane)
    before = plane.present.entry(JQ)
    assert refresh(plane).asked == 0
    later(forge, minutes=10)
    assert refresh(plane).asked == 1
    after = plane.present.entry(JQ)
    assert (after.object, after.checked_at) == (before.object, forge.clock.now())
    assert len(forge.listed) == 3
