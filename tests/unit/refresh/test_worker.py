"""Loops: one that fails costs itself a pause and nobody else anything, and a silent one is noticed."""

import asyncio
from collections.abc import Awaitable, Callable

from artesian.errors import Unavailable
from artesian.observe import Observer
from artesian.refresh.worker import Loop, Worker
from artesian.sim.clock import VirtualClock, run

MINUTE_S = 60.0


def worked(
    *steps: Callable[[], Awaitable[None]], for_s: float, rest_s: float = 10.0
) -> tuple[Worker, Observer]:
    """Run these steps as loops named 0, 1, … for some virtual time."""
    clock, observer = VirtualClock(), Observer()
    worker = Worker(clock=clock, observer=observer, jitter=lambda: 0.5)
    loops = [Loop(name=str(n), step=step, rest_s=rest_s) for n, step in enumerate(steps)]

    async def main() -> None:
        task = asyncio.ensure_future(worker.run(*loops))
        await clock.sleep(for_s)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run(main, clock)
    return worker, observer


class Count:
    """A step that counts, and does something."""

    def __init__(self, then: Callable[[], Awaitable[None]] | None = None) -> None:
        self.times = 0
        self._then = then

    async def __call__(self) -> None:
        self.times += 1
        if self._then is not None:
            await self._then()


async def fail() -> None:
    """Fail as a programming error does."""
    raise KeyError("x")


async def be_held_up() -> None:
    """Fail as a full disk does."""
    raise Unavailable("the disk is full", retry_after_s=60)


async def be_cancelled() -> None:
    """Fail as a library does that cancels the wrong task."""
    raise asyncio.CancelledError


async def hang() -> None:
    """Never come back."""
    await asyncio.Event().wait()


def test_a_steady_loop() -> None:
    """A step is done, then it rests."""
    step = Count()
    worker, _ = worked(step, for_s=MINUTE_S - 1)
    assert step.times == 6
    assert worker.loops["0"].restarts == 0


def test_a_failing_loop() -> None:
    """It is started again, less and less often, counted and told of; its neighbour doesn't notice."""
    broken, steady = Count(fail), Count()
    worker, observer = worked(broken, steady, for_s=60 * MINUTE_S)
    assert 8 <= broken.times <= 30
    assert steady.times > 350
    health = worker.loops["0"]
    assert (health.restarts, health.error) == (broken.times, "KeyError: 'x'")
    assert observer.counts["loop.failed"] == broken.times


def test_a_loop_that_heals() -> None:
    """A good step ends the trouble, and the pauses begin small again."""
    left = 3

    async def heal() -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            raise KeyError("x")

    worker, _ = worked(heal, for_s=5 * MINUTE_S)
    assert worker.loops["0"].error == ""
    assert worker.loops["0"].restarts == 3


def test_held_up() -> None:
    """What is foreseen is no fault of ours: it is said once, without a traceback, and tried again."""
    step = Count(be_held_up)
    worker, observer = worked(step, for_s=10 * MINUTE_S)
    assert step.times > 3
    health = worker.loops["0"]
    assert (health.restarts, health.error) == (0, "the disk is full")
    assert observer.counts == {"loop.held_up": 1}


def test_cancelled_from_inside() -> None:
    """A step that is cancelled by something else than our end is a failed step."""
    step = Count(be_cancelled)
    worker, _ = worked(step, for_s=10 * MINUTE_S)
    assert step.times > 3
    assert worker.loops["0"].restarts == step.times


def test_a_hanging_loop_is_silent() -> None:
    """A step that never comes back beats no more; everything else goes on."""
    steady = Count()
    worker, _ = worked(hang, steady, for_s=10 * MINUTE_S)
    assert worker.silent == ("0",)
    assert steady.times > 50


def test_a_resting_loop_beats() -> None:
    """A loop that rests for long isn't silent."""
    worker, _ = worked(Count(), for_s=59 * MINUTE_S, rest_s=60 * MINUTE_S)
    assert worker.silent == ()


def test_one_loop_of_a_name() -> None:
    """Ensuring a loop that runs starts no second one."""
    clock, step = VirtualClock(), Count()
    worker = Worker(clock=clock, observer=Observer(), jitter=lambda: 0.5)
    loop = Loop(name="one", step=step, rest_s=10)

    async def ensure() -> None:
        worker.ensure(loop)
        worker.ensure(loop)

    async def main() -> None:
        task = asyncio.ensure_future(worker.run(Loop(name="main", step=ensure, rest_s=10)))
        await clock.sleep(MINUTE_S - 1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run(main, clock)
    assert step.times == 6
