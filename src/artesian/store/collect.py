"""Remove what no reader and no roll-back needs: old manifests, and objects that nothing has named for a day.

It may be stopped anywhere: manifests go before the objects that only they name, and what can't be read stops it.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from artesian.model.snapshot import Generation
from artesian.store.disk import TEMPORARY, Disk, SystemDisk, sole_publisher
from artesian.store.encoding import GENERATIONS, OBJECTS, Damaged, manifest_path, object_path
from artesian.store.read import generation_numbers, load_manifest
from artesian.store.stage import Base, load_base

__all__ = ["KEPT_AGE", "KEPT_GENERATIONS", "KEPT_WHOLE", "OBJECT_GRACE", "Collected", "collect"]

# A roll-back reaches as far as the longest of these: a busy writer fills 50 generations within an hour. Of those older
# than KEPT_WHOLE the last of each hour stays, for a manifest of 10,000 packages has 2 MB (docs/adr/0013).
KEPT_GENERATIONS = 50
KEPT_WHOLE = timedelta(hours=1)
KEPT_AGE = timedelta(days=7)
# An object outlasts the last manifest that names it by this: readers load objects late, from generations they hold.
OBJECT_GRACE = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What went."""

    generations: tuple[int, ...]
    objects: tuple[str, ...]  # digests
    is_complete: (
        bool  # False: `current` or a manifest to be kept is damaged, so everything was left alone
    )


def collect(directory: Path, *, now: datetime, disk: Disk | None = None) -> Collected:
    """Apply the retention; raise NotPublished or Busy."""
    disk = disk or SystemDisk()
    with sole_publisher(directory, disk):
        base = load_base(directory, is_full=True)
        if base.generation is None or not base.is_sound:
            return Collected(generations=(), objects=(), is_complete=False)
        for leftover in directory.glob(f"**/*{TEMPORARY}"):
            disk.remove(leftover)

        kept, gone, is_complete = _sort_out(base, base.generation, now)
        if not is_complete:
            return Collected(generations=(), objects=(), is_complete=False)
        for number in gone:
            _release(disk, base, number, kept, now)
            disk.remove(directory / manifest_path(number))
        disk.sync(directory / GENERATIONS)

        unnamed = tuple(_unnamed(directory, kept, before=now - OBJECT_GRACE))
        for file in unnamed:
            disk.remove(file)
        return Collected(
            generations=gone, objects=tuple(file.stem for file in unnamed), is_complete=True
        )


def _sort_out(
    base: Base, present: Generation, now: datetime
) -> tuple[frozenset[str], tuple[int, ...], bool]:
    """Tell which objects the kept manifests name, which manifests go, and whether all the kept ones could be read."""
    named = _objects(present)
    gone: list[int] = []
    hours: set[datetime] = set()
    numbers = generation_numbers(base.files)
    for position, number in enumerate(numbers):
        is_recent = position < KEPT_GENERATIONS or number >= present.number
        try:
            generation = load_manifest(base.files, number)
        except Damaged:
            if is_recent:
                return frozenset(), (), False
            gone.append(number)
            continue
        created_at = generation.created_at
        hour = created_at.replace(minute=0, second=0, microsecond=0)
        if not is_recent and created_at < now - KEPT_AGE:
            gone.extend(numbers[position:])
            break
        if not is_recent and created_at < now - KEPT_WHOLE and hour in hours:
            gone.append(number)
            continue
        hours.add(hour)
        named |= _objects(generation)
    return frozenset(named), tuple(gone), True


def _release(disk: Disk, base: Base, number: int, kept: AbstractSet[str], now: datetime) -> None:
    """Start the grace of the objects that nothing will name once this manifest is gone."""
    try:
        generation = load_manifest(base.files, number)
    except Damaged:
        return
    for digest in sorted(_objects(generation) - kept):
        if base.files.has(object_path(digest)):
            disk.touch(base.directory / object_path(digest), now)


def _objects(generation: Generation) -> set[str]:
    packages = generation.packages.values()
    return {digest for entry in packages for digest in (entry.object, entry.about) if digest}


def _unnamed(directory: Path, named: AbstractSet[str], *, before: datetime) -> Iterator[Path]:
    """Find the objects that no manifest names, and that were written or released before a time."""
    for file in sorted((directory / OBJECTS).glob("*/*.json")):
        if file.stem not in named and file.stat().st_mtime < before.timestamp():
            yield file
