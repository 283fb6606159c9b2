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
from artesian.refresh.make import Making, NotMade, make
from artesian.refresh.plane import Plane, Wanted, acquaint
from artesian.refresh.quarantine import Kind, Quarantine
from artesian.refresh.record import Assembly, Record, Unmade
from artesian.store.publish import Announce, Change, Confirm, Drop, Published, Replace, publish

__all__ = ["lacking", "publish_changes"]

# Snapshots made in one look, so that a new catalogue of thousands of packages keeps no pass from its requests.
MADE_AT_ONCE = 200
# What can't be made is tried again when it changed, and after this time: it may depend on the time.
MADE_AGAIN_AFTER = timedelta(hours=1)
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
    assembly, unmade = record.assembly, record.unmade
    if unmade is not None:
        if unmade.of != _origin(record, wanted):
            return True
        return not unmade.again_at - MADE_AGAIN_AFTER <= now < unmade.again_at
    if assembly is None or assembly.of != _origin(record, wanted):
        return True
    return assembly.held_until is not None and assembly.held_until <= now


def _origin(record: Record, wanted: Wanted) -> str:
    return f"{record.known} {wanted.digest}"


def _make(plane: Plane, wanted: Wanted, record: Record, entry: Entry, *, now: datetime) -> _Made:
    """Make a snapshot of what is known of a package, and note what came of it."""
    definition, origin = wanted.definition, _origin(record, wanted)
    known = None if definition.is_own else plane.memory.known(record.name)
    before = None if definition.is_own else plane.present.snapshot(entry)
    if before is not None and before.definition.source != definition.source:
        before = None
    if known is None and not definition.is_own:
        if before is None:
            return _Made(record, None)
        if entry.object is not None and before.definition == definition:
            same = Assembly(of=origin, object=entry.object)
            return _noted(plane, replace(record, assembly=same, unmade=None), before)
    try:
        made = make(definition, known, before, now=now)
    except NotMade as error:
        plane.exchange.observer.fail("package.unmade", error, package=record.name)
        unmade = Unmade(of=origin, why=error.reason, again_at=now + MADE_AGAIN_AFTER)
        return _noted(plane, replace(record, unmade=unmade), None)
    if made.loses and not record.may_lose and entry.object is not None:
        _set_aside(plane, record, made, now=now)
        assembly = Assembly(of=origin, object=entry.object, held_until=made.held_until)
        kept = replace(record, assembly=assembly, set_aside=made.loses, unmade=None)
        return _noted(plane, kept, before)
    if record.set_aside:
        quarantine.remove(plane.directory, plane.disk, record.name)
    assembly = Assembly(of=origin, object=made.digest, held_until=made.held_until)
    taken = replace(record, assembly=assembly, unmade=None, set_aside="", may_lose=False)
    return _noted(plane, taken, made.snapshot)


def _noted(plane: Plane, record: Record, snapshot: Snapshot | None) -> _Made:
    plane.memory.save(record)
    return _Made(record, snapshot)


def _change(
    plane: Plane, wanted: Wanted, made: _Made, entry: Entry, *, now: datetime
) -> Change | None:
    """Compare what was made of a package with what is in force of it."""
    record, assembly = made.record, made.record.assembly
    if assembly is None or record.unmade is not None:
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


def _set_aside(plane: Plane, record: Record, made: Making, *, now: datetime) -> None:
    aside = Quarantine(
        name=record.name,
        kind=Kind.SNAPSHOT,
        reason=made.loses,
        since=now,
        sha256=made.digest,
        snapshot=made.snapshot,
    )
    quarantine.put(plane.directory, plane.disk, aside)
