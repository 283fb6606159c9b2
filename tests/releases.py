"""Releases made from file names, as the tests of several rooms need them."""

from artesian.classify.build import build
from artesian.model.definition import (
    AssetRules,
    Command,
    Definition,
    LevelRule,
    LibcRule,
    Recipe,
    Source,
    SourceKind,
)
from artesian.model.host import Host, Libc
from artesian.model.names import PackageName
from artesian.model.release import Asset, RawAsset, Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel, parse_version
from artesian.resolve.words import read_host

__all__ = ["host", "package", "release", "snapshot"]

# What the definition of a package like bun says.
RULES = AssetRules(
    libc=(LibcRule(match="*-hardmusl*", libc=Libc.MUSL),),
    level=(LevelRule(match="*-baseline*", level=2), LevelRule(match="bun-*-x64*", level=3)),
)


def package(name: str = "foo", repository: str = "owner/foo") -> Definition:
    """Define a package of one command called like it."""
    return Definition(
        name=PackageName(name),
        title=name,
        source=Source(kind=SourceKind.GITHUB, repository=repository),
        recipe=Recipe(commands=(Command(name=name, file=name),)),
    )


def release(tag: str, *names: str, is_lts: bool = False, channel: Channel | None = None) -> Release:
    """Make a release of the files `names`, which must all be builds."""
    version = parse_version(tag)
    assets = tuple(
        build(RawAsset(name=name, url=f"https://example.com/{tag}/{name}"), RULES) for name in names
    )
    return Release(
        version=version.text,
        tag=tag,
        channel=channel or version.channel,
        is_lts=is_lts,
        assets=tuple(asset for asset in assets if isinstance(asset, Asset)),
    )


def snapshot(*releases: Release, definition: Definition | None = None) -> Snapshot:
    """Make a snapshot of `releases`, newest first."""
    return Snapshot(definition=definition or package(), releases=releases)


def host(text: str) -> Host:
    """Read `linux/amd64`, `linux/amd64v3/musl`."""
    os, arch, libc = (*text.split("/"), "")[:3]
    name, _, level = arch.partition("v") if arch.startswith("amd64v") else (arch, "", "")
    return read_host(os, name, libc or None, int(level) if level else None)
