"""The lower half of the write path: what is known, compared with what is in force, and the difference published.

It looks at states, not at events: whatever was missed, by a crash, a full disk or a change of the catalogue, is found
and made good by the next look, without a request to anyone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from artesian.model.names import PackageName
from artesian.model.snapshot import Entry, Generation, Snapshot
from artesian.refresh import quarantine
from artesian.refresh.admit import served
from artesian.refresh.assemble import assemble
from artesian.refresh.hold import hold_back
from artesian.refresh.loss import loss
from artesian.refresh.plane import Plane, Wanted, acquaint
from artesian.refresh.quarantine import Kind, Quarantine
from artesian.refresh.record import Assembly, Record, rebuilt
from artesian.store.encoding import digest_of, encode_snapshot
from artesian.store.publish import Announce, Change, Confirm, Drop, Published, Replace, publish

__all__ = ["lacking", "publish_changes"]

# Snapshots made in one look, so that a new catalogue of thousands of packages keeps no pass from its requests.
MADE_AT_ONCE = 200
# What its upstream merely confirmed is told to readers with the next change, or after this time; later where there are
# many packages, for each time costs a manifest.
CONFIRM_AFTER = timedelta(minutes=1)
CONFIRM_AFTER_EACH = timedelta(milliseconds=60)  # package
# So is a change, where each time costs a megabyte and something changes all the time.
LARGE = 1000  # packages
CHANGE_AFTER_EACH = timedelta(milliseconds=6)  # package
# A catalogue that suddenly lacks more than this share is taken for damaged: nothing is dropped.
DROPPED_SHARE = 0.5


class _Made(NamedTuple):
    """A package's record with its assembly, and the snapshot, where it had to be made."""

    record: Record
    snapshot: Snapshot | None


def publish_changes(plane: Plane) -> Published | None:
    """Put in force what is known and isn't yet; None: there is nothing to tell. Raise NotPublished or Busy."""
    now = plane.exchange.clock.now()
    present = plane.present.generation()
    changes: dict[PackageName, Change] = dict.fromkeys(_dropped(plane, present), Drop())
    made = 0
    with plane.memory.transaction():
        for name, record in acquaint(plane).items():
            entry = present.packages.get(name, Entry())
            if entry.is_pinned:
                continue
            wanted = plane.wanted[name]
            current = _Made(record, None)
            if made < MADE_AT_ONCE and _is_outdated(record, wanted, now=now):
                made += 1
                current = _make(plane, wanted, record, entry, now=now)
            change = _change(plane, wanted, current, entry, now=now)
            if change is not None:
                changes[name] = change
            elif entry.object is None and entry.about != wanted.about:
                changes[name] = Announce(definition=wanted.definition)
    aliases = _aliases(plane, present, changes)
    if not _is_news(changes, aliases, present, now=now):
        return None
    return publish(plane.directory, changes, aliases=aliases, now=now, disk=plane.disk)


def lacking(plane: Plane, present: Generation) -> int:
    """Count the packages in force that the catalogue lacks, where they are too many for that to be meant; else 0."""
    gone = len(present.packages.keys() - plane.wanted.keys())
    return gone if gone > DROPPED_SHARE * len(present.packages) else 0


def _dropped(plane: Plane, present: Generation) -> tuple[PackageName, ...]:
    """Name the packages in force that the catalogue has no longer, unless it is damaged rather than changed."""
    if not plane.is_whole or lacking(plane, present):
        return ()
    gone = present.packages.keys() - plane.wanted.keys()
    return tuple(name for name in sorted(gone) if not present.packages[name].is_pinned)


def _is_outdated(record: Record, wanted: Wanted, *, now: datetime) -> bool:
    """Tell whether a snapshot must be made: the releases or the definition changed, or a hold has ended."""
    assembly = record.assembly
    if assembly is None or assembly.of != _origin(record, wanted):
        return True
    return assembly.held_until is not None and assembly.held_until <= now


def _origin(record: Record, wanted: Wanted) -> str:
    return f"{record.known} {wanted.digest}"


def _make(plane: Plane, wanted: Wanted, record: Record, entry: Entry, *, now: datetime) -> _Made:
    """Assemble what is known of a package, hold back what isn't uploaded yet, and note what came of it."""
    definition, origin = wanted.definition, _origin(record, wanted)
    if definition.is_own:
        snapshot = assemble(definition, ())
        assembly = Assembly(of=origin, object=digest_of(encode_snapshot(snapshot)))
        own = replace(record, assembly=assembly)
        plane.memory.save(own)
        return _Made(own, snapshot)
    known = plane.memory.known(record.name)
    before = plane.present.snapshot(entry)
    if before is not None and before.definition.source != definition.source:
        before = None
    if known is None and before is not None:
        if entry.object is not None and before.definition == definition:
            same = replace(record, assembly=Assembly(of=origin, object=entry.object))
            plane.memory.save(same)
            return _Made(same, before)
        known = rebuilt(before)
    if known is None:
        return _Made(record, None)
    whole = assemble(definition, served(known.admitted))
    snapshot, held_until = hold_back(whole, known.releases, now=now)
    why = "" if before is None or record.may_lose else loss(before, snapshot)
    if why and entry.object is not None:
        _set_aside(plane, record, snapshot, why, now=now)
        assembly = Assembly(of=origin, object=entry.object, held_until=held_until)
        kept = replace(record, assembly=assembly, set_aside=why)
        plane.memory.save(kept)
        return _Made(kept, before)
    if record.set_aside:
        quarantine.remove(plane.directory, plane.disk, record.name)
    digest = digest_of(encode_snapshot(snapshot))
    assembly = Assembly(of=origin, object=digest, held_until=held_until)
    taken = replace(record, assembly=assembly, set_aside="", may_lose=False)
    plane.memory.save(taken)
    return _Made(taken, snapshot)


def _change(
    plane: Plane, wanted: Wanted, made: _Made, entry: Entry, *, now: datetime
) -> Change | None:
    """Compare what was made of a package with what is in force of it."""
    record, assembly = made.record, made.record.assembly
    if assembly is None:
        return None
    if entry.object != assembly.object:
        snapshot = made.snapshot or _make(plane, wanted, record, entry, now=now).snapshot
        if snapshot is None:
            return None
        return Replace(snapshot=snapshot, checked_at=record.checked_at)
    if record.checked_at is not None and record.checked_at != entry.checked_at:
        return Confirm(object=assembly.object, checked_at=record.checked_at)
    return None


def _aliases(
    plane: Plane, present: Generation, changes: Mapping[PackageName, Change]
) -> dict[PackageName, PackageName]:
    """List the aliases of the catalogue, and those of packages that stay although it lacks them."""
    kept = {
        alias: name
        for alias, name in present.aliases.items()
        if name in present.packages and name not in plane.wanted and name not in changes
    }
    wanted = {alias: name for name, one in plane.wanted.items() for alias in one.definition.aliases}
    return {**kept, **wanted}


def _is_news(
    changes: Mapping[PackageName, Change],
    aliases: Mapping[PackageName, PackageName],
    present: Generation,
    *,
    now: datetime,
) -> bool:
    """Tell whether there is something to publish, and whether it is time to."""
    count = len(present.packages)
    if all(isinstance(change, Confirm) for change in changes.values()):
        pause = CONFIRM_AFTER + CONFIRM_AFTER_EACH * count
        is_news = bool(changes) or aliases != present.aliases
    else:
        pause = CHANGE_AFTER_EACH * count if count > LARGE else timedelta()
        is_news = True
    return is_news and not present.created_at <= now < present.created_at + pause


def _set_aside(
    plane: Plane, record: Record, snapshot: Snapshot, why: str, *, now: datetime
) -> None:
    aside = Quarantine(
        name=record.name,
        kind=Kind.SNAPSHOT,
        reason=why,
        since=now,
        sha256=digest_of(encode_snapshot(snapshot)),
        snapshot=snapshot,
    )
    quarantine.put(plane.directory, plane.disk, aside)
