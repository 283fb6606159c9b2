"""What the writer's loops do: configure, refresh a host, read the inbox, collect.

Whatever can't be done now (broken settings, a read-only disk, another writer) is said, and tried again.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from artesian.definitions.load import Catalogue
from artesian.errors import ArtesianError
from artesian.inbox import inbox_of, take_demand
from artesian.model.names import PackageName
from artesian.net import Transport
from artesian.refresh.access import Access
from artesian.refresh.canary import watch
from artesian.refresh.catalogues import fingerprint, folders_of, load_catalogues
from artesian.refresh.exchange import Exchange
from artesian.refresh.lock import WriterLock
from artesian.refresh.memory import Memory
from artesian.refresh.outside import Connection, Outside, Situation
from artesian.refresh.pipeline import STEP, plan, run_pass
from artesian.refresh.plane import Plane, Wanted, wanted_of
from artesian.refresh.present import Present
from artesian.refresh.record import asked
from artesian.refresh.sweep import sweep
from artesian.refresh.tokens import read_access
from artesian.refresh.worker import Loop, Worker
from artesian.settings import Settings
from artesian.store.collect import collect
from artesian.store.publish import Drop, adopt, publish

__all__ = ["Steps", "lane", "make_plane"]

# A connection that was replaced may have a request under way for so long.
RETIRED_S = 120.0


def lane(host: str) -> str:
    """Name the loop that refreshes a host."""
    return f"refresh {host}"


def make_plane(  # noqa: PLR0913 - all that a plane is made of
    directory: Path,
    outside: Outside,
    settings: Settings,
    *,
    access: Access,
    catalogue: Catalogue,
    transport: Transport,
    memory: Memory,
) -> Plane:
    """Put a plane together; where nothing is in force yet, what ships with the program of its packages is now."""
    wanted = wanted_of(catalogue, access)
    present = Present(directory)
    if present.generation().number == 0:
        _adopt(directory, outside, wanted)
    return Plane(
        directory=directory,
        disk=outside.disk,
        present=present,
        exchange=Exchange(
            transport=transport,
            access=access,
            memory=memory,
            clock=outside.clock,
            jitter=outside.jitter,
            observer=outside.observer,
        ),
        wanted=wanted,
        is_whole=not catalogue.problems,
        interval=timedelta(seconds=settings.interval_s),
    )


def _adopt(directory: Path, outside: Outside, wanted: Mapping[PackageName, Wanted]) -> None:
    """Begin with the seed, without the packages that this catalogue never had."""
    now, disk = outside.clock.now(), outside.disk
    adopted = adopt(directory, outside.seed, now=now, disk=disk)
    if adopted is not None:
        names = adopted.generation.packages
        strangers = dict.fromkeys((name for name in names if name not in wanted), Drop())
        aliases = {
            alias: name for alias, name in adopted.generation.aliases.items() if name in wanted
        }
        publish(directory, strangers, aliases=aliases, now=now, disk=disk)


class Steps:
    """The steps, and what they keep between two of them."""

    def __init__(
        self, directory: Path, outside: Outside, memory: Memory, worker: Worker, now: Situation
    ) -> None:
        self._directory = directory
        self._outside = outside
        self._memory = memory
        self._worker = worker
        self._now = now
        self._lock = WriterLock(directory)
        self._access: Access | None = None
        self._made_of: tuple[Settings, Access, str] | None = None
        self._connection: Connection | None = None
        self._retired: deque[tuple[float, Connection]] = deque()
        self._catalogue = ("", Catalogue(definitions=(), problems=()))

    async def close(self) -> None:
        """Give back what is held."""
        self._lock.release()
        current = () if self._connection is None else (self._connection,)
        for connection in (*current, *(one for _, one in self._retired)):
            await connection.close()

    async def configure(self) -> None:
        """Look at settings, tokens and catalogue anew; make a plane of them, or say why there is none."""
        await self._close_retired()
        loaded = self._outside.load()
        is_sole = self._lock.take()
        self._now.is_sole = is_sole
        self._now.on_alert = loaded.settings.on_alert
        if not is_sole:
            self._stop(f"another writer, process {self._lock.holder}, works in this directory")
        elif loaded.doubts and self._now.plane is None:
            self._stop(f"the settings can't be meant so: {'; '.join(loaded.doubts)}")
        elif not loaded.doubts:
            try:
                self._go(loaded.settings)
            except ArtesianError as error:
                self._stop(str(error))
                raise
        self._now.doubts = loaded.doubts

    async def refresh(self, host: str) -> None:
        """Take what is due at a host through the write path."""
        plane = self._now.plane
        if plane is not None:
            beat = partial(self._worker.beat, lane(host))
            own = replace(plane, exchange=replace(plane.exchange, beat=beat))
            await sweep(own, host)
            done = await run_pass(own, plan(own, host))
            if done.published is not None and done.published.is_new:
                number = done.published.generation.number
                self._outside.observer.note("generation.published", number=number)
            await watch(own, host)

    async def read_inbox(self) -> None:
        """Take in what readers were asked for."""
        plane = self._now.plane
        counts = take_demand(inbox_of(self._directory)) if self._now.is_sole else {}
        if plane is None or not counts:
            return
        now = self._outside.clock.now()
        names = {
            alias: name for name, one in plane.wanted.items() for alias in one.definition.aliases
        }
        with self._memory.transaction():
            for name, count in counts.items():
                record = self._memory.record(names.get(name, name))
                if record is not None:
                    self._memory.save(asked(record, count, now=now))

    async def collect(self) -> None:
        """Remove what nobody needs any more."""
        if self._now.plane is not None:
            gone = collect(self._directory, now=self._outside.clock.now(), disk=self._outside.disk)
            self._outside.observer.note(
                "collected", generations=len(gone.generations), objects=len(gone.objects)
            )

    def _stop(self, why: str) -> None:
        if self._now.idle != why:
            self._outside.observer.warn("writer.idle", reason=why)
        self._now.plane = None
        self._now.idle = why

    def _go(self, settings: Settings) -> None:
        """Make a plane of the settings, in place of the one before."""
        access = read_access(settings)
        catalogue, mark = self._loaded(settings)
        made_of = (settings, access, mark)
        if self._now.plane is not None and self._made_of == made_of:
            return
        if not catalogue.definitions:
            self._stop("the catalogue has no packages")
            return
        connection = self._connected(access)
        plane = make_plane(
            self._directory,
            self._outside,
            settings,
            access=access,
            catalogue=catalogue,
            transport=connection.transport,
            memory=self._memory,
        )
        self._now.plane, self._now.idle = plane, ""
        self._made_of = made_of
        self._now.problems = tuple(str(problem) for problem in catalogue.problems)
        for host in plane.hosts:
            step = partial(self.refresh, host)
            self._worker.ensure(Loop(name=lane(host), step=step, rest_s=STEP.total_seconds()))

    def _connected(self, access: Access) -> Connection:
        """Keep the connection while the credentials are the same."""
        if self._connection is None or self._access != access:
            if self._connection is not None:
                self._retired.append((self._outside.clock.monotonic_s(), self._connection))
            self._connection = self._outside.connect(access)
            self._access = access
        return self._connection

    async def _close_retired(self) -> None:
        now_s = self._outside.clock.monotonic_s()
        while self._retired and now_s - self._retired[0][0] > RETIRED_S:
            await self._retired.popleft()[1].close()

    def _loaded(self, settings: Settings) -> tuple[Catalogue, str]:
        """Load the catalogue, if it isn't the one at hand."""
        folders = folders_of(settings.catalogue)
        mark = fingerprint(folders)
        if self._catalogue[0] != mark:
            self._catalogue = (mark, load_catalogues(folders))
        return self._catalogue[1], mark
