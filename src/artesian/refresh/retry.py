"""Whether and when to ask again: only for faults that pass by themselves, with full jitter, out of a budget."""

from datetime import timedelta
from typing import assert_never

import msgspec

from artesian.model.outcome import (
    Fetched,
    Gone,
    NetworkFault,
    NetworkFaultKind,
    Nonsense,
    NotModified,
    Outcome,
    Refused,
    ServerFault,
)

__all__ = ["RetryBudget", "delay", "earn", "is_passing"]

MAX_RETRIES = 2  # three tries in all: more only prolongs a metastable failure
FIRST_DELAY = timedelta(seconds=1)
EARNED_SHARE = 0.1  # one retry for ten requests, so that retries add at most a tenth to the load
MAX_SAVED = 10.0

_PASSING = frozenset(
    {
        NetworkFaultKind.CONNECT,
        NetworkFaultKind.TIMEOUT,
        NetworkFaultKind.RESET,
        NetworkFaultKind.NAME,
    }
)


class RetryBudget(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket that every request fills a little and every retry empties by one."""

    saved: float = MAX_SAVED


def earn(budget: RetryBudget) -> RetryBudget:
    """Book a first try."""
    return RetryBudget(saved=min(MAX_SAVED, budget.saved + EARNED_SHARE))


def delay(
    budget: RetryBudget, outcome: Outcome, *, tries: int, jitter: float
) -> tuple[RetryBudget, timedelta | None]:
    """Tell how long to wait before try number `tries` + 1; None: give up. `jitter` is in [0, 1)."""
    if not is_passing(outcome) or tries > MAX_RETRIES or budget.saved < 1:
        return budget, None
    return RetryBudget(saved=budget.saved - 1), FIRST_DELAY * 2 ** (tries - 1) * jitter


def is_passing(outcome: Outcome) -> bool:
    """Tell whether asking again soon may help. A refusal never: a repeated 401 locks the owner out."""
    match outcome:
        case ServerFault(until=until):
            return until is None
        case NetworkFault(kind=kind):
            return kind in _PASSING
        case Fetched() | NotModified() | Gone() | Refused() | Nonsense():
            return False
        case _ as unreachable:
            assert_never(unreachable)
