"""Which of all known releases go into the seed: the newest, and older ones that are worth having.

Worth having: the newest that serves a host which newer ones don't (lists of packagers are partial), the
newest with a checksum for a host, and of each older line the newest, so that `rg@13` and ranges find something.
Of two files for one host, the one without a checksum stays away if every host can unpack the other.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from artesian.model.host import Arch, Libc, Os
from artesian.model.release import Asset, Format, Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel
from artesian.resolve.table import ARCHS

__all__ = ["newest_tag", "select"]

# Enough to try versions with, in well under a megabyte.
_NEWEST = 8
_MAJORS = 8
_MINORS = 12
_PLAIN = frozenset((Format.TAR_GZ, Format.GZ, Format.RAW))
_SHARED = frozenset((Arch.ANY, Arch.UNIVERSAL))


def select(snapshot: Snapshot) -> Snapshot:
    """Keep the releases of `snapshot` that the seed ships; rolling ones never: their files change in place."""
    rolling = snapshot.definition.tags.rolling
    fixed = tuple(_trusted(one) for one in snapshot.releases if one.tag not in rolling)
    stable = tuple(one for one in fixed if one.channel is Channel.STABLE) or fixed
    chosen = {
        *(one.tag for one in stable[:_NEWEST]),
        *(one.tag for one in _newer_prerelease(fixed)),
        *_serving_each_host(stable, is_verified=False),
        *_serving_each_host(stable, is_verified=True),
        *_lines(stable, width=1, limit=_MAJORS),
        *_lines(stable, width=2, limit=_MINORS),
    }
    kept = tuple(one for one in fixed if one.tag in chosen)
    return Snapshot(definition=snapshot.definition, releases=kept)


def newest_tag(snapshot: Snapshot) -> str:
    """Tell the tag of the newest stable release, or where there is none of the newest."""
    stable = (one.tag for one in snapshot.releases if one.channel is Channel.STABLE)
    return next(stable, snapshot.releases[0].tag)


def _trusted(release: Release) -> Release:
    """Drop the files that stand beside a verified one for the same host."""
    verified = {
        _place(asset)
        for asset in release.assets
        if asset.sha256
        and asset.format in _PLAIN | ({Format.ZIP} if asset.os is Os.WINDOWS else set())
    }
    kept = tuple(one for one in release.assets if one.sha256 or _place(one) not in verified)
    return msgspec.structs.replace(release, assets=kept)


def _place(asset: Asset) -> tuple[Os, Arch, int, Libc]:
    return (asset.os, asset.arch, asset.level, asset.libc)


def _newer_prerelease(releases: Sequence[Release]) -> tuple[Release, ...]:
    """Give the newest release, if it is a pre-release."""
    return tuple(one for one in releases[:1] if one.channel is not Channel.STABLE)


def _serving_each_host(releases: Iterable[Release], *, is_verified: bool) -> Iterator[str]:
    seen: set[tuple[Os, Arch]] = set()
    for release in releases:
        hosts = {
            (asset.os, asset.arch)
            for asset in release.assets
            if (asset.sha256 or not is_verified) and _is_asked_for(asset)
        }
        if not hosts <= seen:
            yield release.tag
        seen |= hosts


def _is_asked_for(asset: Asset) -> bool:
    """Tell whether installers know hosts of this kind; nobody asks for a build for ppc AIX."""
    return asset.arch in ARCHS.get(asset.os, (asset.arch,)) or asset.arch in _SHARED


def _lines(releases: Iterable[Release], *, width: int, limit: int) -> Iterator[str]:
    """Give the newest release of each line (`14`, `14.1`), and the newest of it with most checksums."""
    lines: dict[tuple[int, ...], list[Release]] = {}
    for release in releases:
        lines.setdefault(_numbers(release.version)[:width], []).append(release)
    for line in list(lines.values())[:limit]:
        yield line[0].tag
        yield max(line, key=_verified).tag


def _verified(release: Release) -> int:
    return sum(asset.sha256 is not None for asset in release.assets)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))
