"""What each answer does to the books on an upstream, and that they are the same after a restart."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from artesian.model.outcome import (
    Fetched,
    Gone,
    NetworkFault,
    NetworkFaultKind,
    Nonsense,
    NotModified,
    Outcome,
    RateLimit,
    Refusal,
    Refused,
    ServerFault,
)
from artesian.refresh.breaker import Force, Position
from artesian.refresh.upstream import (
    NotNow,
    Upstream,
    book,
    cancel,
    first_met,
    read_expiry,
    released,
    report,
    retried,
)

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
RATE = RateLimit(limit=5000, remaining=4000, resets_at=NOW + timedelta(minutes=30))
STRANGER = RateLimit(limit=60, remaining=59, resets_at=NOW + timedelta(minutes=30))


def fresh() -> Upstream:
    """Open the books on GitHub, with a token that was tried."""
    return msgspec.structs.replace(first_met(5000, now=NOW), probed_at=NOW)


def told(upstream: Upstream, outcome: Outcome, *, times: int = 1) -> Upstream:
    """Report an outcome, through a restart."""
    for _ in range(times):
        upstream = report(upstream, outcome, now=NOW, jitter=0.5)
        upstream = msgspec.json.decode(msgspec.json.encode(upstream), type=Upstream)
    return upstream


def refused(reason: Refusal, until: timedelta | None = None, **more: RateLimit) -> Refused:
    """Build a refusal."""
    when = None if until is None else NOW + until
    return Refused(reason=reason, message=f"because of {reason}", until=when, **more)


def wait(upstream: Upstream) -> timedelta:
    """Tell how long nothing is sent."""
    _, refusal = book(upstream, now=NOW)
    assert isinstance(refusal, NotNow)
    assert refusal.until is not None
    return refusal.until - NOW


HOUR = timedelta(hours=1)
OPENED = [
    pytest.param(refused(Refusal.AUTH_LOST, HOUR, rate=STRANGER), HOUR, id="credential lost"),
    pytest.param(refused(Refusal.BAD_CREDENTIAL, HOUR), HOUR, id="credential refused"),
    pytest.param(
        refused(Refusal.PRIMARY_LIMIT, timedelta(minutes=20)), timedelta(minutes=20), id="limit"
    ),
    pytest.param(
        refused(Refusal.SECONDARY_LIMIT, timedelta(seconds=120)),
        timedelta(seconds=120),
        id="told to slow down, for a time",
    ),
    pytest.param(refused(Refusal.SECONDARY_LIMIT), timedelta(seconds=60), id="told to slow down"),
    pytest.param(
        ServerFault(status=503, until=NOW + timedelta(minutes=5)), timedelta(minutes=5), id="ill"
    ),
]


@pytest.mark.parametrize(("outcome", "least"), OPENED)
def test_stops_at_once(outcome: Outcome, least: timedelta) -> None:
    """A refusal stops everything to its host, for as long as the host says and hardly longer."""
    assert least <= wait(told(fresh(), outcome)) <= least + timedelta(seconds=30)


TAKEN_WELL: list[Outcome] = [
    Fetched(body=b"[]", url="https://h/", rate=RATE),
    NotModified(rate=RATE),
    Gone(status=404, rate=RATE),
    NetworkFault(kind=NetworkFaultKind.SIZE, message="too large"),
]


@pytest.mark.parametrize("outcome", TAKEN_WELL)
def test_answers(outcome: Outcome) -> None:
    """An answer, whatever it says of the package, says that the host is well."""
    subject = told(fresh(), outcome, times=20)
    assert subject.is_well
    assert subject.succeeded_at == NOW


FAULTS: list[Outcome] = [
    ServerFault(status=500),
    NetworkFault(kind=NetworkFaultKind.CONNECT, message="refused"),
    NetworkFault(kind=NetworkFaultKind.TLS, message="expired"),
    Nonsense(reason="a web page"),
    refused(Refusal.FORBIDDEN),
]


@pytest.mark.parametrize("outcome", FAULTS)
def test_faults(outcome: Outcome) -> None:
    """One fault may be the package's own; several in a row are the host's."""
    assert told(fresh(), outcome).is_well
    subject = told(fresh(), outcome, times=5)
    assert not subject.is_well
    assert subject.failing_since == NOW
    assert subject.message


def test_a_stranger_s_limit_is_not_ours() -> None:
    """What a host grants without the credential doesn't shrink the account of the credential."""
    subject = told(fresh(), refused(Refusal.AUTH_LOST, HOUR, rate=STRANGER))
    assert subject.budget.limit == 5000


def test_a_lost_credential_is_tried_alone_afterwards() -> None:
    """Once it was lost or refused, the next use begins with the question what it is worth."""
    for reason in (Refusal.AUTH_LOST, Refusal.BAD_CREDENTIAL):
        assert told(fresh(), refused(reason, HOUR)).probed_at is None
    assert told(fresh(), refused(Refusal.PRIMARY_LIMIT, HOUR)).probed_at == NOW


def test_locked_out() -> None:
    """A 403 after a 401 is the owner locked out: it waits as for a 401, not as for a limit."""
    subject = told(fresh(), refused(Refusal.BAD_CREDENTIAL, HOUR))
    later = NOW + timedelta(hours=2)
    subject, refusal = book(subject, now=later)
    assert refusal is None
    subject = report(subject, refused(Refusal.FORBIDDEN), now=later, jitter=0.5)
    assert subject.refusal is Refusal.BAD_CREDENTIAL
    assert subject.breaker.until is not None
    assert subject.breaker.until >= later + HOUR


def test_slowing_down_grows() -> None:
    """A host that says so again and again is left alone for longer each time, up to an hour."""
    subject, now = fresh(), NOW
    waits = []
    for _ in range(9):
        subject, refusal = book(subject, now=now)
        assert refusal is None
        subject = report(subject, refused(Refusal.SECONDARY_LIMIT), now=now, jitter=0)
        assert subject.breaker.until is not None
        waits.append(subject.breaker.until - now)
        now = subject.breaker.until
        subject = msgspec.structs.replace(subject, budget=fresh().budget)
    assert waits[:3] == [timedelta(seconds=seconds) for seconds in (60, 120, 240)]
    assert waits[-1] == HOUR


def test_a_refused_budget_sends_no_probe() -> None:
    """Where the budget says no, a half-open breaker keeps its one probe."""
    spent = msgspec.structs.replace(fresh().budget, remaining=0)
    subject = told(fresh(), refused(Refusal.PRIMARY_LIMIT, timedelta(seconds=1)))
    subject = msgspec.structs.replace(subject, budget=spent)
    after, refusal = book(subject, now=NOW + timedelta(minutes=5))
    assert refusal is not None
    assert after == subject


def test_a_cancelled_probe_is_neutral() -> None:
    """Giving up a probe neither opens nor closes, and another may be sent at once."""
    subject = told(fresh(), refused(Refusal.PRIMARY_LIMIT, timedelta(seconds=1)))
    later = NOW + timedelta(minutes=5)
    subject, refusal = book(subject, now=later)
    assert refusal is None
    assert book(subject, now=later)[1] is not None
    subject = cancel(subject)
    assert subject.breaker.position is Position.HALF_OPEN
    assert book(subject, now=later)[1] is None


def test_success_heals() -> None:
    """After a good probe nothing of the trouble is left."""
    subject = told(fresh(), refused(Refusal.PRIMARY_LIMIT, timedelta(seconds=1)))
    later = NOW + timedelta(minutes=5)
    subject, _ = book(subject, now=later)
    subject = report(subject, NotModified(rate=RATE), now=later, jitter=0.5)
    assert subject.is_well
    assert (subject.refusal, subject.fault, subject.message) == (None, "", "")
    assert subject.failing_since is None


def test_an_order_outlasts_answers() -> None:
    """A breaker held by an operator stays so until `auto`, which forgets the past."""
    subject = released(fresh(), Force.OPEN)
    assert isinstance(book(subject, now=NOW)[1], NotNow)
    subject = released(told(subject, FAULTS[0], times=9), Force.CLOSED)
    assert book(subject, now=NOW)[1] is None
    subject = released(told(subject, FAULTS[0], times=9), Force.NONE)
    assert subject.is_well
    assert subject.message == ""


def test_retries_end() -> None:
    """A fault that passes is tried again a few times; a refusal never."""
    subject, waits = fresh(), []
    for tries in range(1, 5):
        subject, delay = retried(subject, FAULTS[1], tries=tries, jitter=0.5)
        waits.append(delay is not None)
    assert waits == [True, True, False, False]
    assert retried(subject, refused(Refusal.BAD_CREDENTIAL), tries=1, jitter=0.5)[1] is None


EXPIRIES = [
    ("2021-10-07 19:07:53 UTC", datetime(2021, 10, 7, 19, 7, 53, tzinfo=UTC)),
    ("2021-10-07 19:07:53 +0000", datetime(2021, 10, 7, 19, 7, 53, tzinfo=UTC)),
    ("never", None),
    ("9999-12-31 23:59:59 UTC", None),  # no report could tell of it
    (None, None),
]


@pytest.mark.parametrize(("text", "when"), EXPIRIES)
def test_expiry(text: str | None, when: datetime | None) -> None:
    """GitHub's date of a token's end is read; anything else is none."""
    assert read_expiry(text) == when
