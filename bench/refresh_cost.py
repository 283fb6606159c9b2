"""What keeping data fresh costs in requests and points, counted by the simulated GitHub; written to the documentation.

Virtual time: the figures are the same on every machine. `--large` adds 10,000 packages, which takes a while.
"""

import argparse
import sys
from pathlib import Path

import msgspec

from artesian.sim.plan import Credentials, Expected, Plan, Scene
from artesian.sim.scenario import Report, run_plan

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/refresh-cost.md"
HOURS = 24.0
WARM_UP_S = 3 * 3600.0


HEAD = """# What freshness costs

Written by `make refresh-cost`; don't edit it by hand. Counted by the simulated GitHub (see simulation.md) over a
day of virtual time, three hours of warming up included (10,000 packages: five and a half hours, three and a half
of them). *Sent* are requests on the wire; *requests* and *points* are what GitHub counts of them (a 304 costs
nothing with a token, nor does the question once a minute whether the token arrives, where nothing else is asked);
*oldest* is the highest age of any package's data after warming up; *403* counts refusals for a limit.

| an hour | sent | requests | points | cost | oldest | 403 | goal | |
|---|---|---|---|---|---|---|---|---|
"""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment, and what it may cost an hour at the most."""

    what: str
    scene: Scene
    hours: float = HOURS
    warm_up_s: float = WARM_UP_S
    most: float | None = None
    oldest_minutes: float | None = None


CASES = (
    Case(
        what="70 packages, 5 % changing an hour, every list's ETag changing with downloads",
        scene=Scene(packages=70, releases=3, changes_per_hour=3.5, downloads_per_hour=600),
        most=60,
    ),
    Case(
        what="the same, nothing changing at all",
        scene=Scene(packages=70, releases=3, changes_per_hour=0),
        most=60,
    ),
    Case(
        what="400 packages, 5 % changing an hour, busy",
        scene=Scene(packages=400, releases=2, changes_per_hour=20, downloads_per_hour=600),
        hours=8,
    ),
    Case(
        what="70 packages without a token, 5 % changing an hour",
        scene=Scene(packages=70, releases=3, changes_per_hour=3.5, credentials=Credentials.NONE),
        most=60,
        oldest_minutes=120,
    ),
)
LARGE = Case(
    what="10,000 packages, an hour fresh, 1 % changing an hour, busy",
    scene=Scene(
        packages=10_000,
        releases=1,
        changes_per_hour=100,
        downloads_per_hour=600,
        interval_s=3600,
    ),
    hours=6,
    warm_up_s=4.5
    * 3600,  # one token brings all lists in two hours and a quarter, and then the rest is caught up
    most=5000,
)


def run(case: Case) -> Report:
    """Simulate one case; all must be fresh once it has warmed up."""
    plan = Plan(
        name="cost",
        title=case.what,
        lasts_s=case.hours * 3600,
        scene=case.scene,
        expect=Expected(fresh_after_s=case.warm_up_s),
    )
    return run_plan(plan)


def row(case: Case, report: Report) -> tuple[str, bool]:
    """Write one row of the table, and tell whether its goal is met."""
    points = sum(count for account, count in report.spent.items() if "graphql" in account)
    requests = sum(report.spent.values()) - points
    forbidden = sum(seen.status in (403, 429) for seen in report.seen)
    cost = (requests + points) / case.hours
    oldest = report.oldest_s / 60
    is_met = report.is_good and not forbidden
    is_met = is_met and (case.most is None or cost <= case.most)
    is_met = is_met and (case.oldest_minutes is None or oldest <= case.oldest_minutes)
    goal = "" if case.most is None else f"≤ {case.most:,.0f}"
    goal += "" if case.oldest_minutes is None else f", ≤ {case.oldest_minutes:.0f} min"
    cells = (
        case.what,
        f"{report.requests / case.hours:,.0f}",
        f"{requests / case.hours:,.1f}",
        f"{points / case.hours:,.1f}",
        f"{cost:,.1f}",
        f"{oldest:.0f} min",
        str(forbidden),
        goal,
        "met" if is_met else "MISSED",
    )
    for complaint in report.broken:
        print(f"  {complaint}", file=sys.stderr)
    return "| " + " | ".join(cells) + " |", is_met


def main() -> int:
    """Run all cases, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true")
    cases = (*CASES, LARGE) if parser.parse_args().large else CASES
    rows, is_good = [], True
    for case in cases:
        text, is_met = row(case, run(case))
        print(text, flush=True)
        rows.append(text)
        is_good = is_good and is_met
    PAGE.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
