"""What the tests of the data directory share: small snapshots, what a reader sees, and a Files that counts."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.clocks import StillClock

from artesian.index import NotFetched, load_index
from artesian.model.definition import Definition, Recipe, Source, SourceKind
from artesian.model.host import Arch, Os
from artesian.model.names import PackageName
from artesian.model.release import Asset, Format, Release
from artesian.model.snapshot import Snapshot
from artesian.store.disk import Disk
from artesian.store.files import DirectoryFiles, Files
from artesian.store.publish import Change, Published, Replace, publish
from artesian.store.read import Store

__all__ = [
    "NOW",
    "CountingFiles",
    "Seen",
    "name",
    "put",
    "replacing",
    "seen",
    "snapshot",
    "store_of",
]

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)

# What a reader sees of a directory: the number in force, and of each package the newest version (None: not fetched).
Seen = tuple[int, Mapping[str, str | None]]


def name(text: str) -> PackageName:
    """Take a name as it is."""
    return PackageName(text)


def snapshot(package: str, version: str, *, releases: int = 1) -> Snapshot:
    """Make a package whose newest release is `version`."""
    asset = Asset(
        name=f"{package}-{version}-linux.tar.gz",
        urls=(f"https://upstream.example/{package}/{version}",),
        os=Os.LINUX,
        arch=Arch.AMD64,
        format=Format.TAR_GZ,
        sha256="0123456789abcdef" * 4,
    )
    older = tuple(
        Release(version=f"0.{i}", tag=f"v0.{i}", assets=(asset,))
        for i in range(releases - 1, 0, -1)
    )
    return Snapshot(
        definition=Definition(
            name=name(package),
            title=package.upper(),
            description=f"Does what {package} does",
            source=Source(kind=SourceKind.GITHUB, repository=f"example/{package}"),
            recipe=Recipe(commands=()),
        ),
        releases=(
            Release(version=version, tag=f"v{version}", published_at=NOW, assets=(asset,)),
            *older,
        ),
    )


def replacing(versions: Mapping[str, str]) -> dict[PackageName, Change]:
    """Make the changes that give each package a newest version."""
    return {
        name(package): Replace(snapshot=snapshot(package, version), checked_at=NOW)
        for package, version in versions.items()
    }


def put(directory: Path, minutes: int = 0, disk: Disk | None = None, **versions: str) -> Published:
    """Publish a newest version of each of these packages, `minutes` after NOW."""
    return publish(
        directory,
        replacing(versions),
        aliases=None,
        now=NOW + timedelta(minutes=minutes),
        disk=disk,
    )


def put_many(directory: Path, count: int, version: str) -> Published:
    """Publish `version` of packages p0, p1, …"""
    return publish(
        directory, replacing({f"p{i}": version for i in range(count)}), aliases=None, now=NOW
    )


def store_of(
    files: Files | Path, seed: Files | None = None, *, clock: StillClock | None = None
) -> Store:
    """Open the read side."""
    files = DirectoryFiles(files) if isinstance(files, Path) else files
    return Store(files, seed=seed, clock=clock or StillClock())


def seen(directory: Path, seed: Files | None = None) -> Seen | None:
    """Read everything in a directory as a reader that has just started; None: it has nothing to serve."""
    index = load_index(store_of(directory, seed))
    if index is None:
        return None
    versions: dict[str, str | None] = {}
    for package in index.names:
        try:
            releases = index.snapshot(package).releases  # none, where a package stands for others
            versions[package] = releases[0].version if releases else None
        except NotFetched:
            versions[package] = None
    return index.generation.number, versions


class CountingFiles:
    """Files that tell how often each of its three ways in was used, and how many bytes were read."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.counts: Counter[str] = Counter()
        self.read_bytes = 0

    def read(self, path: str) -> bytes:
        self.counts[f"read {path.partition('/')[0]}"] += 1
        data = self._files.read(path)
        self.read_bytes += len(data)
        return data

    def has(self, path: str) -> bool:
        self.counts["has"] += 1
        return self._files.has(path)

    def list(self, folder: str) -> tuple[str, ...]:
        self.counts["list"] += 1
        return self._files.list(folder)

    def taken(self) -> dict[str, int]:
        """Return the counts since the last call."""
        counts = dict(self.counts)
        self.counts.clear()
        return counts
