"""A naive twin of the design that failed on 2024-06-05, for the replay alone; it shares nothing with ours.

Refresh in the serving process, at the start and on demand; an exception in a task ends the process; a supervisor that
gives up after five starts in ten seconds. Told from public issues: see docs/adr/0001-two-planes.md.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from artesian.clock import Clock
from artesian.sim.hosts import GITEA_HOST, Hosts
from artesian.sim.tally import Answered
from artesian.sim.trouble import Kind
from artesian.sim.wire import Answer, Wire

__all__ = ["Flaws", "Supervisor", "Twin"]

STALE_S = 900.0  # a package older than this is refreshed when somebody asks for it
ROUND_S = 3600.0  # each package once an hour
PATIENCE_S = 30.0  # of a client
START_LIMIT = 5
START_WINDOW_S = 10.0
RESTART_S = 0.1
_LATENCY_S = 0.2


class Unhandled(Exception):
    """What no code of the twin catches."""

    def __init__(self, why: str) -> None:
        super().__init__(why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaws:
    """What a deployment of it has wrong. `header`: what it calls Authorization."""

    header: str = "Authorization"
    sends_token_everywhere: bool = False
    needs: str = ""  # a package that every install needs


@dataclass(slots=True)
class _Cached:
    fetched_at: datetime
    count: int  # of releases; 0: poisoned, and nobody notices


@dataclass(slots=True)
class Twin:
    """One deployment: the disk outlives its processes, everything else dies with each."""

    hosts: Hosts
    clock: Clock
    sources: dict[str, str]  # package → repository; those at GITEA_HOST begin with `gitea:`
    token: str
    chance: Callable[[], float]
    flaws: Flaws = field(default_factory=Flaws)
    disk: dict[tuple[str, str], _Cached] = field(default_factory=dict)
    is_alive: bool = False
    _memory: dict[tuple[str, str], _Cached] = field(default_factory=dict)
    _flights: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    _poisoned: set[str] = field(default_factory=set)
    _group: asyncio.TaskGroup | None = None

    def warm_up(self) -> None:
        """Fill the cache on disk, as after a good month."""
        month = f"{self.clock.now():%Y-%m}"
        for package in self.sources:
            self.disk[month, package] = _Cached(fetched_at=self.clock.now(), count=1)

    async def live(self) -> None:
        """Be one process, until an exception ends it."""
        self._memory, self._flights, self._poisoned = {}, {}, set()
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self.is_alive = True
                group.create_task(self._freshen())
        finally:
            self.is_alive = False
            self._group = None

    async def ask(self, package: str) -> Answered:
        """Answer a client."""
        if not self.is_alive:
            return Answered.REFUSED
        try:
            async with asyncio.timeout(PATIENCE_S):
                if self.flaws.needs:
                    await self._serve(self.flaws.needs)
                return await self._serve(package)
        except TimeoutError:
            return Answered.HUNG
        except Unhandled:
            return Answered.ERROR

    async def _serve(self, package: str) -> Answered:
        key = (f"{self.clock.now():%Y-%m}", package)
        cached = self._memory.get(key) or self.disk.get(key)
        if cached is None:  # cold: the request itself fetches, and a second one meets half of it
            self._memory[key] = _Cached(fetched_at=self.clock.now(), count=0)
            await self._flight(package)
            cached = self._memory[key]
        else:
            if (
                not cached.count
            ):  # half of a first fetch: what comes of it is empty until the next start
                self._poisoned.add(package)
            self._memory[key] = cached
            age = (self.clock.now() - cached.fetched_at).total_seconds()
            if age > STALE_S and self._group is not None and not self._is_flying(package):
                self._group.create_task(self._flight(package))
        return Answered.USABLE if cached.count else Answered.EMPTY

    async def _freshen(self) -> None:
        """Refresh a package at the start, then one after the other, so that each has its turn within the hour."""
        while True:
            names = sorted(self.sources)
            package = names[int(self.chance() * len(names))]
            await self._flight(package)
            await self.clock.sleep(ROUND_S / len(names))

    def _is_flying(self, package: str) -> bool:
        flight = self._flights.get(package)
        return flight is not None and not flight.done()

    async def _flight(self, package: str) -> None:
        """Let one fetch serve all who wait; one that failed is kept, and fails for everybody after it."""
        flight = self._flights.get(package)
        if flight is not None and (not flight.done() or flight.exception() is not None):
            await asyncio.shield(flight)
            return
        flight = asyncio.get_running_loop().create_future()
        self._flights[package] = flight
        try:
            await self._fetch(package)
        except Unhandled as error:
            flight.set_exception(error)
            flight.exception()  # seen: nobody else may wait for it
            raise
        flight.set_result(None)

    async def _fetch(self, package: str) -> None:
        answer = await self._send(package)
        if answer.status != 200:
            raise Unhandled(f"{package}: {answer.status}")
        try:
            releases = msgspec.json.decode(answer.body, type=list[dict[str, object]])
        except msgspec.DecodeError as error:
            raise Unhandled(f"{package}: {error}") from error
        cached = _Cached(fetched_at=self.clock.now(), count=len(releases))
        if package in self._poisoned:
            cached.count = 0
        key = (f"{self.clock.now():%Y-%m}", package)
        self._memory[key] = self.disk[key] = cached

    async def _send(self, package: str) -> Answer:
        """Send without any deadline."""
        repository = self.sources[package]
        headers = [("User-Agent", "twin")]
        is_gitea = repository.startswith("gitea:")
        if not is_gitea or self.flaws.sends_token_everywhere:
            headers.append((self.flaws.header, f"Bearer {self.token}"))
        path = f"/repos/{repository.removeprefix('gitea:')}/releases"
        wire = Wire(
            host=GITEA_HOST if is_gitea else "api.github.com",
            path=f"/api/v1{path}" if is_gitea else path,
            headers=tuple(headers),
            peer="192.0.2.7",
        )
        troubles = self.hosts.meets(wire)
        kinds = {trouble.kind for trouble in troubles}
        if kinds & {Kind.HANG, Kind.DRIP, Kind.BLACKHOLE}:
            self.hosts.note(wire, fault="hangs")
            await asyncio.get_running_loop().create_future()
        await self.clock.sleep(_LATENCY_S)
        if any(trouble.is_on_the_way for trouble in troubles):
            self.hosts.note(wire, fault="fails")
            raise Unhandled(f"{package}: network")
        return self.hosts.serve(wire, troubles)


@dataclass(slots=True)
class Supervisor:
    """Starts a twin again when it ends, unless that happened five times within ten seconds: then never."""

    twin: Twin
    clock: Clock
    starts: list[float] = field(default_factory=list)
    gave_up_at_s: float | None = None  # the first time
    down_since_s: float | None = None
    _life: asyncio.Task[None] | None = None
    _order: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Keep it running, as far as the limit allows."""
        recent: list[float] = []
        while True:
            now_s = self.clock.monotonic_s()
            recent = [at_s for at_s in recent if now_s - at_s < START_WINDOW_S]
            if len(recent) >= START_LIMIT:
                self.gave_up_at_s = self.gave_up_at_s or now_s
                self.down_since_s = now_s
                await self._order.wait()
                self.down_since_s = None
                recent = []
                continue
            recent.append(now_s)
            self.starts.append(now_s)
            self._order.clear()
            try:
                async with asyncio.TaskGroup() as group:
                    self._life = group.create_task(self.twin.live())
            except* Unhandled:
                await self.clock.sleep(RESTART_S)

    def restart(self) -> None:
        """Do as an operator does who found it down."""
        self._order.set()

    def deploy(self) -> None:
        """Start it anew, with what was changed."""
        if self._life is not None:
            self._life.cancel()
        self._order.set()
