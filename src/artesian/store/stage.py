"""From what is in force to the next generation in force: read the base, stage objects, put a manifest in force.

The caller holds the lock (`sole_publisher`). Every step leaves a directory that reads as the old or the new generation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from artesian.model.snapshot import Generation
from artesian.store.disk import Disk, NotPublished, PublisherFiles, write_whole
from artesian.store.encoding import (
    CURRENT,
    GENERATIONS,
    OBJECTS,
    Damaged,
    decode_pointer,
    encode_manifest,
    encode_pointer,
    manifest_path,
    object_path,
)
from artesian.store.read import (
    generation_numbers,
    load_generation,
    pointed_generation,
)

__all__ = ["Base", "load_base", "put_in_force", "stage_objects"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a publication builds on. `generation` is None in a directory where nothing was ever published."""

    directory: Path
    files: PublisherFiles
    generation: Generation | None
    next_number: int  # above every number seen, put in force or not
    is_sound: bool  # `current` and the manifest it names are good

    @property
    def unfinished(self) -> tuple[int, ...]:
        """Manifests that a killed publisher wrote and didn't put in force."""
        if self.generation is None or not self.is_sound:
            return ()
        number = self.generation.number
        return tuple(other for other in generation_numbers(self.files) if other > number)


def load_base(directory: Path, *, is_full: bool = False) -> Base:
    """Read the generation in force, or the newest good one if that is damaged.

    Raise NotPublished if all there is is damaged: building on nothing would drop every package. A publication that
    replaces the whole (`is_full`) needs no base.
    """
    files = PublisherFiles(directory)
    numbers = generation_numbers(files)
    generation: Generation | None
    try:
        generation = pointed_generation(files)
        is_sound = True
    except Damaged:
        generation = load_generation(files)
        is_sound = False
    if generation is None and (numbers or files.has(CURRENT)) and not is_full:
        raise NotPublished(
            directory, "every generation there is damaged; publish all packages anew"
        )
    return Base(
        directory=directory,
        files=files,
        generation=generation,
        next_number=max((*numbers, _pointed_number(files)), default=0) + 1,
        is_sound=is_sound,
    )


def stage_objects(disk: Disk, base: Base, objects: Mapping[str, bytes]) -> None:
    """Bring objects, by digest, durably to their places; those that are there with the same bytes aren't rewritten."""
    directory = base.directory
    # A publisher killed after its last rename may have left an unsynced `current`: first make that one durable.
    disk.make_folder(directory / OBJECTS)
    disk.make_folder(directory / GENERATIONS)
    disk.sync(directory)
    if not objects:
        return
    folders = set()
    for digest, data in objects.items():
        file = directory / object_path(digest)
        disk.make_folder(file.parent)
        folders.add(file.parent)
        if not _is_there(base.files, digest, data):
            write_whole(disk, file, data)
    for folder in sorted(folders):
        disk.sync(folder)
    disk.sync(directory / OBJECTS)


def put_in_force(disk: Disk, base: Base, generation: Generation) -> Generation:
    """Write the manifest of a generation whose objects are staged, then point `current` at it."""
    for number in base.unfinished:
        disk.remove(base.directory / manifest_path(number))
    manifest, pointer = encode_manifest(generation)
    write_whole(disk, base.directory / manifest_path(generation.number), manifest)
    disk.sync(base.directory / GENERATIONS)
    write_whole(disk, base.directory / CURRENT, encode_pointer(pointer))
    disk.sync(base.directory)
    return generation


def _pointed_number(files: PublisherFiles) -> int:
    try:
        return decode_pointer(files.read(CURRENT)).number
    except Damaged:
        return 0


def _is_there(files: PublisherFiles, digest: str, data: bytes) -> bool:
    try:
        return files.read(object_path(digest)) == data
    except Damaged:
        return False
