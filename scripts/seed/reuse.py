"""The facts that a seed was made of, read back from it: enough to make it anew for a changed catalogue."""

from collections.abc import Iterator
from pathlib import Path

from scripts.seed.facts import Fact, source_key
from scripts.seed.select import newest_tag

from artesian.cli.check_seed import read_seed
from artesian.model.snapshot import Entry, Snapshot
from artesian.model.version import Channel
from artesian.store.read import load_snapshot

__all__ = ["reread_facts"]


def reread_facts(archive: Path) -> Iterator[Fact]:
    """Read the facts of every package of a seed."""
    generation, files = read_seed(archive)
    for entry in generation.packages.values():
        if entry.object is not None and not entry.is_own:
            yield from _facts(entry, load_snapshot(files, entry.object))


def _facts(entry: Entry, snapshot: Snapshot) -> Iterator[Fact]:
    assert entry.checked_at is not None
    newest = newest_tag(snapshot)
    for release in snapshot.releases:
        for asset in release.assets:
            yield Fact(
                repository=source_key(snapshot.definition.source),
                tag=release.tag,
                name=asset.name,
                url=asset.urls[0],
                stated_by="seed",
                stated_on=entry.checked_at.date() if release.tag == newest else None,
                size_bytes=asset.size_bytes,
                sha256=asset.sha256,
                published_at=release.published_at,
                is_prerelease=release.channel is not Channel.STABLE,
                is_lts=release.is_lts,
            )
