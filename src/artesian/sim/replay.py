"""Replays an incident on three subjects: a naive twin of the old design, ours, and ours without one of its guards.

All meet the same upstreams and the same faults at the same times.
"""

import asyncio
from collections.abc import Iterator

import msgspec

from artesian.sim.chance import chance
from artesian.sim.clock import VirtualClock, run
from artesian.sim.edits import apply
from artesian.sim.guards import SCENARIO_OF, Guard
from artesian.sim.hosts import Hosts
from artesian.sim.incidents import Incident
from artesian.sim.plan import Do, Plan
from artesian.sim.scenario import run_plan
from artesian.sim.scene import TOKEN, repository_of, start_of, world_of
from artesian.sim.tally import Span, Tally, keep_asking
from artesian.sim.trouble import Kind
from artesian.sim.twin import Flaws, Supervisor, Twin

__all__ = ["Lacking", "Result", "replay_guards", "replay_ours", "replay_twin"]

_EVERY_S = 5.0
_TAMPERING = frozenset({Kind.RENAME_HEADER, Kind.STRIP_HEADER})


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """How one subject came through.

    detected_s: from the first request that met a fault to the alert; None: nobody was told.
    """

    subject: str
    usable_share: float
    longest_gap_s: float
    requests: int
    requests_after: int | None  # after detection, until the fault ended
    detected_s: float | None
    alert: str
    restarts: int
    gave_up_s: float | None
    spans: tuple[Span, ...]
    asked_s: tuple[float, ...]  # requests upstream
    broken: tuple[str, ...] = ()


class Lacking(msgspec.Struct, frozen=True, kw_only=True):
    """What a guard is for: the scenario that fails without it, and how. No complaints: nothing noticed its absence."""

    guard: Guard
    scenario: str
    complaints: tuple[str, ...]


def replay_twin(incident: Incident) -> Result:
    """Let the old design meet an incident."""
    plan = incident.plan
    clock = VirtualClock(start_of(plan.scene))
    world = world_of(plan.scene, clock.now())
    stream = chance(f"twin {plan.name}")
    hosts = Hosts(world, now=clock.now, elapsed_s=clock.monotonic_s, chance=stream.random)
    # What a proxy does to our header the twin does itself: its header is misspelt.
    hosts.troubles = tuple(fault for fault in plan.faults if fault.kind not in _TAMPERING)
    scene = plan.scene
    names = [f"p{number:02}" for number in range(scene.packages)]
    at_gitea = set(names[scene.packages - scene.gitea :])
    sources = {
        name: f"{'gitea:' if name in at_gitea else ''}{repository_of(name)}" for name in names
    }
    twin = Twin(hosts=hosts, clock=clock, sources=sources, token=TOKEN, chance=stream.random)
    twin.warm_up()
    if incident.deployed_s is None:
        twin.flaws = incident.flaws
    supervisor, tally = Supervisor(twin=twin, clock=clock), Tally()
    run(lambda: _play(incident, twin, supervisor, tally), clock)
    times = tuple(seen.at_s for seen in hosts.seen)
    return Result(
        subject="the old design",
        usable_share=tally.usable_share,
        longest_gap_s=tally.longest_gap_s,
        requests=len(times),
        requests_after=None,
        detected_s=None,
        alert="none",
        restarts=len(supervisor.starts) - 1,
        gave_up_s=supervisor.gave_up_at_s,
        spans=tally.spans(plan.lasts_s),
        asked_s=times,
    )


async def _play(incident: Incident, twin: Twin, supervisor: Supervisor, tally: Tally) -> None:
    plan, clock = incident.plan, twin.clock
    asked = sorted(twin.sources)[: incident.popular or None]
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(supervisor.run()),
            group.create_task(_people(incident, supervisor)),
            group.create_task(_releases(plan, twin)),
        ]
        await clock.sleep(1)
        tasks += [  # two clients, who now and then want the same at the same time
            group.create_task(keep_asking(twin.ask, asked, clock, tally, every_s=_EVERY_S))
            for _ in range(2)
        ]
        await clock.sleep(plan.lasts_s)
        for task in tasks:
            task.cancel()


async def _people(incident: Incident, supervisor: Supervisor) -> None:
    """Deploy the flaw and its mending, and start it again when it was found down for long enough."""
    twin, clock = supervisor.twin, supervisor.clock
    changes = ((incident.deployed_s, incident.flaws), (incident.mended_s, Flaws()))
    planned = [(at_s, flaws) for at_s, flaws in changes if at_s is not None]
    mourned_s = incident.mourned_s
    while True:
        await clock.sleep(10)
        now_s = clock.monotonic_s()
        while planned and planned[0][0] <= now_s:
            twin.flaws = planned.pop(0)[1]
            supervisor.deploy()
        down_s = supervisor.down_since_s
        if mourned_s is not None and down_s is not None and now_s - down_s >= mourned_s:
            supervisor.restart()


async def _releases(plan: Plan, twin: Twin) -> None:
    """Let the world go on: a release now and then."""
    random = chance(f"releases {plan.name}")
    while plan.scene.changes_per_hour:
        await twin.clock.sleep(3600 / plan.scene.changes_per_hour)
        name = random.choice(sorted(twin.sources))
        twin.hosts.world = apply(twin.hosts.world, twin.clock.now(), Do.RELEASE, name)


def replay_ours(incident: Incident, *, lacking: Guard | None = None) -> Result:
    """Let ours meet an incident, perhaps without one of its guards."""
    plan = incident.plan
    report = run_plan(plan, lacking=lacking)
    from_s = min((fault.starts_s for fault in plan.faults), default=0.0)
    to_s = max((fault.ends_s or plan.lasts_s for fault in plan.faults), default=plan.lasts_s)
    met_s = min((one.at_s for one in report.seen if one.at_s >= from_s), default=from_s)
    first = min(report.alerted_at_s, key=report.alerted_at_s.__getitem__, default="")
    at_s = report.alerted_at_s.get(first)
    times = tuple(seen.at_s for seen in report.seen)
    hosts = {fault.host for fault in plan.faults} - {"*"}
    after = None
    if at_s is not None:
        after = sum(
            at_s < seen.at_s < to_s and (not hosts or seen.host in hosts) for seen in report.seen
        )
    return Result(
        subject="ours" if lacking is None else f"ours without {lacking}",
        usable_share=report.usable_share,
        longest_gap_s=report.longest_gap_s,
        requests=report.requests,
        requests_after=after,
        detected_s=None if at_s is None else at_s - met_s,
        alert=report.alerts[first].partition(";")[0] if first else "none",
        restarts=report.starts - 1,
        gave_up_s=None,
        spans=report.spans,
        asked_s=times,
        broken=report.broken,
    )


def replay_guards(plans: dict[str, Plan]) -> Iterator[Lacking]:
    """Switch each guard off in turn, and run the scenario that is named for it."""
    for guard, scenario in SCENARIO_OF.items():
        report = run_plan(plans[scenario], lacking=guard, ends_early=True)
        yield Lacking(guard=guard, scenario=scenario, complaints=report.broken)
