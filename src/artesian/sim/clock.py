"""Virtual time: an event loop that jumps to its next timer instead of waiting, and the Clock that reads it.

Hours pass in milliseconds, and nothing depends on the machine's own clock, its load or its threads: work that asyncio
would hand to a thread is done at once, in the loop.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar, TypeVarTuple, Unpack

__all__ = ["START", "Stuck", "VirtualClock", "run"]

# A Sunday evening before the turn of a month: every run passes midnight, a new month and a new week early on.
START = datetime(2026, 5, 31, 21, 0, tzinfo=UTC)

_Result = TypeVar("_Result")
_Args = TypeVarTuple("_Args")


class Stuck(Exception):
    """Nothing is left that could ever happen: every task waits for another."""

    def __init__(self, clock: "VirtualClock") -> None:
        super().__init__(
            f"every task waits for another, {clock.monotonic_s():.1f} s after the start"
        )


class VirtualClock:
    """A Clock whose time only its loop moves. The wall time may be set to something else, as clocks are."""

    def __init__(self, start: datetime = START) -> None:
        self._wall = start
        self._elapsed_s = 0.0

    def now(self) -> datetime:
        return self._wall + timedelta(seconds=self._elapsed_s)

    def monotonic_s(self) -> float:
        return self._elapsed_s

    async def sleep(self, duration_s: float) -> None:
        await asyncio.sleep(duration_s)  # noqa: TID251 - a Clock; the loop's time is virtual

    def advance(self, duration_s: float) -> None:
        """Let time pass."""
        self._elapsed_s += duration_s

    def set_wall(self, shift: timedelta) -> None:
        """Step the wall clock; the monotonic one goes on."""
        self._wall += shift


class _Jump(selectors.DefaultSelector):
    """Waits by moving the clock."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise Stuck(self._clock)
        self._clock.advance(timeout)
        return ready


class _VirtualLoop(asyncio.SelectorEventLoop):
    """asyncio's own loop over a clock of ours; it has no other door for its time than a subclass."""

    def __init__(self, clock: VirtualClock) -> None:
        self._virtual = clock
        super().__init__(_Jump(clock))

    def time(self) -> float:
        return self._virtual.monotonic_s()

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[[Unpack[_Args]], _Result],
        *args: *_Args,
    ) -> asyncio.Future[_Result]:
        """Do at once what would go to a thread, so that no run depends on how threads interleave."""
        del executor

        async def at_once() -> _Result:
            return func(*args)

        return self.create_task(at_once())


def run(main: Callable[[], Coroutine[Any, Any, _Result]], clock: VirtualClock) -> _Result:
    """Run `main` to its end on the virtual loop of `clock`; raise Stuck where it can't end."""
    with asyncio.Runner(loop_factory=partial(_VirtualLoop, clock)) as runner:
        return runner.run(main())
