"""A generation whose assets are genuine tools at a local upstream: assembled and published as the write plane does."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from artesian.definitions.load import load_catalogue
from artesian.model.definition import Definition
from artesian.model.names import PackageName, parse_name
from artesian.model.query import parse_spec
from artesian.model.release import Asset, RawAsset, RawRelease
from artesian.model.snapshot import Snapshot
from artesian.refresh.assemble import assemble
from artesian.settings import shipped
from artesian.sim.repack import ReleaseFile
from artesian.store.publish import Replace, publish

__all__ = ["UNVERIFIED", "definitions", "publish_releases", "raw_releases"]

UNVERIFIED = "lefthook"  # the package whose upstream publishes no checksum
_SAMPLE_OF = "jaq"  # `jaq-zip` and the like: samples of a format, installed as jaq is
_EXTRA = (
    Path(__file__).parent / "catalogue"
)  # packages of tests and the demo that the shipped catalogue lacks


def definitions(names: Iterable[str]) -> Mapping[PackageName, Definition]:
    """Find the definitions of genuine packages: the shipped ones, and a few of the simulator's own."""
    catalogues = (load_catalogue(_EXTRA), load_catalogue(shipped("catalogue")))
    known = {each.name: each for catalogue in catalogues for each in catalogue.definitions}
    wanted = (parse_name(name) for name in sorted(set(names)))
    return {name: known[name] if name in known else _sample(known, name) for name in wanted}


def raw_releases(files: Iterable[ReleaseFile], base_url: str) -> tuple[RawRelease, ...]:
    """List one package's files as an upstream would that answers at `base_url`."""
    by_tag: dict[str, list[RawAsset]] = {}
    for file in files:
        asset = RawAsset(
            name=file.name,
            url=f"{base_url}/{file.path}",
            size_bytes=file.size_bytes,
            sha256=None if file.package == UNVERIFIED else file.sha256,
        )
        by_tag.setdefault(file.tag, []).append(asset)
    return tuple(RawRelease(tag=tag, assets=tuple(assets)) for tag, assets in by_tag.items())


def publish_releases(
    directory: Path,
    files: Iterable[ReleaseFile],
    base_urls: tuple[str, ...],
    now: datetime,
    *,
    is_with_own: bool = False,
) -> None:
    """Publish `files` into the data `directory` as the whole of its packages, checked `now`.

    Every asset has one URL a base URL: its upstream's, then those of mirrors. is_with_own: beside the shipped packages
    that have no upstream and need none of those left out.
    """
    by_package: dict[str, list[ReleaseFile]] = {}
    for file in files:
        by_package.setdefault(file.package, []).append(file)
    found = definitions(by_package)
    changes = {}
    for definition in _own(set(found)) if is_with_own else ():
        changes[definition.name] = Replace(snapshot=assemble(definition, ()), checked_at=None)
    for name, definition in found.items():
        snapshot = assemble(definition, raw_releases(by_package[name], base_urls[0]))
        changes[name] = Replace(snapshot=_mirrored(snapshot, base_urls), checked_at=now)
    aliases = {
        alias: name
        for name, change in changes.items()
        for alias in change.snapshot.definition.aliases
    }
    publish(directory, changes, aliases=aliases, now=now, is_full=True)


def _own(served: set[PackageName]) -> tuple[Definition, ...]:
    """List the shipped packages without an upstream that can be installed beside `served`."""
    own = {
        one.name: one
        for one in load_catalogue(shipped("catalogue")).definitions
        if one.is_own
        and (
            one.files or one.packages or "WEBI_HOST" in one.piece
        )  # other pieces ask other servers
    }
    while lacking := [
        one.name
        for one in own.values()
        if any(
            parse_spec(spec).name not in served | own.keys() for spec in (*one.needs, *one.packages)
        )
    ]:
        for name in lacking:
            del own[name]
    return tuple(own.values())


def _mirrored(snapshot: Snapshot, base_urls: tuple[str, ...]) -> Snapshot:
    def mirrored(asset: Asset) -> Asset:
        path = asset.urls[0].removeprefix(base_urls[0])
        return replace(asset, urls=tuple(base + path for base in base_urls))

    releases = tuple(
        replace(release, assets=tuple(mirrored(asset) for asset in release.assets))
        for release in snapshot.releases
    )
    return replace(snapshot, releases=releases)


def _sample(known: Mapping[PackageName, Definition], name: PackageName) -> Definition:
    return replace(known[parse_name(_SAMPLE_OF)], name=name, title=name, aliases=())
