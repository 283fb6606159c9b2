"""The JSON documents that programs read: what each holds, built from the vocabulary. Knows no HTTP.

Every Struct here is a schema of /openapi.json, so a field added here is documented too.
"""

from datetime import datetime

import msgspec

from artesian.model.definition import Recipe, Source
from artesian.model.host import Arch, Host, Libc, Os
from artesian.model.query import Resolution
from artesian.model.release import Asset, Format, Release
from artesian.model.snapshot import Generation, Snapshot
from artesian.model.version import Channel

__all__ = [
    "AssetDocument",
    "PackageDocument",
    "PackageList",
    "PackageSummary",
    "Problem",
    "ReleaseDocument",
    "ResolutionDocument",
    "encode",
    "package_document",
    "package_list",
    "resolution_document",
    "source_words",
]

encode = msgspec.json.Encoder().encode


class PackageSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A package in the list of all."""

    name: str
    title: str
    description: str
    aliases: tuple[str, ...]
    is_fetched: bool  # False: known, but its releases are not at hand yet
    checked_at: datetime | None  # when its upstream last confirmed its releases; null: never


class PackageList(msgspec.Struct, frozen=True, kw_only=True):
    """All packages of the generation in force."""

    generation: int
    created_at: datetime
    packages: tuple[PackageSummary, ...]


class AssetDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One build of a release. Without a sha256 its download can't be verified."""

    name: str
    urls: tuple[str, ...]  # tried in this order
    os: Os
    arch: Arch
    level: int  # least x86-64 level that runs it; 1 for every other arch
    libc: Libc
    format: Format
    size_bytes: int | None
    sha256: str | None


class ReleaseDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a package and its builds."""

    version: str
    tag: str
    channel: Channel
    is_lts: bool
    published_at: datetime | None
    assets: tuple[AssetDocument, ...]


class PackageDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A package: what its definition says, and its releases, newest version first."""

    name: str
    title: str
    description: str
    homepage: str
    source: str  # kind:owner/name, kind:product or the kind alone; `own`: it has no upstream
    aliases: tuple[str, ...]
    commands: tuple[str, ...]
    packages: tuple[str, ...]  # name[@tag] that it stands for, in this order
    needs: tuple[str, ...]  # name[@tag] installed before it where their commands are missing
    systems: tuple[Os, ...]  # that it is for; empty: all that it has builds for
    elsewhere: str  # what to do on others
    refused: str  # why it can't be installed; empty: it can
    readme: str  # its cheat sheet, Markdown
    generation: int
    checked_at: datetime | None
    releases: tuple[ReleaseDocument, ...]


class ResolutionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What to install on one host: alternates in order of preference, at most one per format."""

    name: str
    host: Host
    version: str
    tag: str
    channel: Channel
    is_lts: bool
    published_at: datetime | None
    assets: tuple[AssetDocument, ...]
    recipe: Recipe
    generation: int
    checked_at: datetime | None


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why there is no such document (RFC 9457), and what there is instead."""

    title: str
    status: int
    detail: str
    nearest: tuple[str, ...] = ()  # packages with a name like the one asked for
    versions: tuple[str, ...] = ()  # versions near the one asked for
    hosts: tuple[str, ...] = ()  # os/arch with builds, and their libc where it alone is in the way
    formats: tuple[str, ...] = ()  # formats that exist, where only these were in the way
    retry_after_s: int | None = None
    incident: str | None = None  # names this fault in our log


def source_words(source: Source) -> str:
    """Name a source the way its definition writes it, but for another server."""
    word = source.repository or source.base_url
    return f"{source.kind}:{word}" if word else source.kind.value


def package_list(generation: Generation) -> PackageList:
    """List a generation's packages by name."""
    aliases: dict[str, list[str]] = {}
    for alias, name in generation.aliases.items():
        aliases.setdefault(name, []).append(alias)
    return PackageList(
        generation=generation.number,
        created_at=generation.created_at,
        packages=tuple(
            PackageSummary(
                name=name,
                title=entry.title or name,
                description=entry.description,
                aliases=tuple(sorted(aliases.get(name, ()))),
                is_fetched=entry.object is not None,
                checked_at=entry.checked_at,
            )
            for name, entry in sorted(generation.packages.items())
        ),
    )


def package_document(
    snapshot: Snapshot, *, generation: int, checked_at: datetime | None
) -> PackageDocument:
    """Describe a package and all its releases."""
    definition = snapshot.definition
    return PackageDocument(
        name=definition.name,
        title=definition.title,
        description=definition.description,
        homepage=definition.homepage,
        source=source_words(definition.source),
        aliases=definition.aliases,
        commands=tuple(command.name for command in definition.recipe.commands),
        packages=definition.packages,
        needs=definition.needs,
        systems=definition.os,
        elsewhere=definition.elsewhere,
        refused=definition.refused,
        readme=definition.readme,
        generation=generation,
        checked_at=checked_at,
        releases=tuple(_release(release) for release in snapshot.releases),
    )


def resolution_document(
    name: str, host: Host, resolution: Resolution, *, generation: int, checked_at: datetime | None
) -> ResolutionDocument:
    """Describe what to install on `host`."""
    release = resolution.release
    return ResolutionDocument(
        name=name,
        host=host,
        version=release.version,
        tag=release.tag,
        channel=release.channel,
        is_lts=release.is_lts,
        published_at=release.published_at,
        assets=tuple(_asset(asset) for asset in resolution.assets),
        recipe=resolution.recipe,
        generation=generation,
        checked_at=checked_at,
    )


def _release(release: Release) -> ReleaseDocument:
    return ReleaseDocument(
        version=release.version,
        tag=release.tag,
        channel=release.channel,
        is_lts=release.is_lts,
        published_at=release.published_at,
        assets=tuple(_asset(asset) for asset in release.assets),
    )


def _asset(asset: Asset) -> AssetDocument:
    return AssetDocument(
        name=asset.name,
        urls=asset.urls,
        os=asset.os,
        arch=asset.arch,
        level=asset.level,
        libc=asset.libc,
        format=asset.format,
        size_bytes=asset.size_bytes,
        sha256=asset.sha256,
    )
