"""What the writer reports of itself in health.json, and what the reader makes of it (levels of freshness)."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from artesian.model.names import PackageName

__all__ = ["Alert", "Level", "LoopHealth", "PackageHealth", "UpstreamHealth", "WriterHealth"]


class Level(StrEnum):
    """How fresh the data are. Every level answers; only age differs."""

    FRESH = "fresh"
    AGING = "aging"
    STALE = "stale"
    FROZEN = "frozen"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Something an operator should know: what happened, why, and what to do. `key` names it for as long as it lasts."""

    key: str  # `auth_lost:api.github.com`
    what: str
    why: str
    todo: str
    since: datetime


class UpstreamHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One (host, credential). `credential` is `anonymous` or its identity, never a token."""

    host: str
    credential: str
    breaker: str  # closed, open, half_open
    reason: str = ""  # why it isn't closed
    until: datetime | None = None
    limit: int | None = None
    remaining: int | None = None
    resets_at: datetime | None = None
    foreign: int = 0  # requests by others with the same credential
    succeeded_at: datetime | None = None
    token_expires_at: datetime | None = None


class PackageHealth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One package, where there is anything to tell beyond its age."""

    checked_at: datetime | None = None
    failures: int = 0
    trouble: str = ""  # the last outcome, if it was no success
    held_until: datetime | None = None  # a half-uploaded release is held back
    withheld: tuple[str, ...] = ()  # files that changed after they were published
    quarantined: str = ""  # why its newest list was set aside
    skipped: int = 0  # releases of its list that couldn't be read


class LoopHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One loop of the writer: its heartbeat, and how often it had to be started again."""

    beat_at: datetime
    every_s: float  # a heartbeat older than a few of these is a fault
    restarts: int = 0
    error: str = ""


class WriterHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report. `idle`: why the writer does nothing (broken settings, read-only disk); empty: it works."""

    written_at: datetime
    pid: int
    idle: str = ""
    generation: int = 0
    upstreams: tuple[UpstreamHealth, ...] = ()
    packages: Mapping[PackageName, PackageHealth] = {}
    loops: Mapping[str, LoopHealth] = {}
    alerts: tuple[Alert, ...] = ()
