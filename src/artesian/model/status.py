"""How the service is, as its reader judges it: what /status shows and /v1/status documents.

Every text in it is safe to show to anybody.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from artesian.model.health import Level
from artesian.model.names import PackageName

__all__ = [
    "Gravity",
    "LoopStatus",
    "PackageStatus",
    "Reason",
    "Status",
    "UpstreamStatus",
    "WriterState",
    "WriterStatus",
]


class Gravity(StrEnum):
    """Whether somebody should do something: no, soon, now."""

    FINE = "fine"
    NOTICE = "notice"
    ALARM = "alarm"


class WriterState(StrEnum):
    """What the reader makes of the writer's report."""

    WORKING = "working"
    IDLE = "idle"  # it runs, but does nothing, and says why
    SILENT = "silent"  # its report is too old
    ABSENT = "absent"  # there is no report
    UNREADABLE = "unreadable"  # there is a file, but no report in it


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that isn't as it should be, why, and what to do. `key` names it for as long as it lasts."""

    key: str
    gravity: Gravity
    what: str
    why: str = ""
    todo: str = ""
    since: datetime | None = None


class LoopStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One loop of the writer."""

    name: str
    beat_at: datetime
    is_late: bool
    restarts: int
    error: str


class WriterStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The writer as the reader sees it; `detail` says more where it isn't working."""

    state: WriterState
    detail: str = ""
    written_at: datetime | None = None
    generation: int | None = None
    loops: tuple[LoopStatus, ...] = ()


class UpstreamStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One upstream as we are known to it. `credential`: anonymous, token or broken; nothing of the token."""

    host: str
    credential: str
    gravity: Gravity
    breaker: str  # closed: asked; open: not asked until then; half_open: one probe is on its way
    reason: str
    until: datetime | None
    limit: int | None  # requests an hour
    remaining: int | None
    resets_at: datetime | None
    foreign: int  # requests that others made with the same credential
    succeeded_at: datetime | None
    token_expires_at: datetime | None


class PackageStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One package: how old its data are, and what keeps it from being better."""

    name: PackageName
    level: Level
    checked_at: datetime | None = None  # when its upstream last confirmed it; absent: never
    is_fetched: bool = True
    is_pinned: bool = False  # rolled back by an operator
    is_own: bool = False  # it has no upstream, and so no age
    is_damaged: bool = False  # its file is damaged: an earlier version is served
    failures: int = 0  # checks that failed in a row
    trouble: str = ""
    held_until: datetime | None = None
    withheld: tuple[str, ...] = ()
    quarantined: str = ""
    skipped: int = 0


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it. `reasons` are all that isn't as it should be, the gravest first."""

    level: Level
    reasons: tuple[Reason, ...]
    judged_at: datetime
    generation: int  # 0: the seed that ships with the program
    created_at: datetime  # when that generation was made
    counts: Mapping[Level, int]  # packages by level
    noted: Mapping[
        str, int
    ]  # packages by what there is to tell of them: failing, held, quarantined …
    oldest_checked_at: datetime | None  # of the packages that were ever checked
    median_checked_at: datetime | None
    writer: WriterStatus
    upstreams: tuple[UpstreamStatus, ...]
    packages: tuple[PackageStatus, ...]  # by name
