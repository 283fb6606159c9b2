"""A circuit breaker per (host, credential): transitions over a frozen state; `now` and `jitter` are arguments.

No library limits the half-open probe, obeys the server's own reset and survives a restart. Rules:
closed → open at once when refused (auth, limit), or when half of at least MIN_CALLS calls in WINDOW failed;
open → half-open when `until` has passed; half-open lets exactly one probe through; its success closes, its failure
opens for longer. Cancelling a probe is neutral. An operator can force either way.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

__all__ = ["Breaker", "Force", "Position", "admit", "cancel", "fail", "force", "refuse", "succeed"]

WINDOW = timedelta(minutes=2)  # calls older than this don't count
MIN_CALLS = 5  # fewer calls than this say nothing about a host
MAX_CALLS = 100  # remembered; more would only cost memory
FAILURE_SHARE = (
    0.5  # Polly and resilience4j trip between 0.1 and 0.5; upstreams here have a retry before
)
FIRST_OPEN = timedelta(seconds=30)
LONGEST_OPEN = timedelta(minutes=15)  # when the server names no time; doubling stops here
PROBE_DEADLINE = timedelta(minutes=2)  # a probe that never reported is taken for cancelled


class Position(StrEnum):
    """Closed lets calls through, open none, half-open one probe."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Force(StrEnum):
    """What an operator ordered."""

    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"


class Breaker(msgspec.Struct, frozen=True, kw_only=True):
    """The whole state; persisted as it is, so a restart finds it open if it was."""

    position: Position = Position.CLOSED
    calls: tuple[tuple[datetime, bool], ...] = ()  # (when, succeeded) inside WINDOW, oldest first
    until: datetime | None = None  # when open: no call before
    reason: str = ""  # why it opened, for people
    openings: int = 0  # in a row, without a success between
    probing_since: datetime | None = None  # when half-open: the one probe on its way
    forced: Force = Force.NONE


def admit(breaker: Breaker, *, now: datetime) -> tuple[Breaker, bool]:
    """Ask to make a call. True: make it, and report succeed, fail, refuse or cancel."""
    if breaker.forced is not Force.NONE:
        return breaker, breaker.forced is Force.CLOSED
    if breaker.position is Position.CLOSED:
        return breaker, True
    if breaker.position is Position.OPEN and breaker.until is not None and now < breaker.until:
        return breaker, False
    since = breaker.probing_since
    if since is not None and since <= now < since + PROBE_DEADLINE:
        return breaker, False
    probe = msgspec.structs.replace(breaker, position=Position.HALF_OPEN, probing_since=now)
    return probe, True


def succeed(breaker: Breaker, *, now: datetime) -> Breaker:
    """Report a call that the upstream answered well (not modified and gone are answers too)."""
    if breaker.position is Position.CLOSED:
        return msgspec.structs.replace(breaker, calls=_calls(breaker, now, succeeded=True))
    if breaker.position is Position.HALF_OPEN:
        return Breaker(forced=breaker.forced)
    return breaker  # a straggler, sent before it opened


def fail(
    breaker: Breaker, *, now: datetime, jitter: float, reason: str, until: datetime | None = None
) -> Breaker:
    """Report a server or network fault. `jitter` in [0, 1) spreads the open time; `until` is the server's own word."""
    if breaker.position is Position.OPEN:
        return breaker
    calls = _calls(breaker, now, succeeded=False)
    failures = sum(not succeeded for _, succeeded in calls)
    is_tripped = len(calls) >= MIN_CALLS and failures >= FAILURE_SHARE * len(calls)
    if breaker.position is Position.HALF_OPEN or is_tripped or until is not None:
        return _open(breaker, now=now, jitter=jitter, reason=reason, until=until)
    return msgspec.structs.replace(breaker, calls=calls)


def refuse(
    breaker: Breaker, *, now: datetime, jitter: float, reason: str, until: datetime | None = None
) -> Breaker:
    """Report a refusal (credential or limit): opens at once, whatever the window says."""
    if breaker.position is Position.OPEN and breaker.until is not None:
        later = until is not None and until > breaker.until
        return msgspec.structs.replace(breaker, until=until) if later else breaker
    return _open(breaker, now=now, jitter=jitter, reason=reason, until=until)


def cancel(breaker: Breaker) -> Breaker:
    """Report a call that was given up by us: neutral; a cancelled probe may be tried again."""
    return msgspec.structs.replace(breaker, probing_since=None)


def force(breaker: Breaker, how: Force) -> Breaker:
    """Hold open or closed by order; Force.NONE returns it to its own judgement, closed and without a past."""
    if how is Force.NONE:
        return Breaker()
    return msgspec.structs.replace(breaker, forced=how)


def _open(
    breaker: Breaker, *, now: datetime, jitter: float, reason: str, until: datetime | None
) -> Breaker:
    grown = min(FIRST_OPEN * 2 ** min(breaker.openings, 10), LONGEST_OPEN)
    # Never before the server's own time; after it up to a tenth of the wait, so that not all of us come back at once.
    base = grown if until is None or until <= now else until - now
    spread = grown * (0.5 + jitter / 2) if base is grown else base + min(base, FIRST_OPEN) * jitter
    return msgspec.structs.replace(
        breaker,
        position=Position.OPEN,
        calls=(),
        until=now + spread,
        reason=reason,
        openings=breaker.openings + 1,
        probing_since=None,
    )


def _calls(
    breaker: Breaker, now: datetime, *, succeeded: bool
) -> tuple[tuple[datetime, bool], ...]:
    recent = [call for call in breaker.calls if now - WINDOW < call[0] <= now]
    return (*recent, (now, succeeded))[-MAX_CALLS:]
