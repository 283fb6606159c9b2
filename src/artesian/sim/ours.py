"""Our own write plane on a stage: the real worker over the transport in memory, started again when it ends."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from artesian.observe import Observer
from artesian.refresh.access import Access
from artesian.refresh.exchange import Exchange
from artesian.refresh.memory import FILE, Memory
from artesian.refresh.pipeline import STEP, plan, run_pass
from artesian.refresh.plane import Plane, wanted_of
from artesian.refresh.present import Present
from artesian.sim.network import MemoryTransport
from artesian.sim.scene import credential
from artesian.sim.stage import Stage

__all__ = ["Writer"]


@dataclass(slots=True)
class Writer:
    """The writer's process, as its parent sees it."""

    stage: Stage
    peer: str = "192.0.2.1"
    starts: int = 0
    _task: asyncio.Task[None] | None = None
    _group: asyncio.TaskGroup | None = field(default=None)

    def start(self, group: asyncio.TaskGroup) -> None:
        """Start a process."""
        self.starts += 1
        self._task = group.create_task(self._live(self.starts))

    async def kill(self) -> None:
        """End the process, wherever it stands."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _live(self, session: int) -> None:
        plane = self._plane(session)
        try:
            async with asyncio.TaskGroup() as group:
                for host in plane.hosts:
                    group.create_task(self._loop(plane, host))
        finally:
            plane.memory.close()

    async def _loop(self, plane: Plane, host: str) -> None:
        while True:
            await run_pass(plane, plan(plane, host))
            await self.stage.clock.sleep(STEP.total_seconds())

    def _plane(self, session: int) -> Plane:
        stage = self.stage
        held = credential(stage.plan.scene, is_renewed=stage.is_renewed)
        credentials = () if held is None else (held,)
        access = Access(
            user_agent="artesian/sim", credentials={one.host: one for one in credentials}
        )
        transport = MemoryTransport(
            stage.hosts, stage.clock, credentials=credentials, peer=self.peer
        )
        exchange = Exchange(
            transport=transport,
            access=access,
            memory=Memory(stage.directory / FILE, session=f"{self.peer} {session}"),
            clock=stage.clock,
            jitter=stage.random.random,
            observer=Observer(),
        )
        return Plane(
            directory=stage.directory,
            disk=stage.disk,
            present=Present(stage.directory),
            exchange=exchange,
            wanted=wanted_of(stage.catalogue, access),
        )
