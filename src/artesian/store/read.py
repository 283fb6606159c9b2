"""The read side of the data directory: find the generation in force, verify and decode objects on first use.

Nothing here writes, and nothing but Damaged is raised, which says: not readable now, use what there was before.
"""

from collections import OrderedDict
from collections.abc import Iterator
from itertools import islice

from msgspec.structs import replace

from artesian.clock import Clock
from artesian.model.names import PackageName
from artesian.model.snapshot import Generation, Snapshot
from artesian.store.cache import Cache
from artesian.store.encoding import (
    CURRENT,
    GENERATIONS,
    Damaged,
    Pointer,
    decode_manifest,
    decode_pointer,
    decode_snapshot,
    manifest_number,
    manifest_path,
    object_path,
)
from artesian.store.files import ArchiveFiles, DirectoryFiles, Files

__all__ = [
    "ArchiveFiles",
    "Damaged",
    "DirectoryFiles",
    "Files",
    "Store",
    "current_number",
    "earlier_generations",
    "earlier_objects",
    "generation_numbers",
    "load_generation",
    "load_manifest",
    "load_snapshot",
    "pointed_generation",
]

# Encoded bytes of the snapshots that stay decoded; decoded they take two to three times as much memory.
CACHE_BYTES = 12_000_000
# Earlier versions to try in place of a damaged object: where so many are bad, the disk is lost.
EARLIER_OBJECTS = 10
# For how long an object found damaged isn't read again: the disk may have erred once only.
DAMAGE_RETRY_S = 60.0
# Damaged objects remembered at once; beyond, the disk is lost and the oldest is tried again.
DAMAGED_KEPT = 1000


def load_snapshot(files: Files, digest: str) -> Snapshot:
    """Read, verify and decode one object; raise Damaged."""
    return decode_snapshot(files.read(object_path(digest)), digest)


def load_manifest(files: Files, number: int) -> Generation:
    """Read and verify the manifest of generation `number`, in force or not; raise Damaged."""
    return decode_manifest(files.read(manifest_path(number)), number)[0]


def current_number(files: Files) -> int | None:
    """Tell the number that `current` names, without reading the manifest; None if `current` can't be read."""
    try:
        return decode_pointer(files.read(CURRENT)).number
    except Damaged:
        return None


def generation_numbers(files: Files) -> tuple[int, ...]:
    """List the numbers of the manifests there, newest first; they may be damaged, or never have been in force."""
    numbers = (manifest_number(name) for name in files.list(GENERATIONS))
    return tuple(sorted((number for number in numbers if number is not None), reverse=True))


def earlier_generations(files: Files, number: int) -> Iterator[Generation]:
    """Read the manifests before `number`, newest first, leaving out the damaged ones."""
    for earlier in generation_numbers(files):
        if earlier < number:
            try:
                yield load_manifest(files, earlier)
            except Damaged:
                continue


def earlier_objects(files: Files, name: PackageName, digest: str, number: int) -> Iterator[str]:
    """Name the objects that a package had before `digest`, which it has in generation `number`; newest first.

    Most packages stay the same over many generations, so this strides ahead, doubling, and halves back to the change:
    a thousand generations without one cost about twenty manifests. A damaged manifest counts as no change.
    """
    numbers = [earlier for earlier in generation_numbers(files) if earlier < number]
    current: str | None = digest

    def object_in(position: int) -> str | None:
        try:
            entry = load_manifest(files, numbers[position]).packages.get(name)
        except Damaged:
            return current
        return None if entry is None else entry.object

    last_same = -1
    while last_same + 1 < len(numbers):
        stride = 1
        changed = last_same + 1
        while changed < len(numbers) and object_in(changed) == current:
            last_same, changed = changed, min(changed + stride, len(numbers))
            stride *= 2
        while changed - last_same > 1:
            middle = (last_same + changed) // 2
            if object_in(middle) == current:
                last_same = middle
            else:
                changed = middle
        if changed == len(numbers):
            return
        last_same, current = changed, object_in(changed)
        if current is not None:
            yield current


def load_generation(files: Files) -> Generation | None:
    """Read the generation in force; if `current` or its manifest is damaged, the newest good one; None if none is."""
    try:
        return pointed_generation(files)
    except Damaged:
        numbers = generation_numbers(files)
        newest = numbers[0] + 1 if numbers else 0
        return next(earlier_generations(files, newest), None)


def pointed_generation(files: Files) -> Generation:
    """Read the generation that `current` names; raise Damaged if either is."""
    return _pointed(files, decode_pointer(files.read(CURRENT)))


def _pointed(files: Files, pointer: Pointer) -> Generation:
    generation, stated = decode_manifest(files.read(manifest_path(pointer.number)), pointer.number)
    if stated != pointer:
        raise Damaged(CURRENT, f"names another generation {pointer.number} than the one there")
    return generation


class Store:
    """One data directory as a reader sees it, with the seed behind it and the decoded snapshots it has in use.

    The seed counts as generation 0: it is used while the directory has nothing valid, and for a package whose
    objects there are all damaged; anything published is newer. Objects are named by their bytes, so a new generation
    keeps every decoded snapshot that it still refers to.
    """

    def __init__(
        self, files: Files, *, seed: Files | None, clock: Clock, cache_bytes: int = CACHE_BYTES
    ) -> None:
        self._files = files
        self._seed = seed
        self._clock = clock
        self._cache = Cache(cache_bytes)
        self._damaged_until_s: OrderedDict[str, tuple[float, str | None]] = OrderedDict()

    @property
    def damaged(self) -> tuple[str, ...]:
        """The objects found damaged and not read well since, by digest: what health should tell."""
        return tuple(self._damaged_until_s)

    def load(self) -> Generation | None:
        """Read the generation to start from: the directory's, else the seed's, else None."""
        return load_generation(self._files) or self._seed_generation()

    def newer(self, than: Generation) -> Generation | None:
        """Read the generation in force if its number is higher and all its changed objects are there; else None.

        One small read where nothing changed. A missing object means that the directory is being copied or restored:
        the generation at hand stays in use until the rest arrives.
        """
        try:
            pointer = decode_pointer(self._files.read(CURRENT))
            if pointer.number <= than.number:
                return None
            generation = _pointed(self._files, pointer)
            if all(self._files.has(object_path(digest)) for digest in _changed(than, generation)):
                return generation
        except Damaged:
            pass
        return None

    def snapshot(self, name: PackageName, digest: str, number: int) -> Snapshot | None:
        """Return what generation `number` holds for a package, else the newest good version before; else None."""
        cached = self._cache.get(digest)
        if cached is not None:
            return cached
        until_s, substitute = self._damaged_until_s.get(digest, (0.0, None))
        if self._clock.monotonic_s() < until_s:
            return None if substitute is None else self._read(substitute)
        found = self._read(digest)
        if found is not None:
            self._damaged_until_s.pop(digest, None)
            return found
        return self._substitute(name, digest, number)

    def _substitute(self, name: PackageName, digest: str, number: int) -> Snapshot | None:
        """Find the newest good version of a package in earlier generations, then in the seed; remember which."""
        tried = {digest}
        found: Snapshot | None = None
        good: str | None = None
        for candidate in self._candidates(name, digest, number):
            if candidate not in tried:
                tried.add(candidate)
                found = self._read(candidate)
                if found is not None:
                    good = candidate
                    break
        self._damaged_until_s[digest] = (self._clock.monotonic_s() + DAMAGE_RETRY_S, good)
        while len(self._damaged_until_s) > DAMAGED_KEPT:
            self._damaged_until_s.popitem(last=False)
        return found

    def _candidates(self, name: PackageName, digest: str, number: int) -> Iterator[str]:
        yield from islice(earlier_objects(self._files, name, digest, number), EARLIER_OBJECTS)
        seed = self._seed_generation()
        entry = None if seed is None else seed.packages.get(name)
        if entry is not None and entry.object is not None:
            yield entry.object

    def _seed_generation(self) -> Generation | None:
        generation = None if self._seed is None else load_generation(self._seed)
        return None if generation is None else replace(generation, number=0)

    def _read(self, digest: str) -> Snapshot | None:
        """Return a verified snapshot from the cache, the directory or the seed; None if none of them has a good one."""
        cached = self._cache.get(digest)
        if cached is not None:
            return cached
        for files in (self._files, self._seed):
            if files is None:
                continue
            try:
                data = files.read(object_path(digest))
                snapshot = decode_snapshot(data, digest)
            except Damaged:
                continue
            self._cache.put(digest, snapshot, len(data))
            return snapshot
        return None


def _changed(old: Generation, new: Generation) -> Iterator[str]:
    """Name the objects that `new` has and `old` hasn't under the same package."""
    for name, entry in new.packages.items():
        before = old.packages.get(name)
        if entry.named is not None and (before is None or before.named != entry.named):
            yield entry.named
