"""What isn't as it should be, why, and what to do about it: one sentence each. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import assert_never

from artesian.health.states import CLOCK_SLACK, is_silent
from artesian.model.age import LIMITS, age_words
from artesian.model.health import Alert, Level
from artesian.model.status import (
    Gravity,
    PackageStatus,
    Reason,
    UpstreamStatus,
    WriterState,
    WriterStatus,
)

__all__ = ["of_alerts", "of_generation", "of_packages", "of_upstreams", "of_writer"]

# A reader looks for a newer generation every second.
BEHIND_AFTER = timedelta(seconds=10)
# Requests of others with the same credential that are worth a word, as a share of its limit.
FOREIGN_SHARE = 0.2
# Names told in one sentence.
MOST_NAMED = 5

# Kinds of alerts about single packages, or about what will be; a token that ends within 2 days is more than that.
_NOTICES = frozenset(
    {
        "broken", "catalogue", "gone", "history", "limited", "memory_rebuilt", "quarantined", "redirect",
        "token_expires", "unmade",
    }
)  # fmt: skip
_GRAVE = (Level.STALE, Level.FROZEN)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_FRESH_FOR = LIMITS[0][1]


def of_writer(writer: WriterStatus, alerts: Sequence[Alert]) -> Iterator[Reason]:
    """Say what is wrong with the writer; a silent one is an alarm, for it can't raise one."""
    told = {alert.key for alert in alerts}
    match writer.state:
        case WriterState.WORKING:
            pass
        case WriterState.ABSENT:
            yield _alarm(
                "writer_absent",
                "no writer has reported here: nothing is refreshed",
                why=writer.detail,
                todo="start `artesian up`, or `artesian refresh`, on the same data directory",
            )
        case WriterState.UNREADABLE:
            yield _alarm(
                "writer_unreadable",
                "the writer's report can't be read, so nobody knows whether it works",
                why=writer.detail,
                todo="see who wrote health.json in the data directory, and whether the reader may read it",
            )
        case WriterState.SILENT:
            yield _alarm(
                "writer_silent",
                "the writer is silent: nothing is refreshed",
                why=writer.detail,
                todo="see its log; if it hangs, restart it: serving doesn't stop",
                since=writer.written_at,
            )
        case WriterState.IDLE:
            yield _alarm(
                "writer_idle",
                "the writer runs, but does nothing",
                why=writer.detail,
                todo="mend that; `artesian doctor` says more",
            )
        case _:
            assert_never(writer.state)
    for loop in writer.loops:
        if loop.is_late and f"silent:{loop.name}" not in told:
            yield _alarm(
                f"loop_late:{loop.name}",
                f"the writer's loop `{loop.name}` gives no sign of life",
                why=loop.error,
                todo="see the writer's log, and restart it: serving doesn't stop",
                since=loop.beat_at,
            )


def of_alerts(alerts: Sequence[Alert]) -> Iterator[Reason]:
    """Repeat what the writer raised alerts for; that it is idle is said of the writer."""
    for alert in alerts:
        if alert.key != "idle":
            yield Reason(
                key=alert.key,
                gravity=Gravity.NOTICE if _is_notice(alert.key) else Gravity.ALARM,
                what=alert.what,
                why=alert.why,
                todo=alert.todo,
                since=alert.since,
            )


def _is_notice(key: str) -> bool:
    """Tell alerts that can wait for the morning: everything is served, and most of it fresh."""
    kind, _, about = key.partition(":")
    return kind in _NOTICES and not about.endswith(":2")


def of_upstreams(
    upstreams: Sequence[UpstreamStatus], alerts: Sequence[Alert], *, now: datetime
) -> Iterator[Reason]:
    """Say what is wrong with upstreams; an alert of the writer's that names the host says it better."""
    told = [alert.key for alert in alerts]
    are_all_silent = all(is_silent(one, now=now) for one in upstreams)
    for one in upstreams:
        if not any(one.host in key for key in told):
            yield from _of_breaker(one, is_only=are_all_silent, now=now)
        yield from _of_budget(one, now=now)


def _of_breaker(one: UpstreamStatus, *, is_only: bool, now: datetime) -> Iterator[Reason]:
    until = "" if one.until is None else f" until {_moment(one.until)}"
    if one.credential == "broken":
        yield _alarm(
            f"credential_broken:{one.host}",
            f"the token for {one.host} can't be used, so {one.host} is not asked",
            why=one.reason,
            todo="mend it, then see with `artesian doctor`",
        )
    elif is_silent(one, now=now):
        yield Reason(
            key=f"upstream_silent:{one.host}",
            gravity=Gravity.ALARM if is_only else Gravity.NOTICE,
            what=f"nothing has come from {one.host} for a long time; it is not asked{until}",
            why=one.reason,
            todo="nothing, if it is down; `artesian doctor` tells whether it is us",
            since=one.succeeded_at,
        )
    elif one.breaker != "closed":
        what = f"{one.host} is not asked{until}"
        yield _notice(f"breaker:{one.host}", what, why=one.reason, todo="nothing: it mends itself")


def _of_budget(one: UpstreamStatus, *, now: datetime) -> Iterator[Reason]:
    if one.remaining == 0 and one.resets_at is not None and one.resets_at > now:
        yield _notice(
            f"budget:{one.host}",
            f"all {one.limit} requests of this hour to {one.host} are used, until {_moment(one.resets_at)}",
            todo="nothing, if it stays rare; a token allows more requests than none",
        )
    if one.limit is not None and one.limit > 0 and one.foreign > FOREIGN_SHARE * one.limit:
        yield _notice(
            f"foreign:{one.host}",
            f"others made {one.foreign} of the {one.limit} requests of this hour to {one.host}",
            todo="give this service an account or an address of its own",
        )


def of_generation(
    number: int, writer: WriterStatus, *, is_loaded: bool, now: datetime
) -> Iterator[Reason]:
    """Say what is wrong with what is in force."""
    if not is_loaded:
        yield _alarm(
            "nothing_loaded",
            "nothing is loaded: neither the data directory nor the seed has anything valid",
            todo="run `artesian doctor`; reinstall the package if its seed is missing",
        )
    elif number == 0:
        yield _notice(
            "seed",
            "what ships with the program is served: nothing has been published here yet",
            todo="wait for the writer's first round, a few minutes",
        )
    written_at = writer.written_at
    if written_at is None or writer.generation is None or writer.generation <= number:
        return
    if now - written_at > BEHIND_AFTER:
        yield _alarm(
            "reader_behind",
            f"the writer published generation {writer.generation}, and generation {number} is served",
            why="the newer one isn't whole, or can't be read here",
            todo="run `artesian doctor` as the user that the reader runs as",
            since=written_at,
        )


def of_packages(
    packages: Sequence[PackageStatus], level: Level, *, now: datetime
) -> Iterator[Reason]:
    """Say what is wrong with data; `level` is that of most of them."""
    old = [one for one in packages if _is_old(one)]
    if old:
        old.sort(key=lambda one: one.checked_at or _LONG_AGO)
        yield Reason(
            key="old",
            gravity=Gravity.ALARM if level in _GRAVE else Gravity.NOTICE,
            what=f"{len(old)} of {len(packages)} packages: not confirmed by upstream within {age_words(_FRESH_FOR)}",
            why=_oldest(old, now=now),
            todo="see what is wrong with their upstreams; what is served stays as it is",
        )
    for key, gravity, found, what, todo in (
        (
            "not_fetched",
            Gravity.NOTICE,
            [one for one in packages if not one.is_fetched],
            "known, but not fetched yet",
            "wait: the writer asks for those first",
        ),
        (
            "damaged",
            Gravity.ALARM,
            [one for one in packages if one.is_damaged],
            "damaged on disk, so an earlier state is served",
            "see to the disk; `artesian refresh NAME` writes a new file",
        ),
        (
            "withheld",
            Gravity.NOTICE,
            [one for one in packages if one.withheld],
            "files changed after they were published, and are withheld",
            "nothing: taken when unchanged for a day, unless their release is immutable",
        ),
        (
            "clock",
            Gravity.NOTICE,
            [one for one in packages if one.checked_at and one.checked_at - now > CLOCK_SLACK],
            "confirmed in the future: a clock is, or was, wrong",
            "`artesian doctor` compares the clock with an upstream's",
        ),
    ):
        if found:
            yield Reason(
                key=key,
                gravity=gravity,
                what=f"{_counted(found)}: {what}",
                why=_named(found),
                todo=todo,
            )


def _oldest(old: Sequence[PackageStatus], *, now: datetime) -> str:
    when = old[0].checked_at
    since = "never" if when is None else f"{age_words(now - when)} ago"
    return f"oldest first: {_named(old)}; the first {since}"


def _is_old(one: PackageStatus) -> bool:
    return one.level is not Level.FRESH and one.is_fetched and not one.is_pinned


def _named(found: Sequence[PackageStatus]) -> str:
    names = ", ".join(one.name for one in found[:MOST_NAMED])
    more = len(found) - MOST_NAMED
    return f"{names} and {more} more" if more > 0 else names


def _counted(found: Sequence[PackageStatus]) -> str:
    return "1 package" if len(found) == 1 else f"{len(found)} packages"


def _moment(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


def _alarm(
    key: str, what: str, *, todo: str, why: str = "", since: datetime | None = None
) -> Reason:
    return Reason(key=key, gravity=Gravity.ALARM, what=what, why=why, todo=todo, since=since)


def _notice(
    key: str, what: str, *, todo: str, why: str = "", since: datetime | None = None
) -> Reason:
    return Reason(key=key, gravity=Gravity.NOTICE, what=what, why=why, todo=todo, since=since)
