"""What a generation and the writer's report say → the state of each package, each upstream and the writer. Pure.

What the writer says of itself is believed only while its report is young.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from artesian.model.age import age_words, level_at
from artesian.model.health import Level, LoopHealth, PackageHealth, UpstreamHealth, WriterHealth
from artesian.model.names import PackageName
from artesian.model.snapshot import Entry, Generation
from artesian.model.status import (
    Gravity,
    LoopStatus,
    PackageStatus,
    UpstreamStatus,
    WriterState,
    WriterStatus,
)

__all__ = [
    "EXPIRY_ALARM",
    "EXPIRY_NOTICE",
    "is_silent",
    "noted",
    "packages",
    "upstream",
    "writer",
    "writer_without_report",
]

# The writer replaces its report every few seconds, and is started again within a minute if it ends.
SILENT_AFTER = timedelta(minutes=3)
# Clocks of machines that share a disk differ by seconds; more than this is a wrong clock.
CLOCK_SLACK = timedelta(minutes=2)
# A breaker opens for 15 minutes unless its upstream said more: two rounds without a success are an outage.
UPSTREAM_SILENT_AFTER = timedelta(minutes=30)
# A loop is late when so many of its beats are missing, and a slow upstream's whole deadline has passed, too.
LATE_BEATS = 3.0
LATE_S = 90.0
# Who renews tokens has weekends and holidays: told three weeks before, and with alarm in the last two days.
EXPIRY_NOTICE = timedelta(days=21)
EXPIRY_ALARM = timedelta(days=2)

_NOTHING = PackageHealth()
# What the writer says in place of an identity: there is none, or it can't be used.
_TOLD_CREDENTIALS = frozenset({"anonymous", "broken"})


def packages(
    generation: Generation,
    told: Mapping[PackageName, PackageHealth],
    damaged: frozenset[str],
    *,
    now: datetime,
) -> tuple[PackageStatus, ...]:
    """Judge all packages, by name."""
    return tuple(
        _package(name, entry, told.get(name, _NOTHING), is_damaged=entry.object in damaged, now=now)
        for name, entry in sorted(generation.packages.items())
    )


def _package(
    name: PackageName, entry: Entry, told: PackageHealth, *, is_damaged: bool, now: datetime
) -> PackageStatus:
    times = [when for when in (entry.checked_at, told.checked_at) if when is not None]
    checked_at = max(times, default=None)
    is_held = told.held_until is not None and told.held_until > now
    return PackageStatus(
        name=name,
        level=Level.FRESH if entry.is_own else level_at(checked_at, now=now),
        checked_at=checked_at,
        is_fetched=entry.object is not None,
        is_pinned=entry.is_pinned,
        is_own=entry.is_own,
        is_damaged=is_damaged,
        failures=told.failures,
        trouble=told.trouble,
        held_until=told.held_until if is_held else None,
        withheld=told.withheld,
        quarantined=told.quarantined,
        skipped=told.skipped,
    )


def noted(judged: Sequence[PackageStatus]) -> Mapping[str, int]:
    """Count packages by what there is to tell of them."""
    return {
        "not_fetched": sum(not one.is_fetched for one in judged),
        "failing": sum(one.failures > 0 for one in judged),
        "held": sum(one.held_until is not None for one in judged),
        "withheld": sum(bool(one.withheld) for one in judged),
        "quarantined": sum(bool(one.quarantined) for one in judged),
        "damaged": sum(one.is_damaged for one in judged),
        "pinned": sum(one.is_pinned for one in judged),
    }


def writer_without_report(reason: str, *, is_absent: bool) -> WriterStatus:
    """Judge a writer that can't be heard."""
    state = WriterState.ABSENT if is_absent else WriterState.UNREADABLE
    return WriterStatus(state=state, detail=reason)


def writer(report: WriterHealth, *, now: datetime) -> WriterStatus:
    """Judge the writer by its report, and by the age of that."""
    age = now - report.written_at
    state, detail = WriterState.WORKING, ""
    if age > SILENT_AFTER:
        state, detail = WriterState.SILENT, f"its last report is {age_words(age)} old"
    elif age < -CLOCK_SLACK:
        dated = f"its last report is dated {age_words(-age)} ahead of our clock"
        state, detail = WriterState.SILENT, dated
    elif report.idle:
        state, detail = WriterState.IDLE, report.idle
    return WriterStatus(
        state=state,
        detail=detail,
        written_at=report.written_at,
        generation=report.generation,
        loops=tuple(
            _loop(name, loop, at=report.written_at) for name, loop in sorted(report.loops.items())
        ),
    )


def _loop(name: str, loop: LoopHealth, *, at: datetime) -> LoopStatus:
    """Judge a loop as of the report: a writer that went silent afterwards is a matter of its own."""
    silent_s = (at - loop.beat_at).total_seconds()
    return LoopStatus(
        name=name,
        beat_at=loop.beat_at,
        is_late=silent_s > max(LATE_S, LATE_BEATS * loop.every_s),
        restarts=loop.restarts,
        error=loop.error,
    )


def upstream(told: UpstreamHealth, *, now: datetime) -> UpstreamStatus:
    """Judge one upstream; of its credential nothing is told but whether there is one."""
    return UpstreamStatus(
        host=told.host,
        credential=told.credential if told.credential in _TOLD_CREDENTIALS else "token",
        gravity=_gravity(told, now=now),
        breaker=told.breaker,
        reason=told.reason,
        until=told.until,
        limit=told.limit,
        remaining=told.remaining,
        resets_at=told.resets_at,
        foreign=told.foreign,
        succeeded_at=told.succeeded_at,
        token_expires_at=told.token_expires_at,
    )


def is_silent(one: UpstreamHealth | UpstreamStatus, *, now: datetime) -> bool:
    """Tell whether nothing has come from an upstream for so long that it is no passing trouble."""
    if one.breaker == "closed":
        return False
    return one.succeeded_at is None or now - one.succeeded_at > UPSTREAM_SILENT_AFTER


def _gravity(told: UpstreamHealth, *, now: datetime) -> Gravity:
    ends_at = told.token_expires_at
    left = EXPIRY_NOTICE if ends_at is None else ends_at - now
    if is_silent(told, now=now) or left < EXPIRY_ALARM:
        return Gravity.ALARM
    if told.breaker != "closed" or left < EXPIRY_NOTICE:
        return Gravity.NOTICE
    return Gravity.FINE
