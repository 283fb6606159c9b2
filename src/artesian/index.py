"""The generation in force, in memory: immutable, and replaced by one assignment. It knows no disk, only a Backing."""

from dataclasses import dataclass, field
from typing import Protocol

from artesian.errors import NotFound, Unavailable
from artesian.model.definition import Definition
from artesian.model.names import PackageName
from artesian.model.snapshot import Entry, Generation, Snapshot

__all__ = ["Backing", "Index", "NotFetched", "UnknownPackage", "load_index", "refreshed"]


class UnknownPackage(NotFound):
    """No package, and no alias of one, has this name."""

    def __init__(self, name: PackageName) -> None:
        super().__init__(f"no package is called {name}")
        self.name = name


class NotFetched(Unavailable):
    """The package is known, but none of its releases is at hand yet."""

    def __init__(self, name: PackageName) -> None:
        super().__init__(f"{name} is known, but its releases are not fetched yet", retry_after_s=60)
        self.name = name


class Backing(Protocol):
    """Where an index gets what isn't in memory yet; `store.read.Store` is one. It answers None rather than raise."""

    @property
    def damaged(self) -> tuple[str, ...]:
        """The objects found damaged and not read well since, by digest."""
        ...

    def load(self) -> Generation | None:
        """Return the generation to start from."""
        ...

    def newer(self, than: Generation) -> Generation | None:
        """Return the generation in force if it is newer, and whole."""
        ...

    def snapshot(self, name: PackageName, digest: str, number: int) -> Snapshot | None:
        """Return what generation `number` holds for a package, or the newest good version before it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """One generation and the way to its snapshots. Names are normalised ones (`parse_name`)."""

    generation: Generation
    backing: Backing
    names: tuple[PackageName, ...] = field(
        init=False
    )  # all packages in order, fetched or not; no aliases

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(sorted(self.generation.packages)))

    def canonical(self, name: PackageName) -> PackageName:
        """Follow an alias, once; raise UnknownPackage."""
        packages = self.generation.packages
        if name in packages:
            return name
        target = self.generation.aliases.get(name)
        if target is None or target not in packages:
            raise UnknownPackage(name)
        return target

    def find(self, name: PackageName) -> Entry:
        """Return the entry of a package or alias; raise UnknownPackage."""
        return self.generation.packages[self.canonical(name)]

    def snapshot(self, name: PackageName) -> Snapshot:
        """Return the releases of a package or alias; raise UnknownPackage or NotFetched."""
        package = self.canonical(name)
        entry = self.generation.packages[package]
        if entry.object is None:
            raise NotFetched(package)
        snapshot = self.backing.snapshot(package, entry.object, self.generation.number)
        if snapshot is None:
            raise NotFetched(package)
        return snapshot

    def about(self, name: PackageName) -> Definition:
        """Return what a package is, also before its releases are fetched; raise UnknownPackage or NotFetched."""
        package = self.canonical(name)
        entry = self.generation.packages[package]
        if entry.object is not None or entry.about is None:
            return self.snapshot(package).definition
        found = self.backing.snapshot(package, entry.about, self.generation.number)
        if found is None:
            raise NotFetched(package)
        return found.definition


def load_index(backing: Backing) -> Index | None:
    """Start from what there is; None if there is nothing valid."""
    generation = backing.load()
    return None if generation is None else Index(generation=generation, backing=backing)


def refreshed(index: Index) -> Index:
    """Return an index of the newer generation, or the same object where there is none."""
    generation = index.backing.newer(index.generation)
    return index if generation is None else Index(generation=generation, backing=index.backing)
