"""Which of all known releases go into the seed: the newest, and older ones that are worth having.

Worth having: the newest that serves a host which newer ones don't (lists of packagers are partial), the
newest with a checksum for a host, and of each older line the newest, so that `rg@13` and ranges find something.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from artesian.model.host import Arch, Os
from artesian.model.release import Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel

__all__ = ["select"]

# Enough to try versions with, in well under a megabyte.
_NEWEST = 8
_MAJORS = 8
_MINORS = 12


def select(snapshot: Snapshot) -> Snapshot:
    """Keep the releases of `snapshot` that the seed ships; rolling ones never: their files change in place."""
    rolling = snapshot.definition.tags.rolling
    fixed = tuple(one for one in snapshot.releases if one.tag not in rolling)
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


def _newer_prerelease(releases: Sequence[Release]) -> tuple[Release, ...]:
    """Give the newest release, if it is a pre-release."""
    return tuple(one for one in releases[:1] if one.channel is not Channel.STABLE)


def _serving_each_host(releases: Iterable[Release], *, is_verified: bool) -> Iterator[str]:
    seen: set[tuple[Os, Arch]] = set()
    for release in releases:
        hosts = {
            (asset.os, asset.arch) for asset in release.assets if asset.sha256 or not is_verified
        }
        if not hosts <= seen:
            yield release.tag
        seen |= hosts


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
