"""The writer's loops: each a task that does its step, says so by a heartbeat, and is started again when it fails.

With reader.py the only module that starts tasks. A loop's failure costs that loop a pause, and nobody else anything.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from artesian.clock import Clock
from artesian.errors import ArtesianError
from artesian.model.health import LoopHealth
from artesian.observe import Observer

__all__ = ["Loop", "Worker"]

# Pause after a failed step: doubled from the first to the longest, and reset by a good step.
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0
MISSED_BEATS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A step, and how long to rest after it. beat_s: within this it beats, also while a step takes long."""

    name: str
    step: Callable[[], Awaitable[None]]
    rest_s: float
    beat_s: float = 60.0


class Worker:
    """Runs loops until it is cancelled. `loops` tells how they are."""

    def __init__(self, *, clock: Clock, observer: Observer, jitter: Callable[[], float]) -> None:
        self._clock = clock
        self._observer = observer
        self._jitter = jitter
        self._group: asyncio.TaskGroup | None = None
        self._health: dict[str, LoopHealth] = {}
        self._beat_s: dict[str, float] = {}

    @property
    def loops(self) -> Mapping[str, LoopHealth]:
        """Tell each loop's heartbeat, and how often it was started again."""
        return dict(self._health)

    @property
    def silent(self) -> tuple[str, ...]:
        """Name the loops whose heartbeat is too old."""
        now_s = self._clock.monotonic_s()
        return tuple(
            name
            for name, health in self._health.items()
            if now_s - self._beat_s[name] > health.every_s * MISSED_BEATS
        )

    async def run(self, *loops: Loop) -> None:
        """Start these loops and keep them running."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            for loop in loops:
                self.ensure(loop)

    def ensure(self, loop: Loop) -> None:
        """Start one more loop, unless one of its name is running."""
        assert self._group is not None, "the worker isn't running"
        if loop.name not in self._health:
            self._health[loop.name] = LoopHealth(beat_at=self._clock.now(), every_s=loop.beat_s)
            self.beat(loop.name)
            self._group.create_task(self._keep(loop), name=loop.name)

    def beat(self, name: str) -> None:
        """Say that a loop is alive; a step that takes long does so in between."""
        self._health[name] = replace(self._health[name], beat_at=self._clock.now())
        self._beat_s[name] = self._clock.monotonic_s()  # the wall clock may be set

    async def _keep(self, loop: Loop) -> None:
        pause_s = 0.0
        while True:
            self.beat(loop.name)
            failed = await self._failed(loop)
            pause_s = min(max(FIRST_PAUSE_S, 2 * pause_s), LONGEST_PAUSE_S) if failed else 0.0
            left_s = pause_s * (0.5 + self._jitter() / 2) if failed else loop.rest_s
            while left_s > 0:
                self.beat(loop.name)
                slice_s = min(left_s, loop.beat_s)
                await self._clock.sleep(slice_s)
                left_s -= slice_s

    async def _failed(self, loop: Loop) -> bool:
        """Do one step; tell whether it failed."""
        before = self._health[loop.name]
        why, is_fault = "", True
        try:
            await loop.step()
        except ArtesianError as error:  # foreseen: the disk is full, the memory locked
            why, is_fault = str(error), False
            if why != before.error:
                self._observer.warn("loop.held_up", loop=loop.name, reason=why)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise  # we are to end
            why = "its step was cancelled from inside"
            self._observer.warn("loop.cancelled", loop=loop.name)
        except Exception as error:  # noqa: BLE001 - a loop's step: log, count, go on
            why = f"{type(error).__name__}: {error}"
            self._observer.fail("loop.failed", error, loop=loop.name)
        restarts = before.restarts + (bool(why) and is_fault)
        self._health[loop.name] = replace(self._health[loop.name], error=why, restarts=restarts)
        return bool(why)
