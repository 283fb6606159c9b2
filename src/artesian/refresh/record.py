"""What the writer remembers of a package, and what an exchange with its upstream brought. Pure values."""

import hashlib
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from artesian.model.definition import Source
from artesian.model.names import PackageName
from artesian.model.release import RawAsset, RawRelease, Skipped
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel, parse_version
from artesian.refresh.admit import Admitted, Suspicion, Withheld
from artesian.refresh.schedule import Due

__all__ = [
    "Assembly",
    "Known",
    "Listing",
    "Older",
    "Record",
    "Trouble",
    "Unmade",
    "Validator",
    "asked",
    "confirmed",
    "demand",
    "digest",
    "due",
    "rebuilt",
    "source_text",
]

# Demand fades with this time, so that it reads as requests a day.
FADING = timedelta(days=1)


class Trouble(StrEnum):
    """What the last exchange about a package came to, where it was no success."""

    NONE = ""
    GONE = "gone"  # 404 or 410
    QUARANTINED = "quarantined"
    NONSENSE = "nonsense"  # an answer that is no list of releases
    REDIRECT = "redirect"  # to a host that its source doesn't name
    FAULT = "fault"  # of the network or the server
    REFUSED = "refused"


class Validator(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An ETag, and for which request it holds: GitHub's differ from token to token.

    `others`: those of further documents, in the order in which they were asked for (URL → ETag).
    """

    url: str
    credential: str
    etag: str
    others: Mapping[str, str] = {}


class Older(msgspec.Struct, frozen=True, kw_only=True):
    """Where to read on in the history, which is read once, a page at a time; `pages` are read so far."""

    url: str
    pages: int = 1


class Assembly(msgspec.Struct, frozen=True, kw_only=True):
    """What was last made of the known releases: the object's digest, and what it was made `of`."""

    of: str
    object: str
    held_until: datetime | None = None  # a half-uploaded release is held back; make it again then


class Unmade(msgspec.Struct, frozen=True, kw_only=True):
    """Why nothing could be made of what is known: of what it was to be made, and when to try again."""

    of: str
    why: str
    again_at: datetime


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One package, but for its releases. `session`: who asked last; a writer that isn't it has nothing to say."""

    name: PackageName
    source: str
    session: str = ""
    attempted_at: datetime | None = None
    checked_at: datetime | None = None
    failures: int = 0  # in a row, whatever they were
    gone_times: int = 0  # in a row, that it wasn't there
    trouble: Trouble = Trouble.NONE
    why: str = ""
    skipped: int = 0
    withheld: tuple[Withheld, ...] = ()
    validator: Validator | None = None
    audited_at: datetime | None = None  # last read whole, without a validator
    fingerprint: str = ""  # by which a query tells whether what is known is all there is
    seen: str = ""  # the last fingerprint that a query told
    swept_at: datetime | None = None  # when a query last asked about it
    older: Older | None = None
    deepened_at: datetime | None = None  # when a page of the history was last asked for
    has_endless_history: bool = False  # its pages led in a circle, or were too many
    moved_to: str = ""
    suspicion: Suspicion | None = None
    known: str = ""  # digest of the known releases; empty: none, or only what is in force
    assembly: Assembly | None = None
    unmade: Unmade | None = None
    set_aside: str = ""  # why an assembly isn't in force: it would lose too much
    may_lose: bool = False  # an operator, or time, has decided that it may
    demand: float = 0.0
    demand_at: datetime | None = None

    @property
    def is_changed(self) -> bool:
        """Tell whether a query found something new, so that the package itself must be asked for."""
        return self.seen != self.fingerprint


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The releases of a package as its upstream listed them, as far as they were admitted.

    `rebuilt`: tags known from a snapshot alone, which lacks the files that are no builds. `summed`: tags whose
    checksum files were read.
    """

    admitted: Admitted = Admitted(releases=())
    rebuilt: frozenset[str] = frozenset()
    summed: frozenset[str] = frozenset()

    @property
    def releases(self) -> tuple[RawRelease, ...]:
        return self.admitted.releases


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One page of releases, read and understood, its checksum files included."""

    window: tuple[RawRelease, ...]
    size_bytes: int
    skipped: int = 0
    unread: tuple[Skipped, ...] = ()  # the same, for who asks why
    next_url: str | None = None
    validator: Validator | None = None
    is_audit: bool = False  # asked for without a validator
    moved_to: str = ""
    summed: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        return self.next_url is None


def digest(value: object) -> str:
    """Name a value by the sha256 of its JSON."""
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()


def source_text(source: Source) -> str:
    """Name a source; another name means another upstream, whose releases have nothing to do with the known ones."""
    index = f"#{digest(source.index)}" if source.index else ""
    return f"{source.kind}:{source.base_url or ''}/{source.repository}{index}"


def due(record: Record, *, now: datetime) -> Due:
    """Tell the schedule what it needs.

    What may heal at any time is asked for again soon: it is for the breaker to spare a host that is ill.
    """
    attempted_at = record.attempted_at
    if record.is_changed and attempted_at and record.swept_at and attempted_at < record.swept_at:
        attempted_at = None  # something is new: now
    return Due(
        name=record.name,
        checked_at=record.checked_at,
        attempted_at=attempted_at,
        failures=max(record.gone_times, min(record.failures, 1)),
        demand=demand(record, now=now),
    )


def confirmed(record: Record, fingerprint: str, *, now: datetime) -> Record:
    """Take in what a query told: nothing new, or that there is something."""
    seen = msgspec.structs.replace(record, seen=fingerprint)
    if seen.is_changed:
        return seen
    return msgspec.structs.replace(seen, checked_at=now, attempted_at=now, failures=0, gone_times=0)


def demand(record: Record, *, now: datetime) -> float:
    """Tell how often a day it is asked for, as of late."""
    if record.demand_at is None:
        return 0.0
    return record.demand * math.exp(-max(0.0, (now - record.demand_at) / FADING))


def asked(record: Record, count: int, *, now: datetime) -> Record:
    """Count further requests for it."""
    return msgspec.structs.replace(record, demand=demand(record, now=now) + count, demand_at=now)


def rebuilt(snapshot: Snapshot) -> Known:
    """Read back from a snapshot what its upstream listed, as far as it holds it: what has no URL was ours."""
    releases = tuple(
        RawRelease(
            tag=release.tag,
            published_at=release.published_at,
            is_prerelease=_was_flagged(release.version, release.channel),
            is_lts=release.is_lts,
            assets=tuple(
                RawAsset(
                    name=asset.name,
                    url=asset.urls[0],
                    size_bytes=asset.size_bytes,
                    sha256=asset.sha256,
                )
                for asset in release.assets
                if asset.urls
            ),
        )
        for release in snapshot.releases
    )
    tags = frozenset(release.tag for release in releases)
    return Known(admitted=Admitted(releases=releases), rebuilt=tags)


def _was_flagged(version: str, channel: Channel) -> bool:
    """Tell whether only the upstream's own flag can have made a version a beta."""
    return channel is not Channel.STABLE and parse_version(version).channel is Channel.STABLE
