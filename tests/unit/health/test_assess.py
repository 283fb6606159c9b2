"""The whole judgement: levels and reasons of facts as a reader meets them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from artesian.health.assess import Facts, assess, level_of_most
from artesian.model.health import (
    Alert,
    Level,
    LoopHealth,
    PackageHealth,
    UpstreamHealth,
    WriterHealth,
)
from artesian.model.names import PackageName
from artesian.model.snapshot import Entry, Generation
from artesian.model.status import Gravity, Status, WriterState

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
WELL = UpstreamHealth(
    host="api.github.com", credential="anonymous", breaker="closed", succeeded_at=NOW
)
ALERT = Alert(key="auth_lost:api.github.com", what="what", why="why", todo="todo", since=NOW)


FRESH, AGING, STALE, FROZEN = Level


def ago(**span: float) -> datetime:
    """Tell the time that long before NOW."""
    return NOW - timedelta(**span)


def generation(packages: Mapping[str, Entry], number: int = 7) -> Generation:
    """Make a generation of these packages."""
    named = {PackageName(name): entry for name, entry in packages.items()}
    return Generation(number=number, created_at=NOW, packages=named, aliases={})


def entry(checked_at: datetime | None = NOW, **more: Any) -> Entry:
    """Make an entry that is fetched."""
    return Entry(**{"object": "0" * 64, "checked_at": checked_at, **more})


TEN = generation({f"p{number}": entry() for number in range(10)})


def told(of: Generation = TEN, *, damaged: tuple[str, ...] = (), **report: Any) -> Status:
    """Judge a generation, and a report that is well but for what is given."""
    written = {"written_at": NOW, "pid": 1, "upstreams": (WELL,), "generation": of.number, **report}
    facts = Facts(generation=of, report=WriterHealth(**written), damaged=damaged)
    return assess(facts, now=NOW)


def keys(status: Status) -> Mapping[str, Gravity]:
    """Tell the reasons by key."""
    found = {reason.key: reason.gravity for reason in status.reasons}
    assert len(found) == len(status.reasons)
    return found


def test_all_is_well() -> None:
    """Fresh data and a working writer have nothing to explain."""
    status = told()
    assert (status.level, status.reasons) == (Level.FRESH, ())
    assert status.counts == {Level.FRESH: 10, Level.AGING: 0, Level.STALE: 0, Level.FROZEN: 0}
    assert status.oldest_checked_at == status.median_checked_at == status.created_at == NOW
    assert (status.generation, len(status.packages)) == (7, 10)


def test_nothing_at_all() -> None:
    """Without data and without a writer the level is frozen, and both are said."""
    status = assess(Facts(generation=generation({}, 0), no_report="no such file"), now=NOW)
    assert status.level is Level.FROZEN
    assert keys(status) == {"nothing_loaded": Gravity.ALARM, "writer_absent": Gravity.ALARM}
    assert status.oldest_checked_at is status.median_checked_at is None


@pytest.mark.parametrize(
    ("facts", "state", "key"),
    [
        ({"is_absent": True}, WriterState.ABSENT, "writer_absent"),
        ({"is_absent": False}, WriterState.UNREADABLE, "writer_unreadable"),
        (
            {"report": WriterHealth(written_at=ago(hours=1), pid=1)},
            WriterState.SILENT,
            "writer_silent",
        ),
        (
            {"report": WriterHealth(written_at=NOW, pid=1, idle="no disk")},
            WriterState.IDLE,
            "writer_idle",
        ),
    ],
)
def test_a_writer_that_does_nothing_is_an_alarm(
    facts: dict[str, Any], state: WriterState, key: str
) -> None:
    """However fresh the data are, without a working writer they are aging already, and it is an alarm."""
    status = assess(Facts(generation=TEN, **facts), now=NOW)
    assert (status.level, status.writer.state) == (Level.AGING, state)
    assert keys(status) == {key: Gravity.ALARM}
    assert all(reason.todo for reason in status.reasons)


@pytest.mark.parametrize(
    ("number", "report", "key", "gravity"),
    [
        (
            7,
            {"loops": {"fetch": LoopHealth(beat_at=ago(hours=1), every_s=1)}},
            "loop_late:fetch",
            "alarm",
        ),
        (7, {"alerts": (ALERT,)}, "auth_lost:api.github.com", "alarm"),
        (0, {}, "seed", "notice"),
        (7, {"generation": 8, "written_at": ago(seconds=30)}, "reader_behind", "alarm"),
    ],
)
def test_reasons_of_the_whole(number: int, report: dict[str, Any], key: str, gravity: str) -> None:
    """Each thing that is wrong has a key of its own, and doesn't change the level of fresh data."""
    status = told(replace(TEN, number=number), **report)
    assert keys(status) == {key: gravity}
    assert status.level is Level.FRESH


@pytest.mark.parametrize(
    "report",
    [
        {"loops": {"fetch": LoopHealth(beat_at=ago(seconds=60), every_s=1)}},
        {"generation": 8},
        {"generation": 6, "written_at": ago(seconds=30)},
    ],
)
def test_no_reason_is_seen_too_early(report: dict[str, Any]) -> None:
    """A reader that takes a second for the next generation, and a loop that waits, are well."""
    assert told(**report).reasons == ()


@pytest.mark.parametrize(
    ("facts", "key", "gravity"),
    [
        ({"breaker": "open", "until": NOW}, "breaker:api.github.com", "notice"),
        ({"breaker": "half_open"}, "breaker:api.github.com", "notice"),
        (
            {"breaker": "open", "credential": "broken"},
            "credential_broken:api.github.com",
            "alarm",
        ),
        (
            {"limit": 60, "remaining": 0, "resets_at": ago(hours=-1)},
            "budget:api.github.com",
            "notice",
        ),
        ({"limit": 60, "foreign": 13}, "foreign:api.github.com", "notice"),
    ],
)
def test_reasons_of_an_upstream(facts: dict[str, Any], key: str, gravity: str) -> None:
    """What an upstream does, or a token will, is told; the data stay fresh."""
    status = told(upstreams=(replace(WELL, **facts),))
    assert keys(status) == {key: gravity}
    assert status.level is Level.FRESH


@pytest.mark.parametrize(
    "facts",
    [
        {"limit": 60, "remaining": 0},
        {"limit": 60, "remaining": 0, "resets_at": ago(seconds=1)},
        {"limit": 60, "remaining": 1, "resets_at": ago(hours=-1), "foreign": 12},
        {"limit": 0, "foreign": 1},
        {"foreign": 99},
        {"token_expires_at": ago(days=-1)},
    ],
)
def test_an_upstream_that_is_well(facts: dict[str, Any]) -> None:
    """A budget that is over with its hour, and a few strangers, are no reason."""
    assert told(upstreams=(replace(WELL, **facts),)).reasons == ()


def test_upstreams_that_stay_silent() -> None:
    """One silent upstream of several is a notice; if all are, nothing is refreshed any more: an alarm."""
    silent = replace(WELL, breaker="open", succeeded_at=None, until=ago(hours=-1))
    other = replace(silent, host="git.example")
    one, all_of_them = told(upstreams=(WELL, other)), told(upstreams=(silent, other))
    assert (one.level, all_of_them.level) == (Level.FRESH, Level.AGING)
    assert keys(one) == {"upstream_silent:git.example": Gravity.NOTICE}
    assert set(keys(all_of_them).values()) == {Gravity.ALARM}


def test_an_alert_of_the_writer_says_it_better() -> None:
    """Where the writer raised an alarm about a host, its breaker is not told a second time."""
    refused = replace(WELL, breaker="open", succeeded_at=None)
    assert set(keys(told(upstreams=(refused,), alerts=(ALERT,)))) == {ALERT.key}


@pytest.mark.parametrize(
    ("changed", "report", "key", "gravity"),
    [
        ({"p0": entry(ago(days=30))}, {}, "old", "notice"),
        ({"p0": entry(None)}, {}, "old", "notice"),
        ({"p0": Entry()}, {}, "not_fetched", "notice"),
        ({"p0": entry(object="1" * 64)}, {}, "damaged", "alarm"),
        ({"p0": entry(ago(hours=-1))}, {}, "clock", "notice"),
        ({}, {"withheld": ("a",)}, "withheld", "notice"),
    ],
)
def test_reasons_of_packages(
    changed: dict[str, Entry], report: dict[str, Any], key: str, gravity: str
) -> None:
    """One package that is ill is named, and doesn't change the level of the whole."""
    of = replace(TEN, packages={**TEN.packages, **{PackageName(n): e for n, e in changed.items()}})
    packages = {PackageName("p0"): PackageHealth(**report)}
    status = told(of, packages=packages, damaged=("1" * 64,))
    assert keys(status) == {key: gravity}
    assert sum(status.noted.values()) == (key not in {"old", "clock"})
    assert "p0" in status.reasons[0].why
    assert status.level is Level.FRESH


def test_many_packages_are_not_all_named() -> None:
    """A sentence names five; if most are old, it is an alarm."""
    of = generation({f"p{number}": entry(ago(days=number + 1)) for number in range(9)})
    status = told(of)
    assert status.level is Level.FROZEN
    assert keys(status) == {"old": Gravity.ALARM}
    assert (
        status.reasons[0].why == "oldest first: p8, p7, p6, p5, p4 and 4 more; the first 9 days ago"
    )
    assert status.median_checked_at == ago(days=5)
    assert status.oldest_checked_at == ago(days=9)


@pytest.mark.parametrize(("fresh", "level"), [(5, Level.FRESH), (0, Level.FROZEN)])
def test_pinned_packages_are_old_on_purpose(fresh: int, level: Level) -> None:
    """What an operator rolled back doesn't count, unless there is nothing else."""
    pinned = {f"a{number}": entry(ago(days=30), is_pinned=True) for number in range(5)}
    rest = {f"b{number}": entry() for number in range(fresh)}
    status = told(generation(pinned | rest))
    assert (status.level, status.reasons) == (level, ())
    assert status.counts[Level.FROZEN] == 5


@pytest.mark.parametrize(
    ("key", "gravity"),
    [
        ("auth_lost:api.github.com", "alarm"),
        ("immutable:rg", "alarm"),
        ("anything new", "alarm"),
        ("quarantined:rg", "notice"),
        ("gone:rg", "notice"),
        ("gone_everywhere:api.github.com", "alarm"),
        ("catalogue", "notice"),
        ("catalogue_shrunk", "alarm"),
        ("token_expires:api.github.com:21", "notice"),
        ("token_expires:git.example:3000:7", "notice"),
        ("token_expires:api.github.com:2", "alarm"),
    ],
)
def test_the_gravity_of_alerts(key: str, gravity: str) -> None:
    """What the writer raises is an alarm, but for what can wait until morning."""
    assert keys(told(alerts=(replace(ALERT, key=key),))) == {key: gravity}


def test_nothing_is_said_twice() -> None:
    """An idle writer and a silent loop are told once, though the writer raises alerts for both."""
    late = {"fetch": LoopHealth(beat_at=ago(hours=1), every_s=1)}
    both = tuple(replace(ALERT, key=key) for key in ("idle", "silent:fetch"))
    status = told(idle="no disk", loops=late, alerts=both)
    assert keys(status) == {"writer_idle": "alarm", "silent:fetch": "alarm"}


def test_alarms_come_first() -> None:
    """The gravest reasons stand at the top."""
    status = told(replace(TEN, number=0), alerts=(ALERT,), idle="no disk")
    assert [reason.gravity for reason in status.reasons] == ["alarm", "alarm", "notice"]


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        ({}, FROZEN),
        ({FRESH: 1}, FRESH),
        ({FROZEN: 1}, FROZEN),
        ({FRESH: 1, FROZEN: 1}, FRESH),
        ({FRESH: 8, STALE: 1, FROZEN: 1}, STALE),
        ({FRESH: 9, FROZEN: 1}, FRESH),
        ({FRESH: 90, AGING: 10}, FRESH),
        ({FRESH: 89, AGING: 1, FROZEN: 10}, AGING),
        ({AGING: 5, STALE: 95}, STALE),
    ],
)
def test_a_tenth_may_lag(counts: dict[Level, int], level: Level) -> None:
    """The whole is as fresh as all but the worst tenth of the packages (one at least, but never all)."""
    assert level_of_most(counts) is level
