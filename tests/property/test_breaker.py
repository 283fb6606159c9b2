"""The breaker against a model of what it promises, under any order of calls, reports, crashes and clock steps."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from artesian.refresh import breaker as subject
from artesian.refresh.breaker import Breaker, Force, Position

JITTER = st.floats(0, 0.999)
REASON = "test"


class BreakerMachine(RuleBasedStateMachine):
    """The model: when the last opening ends at the latest and earliest, and whether a probe is on its way."""

    @initialize()
    def start(self) -> None:
        self.now = datetime(2024, 6, 5, 18, 39, tzinfo=UTC)
        self.breaker = Breaker()
        self.not_before: datetime | None = None  # the server's own word, still in force
        self.probe_sent_at: datetime | None = None

    @rule(seconds=st.floats(0, 3600))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def restart(self) -> None:
        """A restart reads back what was written: byte for byte the same behaviour."""
        data = msgspec.json.encode(self.breaker)
        self.breaker = msgspec.json.decode(data, type=Breaker)

    @rule(until_s=st.none() | st.integers(-100, 5000), jitter=JITTER)
    def refused(self, until_s: int | None, jitter: float) -> None:
        """Auth and limits open at once, for at least as long as the server says."""
        until = None if until_s is None else self.now + timedelta(seconds=until_s)
        self.breaker = subject.refuse(
            self.breaker, now=self.now, jitter=jitter, reason=REASON, until=until
        )
        assert self.breaker.position is Position.OPEN
        assert self.breaker.until is not None
        self.probe_sent_at = None
        if until is not None and until > self.now:
            self.not_before = max(until, self.not_before or until)

    @rule(jitter=JITTER)
    def failed(self, jitter: float) -> None:
        """A failing probe opens for longer; a failing call counts."""
        was = self.breaker
        self.breaker = subject.fail(self.breaker, now=self.now, jitter=jitter, reason=REASON)
        if was.position is Position.HALF_OPEN:
            assert self.breaker.position is Position.OPEN
            assert self.breaker.openings == was.openings + 1
            self.probe_sent_at = None
        if was.position is Position.CLOSED and len(was.calls) < subject.MIN_CALLS - 1:
            assert self.breaker.position is Position.CLOSED

    @rule()
    def succeeded(self) -> None:
        """A success closes a half-open breaker and never opens one."""
        was = self.breaker.position
        self.breaker = subject.succeed(self.breaker, now=self.now)
        assert self.breaker.position is (Position.OPEN if was is Position.OPEN else Position.CLOSED)
        if was is Position.HALF_OPEN:
            self.probe_sent_at = None
            self.not_before = None

    @rule()
    def cancelled(self) -> None:
        """Giving up a call is neutral."""
        was = self.breaker.position
        self.breaker = subject.cancel(self.breaker)
        assert self.breaker.position is was
        self.probe_sent_at = None

    @rule()
    def asked(self) -> None:
        """Closed admits; open before its time never; after it exactly one probe."""
        was = self.breaker
        self.breaker, may = subject.admit(self.breaker, now=self.now)
        if was.position is Position.CLOSED:
            assert may
            return
        if self.not_before is not None and self.now < self.not_before:
            assert not may, "asked again before the server's own time"
        if may:
            sent = self.probe_sent_at
            assert sent is None or self.now >= sent + subject.PROBE_DEADLINE, "two probes"
            assert self.breaker.position is Position.HALF_OPEN
            self.probe_sent_at = self.now

    @precondition(lambda self: self.breaker.position is Position.OPEN)
    @rule()
    def heals(self) -> None:
        """However long it was open, it lets a probe through in the end: no breaker is stuck."""
        assert self.breaker.until is not None
        self.now = max(self.now, self.breaker.until)
        self.breaker, may = subject.admit(self.breaker, now=self.now)
        assert may
        self.probe_sent_at = self.now

    @invariant()
    def remembers_little(self) -> None:
        assert len(self.breaker.calls) <= subject.MAX_CALLS

    @invariant()
    def says_why(self) -> None:
        assert (self.breaker.position is Position.CLOSED) or self.breaker.reason


TestBreaker = BreakerMachine.TestCase


def test_an_operator_can_force_it() -> None:
    """Forced open admits nothing, forced closed everything, and released it starts without a past."""
    now = datetime(2024, 6, 5, tzinfo=UTC)
    opened = subject.refuse(Breaker(), now=now, jitter=0, reason=REASON)
    assert subject.admit(subject.force(opened, Force.CLOSED), now=now)[1]
    assert not subject.admit(subject.force(Breaker(), Force.OPEN), now=now)[1]
    assert subject.force(opened, Force.NONE) == Breaker()


def test_half_of_enough_calls_must_fail() -> None:
    """A breaker trips on a share of at least five recent calls, not on a few old ones."""
    now = datetime(2024, 6, 5, tzinfo=UTC)
    breaker = Breaker()
    for second in range(4):
        at = now + timedelta(seconds=second)
        breaker = subject.fail(breaker, now=at, jitter=0, reason=REASON)
    assert breaker.position is Position.CLOSED
    later = now + subject.WINDOW + timedelta(seconds=10)
    assert subject.fail(breaker, now=later, jitter=0, reason=REASON).position is Position.CLOSED
    fifth = now + timedelta(seconds=5)
    assert subject.fail(breaker, now=fifth, jitter=0, reason=REASON).position is Position.OPEN


def test_open_time_grows_to_a_cap() -> None:
    """Without the server's word each failed probe doubles the wait, up to a quarter of an hour."""
    now = datetime(2024, 6, 5, tzinfo=UTC)
    breaker = Breaker()
    waits = []
    for _ in range(8):
        breaker = subject.refuse(breaker, now=now, jitter=0.999, reason=REASON)
        assert breaker.until is not None
        waits.append((breaker.until - now).total_seconds())
        now = breaker.until
        breaker, _ = subject.admit(breaker, now=now)
    assert waits == sorted(waits)
    assert waits[-1] <= subject.LONGEST_OPEN.total_seconds()
    assert waits[-1] > 0.9 * subject.LONGEST_OPEN.total_seconds()
