"""A catalogue that nobody has published yet, tried on the releases of a generation: assembled anew, in memory."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from artesian.index import Index, NotFetched
from artesian.model.definition import Definition
from artesian.model.names import PackageName
from artesian.model.release import RawRelease
from artesian.model.snapshot import Entry, Generation, Snapshot
from artesian.refresh.assemble import assemble
from artesian.refresh.database import MemoryFailed
from artesian.refresh.memory import FILE, Memory
from artesian.refresh.record import rebuilt, source_text
from artesian.sources.lenient import joined

__all__ = ["Kept", "Releases", "Upstream", "index_of", "releases_of"]

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Upstream(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one source. `held`: by tag, the hosts that stay at an older release for now."""

    releases: tuple[RawRelease, ...]
    held: Mapping[str, tuple[str, ...]]


# By source: a package may have another name in the catalogue, or there may be two of one source.
Releases: TypeAlias = Mapping[str, Upstream]


@dataclass(frozen=True, slots=True)
class Kept:
    """The backing of an index that is all in memory."""

    generation: Generation
    snapshots: Mapping[PackageName, Snapshot]
    damaged: tuple[str, ...] = ()

    def load(self) -> Generation:
        return self.generation

    def newer(self, than: Generation) -> None:
        del than

    def snapshot(self, name: PackageName, digest: str, number: int) -> Snapshot | None:
        del digest, number
        return self.snapshots.get(name)


def releases_of(index: Index, directory: Path | None) -> Releases:
    """Collect what the upstreams of a generation listed.

    The writer's memory has all of it; without one (a seed, an archive, a copy) what the snapshots hold must do, which
    lack the files that were no builds for the catalogue of then.
    """
    found: dict[str, Upstream] = {}
    remembered = _remembered(directory)
    for name in index.names:
        with suppress(NotFetched):
            snapshot = index.snapshot(name)
            if snapshot.definition.is_own:
                continue  # it is all in the catalogue
            source = source_text(snapshot.definition.source)
            releases = remembered.get((name, source)) or rebuilt(snapshot).releases
            held = {release.tag: release.held for release in snapshot.releases if release.held}
            one = Upstream(releases=releases, held=held)
            if releases:
                found[source] = _joined(found[source], one) if source in found else one
    return found


def _joined(first: Upstream, second: Upstream) -> Upstream:
    """Put together what two packages of one source hold: each has its own files of a release."""
    releases = {release.tag: release for release in first.releases}
    for release in second.releases:
        known = releases.get(release.tag)
        releases[release.tag] = release if known is None else joined(known, release)
    return Upstream(releases=tuple(releases.values()), held={**second.held, **first.held})


def _remembered(
    directory: Path | None,
) -> Mapping[tuple[PackageName, str], tuple[RawRelease, ...]]:
    """Read the writer's memory, by package and source; nothing, where there is none or it can't be read."""
    if directory is None or not (directory / FILE).is_file():
        return {}
    memory = Memory(directory / FILE, session="", is_read_only=True)
    found = {}
    try:
        with suppress(MemoryFailed), memory.transaction():
            for name, record in memory.records().items():
                known = memory.known(name)
                if known is not None and known.releases:
                    found[name, record.source] = known.releases
    finally:
        memory.close()
    return found


def index_of(definitions: Iterable[Definition], releases: Releases) -> Index:
    """Put a catalogue in force over these releases, for whoever asks this index."""
    snapshots: dict[PackageName, Snapshot] = {}
    packages: dict[PackageName, Entry] = {}
    aliases: dict[PackageName, PackageName] = {}
    for definition in definitions:
        snapshot = _snapshot(definition, releases)
        has_releases = snapshot is not None
        packages[definition.name] = Entry(
            object="-" if has_releases else None,
            about=None if has_releases else "-",
            is_own=definition.is_own,
        )
        aliases.update(dict.fromkeys(definition.aliases, definition.name))
        snapshots[definition.name] = snapshot or Snapshot(definition=definition, releases=())
    generation = Generation(number=0, created_at=_NEVER, packages=packages, aliases=aliases)
    return Index(generation=generation, backing=Kept(generation, snapshots))


def _snapshot(definition: Definition, releases: Releases) -> Snapshot | None:
    if definition.is_own:
        return assemble(definition, ())
    upstream = releases.get(source_text(definition.source))
    if upstream is None:
        return None
    made = assemble(definition, upstream.releases)
    held = tuple(
        replace(release, held=upstream.held.get(release.tag, ())) for release in made.releases
    )
    return replace(made, releases=held)
