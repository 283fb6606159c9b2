"""How many requests an hour a credential may still spend at a host: an account kept over a frozen state.

The host's own headers are the truth; between answers we count down ourselves. The state is written down before each
request is sent, so a restart loop can't spend it twice.
"""

from datetime import datetime, timedelta

import msgspec

from artesian.model.outcome import RateLimit

__all__ = ["ANONYMOUS_LIMIT", "Budget", "also_spent", "fresh", "next_at", "observe", "spend"]

HOUR = timedelta(hours=1)
ANONYMOUS_LIMIT = 60  # GitHub's, per address
RESERVE_SHARE = 0.1  # kept for the operator's own `artesian refresh NAME`
BURST_SHARE = 0.1  # may be spent at once at the start of a window; the rest is paced over it


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """The account of one window. `foreign`: requests that others made with the same credential, as far as seen."""

    limit: int
    remaining: int
    started_at: datetime
    resets_at: datetime
    spent: int = 0
    foreign: int = 0

    @property
    def reserve(self) -> int:
        """Requests of a window that the schedule must leave alone."""
        return max(1, int(self.limit * RESERVE_SHARE))


def fresh(limit: int, *, now: datetime) -> Budget:
    """Open an account of which nothing is known but its limit."""
    return Budget(limit=limit, remaining=limit, started_at=now, resets_at=now + HOUR)


def spend(
    budget: Budget, *, now: datetime, is_operator: bool = False, is_begun: bool = False
) -> tuple[Budget, bool]:
    """Ask to make one request. True: it is booked; write the budget down, then send.

    is_begun: without it the requests before it were in vain; so it may run ahead of the pace, and others wait for that.
    """
    budget = _rolled(budget, now=now)
    if budget.remaining <= (0 if is_operator else budget.reserve):
        return budget, False
    may_run_ahead = is_operator or is_begun
    if not may_run_ahead and budget.spent >= _allowance(budget, now=now):
        return budget, False
    return msgspec.structs.replace(
        budget, remaining=budget.remaining - 1, spent=budget.spent + 1
    ), True


def also_spent(budget: Budget, count: int) -> Budget:
    """Count requests that came of one that was booked: redirects, which the host counts each."""
    return msgspec.structs.replace(
        budget, remaining=max(0, budget.remaining - count), spent=budget.spent + count
    )


def observe(budget: Budget, rate: RateLimit | None, *, now: datetime) -> Budget:
    """Take over what the host says of this window; its count beyond ours is somebody else's."""
    budget = _rolled(budget, now=now)
    if rate is None or rate.limit <= 0:
        return budget
    is_same_window = abs(rate.resets_at - budget.resets_at) < timedelta(minutes=1)
    used = rate.limit - rate.remaining
    spent = min(budget.spent, used) if is_same_window else min(budget.spent, 1)
    # An answer that was overtaken must not give back what later requests have booked. Of another limit than we
    # counted with, ours says nothing.
    is_ours = is_same_window and rate.limit == budget.limit
    return Budget(
        limit=rate.limit,
        remaining=min(rate.remaining, budget.remaining) if is_ours else rate.remaining,
        started_at=budget.started_at if is_same_window else min(now, rate.resets_at - HOUR),
        resets_at=rate.resets_at,
        spent=spent,
        foreign=max(0, used - spent),
    )


def next_at(budget: Budget, *, now: datetime) -> datetime:
    """Tell when `spend` may say yes again; `now` if it would at once."""
    budget = _rolled(budget, now=now)
    if budget.remaining <= budget.reserve:
        return budget.resets_at
    missing = budget.spent + 1 - _allowance(budget, now=now)
    if missing <= 0:
        return now
    return min(
        budget.resets_at, now + missing * (budget.resets_at - budget.started_at) / _free(budget)
    )


def _free(budget: Budget) -> int:
    """Count the requests of the window that are ours to schedule: neither the reserve nor what others took."""
    return max(1, budget.limit - budget.reserve - budget.foreign)


def _allowance(budget: Budget, *, now: datetime) -> float:
    """Count the requests that may have been made by now: a burst at the start, the rest spread evenly."""
    window = budget.resets_at - budget.started_at
    elapsed = min(1.0, max(0.0, (now - budget.started_at) / window)) if window else 1.0
    free = _free(budget)
    return free * min(1.0, BURST_SHARE + elapsed)


def _rolled(budget: Budget, *, now: datetime) -> Budget:
    """Open the next window when this one is over; a clock that went back an hour or more opens a new one, too."""
    if budget.started_at - HOUR <= now < budget.resets_at:
        return budget
    return fresh(budget.limit, now=now)
