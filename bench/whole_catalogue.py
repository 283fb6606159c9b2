"""Runs the real writer over the whole shipped catalogue for some hours of virtual time, and meters what it asks."""

import asyncio
import gzip
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from artesian.cli.check_seed import read_seed
from artesian.clock import Clock
from artesian.definitions.load import load_catalogue
from artesian.model.definition import Definition, SourceKind
from artesian.model.header import Header
from artesian.model.outcome import NetworkFault, Request, Response
from artesian.net import Transport
from artesian.observe import Observer
from artesian.refresh.access import Access
from artesian.refresh.outside import Connection, Outside
from artesian.settings import Loaded, Settings, shipped
from artesian.sim.chance import chance
from artesian.sim.clock import VirtualClock
from artesian.sim.clock import run as run_virtually
from artesian.sim.disk import SwitchDisk
from artesian.sim.hosts import Edit, Hosts
from artesian.sim.network import MemoryTransport
from artesian.sim.scene import TOKEN
from artesian.sim.world import Token, World, add, find, publish, uploads
from artesian.sources import serviceman
from artesian.sources.postgres import REPOSITORY as POSTGRES
from artesian.store.files import DirectoryFiles
from artesian.store.read import load_generation, load_snapshot
from artesian.writer import Writer

__all__ = ["Asked", "Measured", "measure"]

_HOSTED = (SourceKind.GITHUB, SourceKind.GITHUB_SOURCE, SourceKind.GITEA, SourceKind.GITEA_SOURCE)
_DOWNLOADS_PER_HOUR = 600.0  # as of a busy project: its list's ETag changes all the time
_RELEASES = 30  # on a list, at the most
_LOOK_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request of the writer's: where, whether it was conditional, and what came back, packed as it is sent."""

    at_s: float
    url: str
    is_conditional: bool
    is_query: bool
    status: int
    size_bytes: int

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of a run. `oldest_s`: the highest age of each package's data after the warming up."""

    asked: tuple[Asked, ...]
    spent: int
    oldest_s: dict[str, float]


@dataclass(slots=True)
class _Meter:
    """A transport that writes down what goes through it."""

    transport: Transport
    clock: Clock
    asked: list[Asked] = field(default_factory=list)

    async def send(self, request: Request) -> Response | NetworkFault:
        at_s = self.clock.monotonic_s()
        response = await self.transport.send(request)
        is_answer = isinstance(response, Response)
        self.asked.append(
            Asked(
                at_s=at_s,
                url=request.url,
                is_conditional=Header.IF_NONE_MATCH in request.headers,
                is_query=request.body is not None,
                status=response.status if isinstance(response, Response) else 0,
                size_bytes=_packed(response.body) if isinstance(response, Response) else 0,
            )
        )
        assert is_answer, response
        return response


@cache
def _packed(body: bytes) -> int:
    return len(gzip.compress(body, 6)) if body else 0


def measure(
    *, hours: float, warm_up_s: float, changes_per_hour: float, has_token: bool
) -> Measured:
    """Let the writer work on the shipped catalogue, from nothing, for some hours.

    Not from the seed: the simulated publishers list less than it holds, which would be refused as a loss.
    """
    clock = VirtualClock()
    definitions = load_catalogue(shipped("catalogue")).definitions
    world = _world(definitions, clock.now())
    hosts = Hosts(world, now=clock.now, elapsed_s=clock.monotonic_s, chance=chance(1).random)
    hosts.schedule(_changes(world, hours=hours, per_hour=changes_per_hour))
    oldest_s: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        meter = _Meter(MemoryTransport(hosts, clock), clock)
        data = Path(folder) / "data"
        writer = Writer(data, _outside(Path(folder), clock, hosts, meter, has_token=has_token))

        async def play() -> None:
            task = asyncio.create_task(writer.run())  # noqa: TID251 - it is cancelled below
            while clock.monotonic_s() < hours * 3600:
                await clock.sleep(_LOOK_S)
                if clock.monotonic_s() > warm_up_s:
                    _look(data, clock.now(), definitions, oldest_s)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        run_virtually(play, clock)
    asked = tuple(one for one in meter.asked if one.at_s >= warm_up_s)
    return Measured(asked=asked, spent=sum(hosts.spent.values()), oldest_s=oldest_s)


def _look(
    data: Path, now: datetime, definitions: Iterable[Definition], oldest_s: dict[str, float]
) -> None:
    generation = load_generation(DirectoryFiles(data))
    for one in definitions:
        if one.source.kind is SourceKind.OWN:
            continue
        entry = generation.packages.get(one.name) if generation else None
        checked_at = entry.checked_at if entry else None
        age_s = (now - checked_at).total_seconds() if checked_at else float("inf")
        oldest_s[one.name] = max(oldest_s.get(one.name, 0.0), age_s)


def _outside(
    folder: Path, clock: VirtualClock, hosts: Hosts, meter: _Meter, *, has_token: bool
) -> Outside:
    token_file = folder / "token"
    token_file.write_text(f"{TOKEN}\n")
    settings = Settings.model_validate(
        {"data_dir": folder / "data", "github_token_file": token_file if has_token else None}
    )

    def connect(access: Access) -> Connection:
        credentials = tuple(access.credentials.values())
        meter.transport = MemoryTransport(hosts, clock, credentials=credentials)
        return Connection(meter, _nothing)

    return Outside(
        load=lambda: Loaded(settings, ()),
        connect=connect,
        tell=_ignore,
        seed=DirectoryFiles(folder / "none"),
        disk=SwitchDisk(),
        clock=clock,
        jitter=chance(2).random,
        observer=Observer(),
        pid=1,
        session="cost",
    )


async def _nothing() -> None:
    """Close what needs no closing."""


async def _ignore(*_: object) -> None:
    """Tell nobody of an alert."""


def _repositories(definition: Definition) -> tuple[str, ...]:
    """Name the repositories that a package's releases come from."""
    source = definition.source
    match source.kind:
        case SourceKind.POSTGRES:
            return (POSTGRES,)
        case SourceKind.SERVICEMAN:
            return (serviceman.SCRIPT, serviceman.BINARIES)
        case SourceKind.GIT:
            return (source.repository,)
        case kind if kind in _HOSTED:
            return (source.repository,)
        case _:
            return ()


def _world(definitions: Sequence[Definition], now: datetime) -> World:
    """Make every repository of the catalogue, with the releases and files that the seed has of it."""
    generation, files = read_seed(shipped("seed") / "seed.zip")
    world = World.empty([Token(text=TOKEN)])
    for one in definitions:
        for name in _repositories(one):
            if find(world, name) is not None:
                continue
            born = now - timedelta(days=_RELEASES + 1)
            world = add(world, name, born, downloads_per_hour=_DOWNLOADS_PER_HOUR)
            entry = generation.packages.get(one.name)
            releases = load_snapshot(files, entry.object).releases if entry and entry.object else ()
            listed = [(each.tag, [file.name for file in each.assets]) for each in releases]
            for age, (tag, names) in reversed(list(enumerate(listed[:_RELEASES]))):
                at = now - timedelta(days=age + 1)
                made = uploads(world, name, tag, at, files=_escaped(names))
                world = publish(world, name, tag, at, files=made)
            if not listed:
                world = publish(world, name, f"{one.tags.prefix}v1.2.3", now - timedelta(days=1))
    return world


def _escaped(names: Iterable[str]) -> list[str]:
    return [name.replace("{", "{{").replace("}", "}}") for name in dict.fromkeys(names)]


def _changes(world: World, *, hours: float, per_hour: float) -> Iterator[tuple[float, Edit]]:
    """Let a repository after the other have a new release, evenly over the hours."""
    names = sorted(one.name for one in world.repositories.values())
    for number in range(int(hours * per_hour)):
        name = names[number * 7 % len(names)]
        yield (number + 0.5) * 3600 / per_hour, _release(name, f"v{100 + number}.0.0")


def _release(name: str, tag: str) -> Edit:
    return lambda world, now: publish(world, name, tag, now)
