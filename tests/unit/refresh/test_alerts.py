"""Alerts: what calls for one, what doesn't, and that each is told once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from artesian.model.health import Alert, LoopHealth
from artesian.model.names import PackageName
from artesian.model.outcome import (
    NetworkFault,
    NetworkFaultKind,
    Nonsense,
    Outcome,
    Refusal,
    Refused,
    ServerFault,
)
from artesian.refresh.admit import Withheld
from artesian.refresh.alerts import Facts, alerts, changes
from artesian.refresh.record import Record, Trouble, Unmade
from artesian.refresh.upstream import Key, Upstream, first_met, report

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
HOST = "api.github.com"


def after(outcome: Outcome, *, times: int = 5, minutes: float = 0) -> Upstream:
    """Report an outcome some times, the first of them `minutes` ago."""
    upstream = first_met(5000, now=NOW)
    for _ in range(times):
        upstream = report(upstream, outcome, now=NOW - timedelta(minutes=minutes), jitter=0.5)
    return upstream


def raised(**facts: Any) -> dict[str, Alert]:
    """Make the alerts of these facts."""
    return dict(alerts(Facts(now=NOW, **facts)))


def refused(reason: Refusal, message: str = "no") -> Refused:
    """Build a refusal for an hour."""
    return Refused(reason=reason, message=message, until=NOW + timedelta(hours=1))


LOST = "credentials are not reaching api.github.com: limit 60, expected at least 5000"
TLS = NetworkFault(kind=NetworkFaultKind.TLS, message="certificate has expired")
DOWN = NetworkFault(kind=NetworkFaultKind.CONNECT, message="refused")

UPSTREAMS = [
    pytest.param(after(refused(Refusal.AUTH_LOST, LOST)), {f"auth_lost:{HOST}"}, id="lost"),
    pytest.param(after(refused(Refusal.BAD_CREDENTIAL)), {f"bad_credential:{HOST}"}, id="401"),
    pytest.param(after(refused(Refusal.PRIMARY_LIMIT)), {f"limited:{HOST}"}, id="limit"),
    pytest.param(after(refused(Refusal.SECONDARY_LIMIT)), set(), id="slowed for a moment"),
    pytest.param(
        after(refused(Refusal.SECONDARY_LIMIT), minutes=20), {f"unreachable:{HOST}"}, id="slowed"
    ),
    pytest.param(after(ServerFault(status=500), times=1, minutes=60), set(), id="one bad answer"),
    pytest.param(after(ServerFault(status=500)), set(), id="ill for a moment"),
    pytest.param(
        after(ServerFault(status=500), minutes=16), {f"unreachable:{HOST}"}, id="ill for long"
    ),
    pytest.param(after(DOWN, minutes=16), {f"unreachable:{HOST}"}, id="down"),
    pytest.param(after(TLS), {f"tls:{HOST}"}, id="not to be trusted"),
    pytest.param(after(Nonsense(reason="a web page")), {f"nonsense:{HOST}"}, id="a portal"),
]


@pytest.mark.parametrize(("upstream", "keys"), UPSTREAMS)
def test_upstreams(upstream: Upstream, keys: set[str]) -> None:
    """A matter of the credential is told at once, an outage when it lasts, a bad moment never."""
    assert set(raised(upstreams={Key(HOST, "x"): upstream})) == keys


def test_the_text_of_the_incident() -> None:
    """It says what happened in the words that an operator looks for, why, and what to do."""
    upstream = after(refused(Refusal.AUTH_LOST, LOST), times=1)
    alert = raised(upstreams={Key(HOST, "x"): upstream})[f"auth_lost:{HOST}"]
    assert alert.what == LOST
    assert "check the token" in alert.todo
    assert "artesian breaker auto api.github.com" in alert.todo


@pytest.mark.parametrize(("days", "stage"), [(22, None), (20, 21), (6, 7), (1, 2), (-1, 2)])
def test_a_token_that_ends(days: int, stage: int | None) -> None:
    """A token's end is told three times, and after it."""
    ends_at = NOW + timedelta(days=days)
    upstream = first_met(5000, now=NOW)
    facts = {Key(HOST, "x"): type(upstream)(budget=upstream.budget, token_expires_at=ends_at)}
    expected = set() if stage is None else {f"token_expires:{HOST}:{stage}"}
    assert set(raised(upstreams=facts)) == expected


def package(number: int = 0, **fields: Any) -> Record:
    """Write a record."""
    return Record(name=PackageName(f"p{number}"), source="s", **fields)


GONE = {"trouble": Trouble.GONE, "failures": 3, "why": "404"}
ALARM = Withheld(tag="v1", name="x.zip", reason="it is immutable", is_alarm=True)
ALTERED = Withheld(tag="v1", name="x.zip", reason="it changed")
PACKAGES = [
    pytest.param({"trouble": Trouble.GONE, "failures": 2}, set(), id="gone twice"),
    pytest.param(GONE, {"gone:p0"}, id="gone"),
    pytest.param(
        {"trouble": Trouble.QUARANTINED, "why": "empty"}, {"quarantined:p0"}, id="set aside"
    ),
    pytest.param({"set_aside": "none left"}, {"quarantined:p0"}, id="a bad definition"),
    pytest.param(
        {"unmade": Unmade(of="x", why="overflow", again_at=NOW)}, {"unmade:p0"}, id="unmade"
    ),
    pytest.param({"trouble": Trouble.NONSENSE, "failures": 1}, set(), id="nonsense once"),
    pytest.param({"trouble": Trouble.NONSENSE, "failures": 3}, {"broken:p0"}, id="nonsense"),
    pytest.param({"trouble": Trouble.FAULT, "failures": 3}, {"broken:p0"}, id="always failing"),
    pytest.param(
        {"trouble": Trouble.REDIRECT, "attempted_at": NOW - timedelta(minutes=1)},
        {"redirect:p0"},
        id="sent elsewhere",
    ),
    pytest.param(
        {"trouble": Trouble.REDIRECT, "attempted_at": NOW}, set(), id="perhaps all are sent"
    ),
    pytest.param({"trouble": Trouble.REDIRECT, "failures": 3}, {"redirect:p0"}, id="for long"),
    pytest.param({"has_endless_history": True}, {"history:p0"}, id="endless"),
    pytest.param({"withheld": (ALARM,)}, {"immutable:p0"}, id="immutable and changed"),
    pytest.param({"withheld": (ALTERED,)}, set(), id="changed"),
    pytest.param({"skipped": 3}, set(), id="odd releases"),
]


@pytest.mark.parametrize(("fields", "keys"), PACKAGES)
def test_packages(fields: dict[str, Any], keys: set[str]) -> None:
    """What only an operator can put right is told; the rest heals by itself."""
    well_at = NOW - timedelta(seconds=10)
    others = [package(number, checked_at=well_at) for number in range(1, 20)]
    assert set(raised(records={HOST: [package(**fields), *others]})) == keys


def test_many_packages_one_alert() -> None:
    """The same trouble of many packages is told once."""
    records = [package(n, trouble=Trouble.QUARANTINED, why="empty") for n in range(20)]
    found = raised(records={HOST: records})
    assert set(found) == {f"quarantined:{HOST}"}
    assert found[f"quarantined:{HOST}"].what.startswith("p0, p1, p2, p3, p4 and 15 more")


def test_gone_everywhere() -> None:
    """A host that knows none of its packages any more has changed its API, not lost them all."""
    records = [package(number, **GONE) for number in range(20)]
    assert set(raised(records={HOST: records})) == {f"gone_everywhere:{HOST}"}


WRITER = [
    pytest.param({"idle": "the disk is full"}, {"idle"}, id="idle"),
    pytest.param({"problems": ["a:1: b"]}, {"catalogue"}, id="catalogue"),
    pytest.param({"missing": 40}, {"catalogue_shrunk"}, id="shrunk"),
    pytest.param({"rebuilt_at": NOW}, {"memory_rebuilt"}, id="memory"),
    pytest.param({"rebuilt_at": NOW - timedelta(hours=2)}, set(), id="memory, long ago"),
    pytest.param({"broken": {HOST: "has quotes"}}, {f"token:{HOST}"}, id="token"),
    pytest.param({"doubts": ["x"]}, {"settings"}, id="settings"),
    pytest.param(
        {"loops": {"report": LoopHealth(beat_at=NOW, every_s=60, error="KeyError")}},
        {"loop:report"},
        id="a failing loop",
    ),
    pytest.param(
        {"loops": {"report": LoopHealth(beat_at=NOW, every_s=60)}, "silent": ("report",)},
        {"silent:report"},
        id="a silent loop",
    ),
]


@pytest.mark.parametrize(("facts", "keys"), WRITER)
def test_the_writer_itself(facts: dict[str, Any], keys: set[str]) -> None:
    """What keeps the writer from its work is told."""
    assert set(raised(**facts)) == keys


def test_each_is_told_once() -> None:
    """An alert is raised when it begins, keeps its beginning, and is cleared when it ends."""
    first = raised(idle="full")
    lasting, new, gone = changes({}, first)
    assert ([one.key for one in new], gone) == (["idle"], ())
    later = alerts(Facts(now=NOW + timedelta(hours=1), idle="still full"))
    lasting, new, gone = changes(lasting, later)
    assert (new, gone) == ((), ())
    assert (lasting["idle"].since, lasting["idle"].why) == (NOW, "still full")
    lasting, new, gone = changes(lasting, {})
    assert (lasting, new, [one.key for one in gone]) == ({}, (), ["idle"])
