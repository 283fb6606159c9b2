"""Runs one scenario: sets the stage, lets our writer, its clients and the plan's events play, and judges the end."""

import asyncio
import hashlib
import logging
import tempfile
from pathlib import Path

import msgspec
import structlog

from artesian.sim.clock import Stuck, run
from artesian.sim.events import Director
from artesian.sim.expect import judge_expected
from artesian.sim.guards import Guard, without
from artesian.sim.hosts import Seen
from artesian.sim.ours import Process
from artesian.sim.plan import Plan
from artesian.sim.stage import Stage, stage_of
from artesian.sim.tally import Answered, Span, keep_asking
from artesian.sim.watch import Watch

__all__ = ["EVERY_S", "Report", "run_plan"]

EVERY_S = 5.0  # a client's questions, in turn for every package
_STRIDE_S = 600.0  # after so long it is seen whether a run may end early
# Files are written and forgotten within minutes: memory is the place for them, where there is such a folder.
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - only a place for a folder with a name of its own


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run. `history`: the sha256 of all that happened; the same seed gives the same."""

    plan: Plan
    seed: int
    history: str
    broken: tuple[str, ...]
    requests: int
    answers: int
    usable_share: float
    longest_gap_s: float
    starts: int
    spent: dict[str, int]
    oldest_s: float
    alerts: dict[str, str]
    alerted_at_s: dict[str, float]
    spans: tuple[Span, ...]
    notes: tuple[str, ...]
    seen: tuple[Seen, ...]

    @property
    def is_good(self) -> bool:
        """Tell whether everything held."""
        return not self.broken

    def without_history(self) -> "Report":
        """Leave out what is too much to keep of thousands of runs."""
        return msgspec.structs.replace(self, notes=(), seen=())

    def failure(self) -> str:
        """Say what didn't hold, and all that it takes to see it again."""
        options = msgspec.json.encode(self.plan).decode()
        lines = [f"{self.plan.name}, seed {self.seed}:", *(f"  {one}" for one in self.broken)]
        return "\n".join([*lines, f"  options: {options}"])


def run_plan(
    plan: Plan,
    *,
    seed: int | None = None,
    lacking: Guard | None = None,
    ends_early: bool = False,
) -> Report:
    """Run a scenario from its seed, in an empty folder that is gone afterwards.

    lacking: switch a guard off, to see what it is for; there is no other way to do so. ends_early: once anything broke.
    """
    _be_quiet()
    with without(lacking, pace=plan.pace):
        return _run(plan, plan.seed if seed is None else seed, ends_early=ends_early)


def _run(plan: Plan, seed: int, *, ends_early: bool) -> Report:
    place = _SHARED_MEMORY if _SHARED_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="artesian-sim-", dir=place) as folder:
        stage = stage_of(plan, seed, Path(folder))
        writer, watch = Process(stage), Watch(stage)
        try:
            run(lambda: _play(stage, writer, watch, ends_early=ends_early), stage.clock)
        except Stuck as error:
            stage.blame("I3", str(error))
        return _report(stage, writer, watch)


async def _play(stage: Stage, writer: Process, watch: Watch, *, ends_early: bool) -> None:
    async with asyncio.TaskGroup() as group:
        director = Director(stage, writer, group)
        writer.start(group)
        others = (
            group.create_task(watch.run()),
            group.create_task(director.run()),
            group.create_task(_ask(stage)),
        )
        while stage.clock.monotonic_s() < stage.plan.lasts_s and not (ends_early and stage.broken):
            left_s = stage.plan.lasts_s - stage.clock.monotonic_s()
            await stage.clock.sleep(min(left_s, _STRIDE_S))
        watch.finish()
        judge_expected(watch)
        for task in others:
            task.cancel()
        await director.end()


async def _ask(stage: Stage) -> None:
    async def ask(name: str) -> Answered:
        return stage.client.ask(name)[0]

    await keep_asking(ask, stage.names, stage.clock, stage.client.tally, every_s=EVERY_S)


def _report(stage: Stage, writer: Process, watch: Watch) -> Report:
    tally = stage.client.tally
    happened = msgspec.json.encode([stage.notes, stage.hosts.seen])
    return Report(
        plan=stage.plan,
        seed=stage.seed,
        history=hashlib.sha256(happened).hexdigest(),
        broken=tuple(stage.broken),
        requests=len(stage.hosts.seen),
        answers=len(tally.answers),
        usable_share=tally.usable_share,
        longest_gap_s=tally.longest_gap_s,
        starts=writer.starts,
        spent=dict(stage.hosts.spent),
        oldest_s=watch.oldest_s,
        alerts={key: text for key, (_, text) in stage.told.items()},
        alerted_at_s={key: at_s for key, (at_s, _) in stage.told.items()},
        spans=tally.spans(stage.plan.lasts_s),
        notes=tuple(stage.notes),
        seen=tuple(stage.hosts.seen),
    )


def _be_quiet() -> None:
    """Keep the writer's log lines to itself: thousands of hours would bury what matters."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
