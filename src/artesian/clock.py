"""The only module that reads a clock or sleeps; everything else takes `now` or a Clock."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol

__all__ = ["Clock", "SystemClock"]


class Clock(Protocol):
    """Wall time, monotonic time and sleep, so that tests and the simulator can bring their own."""

    def now(self) -> datetime:
        """Tell the wall time, aware, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Tell seconds since an arbitrary start; never steps back."""
        ...

    async def sleep(self, duration_s: float) -> None:
        """Suspend the calling task for `duration_s` seconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this module is the Clock

    def monotonic_s(self) -> float:
        return time.monotonic()  # noqa: TID251

    async def sleep(self, duration_s: float) -> None:
        await asyncio.sleep(duration_s)  # noqa: TID251
