"""One release's assets by the place they are for, and which of them a host takes: stem, tier, checksum, format."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from artesian.model.host import Arch, Host, Libc, Os
from artesian.model.release import Asset, Format, Release
from artesian.resolve.stem import stem
from artesian.resolve.tiers import Place, place_of, tiers

__all__ = ["Shelf", "alternates", "first_for", "rank_stems", "serves", "shelves"]


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """The assets of a release that a client may unpack."""

    release: Release
    places: Mapping[Place, tuple[Asset, ...]]


def shelves(releases: Iterable[Release], formats: frozenset[Format]) -> Iterator[Shelf]:
    """Sort each release's assets of `formats`; leave out releases for no host that an earlier one isn't for."""
    known: set[tuple[frozenset[Place], tuple[str, ...]]] = set()
    for release in releases:
        places: defaultdict[Place, tuple[Asset, ...]] = defaultdict(tuple)
        for asset in release.assets:
            if asset.format in formats:
                places[place_of(asset)] += (asset,)
        shape = (frozenset(places), release.held)
        if shape not in known:
            known.add(shape)
            yield Shelf(release=release, places=dict(places))


def serves(shelf: Shelf, host: Host) -> bool:
    """Tell whether any asset runs on `host`."""
    return any(place in shelf.places for group in tiers(host) for place in group)


def first_for(shelves: Iterable[Shelf], host: Host) -> Shelf | None:
    """Find the first release that serves `host`; one that is still being uploaded for it only if no other does."""
    held: Shelf | None = None
    for shelf in shelves:
        if serves(shelf, host):
            if f"{host.os}/{host.arch}" not in shelf.release.held:
                return shelf
            held = held or shelf
    return held


def alternates(
    shelf: Shelf, host: Host, formats: Sequence[Format], stem_ranks: Mapping[str, int]
) -> tuple[Asset, ...]:
    """Choose the assets that `host` takes, best first, one for each of `formats` at most.

    All are of the same program: `foo.tar.gz` and `foo-server.zip` in one release are no alternates.
    """
    format_ranks = {form: rank for rank, form in enumerate(formats)}
    candidates: list[Asset] = []
    for group in tiers(host):
        found = [
            (tier, asset)
            for tier, place in enumerate(group)
            for asset in shelf.places.get(place, ())
        ]
        found.sort(
            key=lambda one: (
                stem_ranks[stem(one[1].name)],
                one[0],
                # What can be verified comes first, but no build that needs a libc before one that needs none: nobody
                # knows whether a host's glibc is new enough for it.
                one[1].sha256 is None,
                _is_other_libc(one[1], host),
                format_ranks.get(one[1].format, len(format_ranks)),
                len(one[1].name),
                one[1].name.swapcase(),  # small letters first
            )
        )
        candidates += (asset for _, asset in found)
    chosen: dict[Format, Asset] = {}
    for asset in candidates:
        if asset.format in format_ranks and stem(asset.name) == stem(candidates[0].name):
            chosen.setdefault(asset.format, asset)
    return tuple(chosen.values())


def rank_stems(shelf: Shelf, names: Sequence[str]) -> Mapping[str, int]:
    """Rank the programs of a release: a known name first, then what has builds for most platforms, then the shortest.

    `names` are what the program may be called, best first, written as stems.
    """
    platforms: defaultdict[str, set[tuple[Os, Arch]]] = defaultdict(set)
    for place, assets in shelf.places.items():
        for asset in assets:
            platforms[stem(asset.name)].add((place.os, place.arch))
    known = {name: rank for rank, name in reversed(list(enumerate(names)))}
    order = sorted(
        platforms,
        key=lambda own: (known.get(own, len(names)), -len(platforms[own]), len(own), own),
    )
    return {own: rank for rank, own in enumerate(order)}


def _is_other_libc(asset: Asset, host: Host) -> bool:
    """Of two builds that need no libc as far as is known, prefer the one that is named for the host's."""
    return ("musl" in asset.name.lower()) != (host.libc is Libc.MUSL)
