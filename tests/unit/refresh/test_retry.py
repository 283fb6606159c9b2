"""Asking again: only what passes by itself, three tries at most, and never more than a tenth on top."""

from datetime import UTC, datetime, timedelta

import pytest

from artesian.model.outcome import (
    Fetched,
    Gone,
    NetworkFault,
    NetworkFaultKind,
    Nonsense,
    NotModified,
    Outcome,
    Refusal,
    Refused,
    ServerFault,
)
from artesian.refresh.retry import RetryBudget, delay, earn, is_passing

OUTCOMES: list[tuple[Outcome, bool]] = [
    (ServerFault(status=502), True),
    (ServerFault(status=503, until=datetime(2024, 6, 5, tzinfo=UTC)), False),
    (NetworkFault(kind=NetworkFaultKind.RESET, message=""), True),
    (NetworkFault(kind=NetworkFaultKind.TIMEOUT, message=""), True),
    (NetworkFault(kind=NetworkFaultKind.TLS, message=""), False),
    (NetworkFault(kind=NetworkFaultKind.REDIRECT, message=""), False),
    (NetworkFault(kind=NetworkFaultKind.SIZE, message=""), False),
    (Fetched(body=b"", url=""), False),
    (NotModified(), False),
    (Gone(status=404), False),
    (Nonsense(reason=""), False),
    *((Refused(reason=reason, message=""), False) for reason in Refusal),
]


@pytest.mark.parametrize(("outcome", "expected"), OUTCOMES)
def test_what_passes(outcome: Outcome, expected: bool) -> None:
    """A fault of the moment is worth another try; a refusal never is."""
    assert is_passing(outcome) is expected
    assert (delay(RetryBudget(), outcome, tries=1, jitter=0.5)[1] is not None) is expected


def test_waits_double_with_full_jitter() -> None:
    """Between nothing and one second, then two; the fourth try never comes."""
    fault = ServerFault(status=500)
    waits = [delay(RetryBudget(), fault, tries=tries, jitter=0.5)[1] for tries in (1, 2, 3)]
    assert waits == [timedelta(seconds=0.5), timedelta(seconds=1), None]
    assert delay(RetryBudget(), fault, tries=1, jitter=0)[1] == timedelta(0)


def test_retries_are_a_tenth_at_most() -> None:
    """When everything fails, the load grows by a tenth, not threefold."""
    budget, retries = RetryBudget(), 0
    for _ in range(1000):
        budget = earn(budget)
        budget, wait = delay(budget, ServerFault(status=500), tries=1, jitter=0)
        retries += wait is not None
    assert retries <= 110
