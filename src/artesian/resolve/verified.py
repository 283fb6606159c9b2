"""Which hosts get a build that is verified by its sha256: what `artesian check --seed` counts and a page shows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from artesian.model.host import Arch, Os
from artesian.model.query import NoMatch, Row
from artesian.model.release import Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel, Newest
from artesian.resolve.table import table

__all__ = ["verified_hosts", "verified_places"]

_ANY = Newest(channel=tuple(Channel)[-1])


def verified_hosts(rows: Iterable[Row]) -> Mapping[tuple[Os, Arch], bool]:
    """Tell for each os and arch that is served whether the build that each of its hosts takes first has a checksum."""
    found: dict[tuple[Os, Arch], bool] = {}
    for row in _firsts(rows):
        known = row.asset.sha256 is not None
        found[row.os, row.arch] = found.get((row.os, row.arch), True) and known
    return found


def verified_places(snapshot: Snapshot, release: Release) -> frozenset[tuple[Os, Arch]]:
    """Name the platforms of a release's builds where each host that takes one of them takes one with a checksum."""
    own: defaultdict[tuple[Os, Arch], set[bool]] = defaultdict(set)
    for asset in release.assets:
        own[asset.os, asset.arch].add(asset.sha256 is not None)
    if any(len(known) > 1 for known in own.values()):  # in few releases: a table takes 2 ms
        rows = table(replace(snapshot, releases=(release,)), _ANY)
        taken: defaultdict[tuple[Os, Arch], set[bool]] = defaultdict(set)
        assert not isinstance(rows, NoMatch), rows
        for row in _firsts(rows):
            taken[row.asset.os, row.asset.arch].add(row.asset.sha256 is not None)
        own.update((place, taken[place]) for place, known in own.items() if len(known) > 1)
    return frozenset(place for place, known in own.items() if known == {True})


def _firsts(rows: Iterable[Row]) -> Iterator[Row]:
    """Give the row that each kind of host takes first: what all libcs share stands before what each has."""
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        kind = (row.os, row.arch, row.level)
        if (*kind, None) not in seen and (*kind, row.libc) not in seen:
            seen.add((*kind, row.libc))
            yield row
