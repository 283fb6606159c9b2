"""A Clock that moves only when a test moves it."""

import asyncio
from datetime import UTC, datetime, timedelta

__all__ = ["StillClock"]


class StillClock:
    """Stands at `seconds` after noon of a fixed day; sleeping moves it at once and yields to other tasks."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 2, 12, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic_s(self) -> float:
        return self.seconds

    async def sleep(self, duration_s: float) -> None:
        self.seconds += duration_s
        await asyncio.sleep(0)  # noqa: TID251 - a Clock
