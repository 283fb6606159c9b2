"""Roll packages back to what an earlier generation holds, and pin them; unpin them. Numbers go on rising.

Both publish a new generation, in the same way and under the same lock as a refresh does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from artesian.errors import Invalid, NotFound
from artesian.model.names import PackageName
from artesian.model.snapshot import Entry, Generation
from artesian.store.disk import Disk, PublisherFiles, SystemDisk, sole_publisher
from artesian.store.encoding import Damaged
from artesian.store.read import earlier_generations, load_manifest, load_snapshot
from artesian.store.stage import Base, load_base, put_in_force, stage_objects

__all__ = [
    "AlreadyPinned",
    "NoEarlierContent",
    "NotPinned",
    "NothingPublished",
    "RolledBack",
    "UnknownGeneration",
    "UnknownNames",
    "roll_back",
    "unpin",
]

# Names and numbers that a message lists: about two lines of a terminal.
LISTED = 20


class NothingPublished(NotFound):
    """The directory holds no generation."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"{directory}: nothing is published there")
        self.directory = directory


class UnknownGeneration(NotFound):
    """No good earlier generation has this number."""

    def __init__(self, number: int, existing: Sequence[Generation]) -> None:
        named = [f"{other.number} ({other.created_at:%Y-%m-%d %H:%M})" for other in existing]
        super().__init__(f"there is no earlier generation {number}; there are: {_listed(named)}")
        self.number = number
        self.existing = tuple(other.number for other in existing)


class UnknownNames(NotFound):
    """A generation doesn't have these packages."""

    def __init__(self, names: Sequence[PackageName], generation: Generation) -> None:
        there = _listed(sorted(generation.packages))
        super().__init__(
            f"generation {generation.number} doesn't have {', '.join(names)}; it has: {there}"
        )
        self.names = tuple(names)


class NoEarlierContent(NotFound):
    """There is nothing good to roll back to."""

    def __init__(self, names: Sequence[PackageName], number: int | None = None) -> None:
        of = ", ".join(names) or "any package"
        if number is None:
            super().__init__(f"no earlier generation has other releases of {of}")
        else:
            super().__init__(f"generation {number} has no releases of {of} that can be read")
        self.names = tuple(names)


class AlreadyPinned(Invalid):
    """Rolled back before, so that "the one before" would be the content that was rolled back."""

    def __init__(self, names: Sequence[PackageName]) -> None:
        super().__init__(
            f"already rolled back and pinned: {', '.join(names)}; say which generation, with --to"
        )
        self.names = tuple(names)


class NotPinned(NotFound):
    """These packages aren't pinned."""

    def __init__(self, names: Sequence[PackageName], pinned: Sequence[PackageName]) -> None:
        asked = f"not pinned: {', '.join(names)}; " if names else ""
        super().__init__(f"{asked}pinned are: {_listed(pinned)}")
        self.names = tuple(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """What a roll-back or an unpinning came to."""

    generation: Generation  # in force now
    names: tuple[PackageName, ...]  # pinned, or unpinned
    origin: int  # the generation that the content is of
    kept: tuple[
        PackageName, ...
    ] = ()  # present packages for which that generation has nothing readable


def roll_back(
    directory: Path,
    *,
    to: int | None,
    names: Sequence[PackageName],
    now: datetime,
    disk: Disk | None = None,
) -> RolledBack:
    """Put what generation `to` holds in force again, and pin it; return the new generation and the packages pinned.

    to: None means the newest generation that holds something else. names: empty means all packages of that
    generation; packages that came later, and those whose old object can't be read, then stay as they are (`kept`).
    Raise one of the errors above, NotPublished or Busy.
    """
    disk = disk or SystemDisk()
    _check_directory(directory)
    with sole_publisher(directory, disk):
        base = load_base(directory)
        present = _present(base)
        names = _canonical(names, present)
        old = _before(base, present, names) if to is None else _numbered(base, present, to)
        _check_names(names, old)
        wanted = {name: old.packages[name] for name in names or old.packages}
        good = {name: entry for name, entry in wanted.items() if _is_readable(base.files, entry)}
        bad = [name for name in names if name not in good]
        if bad or not good:
            raise NoEarlierContent(bad, old.number)
        pinned = {name: replace(entry, is_pinned=True) for name, entry in good.items()}
        aliases = present.aliases if names else {**present.aliases, **old.aliases}
        packages = {**present.packages, **pinned}
        generation = _next(base, replace(present, packages=packages, aliases=aliases), now)
        stage_objects(disk, base, {})
        put_in_force(disk, base, generation)
        kept = () if names else tuple(sorted(present.packages.keys() - pinned.keys()))
        return RolledBack(
            generation=generation, names=tuple(sorted(pinned)), origin=old.number, kept=kept
        )


def unpin(
    directory: Path, *, names: Sequence[PackageName], now: datetime, disk: Disk | None = None
) -> RolledBack:
    """Let refresh change these pinned packages again (all, if none is named).

    Their content stays until a refresh replaces it. Raise NotPinned, UnknownNames, NothingPublished,
    NotPublished or Busy.
    """
    disk = disk or SystemDisk()
    _check_directory(directory)
    with sole_publisher(directory, disk):
        base = load_base(directory)
        present = _present(base)
        names = _canonical(names, present)
        pinned = sorted(name for name, entry in present.packages.items() if entry.is_pinned)
        strangers = [name for name in names if name not in pinned]
        if strangers or not pinned:
            raise NotPinned(strangers, pinned)
        freed = {name: replace(present.packages[name], is_pinned=False) for name in names or pinned}
        generation = _next(base, replace(present, packages={**present.packages, **freed}), now)
        stage_objects(disk, base, {})
        put_in_force(disk, base, generation)
        return RolledBack(generation=generation, names=tuple(sorted(freed)), origin=present.number)


def _check_directory(directory: Path) -> None:
    """Raise NothingPublished rather than make a directory that was misspelt."""
    if not directory.is_dir():
        raise NothingPublished(directory)


def _present(base: Base) -> Generation:
    if base.generation is None:
        raise NothingPublished(base.directory)
    return base.generation


def _canonical(names: Sequence[PackageName], present: Generation) -> tuple[PackageName, ...]:
    """Follow aliases; raise UnknownNames."""
    known = present.packages
    followed = tuple(name if name in known else present.aliases.get(name, name) for name in names)
    _check_names(followed, present)
    return tuple(dict.fromkeys(followed))


def _check_names(names: Sequence[PackageName], generation: Generation) -> None:
    strangers = [name for name in names if name not in generation.packages]
    if strangers:
        raise UnknownNames(strangers, generation)


def _numbered(base: Base, present: Generation, number: int) -> Generation:
    """Read the generation that the operator named."""
    try:
        if number < present.number:
            return load_manifest(base.files, number)
    except Damaged:
        pass
    existing = islice(earlier_generations(base.files, present.number), LISTED + 1)
    raise UnknownGeneration(number, tuple(existing))


def _before(base: Base, present: Generation, names: Sequence[PackageName]) -> Generation:
    """Read the newest earlier generation that holds other releases for one of these packages (none named: of all)."""
    pinned = [
        name for name in names or sorted(present.packages) if present.packages[name].is_pinned
    ]
    if pinned:
        raise AlreadyPinned(pinned)
    for earlier in earlier_generations(base.files, present.number):
        for name in names or earlier.packages:
            entry = earlier.packages.get(name, Entry())
            now = present.packages.get(name, Entry())
            if entry.object not in (None, now.object):
                return earlier
    raise NoEarlierContent(names)


def _is_readable(files: PublisherFiles, entry: Entry) -> bool:
    if entry.object is None:
        return False
    try:
        load_snapshot(files, entry.object)
    except Damaged:
        return False
    return True


def _next(base: Base, content: Generation, now: datetime) -> Generation:
    return replace(content, number=base.next_number, created_at=now)


def _listed(things: Sequence[str]) -> str:
    return ", ".join([*things[:LISTED], *(["…"] if len(things) > LISTED else [])]) or "none"
