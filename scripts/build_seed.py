"""Build seed/seed.zip, the generation a fresh install starts from, out of the catalogue and a folder of real data.

Run from the root of a checkout: `python -m scripts.build_seed`. The same input gives the same generation. After a
change of the catalogue `--reuse` is enough, and needs no data: it takes the facts of the present seed.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import track
from scripts.seed.facts import Fact, source_key
from scripts.seed.indexes import read_all
from scripts.seed.merge import Merged, merge
from scripts.seed.pack import pack
from scripts.seed.reuse import reread_facts
from scripts.seed.select import newest_tag, select

from artesian.cli.check_seed import read_seed, seed_lines, show_seed
from artesian.definitions.load import load_catalogue
from artesian.model.definition import Definition, SourceKind
from artesian.model.names import PackageName
from artesian.model.snapshot import Snapshot
from artesian.refresh.assemble import assemble
from artesian.store.publish import Announce, Change, Replace, publish

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("ARTESIAN_SHARED_DATA") or ROOT.parent / "shared" / "data")  # noqa: TID251

# Every list that was read is from August 2026. Where no source of a package's newest release says its day, this is
# the latest day on which that release was surely out: it errs towards older.
UNDATED = date(2026, 8, 1)


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A package of the catalogue with what the data has of it."""

    snapshot: Snapshot
    checked_at: datetime | None  # None: it has no upstream


def main() -> int:
    """Build, and print what the seed holds; 1 if the catalogue or the data can't be read."""
    arguments = _arguments()
    console = Console(stderr=True, soft_wrap=True)
    if not arguments.reuse and not (arguments.data / "INDEX.md").is_file():
        console.print(
            f"No data in {arguments.data}: name its folder by --data or ARTESIAN_SHARED_DATA, "
            "or take the facts of the present seed with --reuse"
        )
        return 1
    catalogue = load_catalogue(arguments.catalogue)
    for problem in catalogue.problems:
        console.print(str(problem))
    if catalogue.problems:
        return 1
    facts = reread_facts(arguments.output) if arguments.reuse else read_all(arguments.data)
    merged = _merge_facts(facts, catalogue.definitions, console)
    packages = _packages(catalogue.definitions, merged, console)
    _write(catalogue.definitions, packages, arguments.output)
    show_seed(seed_lines(*read_seed(arguments.output)))
    print(f"{arguments.output}: {arguments.output.stat().st_size:,} bytes")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--catalogue", type=Path, default=ROOT / "catalogue")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument(
        "--reuse",
        action="store_true",
        help="take the facts of the present seed; for a changed package.toml this is enough",
    )
    parser.add_argument("--output", type=Path, default=ROOT / "seed" / "seed.zip")
    return parser.parse_args()


def _merge_facts(
    facts: Iterable[Fact], definitions: Sequence[Definition], console: Console
) -> Mapping[str, tuple[Merged, ...]]:
    shown = track(facts, description="Reading facts", console=console, transient=True)
    merged = merge(shown, {source_key(one.source) for one in definitions})
    for repository, releases in merged.items():
        for release in releases:
            for name in release.disputed:
                console.print(f"{repository} {release.release.tag}: sources disagree on {name}")
    return merged


def _packages(
    definitions: Sequence[Definition],
    merged: Mapping[str, tuple[Merged, ...]],
    console: Console,
) -> dict[PackageName, Package]:
    packages = {
        one.name: Package(snapshot=assemble(one, ()), checked_at=None)
        for one in definitions
        if one.source.kind is SourceKind.OWN
    }
    known = [one for one in definitions if source_key(one.source) in merged]
    for definition in track(known, description="Assembling", console=console, transient=True):
        releases = merged[source_key(definition.source)]
        snapshot = select(assemble(definition, [one.release for one in releases]))
        if snapshot.releases:
            packages[definition.name] = Package(
                snapshot=snapshot, checked_at=_checked_at(snapshot, releases)
            )
    return packages


def _checked_at(snapshot: Snapshot, merged: Iterable[Merged]) -> datetime:
    """Tell the last day on which a source stated the newest stable release, in UTC at its beginning."""
    newest = newest_tag(snapshot)
    days = [one.stated_on for one in merged if one.release.tag == newest and one.stated_on]
    return datetime.combine(max(days, default=UNDATED), time(), UTC)


def _write(
    definitions: Sequence[Definition], packages: Mapping[PackageName, Package], output: Path
) -> None:
    """Publish into a fresh data directory, and pack that."""
    changes: dict[PackageName, Change] = {}
    for one in definitions:
        found = packages.get(one.name)
        changes[one.name] = (
            Replace(snapshot=found.snapshot, checked_at=found.checked_at)
            if found
            else Announce(definition=one)
        )
    aliases = {alias: one.name for one in definitions for alias in one.aliases}
    with tempfile.TemporaryDirectory() as directory:
        newest = max(one.checked_at for one in packages.values() if one.checked_at)
        publish(Path(directory), changes, aliases=aliases, now=newest)
        pack(Path(directory), output)


if __name__ == "__main__":
    sys.exit(main())
