"""Virtual time."""

import asyncio
from datetime import timedelta

import pytest

from artesian.sim.clock import START, Stuck, VirtualClock, run


def test_hours_pass_at_once() -> None:
    """Sleeping moves the clock, and timers fire in order of their time."""
    clock = VirtualClock()
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, hours: float) -> None:
        await clock.sleep(hours * 3600)
        woken.append((name, clock.monotonic_s() / 3600))

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(sleeper("late", 500))
            group.create_task(sleeper("early", 0.5))

    run(main, clock)
    assert woken == [("early", 0.5), ("late", 500)]
    assert clock.now() == START + timedelta(hours=500)


def test_deadlines_are_virtual_too() -> None:
    """Timeouts of asyncio count in virtual time."""
    clock = VirtualClock()

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(60):
                await clock.sleep(3600)

    run(main, clock)
    assert clock.monotonic_s() == 60


def test_threads_are_none() -> None:
    """What would go to a thread is done in the loop, and its errors come back."""
    clock = VirtualClock()

    async def main() -> int:
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 // 0)
        return await asyncio.to_thread(sum, (1, 2))

    assert run(main, clock) == 3


def test_a_wait_without_end() -> None:
    """When every task waits for another, that is told instead of hanging."""

    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Stuck):
        run(main, VirtualClock())


def test_the_wall_clock_may_jump() -> None:
    """A step of the wall clock leaves the monotonic one alone."""
    clock = VirtualClock()
    clock.advance(10)
    clock.set_wall(timedelta(days=-365))
    assert clock.monotonic_s() == 10
    assert clock.now() == START - timedelta(days=365) + timedelta(seconds=10)
