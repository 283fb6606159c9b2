"""Our own write plane on a stage: the real writer over the transport in memory, as its parent starts and ends it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from artesian.clock import Clock
from artesian.model.credential import Secret
from artesian.model.health import Alert
from artesian.model.outcome import NetworkFault, Request, Response
from artesian.net import Transport
from artesian.observe import Observer
from artesian.refresh.access import Access
from artesian.refresh.notify import State
from artesian.refresh.outside import Connection, Outside
from artesian.settings import Loaded, Settings
from artesian.sim.network import MemoryTransport
from artesian.sim.plan import Credentials
from artesian.sim.stage import Stage
from artesian.sources import github
from artesian.writer import Writer

__all__ = ["Process"]

RESTART_S = 1.0  # after it ended by itself, which it mustn't


class Unexpected(Exception):
    """What no code foresees."""


@dataclass(frozen=True, slots=True)
class _Odd:
    """A transport that now and then does what no transport should."""

    transport: Transport
    stage: Stage
    clock: Clock

    async def send(self, request: Request) -> Response | NetworkFault:
        if self.stage.raising and github.HOST in request.url:
            self.stage.raising -= 1
            raise Unexpected("simulated")
        left_s = self.stage.stalled_until_s - self.clock.monotonic_s()
        if left_s > 0:
            await self.clock.sleep(left_s)
        return await self.transport.send(request)


@dataclass(slots=True)
class Process:
    """The writer's process, as its parent sees it."""

    stage: Stage
    name: str = "first"
    starts: int = 0
    _task: asyncio.Task[None] | None = None
    _loaded: Loaded | None = None

    def start(self, group: asyncio.TaskGroup) -> None:
        """Start it, and start it again should it end."""
        self._task = group.create_task(self._keep())

    async def kill(self) -> None:
        """End the process, wherever it stands."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _keep(self) -> None:
        while True:
            self.starts += 1
            try:
                await Writer(self.stage.directory, self._outside()).run()
                self.stage.blame("I3", "the writer ended by itself")
            except* Exception as group:  # noqa: BLE001 - whatever ends a process is what is looked for
                self.stage.blame("I3", f"the writer ended: {group.exceptions[0]!r}")
            await self.stage.clock.sleep(RESTART_S)

    def _outside(self) -> Outside:
        stage = self.stage
        return Outside(
            load=self._load,
            connect=self._connect,
            tell=self._tell,
            seed=stage.client.seed,
            disk=stage.disk,
            clock=stage.clock,
            jitter=stage.random.random,
            observer=Observer(),
            pid=1,
            session=f"{self.name} {self.starts}",
        )

    def _load(self) -> Loaded:
        if self._loaded is None:
            self._loaded = self._settings()
        return self._loaded

    def _settings(self) -> Loaded:
        stage = self.stage
        is_anonymous = stage.plan.scene.credentials is Credentials.NONE
        settings = Settings.model_validate(
            {
                "data_dir": stage.directory,
                "catalogue": (str(stage.folder / "catalogue"),),
                "github_token_file": None if is_anonymous else stage.token_file,
                "expected_limit": stage.plan.scene.limit,
                "interval_s": stage.plan.scene.interval_s,
                "on_alert": "a command",
            }
        )
        return Loaded(settings, ())

    def _connect(self, access: Access) -> Connection:
        stage = self.stage
        transport = MemoryTransport(
            stage.hosts, stage.clock, credentials=tuple(access.credentials.values())
        )
        return Connection(_Odd(transport, stage, stage.clock), _nothing)

    async def _tell(
        self, command: str, alert: Alert, state: State, secrets: tuple[Secret, ...]
    ) -> None:
        del command, secrets
        self.stage.note(f"alert {alert.key} {state}")
        if state is State.RAISED:
            text = f"{alert.what}; {alert.why}; {alert.todo}"
            self.stage.told.setdefault(alert.key, (self.stage.clock.monotonic_s(), text))


async def _nothing() -> None:
    """Close what needs no closing."""
