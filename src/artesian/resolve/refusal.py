"""Why a query has no answer, in words for a person, with what exists instead."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice
from typing import assert_never

from msgspec.structs import replace

from artesian.model.host import Arch, Host, Os
from artesian.model.names import PackageName
from artesian.model.query import NoMatch, Resolution
from artesian.model.release import Asset, Release
from artesian.model.version import Channel, Lts, Matching, Newest, Tag, parse_version
from artesian.resolve.tiers import place_of, tiers

__all__ = ["no_build", "no_format", "no_version"]

# A person reads these; a few on either side of what was asked for say enough.
_NEAREST = 5
# Releases looked at for what hosts there are: a newest one may lack what is still being uploaded.
_RECENT = 3


def no_version(name: PackageName, releases: Sequence[Release], tag: Tag) -> NoMatch:
    """Say that no release is what `tag` means, and which versions are near it."""
    return NoMatch(
        reason=f"{name} has no {_meaning(tag)}" if releases else f"{name} has no releases",
        is_version_known=False,
        nearest_versions=_nearest(releases, tag),
    )


def no_build(name: PackageName, host: Host, releases: Sequence[Release]) -> NoMatch:
    """Say that none of `releases`, newest first, runs on `host`, and on which hosts recent ones run."""
    recent = islice((one for one in releases if one.assets), _RECENT)
    hosts = {_served(asset, host) for release in recent for asset in release.assets}
    return NoMatch(
        reason=f"{name} {releases[0].version} has no build for {_words(host)}",
        is_version_known=True,
        hosts=tuple(sorted(hosts)),
    )


def no_format(name: PackageName, host: Host, found: Resolution) -> NoMatch:
    """Say that `host` would have the builds of `found`, but can't unpack any of them."""
    formats = tuple(asset.format for asset in found.assets)
    return NoMatch(
        reason=f"{name} {found.release.version} for {_words(host)} comes only as {' or '.join(formats)}",
        is_version_known=True,
        formats=formats,
    )


def _served(asset: Asset, host: Host) -> str:
    """Name what `asset` is for: with its libc and level only where just these keep it from `host`."""
    of_libc, of_level = replace(host, libc=asset.libc), replace(host, level=asset.level)
    words = []
    if _is_for(asset, replace(of_libc, level=asset.level)):
        words += [] if _is_for(asset, of_level) else [asset.libc.value]
        words += [] if _is_for(asset, of_libc) else [_level(asset.level)]
    return _platform(asset.os, asset.arch, words)


def _is_for(asset: Asset, host: Host) -> bool:
    return any(place_of(asset) in group for group in tiers(host))


def _words(host: Host) -> str:
    words = [host.libc.value] if host.os is Os.LINUX and host.libc else []
    words += [_level(host.level)] if host.arch is Arch.AMD64 and host.level else []
    return _platform(host.os, host.arch, words)


def _platform(os: Os, arch: Arch, words: Sequence[str]) -> str:
    return f"{os}/{arch} ({', '.join(words)})" if words else f"{os}/{arch}"


def _level(level: int) -> str:
    return f"x86-64-v{level}"


def _meaning(tag: Tag) -> str:
    match tag:
        case Newest(channel=Channel.STABLE):
            return "stable version"
        case Newest(channel=channel):
            return f"version that is {channel} or more stable"
        case Lts():
            return "version with long-term support"
        case Matching(text=text):
            return f"version {text}"
        case _:
            assert_never(tag)


def _nearest(releases: Sequence[Release], tag: Tag) -> tuple[str, ...]:
    """List versions around the one that was meant, newest first; the newest ones if none was."""
    stable = [one for one in releases if one.channel is Channel.STABLE] or list(releases)
    start = 0
    if isinstance(tag, Matching):
        wanted = parse_version(tag.text.lstrip("<>=^~!").partition(",")[0])
        older = bisect_left(stable, True, key=lambda one: parse_version(one.version) <= wanted)
        start = max(0, min(older - 2, len(stable) - _NEAREST))
    return tuple(one.version for one in stable[start : start + _NEAREST])
