"""Publish changes as the next generation: stage objects, write the manifest, point `current` at it, in this order.

Whatever stops it half-way leaves the old generation in force, and the next publication works.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from artesian.model.definition import Definition
from artesian.model.names import PackageName
from artesian.model.snapshot import Entry, Generation, Snapshot
from artesian.store.disk import Disk, SystemDisk, sole_publisher
from artesian.store.encoding import Damaged, digest_of, encode_snapshot, object_path
from artesian.store.files import Files
from artesian.store.read import earlier_generations, load_generation
from artesian.store.stage import Base, load_base, put_in_force, stage_objects

__all__ = [
    "Announce",
    "Change",
    "Confirm",
    "Drop",
    "Left",
    "Published",
    "Replace",
    "adopt",
    "publish",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """The package's releases are now these, as its upstream said at `checked_at` (None: it was never asked)."""

    snapshot: Snapshot
    checked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """The upstream says that what `object` holds is still all there is."""

    object: str
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """The catalogue has this package; what is fetched of it, if anything, stays."""

    definition: Definition


@dataclass(frozen=True, slots=True)
class Drop:
    """The catalogue has this package no longer."""


Change: TypeAlias = Replace | Confirm | Announce | Drop


class Left(StrEnum):
    """Why a change was not made."""

    PINNED = "pinned"  # rolled back; until `artesian unpin`
    OTHER_OBJECT = "other object"  # confirmed an object that isn't the one in force: fetch it whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a publication came to."""

    generation: Generation  # in force now
    is_new: bool  # False: there was nothing to change, and the one before stays
    left: Mapping[PackageName, Left]
    lost: tuple[
        PackageName, ...
    ]  # their object is gone from disk: set back to an earlier one, fetch them whole


def publish(
    directory: Path,
    changes: Mapping[PackageName, Change],
    *,
    aliases: Mapping[PackageName, PackageName] | None,
    now: datetime,
    is_full: bool = False,
    disk: Disk | None = None,
) -> Published:
    """Put `changes` in force on top of the present generation; raise NotPublished or Busy.

    aliases: all aliases; None keeps the present ones. is_full: packages without a change are dropped, pinned ones
    apart. Unchanged packages keep their object untouched.
    """
    disk = disk or SystemDisk()
    with sole_publisher(directory, disk):
        base = load_base(directory, is_full=is_full)
        before = base.generation or Generation(number=0, created_at=now, packages={}, aliases={})
        if is_full:
            changes = {**dict.fromkeys(before.packages, Drop()), **changes}

        objects = {
            name: encode_snapshot(change.snapshot)
            for name, change in changes.items()
            if isinstance(change, Replace)
        } | {
            name: encode_snapshot(Snapshot(definition=change.definition, releases=()))
            for name, change in changes.items()
            if isinstance(change, Announce)
        }
        digests = {name: digest_of(data) for name, data in objects.items()}
        stage_objects(disk, base, {digests[name]: data for name, data in objects.items()})

        packages, left = _apply(before.packages, changes, digests)
        restored = _restored(base, packages)
        generation = Generation(
            number=base.next_number,
            created_at=now,
            packages={**packages, **restored},
            aliases=before.aliases if aliases is None else aliases,
        )
        is_new = not (base.is_sound and _is_same(before, generation))
        in_force = put_in_force(disk, base, generation) if is_new else before
        return Published(generation=in_force, is_new=is_new, left=left, lost=tuple(restored))


def adopt(
    directory: Path, files: Files, *, now: datetime, disk: Disk | None = None
) -> Published | None:
    """Publish all that `files` (the seed, a copy) has in force; None, and no change, where something good is in force.

    A writer does so first, so that its first publication doesn't shrink what readers had from the seed. Damaged
    objects become "not fetched yet". Raise NotPublished or Busy.
    """
    disk = disk or SystemDisk()
    with sole_publisher(directory, disk):
        base = load_base(directory, is_full=True)
        given = load_generation(files)
        if base.generation is not None or given is None:
            return None
        packages = dict(given.packages)
        objects: dict[str, bytes] = {}
        lost = []
        for name, entry in given.packages.items():
            if entry.named is not None:
                try:
                    objects[entry.named] = _verified(files, entry.named)
                except Damaged:
                    packages[name] = replace(entry, object=None, about=None, checked_at=None)
                    lost.append(name)
        stage_objects(disk, base, objects)
        generation = replace(given, number=base.next_number, created_at=now, packages=packages)
        put_in_force(disk, base, generation)
        return Published(generation=generation, is_new=True, left={}, lost=tuple(lost))


def _apply(
    before: Mapping[PackageName, Entry],
    changes: Mapping[PackageName, Change],
    digests: Mapping[PackageName, str],
) -> tuple[dict[PackageName, Entry], dict[PackageName, Left]]:
    """Apply changes to entries; pinned packages stay as they are."""
    packages = dict(before)
    left: dict[PackageName, Left] = {}
    for name, change in changes.items():
        entry = packages.get(name, Entry())
        if entry.is_pinned:
            left[name] = Left.PINNED
            continue
        match change:
            case Replace(snapshot=snapshot, checked_at=checked_at):
                packages[name] = Entry(
                    object=digests[name],
                    checked_at=checked_at,
                    title=snapshot.definition.title,
                    description=snapshot.definition.description,
                    is_own=snapshot.definition.is_own,
                )
            case Confirm(object=digest, checked_at=checked_at):
                if entry.object == digest:
                    packages[name] = replace(entry, checked_at=checked_at)
                else:
                    left[name] = Left.OTHER_OBJECT
            case Announce(definition=definition):
                packages[name] = replace(
                    entry,
                    about=digests[name] if entry.object is None else None,
                    title=definition.title,
                    description=definition.description,
                )
            case Drop():
                packages.pop(name, None)
            case _:
                assert_never(change)
    return packages, left


def _restored(base: Base, packages: Mapping[PackageName, Entry]) -> dict[PackageName, Entry]:
    """Set packages whose object is gone from disk back to the newest earlier one that is there, or to not fetched.

    Readers stay with the generation they have while one that a newer manifest names is missing.
    """
    missing = {name: entry for name, entry in packages.items() if not _is_whole(base, entry)}
    restored = {
        name: replace(entry, object=None, about=None, checked_at=None)
        for name, entry in missing.items()
    }
    open_names = {name for name, entry in missing.items() if entry.object is not None}
    if open_names:
        for earlier in earlier_generations(base.files, base.next_number):
            for name in tuple(open_names):
                entry = earlier.packages.get(name)
                if entry is not None and entry.object is not None and _is_whole(base, entry):
                    restored[name] = replace(
                        missing[name], object=entry.object, checked_at=entry.checked_at
                    )
                    open_names.remove(name)
    return restored


def _is_whole(base: Base, entry: Entry) -> bool:
    return entry.named is None or base.files.has(object_path(entry.named))


def _is_same(before: Generation, after: Generation) -> bool:
    return before.packages == after.packages and before.aliases == after.aliases


def _verified(files: Files, digest: str) -> bytes:
    data = files.read(object_path(digest))
    if digest_of(data) != digest:
        raise Damaged(object_path(digest), "not the bytes it is named for")
    return data
