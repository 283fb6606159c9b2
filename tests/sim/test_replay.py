"""The incidents: the old design's twin fails as it did, ours comes through, and each of our guards is missed."""

import dataclasses
from html.parser import HTMLParser

import pytest
from typer.testing import CliRunner

from artesian.cli.main import app_of
from artesian.settings import shipped
from artesian.sim.guards import SCENARIO_OF, Guard
from artesian.sim.incidents import INCIDENTS, Incident
from artesian.sim.plan import load_plans
from artesian.sim.replay import Lacking, Result, replay_ours, replay_twin
from artesian.sim.replay_page import page
from artesian.sim.scenario import run_plan
from artesian.sim.tally import Answered

PLANS = {plan.name: plan for plan in load_plans(shipped("scenarios"))}


def test_2024_06_05() -> None:
    """The twin dies and stays down until people act; ours answers everything, and says what is wrong at once."""
    twin = replay_twin(INCIDENTS["2024-06-05"])
    assert twin.gave_up_s is not None
    assert twin.longest_gap_s >= 17 * 60
    assert {span.answered for span in twin.spans} == {Answered.USABLE, Answered.REFUSED}
    ours = replay_ours(INCIDENTS["2024-06-05"])
    assert ours.broken == ()
    assert (ours.usable_share, ours.restarts) == (1.0, 0)
    assert ours.requests_after is not None
    assert ours.requests_after <= 1
    assert ours.detected_s is not None
    assert ours.detected_s <= 60
    assert ours.alert == (
        "credentials are not reaching api.github.com: limit 60, expected at least 5000"
    )


# How the old design failed, as told in the issues of those numbers.
TWINS = [
    pytest.param("874", Answered.REFUSED, id="874"),
    pytest.param("1003", Answered.EMPTY, id="1003"),
    pytest.param("850", Answered.ERROR, id="850"),
    pytest.param("534", Answered.HUNG, id="534"),
    pytest.param("month", Answered.REFUSED, id="month"),
]


@pytest.mark.parametrize(("name", "how"), TWINS)
def test_the_other_incidents(name: str, how: Answered) -> None:
    """The twin fails in the way that was told; ours answers everything usably."""
    incident = INCIDENTS[name]
    twin = replay_twin(incident)
    assert how in {span.answered for span in twin.spans}
    assert twin.usable_share < 0.95
    ours = replay_ours(incident)
    assert (ours.broken, ours.usable_share) == ((), 1.0)


@pytest.mark.parametrize("guard", Guard)
def test_each_guard_is_missed(guard: Guard) -> None:
    """Without it, the scenario that is named for it fails; with it, it holds (tests/sim/test_scenarios.py)."""
    report = run_plan(PLANS[SCENARIO_OF[guard]], lacking=guard, ends_early=True)
    assert report.broken


class Tags(HTMLParser):
    """Counts tags, and checks that they are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.counts: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.counts[tag] = self.counts.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page() -> None:
    """It has a picture and a table for each incident, one for the guards, and quotes what it shows."""
    twin = replay_twin(INCIDENTS["1003"])
    odd = dataclasses.replace(INCIDENTS["1003"].flaws, header="<b>")
    incident = Incident(name="<i>", what="x & y", plan=INCIDENTS["1003"].plan, flaws=odd)
    ours = Result(
        subject="ours",
        usable_share=1.0,
        longest_gap_s=0.0,
        requests=3,
        requests_after=None,
        detected_s=None,
        alert='"quoted" <text>',
        restarts=0,
        gave_up_s=None,
        spans=(),
        asked_s=(1.0, 2.0),
    )
    lacking = Lacking(guard=Guard.ADMIT, scenario="s", complaints=())
    text = page([(incident, (twin, ours))], [lacking])
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert (tags.counts["svg"], tags.counts["table"]) == (1, 2)
    assert "&lt;text&gt;" in text
    assert "isn&#x27;t missed" in text


def test_the_command(tmp_path_factory: pytest.TempPathFactory) -> None:
    """`artesian replay` prints the table and writes the page."""
    to = tmp_path_factory.mktemp("replay") / "page.html"
    done = CliRunner().invoke(app_of(["replay"]), ["replay", "1003", "--page", str(to)])
    assert done.exit_code == 0, done.output
    assert "the old design" in done.output
    assert to.read_text("utf-8").startswith("<!DOCTYPE html>")
