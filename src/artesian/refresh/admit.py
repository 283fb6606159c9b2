"""Whether what an upstream now lists may replace what we know: the gate that keeps bad data out. Pure.

A list that is empty, that lost many versions or grew beyond reason goes to quarantine whole; a published file whose
digest changed is withheld alone. Everything else is admitted, release by release, within the window that was fetched.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from artesian.model.release import RawAsset, RawRelease, is_commit
from artesian.model.version import Channel, parse_version

__all__ = [
    "Admitted",
    "Pending",
    "Quarantined",
    "Suspicion",
    "Withheld",
    "admit",
    "is_settled",
    "is_short_and_newer",
    "served",
]

GONE_SHARE = (
    0.2  # of the known stable versions; more at once is an accident or an attack, not a clean-up
)
SHORT = 3  # stable versions of a list that tells its newest alone, as many a page of downloads does
GROWTH = 5.0  # times the known files; a doubled file brought a whole network down in 2025-11
GROWTH_FROM = 50  # files; below this a package may well grow fivefold in a release
DOCUMENT_BYTES = 20_000_000
CHANGED_WAIT = timedelta(hours=24)  # a changed file is taken when it stayed the same for this long
SETTLE_FETCHES = 3  # a suspicious list is admitted when it was the same in so many fetches …
SETTLE_TIME = timedelta(hours=72)  # … over so long
ODD_DATES_ONE_IN = 20  # releases of a page may have a date that is far too early, and one more


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A published file that changed, waiting to prove itself."""

    tag: str
    name: str
    sha256: str | None
    since: datetime


class Withheld(msgspec.Struct, frozen=True, kw_only=True):
    """A file that isn't served, and why. `is_alarm`: the upstream had promised that it never changes."""

    tag: str
    name: str
    reason: str
    is_alarm: bool = False


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """What to remember (a withheld file as it was before it changed); `served` tells what to serve of it."""

    releases: tuple[RawRelease, ...]
    withheld: tuple[Withheld, ...] = ()
    pending: tuple[Pending, ...] = ()


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """Set aside, and why. `may_settle`: it may be admitted by itself when it stays as it is."""

    reason: str
    may_settle: bool


class Suspicion(msgspec.Struct, frozen=True, kw_only=True):
    """A quarantined document: seen `fetches` times since `since`, byte for byte the same (`sha256`)."""

    sha256: str
    since: datetime
    fetches: int = 1


def admit(  # noqa: PLR0913 - one gate, all that it looks at
    known: Sequence[RawRelease],
    window: Sequence[RawRelease],
    *,
    is_whole: bool,
    size_bytes: int,
    pending: Collection[Pending] = (),
    rolling: Collection[str] = (),
    now: datetime,
    is_partial: bool = False,
    is_accepted: bool = False,
) -> Admitted | Quarantined:
    """Judge `window` (the releases just fetched; `is_whole`: all there are) against those `known`.

    is_partial: `known` lacks files (it was rebuilt from what is served), so their number says nothing. is_accepted:
    an operator, or time, has decided; nothing is refused whole.
    """
    refused = _refused(
        known, window, is_whole=is_whole, is_partial=is_partial, size_bytes=size_bytes
    )
    if refused is not None and not is_accepted:
        return refused
    waiting = {(one.tag, one.name): one for one in pending}
    before = {release.tag: release for release in known}
    taken: list[RawRelease] = []
    withheld: list[Withheld] = []
    still: list[Pending] = []
    for release in window:
        if release.tag in rolling or release.tag not in before:
            taken.append(release)
            continue
        kept, out, wait = _compare(before[release.tag], release, waiting, now=now)
        taken.append(kept)
        withheld.extend(out)
        still.extend(wait)
    tags = {release.tag for release in window}
    end = _end(window)
    older = (
        () if is_whole else (one for one in known if one.tag not in tags and _is_beyond(one, end))
    )
    return Admitted(releases=(*taken, *older), withheld=tuple(withheld), pending=tuple(still))


def served(admitted: Admitted) -> tuple[RawRelease, ...]:
    """Leave the withheld files out, so that the next build or version serves instead."""
    out = {(one.tag, one.name) for one in admitted.withheld}
    return tuple(
        msgspec.structs.replace(
            release,
            assets=tuple(one for one in release.assets if (release.tag, one.name) not in out),
        )
        for release in admitted.releases
    )


def is_settled(suspicion: Suspicion, *, now: datetime) -> bool:
    """Tell whether a quarantined document was the same often and long enough to be believed."""
    return suspicion.fetches >= SETTLE_FETCHES and now - suspicion.since >= SETTLE_TIME


def is_short_and_newer(before: Sequence[str], after: Sequence[str]) -> bool:
    """Tell whether a list that names its newest versions alone did what it always does: name newer ones."""
    if not before or len(before) > SHORT or len(after) < len(before):
        return False
    return max(map(parse_version, after)) > max(map(parse_version, before))


def _refused(
    known: Sequence[RawRelease],
    window: Sequence[RawRelease],
    *,
    is_whole: bool,
    is_partial: bool,
    size_bytes: int,
) -> Quarantined | None:
    if size_bytes > DOCUMENT_BYTES:
        return Quarantined(
            reason=f"the list has {size_bytes / 1e6:.0f} MB, the cap is {DOCUMENT_BYTES / 1e6:.0f} MB",
            may_settle=True,
        )
    if known and not window:
        return Quarantined(reason=f"no releases where there were {len(known)}", may_settle=False)
    tags = {release.tag for release in window}
    end = _end(window)
    looked_at = (one for one in known if is_whole or one.tag in tags or not _is_beyond(one, end))
    stable = [one for one in looked_at if _is_stable(one)]
    still = {one.tag for one in window if _is_stable(one)}
    gone = [one.tag for one in stable if one.tag not in still]
    has_moved_on = is_short_and_newer([one.tag for one in stable], tuple(still))
    if len(gone) > GONE_SHARE * len(stable) and not has_moved_on:
        # A flag of the upstream's empties the stable channel as well as a missing release does.
        how = "no longer stable" if tags.issuperset(gone) else "gone"
        return Quarantined(
            reason=f"{len(gone)} of {len(stable)} stable versions are {how}: {', '.join(gone[:5])}",
            may_settle=True,
        )
    # As many files a release as before, in as many releases as there are now: some more releases are no growth. The
    # same release again and again is one.
    before = _files(known) / max(1, len(known)) * len(tags)
    after = _files(window)
    if before and not is_partial and after > GROWTH_FROM and after > GROWTH * before:
        reason = f"{after} files where {before:.0f} were to be expected"
        return Quarantined(reason=reason, may_settle=True)
    return None


def _compare(
    old: RawRelease,
    new: RawRelease,
    waiting: Mapping[tuple[str, str], Pending],
    *,
    now: datetime,
) -> tuple[RawRelease, list[Withheld], list[Pending]]:
    """Find the files of one release that changed since they were published; those that must wait stay as they were."""
    before = {asset.name: asset for asset in old.assets}
    is_immutable = old.is_immutable or new.is_immutable
    kept: list[RawAsset] = []
    withheld: list[Withheld] = []
    still: list[Pending] = []
    for asset in new.assets:
        known = before.get(asset.name)
        if known is None or not _is_changed(known, asset):
            kept.append(_with_digest_of(asset, known))
            continue
        wait = waiting.get((new.tag, asset.name))
        if wait is None or wait.sha256 != asset.sha256:
            wait = Pending(tag=new.tag, name=asset.name, sha256=asset.sha256, since=now)
        if now - wait.since >= CHANGED_WAIT and not is_immutable:
            kept.append(asset)
            continue
        kept.append(known)
        still.append(wait)
        withheld.append(_withheld(wait, is_immutable=is_immutable))
    return msgspec.structs.replace(new, assets=tuple(kept)), withheld, still


def _is_changed(known: RawAsset, asset: RawAsset) -> bool:
    if known.sha256 is not None and asset.sha256 is not None:
        return known.sha256 != asset.sha256
    return None not in (known.size_bytes, asset.size_bytes) and known.size_bytes != asset.size_bytes


def _with_digest_of(asset: RawAsset, known: RawAsset | None) -> RawAsset:
    """Keep a digest that the upstream no longer states: what could be verified stays so."""
    if asset.sha256 is None and known is not None and known.sha256 is not None:
        return msgspec.structs.replace(asset, sha256=known.sha256)
    return asset


def _withheld(wait: Pending, *, is_immutable: bool) -> Withheld:
    seen = f"{wait.since:%Y-%m-%d %H:%M} UTC"
    why = (
        f"its release is immutable, and yet it changed, seen at {seen}"
        if is_immutable
        else f"it changed after it was published, seen at {seen}; taken when unchanged for 24 hours"
    )
    return Withheld(tag=wait.tag, name=wait.name, reason=why, is_alarm=is_immutable)


def _files(releases: Sequence[RawRelease]) -> int:
    return sum(len(release.assets) for release in releases)


def _is_stable(release: RawRelease) -> bool:
    if is_commit(release.tag):  # every new commit takes its place
        return False
    return not release.is_prerelease and parse_version(release.tag).channel is Channel.STABLE


def _end(window: Sequence[RawRelease]) -> datetime | None:
    """Tell where a page ends, by its dates; None: they don't say. A few odd ones, as of 1970, don't move it."""
    dates = sorted(one.published_at for one in window if one.published_at is not None)
    odd = 1 + len(dates) // ODD_DATES_ONE_IN
    return dates[odd] if odd < len(dates) else None


def _is_beyond(release: RawRelease, end: datetime | None) -> bool:
    """Tell whether a release lies beyond a page's end, so that its absence says nothing."""
    return end is None or release.published_at is None or release.published_at < end
