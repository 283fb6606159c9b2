"""Which of all known releases go into the seed: the newest, and older ones that are worth having.

Worth having: the newest that serves a host which newer ones don't (lists of packagers are partial), the
newest with a checksum for a host, and one of each older line, so that `rg@13` and ranges have something to find.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from artesian.model.host import Arch, Os
from artesian.model.release import Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel

__all__ = ["select"]

_NEWEST = 4
_OLDER_LINES = 6  # `14.*`, or `0.54.*` before 1.0


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
        *_older_lines(stable),
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


def _older_lines(releases: Iterable[Release]) -> Iterator[str]:
    """Give the newest release of each line, and the newest of it whose files are mostly verified."""
    lines: dict[str, list[Release]] = {}
    for release in releases:
        lines.setdefault(_line(release.version), []).append(release)
    for line in list(lines.values())[:_OLDER_LINES]:
        yield line[0].tag
        yield max(line, key=_verified).tag


def _verified(release: Release) -> int:
    return sum(asset.sha256 is not None for asset in release.assets)


def _line(version: str) -> str:
    """Name the line that a version belongs to: its major number, and the minor while that is 0."""
    numbers = re.findall(r"\d+", version)
    return ".".join(numbers[:2] if numbers[:1] == ["0"] else numbers[:1])
