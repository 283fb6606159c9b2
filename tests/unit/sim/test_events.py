"""Events of a scenario: they may meet each other in any order."""

import pytest

from artesian.sim.plan import Do, Event, Expected, Plan, Scene
from artesian.sim.scenario import run_plan


@pytest.mark.parametrize("before", [Do.DAMAGE_MEMORY, Do.LOSE_MEMORY])
def test_bodies_lost_with_the_memory(before: Do) -> None:
    """Bodies are lost out of a memory that was lost or damaged in the same second; the scenario plays on, and holds."""
    plan = Plan(
        name="both",
        title="a memory is hurt twice",
        lasts_s=3600,
        scene=Scene(packages=2, releases=1),
        events=(Event(at_s=1800, do=before), Event(at_s=1800, do=Do.LOSE_BODIES)),
        expect=Expected(may_alert=("*",), is_cleared=False),
    )
    report = run_plan(plan)
    assert report.is_good, report.failure()
