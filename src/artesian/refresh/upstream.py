"""What we know of one (host, credential): its breaker, its budget, its retries; and what each answer does to them.

Pure: a frozen value, written down before a request is sent and after each answer, so that a restart changes nothing.
"""

from datetime import datetime, timedelta
from typing import NamedTuple, assert_never

import msgspec

from artesian.model.instant import instant
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
from artesian.refresh import breaker as breakers
from artesian.refresh import budget as budgets
from artesian.refresh import retry
from artesian.refresh.breaker import Breaker, Force, Position
from artesian.refresh.budget import Budget
from artesian.refresh.judge import AUTH_WAIT, SECONDARY_WAIT
from artesian.refresh.retry import RetryBudget

__all__ = [
    "ANONYMOUS",
    "Key",
    "NotNow",
    "Upstream",
    "book",
    "cancel",
    "first_met",
    "read_expiry",
    "redirected",
    "released",
    "report",
    "retried",
]

ANONYMOUS = "anonymous"

# Longest a secondary limit keeps us away that comes again and again without a time of its own.
LONGEST_SECONDARY = timedelta(hours=1)


class Key(NamedTuple):
    """Names an upstream: its host (with its port, if named), and who asks: a credential's identity or ANONYMOUS."""

    host: str
    credential: str


class NotNow(msgspec.Struct, frozen=True, kw_only=True):
    """No request was sent: the breaker is open, or the budget is spent for now."""

    reason: str
    until: datetime | None = None


class Upstream(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, persisted as it is. `refusal` and `fault` say what is wrong since `failing_since`, until a success."""

    budget: Budget
    breaker: Breaker = Breaker()
    retries: RetryBudget = RetryBudget()
    refusal: Refusal | None = None
    fault: str = ""  # a NetworkFaultKind, `server` or `nonsense`
    message: str = ""  # the last refusal or fault, for people
    failing_since: datetime | None = None
    succeeded_at: datetime | None = None
    probed_at: datetime | None = None  # when its credential was first tried
    token_expires_at: datetime | None = None

    @property
    def is_well(self) -> bool:
        """Tell whether a fault now says something about the package asked for, rather than about the host."""
        return self.breaker.position is Position.CLOSED


def first_met(limit: int, *, now: datetime) -> Upstream:
    """Open the books on an upstream of which only the hourly limit is known."""
    return Upstream(budget=budgets.fresh(limit, now=now))


def book(
    upstream: Upstream, *, now: datetime, is_operator: bool = False, is_begun: bool = False
) -> tuple[Upstream, NotNow | None]:
    """Ask to send one request. None: it is booked; write the upstream down, then send, then report.

    is_begun: without it the requests before it were in vain.
    """
    breaker, is_admitted = breakers.admit(upstream.breaker, now=now)
    if not is_admitted:
        is_forced = upstream.breaker.forced is Force.OPEN
        reason = "held open by an operator" if is_forced else upstream.breaker.reason
        return upstream, NotNow(reason=reason, until=upstream.breaker.until)
    budget, is_paid = budgets.spend(
        upstream.budget, now=now, is_operator=is_operator, is_begun=is_begun
    )
    if not is_paid:
        until = budgets.next_at(budget, now=now)
        return upstream, NotNow(reason="the requests of this hour are spent for now", until=until)
    retries = retry.earn(upstream.retries)
    return msgspec.structs.replace(upstream, budget=budget, breaker=breaker, retries=retries), None


def retried(
    upstream: Upstream, outcome: Outcome, *, tries: int, jitter: float
) -> tuple[Upstream, timedelta | None]:
    """Ask how long to wait before another try; None: give up."""
    retries, delay = retry.delay(upstream.retries, outcome, tries=tries, jitter=jitter)
    return msgspec.structs.replace(upstream, retries=retries), delay


def redirected(upstream: Upstream, count: int) -> Upstream:
    """Book the redirects that a request was sent on, before its outcome is reported."""
    return msgspec.structs.replace(upstream, budget=budgets.also_spent(upstream.budget, count))


def cancel(upstream: Upstream) -> Upstream:
    """Report a request that we gave up; it says nothing about the upstream."""
    return msgspec.structs.replace(upstream, breaker=breakers.cancel(upstream.breaker))


def report(upstream: Upstream, outcome: Outcome, *, now: datetime, jitter: float) -> Upstream:
    """Take in what a request came to."""
    match outcome:
        case Fetched(rate=rate) | NotModified(rate=rate) | Gone(rate=rate):
            return _succeeded(upstream, rate, now=now)
        case Refused():
            return _refused(upstream, outcome, now=now, jitter=jitter)
        case ServerFault(status=status, until=until, rate=rate):
            seen = _observed(upstream, rate, now=now)
            why = f"answered {status}"
            return _failed(seen, "server", why, now=now, jitter=jitter, until=until)
        case NetworkFault(kind=NetworkFaultKind.SIZE):
            return _succeeded(upstream, None, now=now)  # the host is well, the list is not
        case NetworkFault(kind=kind, message=message):
            return _failed(upstream, kind.value, message, now=now, jitter=jitter)
        case Nonsense(reason=reason, rate=rate):
            seen = _observed(upstream, rate, now=now)
            return _failed(seen, "nonsense", reason, now=now, jitter=jitter)
        case _ as unreachable:
            assert_never(unreachable)


def released(upstream: Upstream, how: Force) -> Upstream:
    """Hold the breaker by an operator's order; Force.NONE lets it judge again, with the past forgotten."""
    breaker = breakers.force(upstream.breaker, how)
    if how is not Force.NONE:
        return msgspec.structs.replace(upstream, breaker=breaker)
    return msgspec.structs.replace(
        upstream, breaker=breaker, refusal=None, fault="", message="", failing_since=None
    )


def _succeeded(upstream: Upstream, rate: RateLimit | None, *, now: datetime) -> Upstream:
    seen = msgspec.structs.replace(
        _observed(upstream, rate, now=now),
        breaker=breakers.succeed(upstream.breaker, now=now),
        succeeded_at=now,
    )
    if not seen.is_well:
        return seen  # a straggler, sent before it opened
    return msgspec.structs.replace(
        seen,
        refusal=None,
        fault="",
        message="",
        failing_since=None,
    )


def _failed(
    upstream: Upstream,
    fault: str,
    why: str,
    *,
    now: datetime,
    jitter: float,
    until: datetime | None = None,
) -> Upstream:
    breaker = breakers.fail(upstream.breaker, now=now, jitter=jitter, reason=why, until=until)
    return msgspec.structs.replace(
        upstream,
        breaker=breaker,
        fault=fault,
        message=why,
        failing_since=upstream.failing_since or now,
    )


def _refused(upstream: Upstream, refused: Refused, *, now: datetime, jitter: float) -> Upstream:
    reason, until = refused.reason, refused.until
    is_locked_out = upstream.refusal is Refusal.BAD_CREDENTIAL
    if reason is Refusal.FORBIDDEN and not is_locked_out:
        # It may be this repository alone; if it isn't, the window tells soon.
        seen = _observed(upstream, refused.rate, now=now)
        return _failed(seen, "forbidden", refused.message, now=now, jitter=jitter)
    if reason is Refusal.FORBIDDEN:
        # After several bad attempts GitHub answers 403 to the owner's good ones, too: still a matter of the credential.
        reason, until = Refusal.BAD_CREDENTIAL, now + AUTH_WAIT
    if reason is Refusal.SECONDARY_LIMIT:
        grown = min(SECONDARY_WAIT * 2 ** min(upstream.breaker.openings, 10), LONGEST_SECONDARY)
        until = max(until or now, now + grown)
    is_about_us = reason in (Refusal.AUTH_LOST, Refusal.BAD_CREDENTIAL)
    # What a host grants to strangers says nothing about the account of a credential that it didn't see.
    seen = upstream if is_about_us else _observed(upstream, refused.rate, now=now)
    breaker = breakers.refuse(
        upstream.breaker, now=now, jitter=jitter, reason=refused.message, until=until
    )
    return msgspec.structs.replace(
        seen,
        breaker=breaker,
        refusal=reason,
        message=refused.message,
        failing_since=upstream.failing_since or now,
        probed_at=None if is_about_us else upstream.probed_at,
    )


def _observed(upstream: Upstream, rate: RateLimit | None, *, now: datetime) -> Upstream:
    budget = budgets.observe(upstream.budget, rate, now=now)
    return msgspec.structs.replace(upstream, budget=budget)


def read_expiry(text: str | None) -> datetime | None:
    """Read when a token ends, as GitHub tells with each answer: `2021-10-07 19:07:53 UTC`."""
    if text is None:
        return None
    try:
        return instant(datetime.fromisoformat(text.strip().removesuffix(" UTC")))
    except ValueError:
        return None
