"""`artesian check --seed`: what the shipped seed holds, by package: versions, hosts, how many of them verified, age."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from artesian.clock import SystemClock
from artesian.errors import Unavailable
from artesian.model.names import PackageName
from artesian.model.snapshot import Entry, Generation, Snapshot
from artesian.model.version import Newest
from artesian.resolve.table import table
from artesian.resolve.verified import verified_hosts
from artesian.settings import shipped
from artesian.store.read import ArchiveFiles, Files, load_generation, load_snapshot

__all__ = ["NoSeed", "SeedLine", "check_seed", "read_seed", "seed_lines", "show_seed"]

_HEAD = ("package", "versions", "hosts", "verified", "newest", "checked", "age")


class NoSeed(Unavailable):
    """There is no seed that can be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: no generation in it that can be read", retry_after_s=0)
        self.path = path


class SeedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One package of the seed. `hosts`: os/arch pairs served without a tag; `verified`: those by sha256."""

    name: PackageName
    versions: int
    newest: str
    hosts: int
    verified: int
    checked_at: datetime | None
    is_own: bool = False  # it has no upstream: all of it is there


def check_seed(archive: Path | None = None) -> None:
    """Print what the shipped seed (or `archive`) holds; raise NoSeed or Damaged."""
    show_seed(seed_lines(*read_seed(archive or shipped("seed") / "seed.zip")))


def read_seed(archive: Path) -> tuple[Generation, Files]:
    """Open a seed; raise NoSeed."""
    files = ArchiveFiles(archive)
    generation = load_generation(files)
    if generation is None:
        raise NoSeed(archive)
    return generation, files


def seed_lines(generation: Generation, files: Files) -> tuple[SeedLine, ...]:
    """Count every package of a generation, by name; raise Damaged."""
    return tuple(
        _line(name, entry, load_snapshot(files, entry.object) if entry.object else None)
        for name, entry in sorted(generation.packages.items())
    )


def _line(name: PackageName, entry: Entry, snapshot: Snapshot | None) -> SeedLine:
    rows = table(snapshot, Newest()) if snapshot else ()
    served = verified_hosts(rows) if isinstance(rows, tuple) else {}
    releases = snapshot.releases if snapshot else ()
    return SeedLine(
        name=name,
        versions=len(releases),
        newest=releases[0].version if releases else "",
        hosts=len(served),
        verified=sum(served.values()),
        checked_at=entry.checked_at,
        is_own=entry.is_own,
    )


def show_seed(lines: Sequence[SeedLine]) -> None:
    """Print the lines and their totals: a table on a terminal, plain columns elsewhere."""
    now = SystemClock().now()
    cells = [_cells(line, now) for line in lines]
    console = Console()
    if console.is_terminal:
        shown = Table(*_HEAD)
        for row in cells:
            shown.add_row(*row)
        console.print(shown)
    else:
        for row in [_HEAD, *cells]:
            typer.echo("\t".join(row))
    typer.echo(_totals(lines))


def _cells(line: SeedLine, now: datetime) -> tuple[str, ...]:
    if line.is_own:
        return (line.name, *["-"] * 4, "no upstream", "-")
    if line.checked_at is None:
        return (line.name, *["-"] * 4, "not fetched yet", "-")
    return (
        line.name,
        str(line.versions),
        str(line.hosts),
        str(line.verified),
        line.newest,
        f"{line.checked_at:%Y-%m-%d}",
        f"{(now - line.checked_at).days} days",
    )


def _totals(lines: Sequence[SeedLine]) -> str:
    own = sum(line.is_own for line in lines)
    fetched = [line for line in lines if line.versions and not line.is_own]
    broad = sum(line.hosts >= 4 for line in fetched)
    hosts = sum(line.hosts for line in fetched)
    verified = sum(line.verified for line in fetched)
    packages = "package" if len(fetched) == 1 else "packages"
    return (
        f"{len(fetched)} {packages} with releases, {broad} of them for 4 hosts or more; "
        f"{own} without an upstream, {len(lines) - len(fetched) - own} not fetched yet; "
        f"{hosts} hosts served, {verified} of them verified ({verified / max(hosts, 1):.0%})"
    )
