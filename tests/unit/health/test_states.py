"""States of packages, upstreams and the writer: tables of facts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from artesian.health import states
from artesian.model.health import Level, LoopHealth, PackageHealth, UpstreamHealth, WriterHealth
from artesian.model.names import PackageName
from artesian.model.snapshot import Entry, Generation
from artesian.model.status import Gravity, PackageStatus, WriterState

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
RG = PackageName("rg")
OBJECT = "0" * 64
SOON, BEFORE = NOW + timedelta(minutes=5), NOW - timedelta(minutes=5)


def ago(**span: float) -> datetime:
    """Tell the time that long before NOW."""
    return NOW - timedelta(**span)


def package(entry: Entry, told: PackageHealth | None, *damaged: str) -> PackageStatus:
    """Judge the only package of a generation."""
    generation = Generation(number=1, created_at=NOW, packages={RG: entry}, aliases={})
    reported = {} if told is None else {RG: told}
    (judged,) = states.packages(generation, reported, frozenset(damaged), now=NOW)
    return judged


@pytest.mark.parametrize(
    ("entry", "told", "wanted"),
    [
        ({}, None, {"level": Level.FROZEN, "checked_at": None, "is_fetched": False}),
        ({"object": OBJECT, "checked_at": NOW}, None, {"level": Level.FRESH, "is_fetched": True}),
        ({"object": "1" * 64}, None, {"is_damaged": False, "level": Level.FROZEN}),
        ({"object": OBJECT}, None, {"is_damaged": True}),
        ({"is_pinned": True}, None, {"is_pinned": True}),
        ({"checked_at": ago(days=2)}, {"checked_at": NOW}, {"level": Level.FRESH}),
        ({"checked_at": NOW}, {"checked_at": ago(days=2)}, {"level": Level.FRESH}),
        ({}, {"held_until": SOON}, {"held_until": SOON}),
        ({}, {"held_until": BEFORE}, {"held_until": None}),
        ({}, {"quarantined": "empty"}, {"quarantined": "empty"}),
        ({}, {"withheld": ("a", "b")}, {"withheld": ("a", "b")}),
        ({}, {"failures": 3, "trouble": "502"}, {"failures": 3, "trouble": "502"}),
        ({}, {"skipped": 2}, {"skipped": 2}),
    ],
)
def test_a_package(
    entry: dict[str, Any], told: dict[str, Any] | None, wanted: dict[str, Any]
) -> None:
    """The younger of both times counts; the rest is the report's, as long as it holds."""
    health = None if told is None else PackageHealth(**told)
    judged = package(Entry(**entry), health, OBJECT)
    assert {name: getattr(judged, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("report", "state", "detail"),
    [
        ({}, WriterState.WORKING, ""),
        ({"written_at": ago(minutes=3)}, WriterState.WORKING, ""),
        ({"written_at": ago(minutes=3.1)}, WriterState.SILENT, "3 minutes old"),
        ({"written_at": ago(days=3)}, WriterState.SILENT, "3 days old"),
        ({"written_at": ago(days=3), "idle": "no disk"}, WriterState.SILENT, "3 days old"),
        ({"written_at": ago(minutes=-2)}, WriterState.WORKING, ""),
        ({"written_at": ago(hours=-2)}, WriterState.SILENT, "2 hours ahead of our clock"),
        ({"idle": "the disk is read-only"}, WriterState.IDLE, "the disk is read-only"),
    ],
)
def test_the_writer(report: dict[str, Any], state: WriterState, detail: str) -> None:
    """The writer works while its report is young and says so; a report from the future is none."""
    judged = states.writer(WriterHealth(**{"written_at": NOW, "pid": 1, **report}), now=NOW)
    assert judged.state is state
    assert detail in judged.detail


def test_no_report() -> None:
    """A file that can't be read is told from one that isn't there."""
    absent = states.writer_without_report("no such file", is_absent=True)
    unreadable = states.writer_without_report("it has 9 GB", is_absent=False)
    assert (absent.state, unreadable.state) == (WriterState.ABSENT, WriterState.UNREADABLE)
    assert unreadable.detail == "it has 9 GB"


@pytest.mark.parametrize(
    ("silent_s", "every_s", "is_late"),
    [(0, 1, False), (90, 1, False), (91, 1, True), (91, 60, False), (181, 60, True)],
)
def test_a_loop_is_late(silent_s: float, every_s: float, is_late: bool) -> None:
    """Three beats and a minute and a half; by the report's own time, so that a silent writer is told of once."""
    written_at = ago(days=1)
    beat_at = written_at - timedelta(seconds=silent_s)
    loops = {
        "b": LoopHealth(beat_at=beat_at, every_s=every_s),
        "a": LoopHealth(beat_at=written_at, every_s=1),
    }
    judged = states.writer(WriterHealth(written_at=written_at, pid=1, loops=loops), now=NOW)
    assert [(loop.name, loop.is_late) for loop in judged.loops] == [("a", False), ("b", is_late)]


TOLD = UpstreamHealth(host="api.github.com", credential="api.github.com:…x9Qz", breaker="closed")


@pytest.mark.parametrize(
    ("facts", "gravity"),
    [
        ({}, Gravity.FINE),
        ({"succeeded_at": ago(days=9)}, Gravity.FINE),
        ({"breaker": "open", "succeeded_at": ago(minutes=30)}, Gravity.NOTICE),
        ({"breaker": "half_open", "succeeded_at": ago(minutes=31)}, Gravity.ALARM),
        ({"breaker": "open"}, Gravity.ALARM),
        ({"token_expires_at": ago(days=-22)}, Gravity.FINE),
        ({"token_expires_at": ago(days=-20)}, Gravity.NOTICE),
        ({"token_expires_at": ago(days=-1)}, Gravity.ALARM),
        ({"token_expires_at": ago(days=1)}, Gravity.ALARM),
    ],
)
def test_an_upstream(facts: dict[str, Any], gravity: Gravity) -> None:
    """A breaker that has just opened, or a token that soon expires, is a notice; what lasts is an alarm."""
    assert states.upstream(replace(TOLD, **facts), now=NOW).gravity is gravity


@pytest.mark.parametrize(
    ("credential", "shown"),
    [("anonymous", "anonymous"), ("broken", "broken"), (TOLD.credential, "token"), ("", "token")],
)
def test_nothing_of_a_token_is_told(credential: str, shown: str) -> None:
    """Of a credential it is told whether there is one, and not even its last characters."""
    judged = states.upstream(replace(TOLD, credential=credential), now=NOW)
    assert judged.credential == shown
    assert "x9Qz" not in repr(judged)
