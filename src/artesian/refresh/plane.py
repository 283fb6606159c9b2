"""What the write path works with: catalogue, upstreams, data directory, memory. Replaced as a whole, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from artesian import __version__
from artesian.definitions.load import Catalogue
from artesian.index import UnknownPackage
from artesian.model.definition import Definition
from artesian.model.names import PackageName
from artesian.model.snapshot import Snapshot
from artesian.refresh.access import Access
from artesian.refresh.exchange import Exchange
from artesian.refresh.memory import Memory
from artesian.refresh.present import Present
from artesian.refresh.record import Record, digest, source_text
from artesian.refresh.schedule import INTERVAL
from artesian.store.disk import Disk
from artesian.store.encoding import digest_of, encode_snapshot

__all__ = ["Plane", "Wanted", "acquaint", "named", "wanted_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A package of the catalogue, and the host that lists its releases (empty: none does).

    about: the object that holds its definition alone. digest: names what this version makes of its definition.
    """

    definition: Definition
    host: str
    source: str
    about: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """All of it. is_whole: the catalogue was read without a problem, so what it lacks is really not wanted."""

    directory: Path
    disk: Disk
    present: Present
    exchange: Exchange
    wanted: Mapping[PackageName, Wanted]
    is_whole: bool = True
    interval: timedelta = INTERVAL

    @property
    def memory(self) -> Memory:
        return self.exchange.memory

    @property
    def hosts(self) -> tuple[str, ...]:
        """Name the hosts that list releases."""
        return tuple(sorted({one.host for one in self.wanted.values()} - {""}))


def wanted_of(catalogue: Catalogue, access: Access) -> Mapping[PackageName, Wanted]:
    """Work out once what every pass needs of a catalogue."""
    return {definition.name: _wanted(definition, access) for definition in catalogue.definitions}


def _wanted(definition: Definition, access: Access) -> Wanted:
    about = digest_of(encode_snapshot(Snapshot(definition=definition, releases=())))
    return Wanted(
        definition=definition,
        host="" if definition.is_own else access.host(definition.source),
        source=source_text(definition.source),
        about=about,
        digest=digest((__version__, about)),
    )


def named(plane: Plane, name: PackageName) -> PackageName:
    """Follow an alias; raise UnknownPackage."""
    if name in plane.wanted:
        return name
    for target, wanted in plane.wanted.items():
        if name in wanted.definition.aliases:
            return target
    raise UnknownPackage(name)


def acquaint(plane: Plane) -> Mapping[PackageName, Record]:
    """Return the records of all wanted packages, inside a transaction; new ones start from what is in force."""
    records = plane.memory.records()
    found: dict[PackageName, Record] = {}
    for name, wanted in plane.wanted.items():
        record = records.get(name)
        if record is None:
            # Nothing is special about a first run or a lost memory: what was checked lately isn't due.
            checked_at = plane.present.entry(name).checked_at
            record = Record(
                name=name, source=wanted.source, checked_at=checked_at, attempted_at=checked_at
            )
            plane.memory.save(record)
        elif record.source != wanted.source:
            plane.memory.forget(name)
            record = Record(
                name=name,
                source=wanted.source,
                demand=record.demand,
                demand_at=record.demand_at,
            )
            plane.memory.save(record)
        found[name] = record
    return found
