"""Holds hosts back from a release that is still being uploaded: they stay where they had a build. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from artesian.model.host import Arch, Os
from artesian.model.release import Asset, RawRelease, Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel

__all__ = ["HOLD", "exact_hosts", "hold_back"]

HOLD = timedelta(
    minutes=60
)  # large projects upload for half an hour; after an hour what is missing stays missing

_UNIVERSAL = (Arch.AMD64, Arch.ARM64)


def hold_back(
    snapshot: Snapshot, raw_releases: Sequence[RawRelease], *, now: datetime
) -> tuple[Snapshot, datetime | None]:
    """Mark in the newest stable release the hosts that it lacks yet; and tell when the mark ends (None: no mark)."""
    stable = [one for one in snapshot.releases if one.channel is Channel.STABLE]
    if len(stable) < 2:
        return snapshot, None
    newest, previous = stable[0], stable[1]
    ends_at = _ends_at(newest, raw_releases, now=now)
    missing = exact_hosts(previous) - exact_hosts(newest)
    if ends_at is None or now >= ends_at or not missing:
        return snapshot, None
    held = msgspec.structs.replace(newest, held=tuple(sorted(missing)))
    releases = tuple(held if one is newest else one for one in snapshot.releases)
    return msgspec.structs.replace(snapshot, releases=releases), ends_at


def _ends_at(
    newest: Release, raw_releases: Sequence[RawRelease], *, now: datetime
) -> datetime | None:
    """Count from the last upload. One in the future is now, by a clock that is ahead; far ahead, it is a bad joke."""
    raw = next((one for one in raw_releases if one.tag == newest.tag), None)
    if raw is None:
        return None
    times = [raw.published_at, *(asset.updated_at for asset in raw.assets)]
    known = [min(time, now) for time in times if time is not None and time <= now + HOLD]
    return max(known) + HOLD if known else None


def exact_hosts(release: Release) -> frozenset[str]:
    """Name the kinds of host (`os/arch`) that have a build of their own, without any fallback."""
    return frozenset(
        f"{asset.os}/{arch}"
        for asset in release.assets
        if asset.os not in (Os.ANY, Os.POSIX)
        for arch in _arches(asset)
    )


def _arches(asset: Asset) -> tuple[Arch, ...]:
    if asset.arch is Arch.UNIVERSAL:
        return _UNIVERSAL
    return () if asset.arch is Arch.ANY else (asset.arch,)
