"""The budget of requests: never over the limit, the reserve kept, other users noticed, restarts harmless."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from artesian.model.outcome import RateLimit
from artesian.refresh.budget import ANONYMOUS_LIMIT, HOUR, Budget, fresh, next_at, observe, spend

NOW = datetime(2024, 6, 5, 18, 0, tzinfo=UTC)
STEPS = st.lists(st.floats(0, 600), min_size=1, max_size=300)


def drain(budget: Budget, *, now: datetime, is_operator: bool = False) -> tuple[Budget, int]:
    """Spend until refused."""
    for count in range(10_000):
        budget, may = spend(budget, now=now, is_operator=is_operator)
        if not may:
            return budget, count
    raise AssertionError("spends for ever")


@given(STEPS, st.sampled_from([60, 1000, 5000]))
def test_never_over_the_limit(steps: list[float], limit: int) -> None:
    """However often it is asked, and through restarts, a window's requests stay below limit minus reserve."""
    budget, now = fresh(limit, now=NOW), NOW
    windows: dict[datetime, int] = {}
    for step_s in steps:
        now += timedelta(seconds=step_s)
        for _ in range(5):
            budget, may = spend(budget, now=now)
            budget = msgspec.json.decode(msgspec.json.encode(budget), type=Budget)  # a restart
            windows[budget.started_at] = windows.get(budget.started_at, 0) + may
    assert max(windows.values()) <= limit - budget.reserve


def test_the_reserve_is_the_operators() -> None:
    """What the schedule must leave, an operator's own command may use."""
    budget, _ = drain(fresh(ANONYMOUS_LIMIT, now=NOW), now=NOW + timedelta(minutes=59))
    assert budget.remaining == budget.reserve == 6
    assert drain(budget, now=NOW + timedelta(minutes=59), is_operator=True)[1] == 6


def test_what_was_begun_comes_to_its_end() -> None:
    """It runs ahead of the pace, never into the reserve; what comes next waits the longer."""
    budget, _ = drain(fresh(ANONYMOUS_LIMIT, now=NOW), now=NOW)
    ahead, may = spend(budget, now=NOW, is_begun=True)
    assert may
    assert next_at(ahead, now=NOW) > next_at(budget, now=NOW)
    kept = msgspec.structs.replace(budget, remaining=budget.reserve)
    assert not spend(kept, now=NOW, is_begun=True)[1]


def test_the_start_of_a_window_is_a_burst_and_no_flood() -> None:
    """A tenth may go at once, half by half-time."""
    assert drain(fresh(5000, now=NOW), now=NOW)[1] <= 500
    assert 2400 <= drain(fresh(5000, now=NOW), now=NOW + HOUR / 2)[1] <= 2800


def test_other_users_of_the_token_are_noticed() -> None:
    """What we didn't spend, somebody else did: less is left to schedule."""
    budget, spent = drain(fresh(5000, now=NOW), now=NOW)
    rate = RateLimit(limit=5000, remaining=1000, resets_at=NOW + HOUR)
    seen = observe(budget, rate, now=NOW)
    assert seen.foreign == 4000 - spent
    assert drain(seen, now=NOW + HOUR * 0.99)[1] <= 500


def test_an_overtaken_answer_gives_nothing_back() -> None:
    """The host's count from before our latest requests doesn't raise ours."""
    budget, _ = drain(fresh(60, now=NOW), now=NOW + HOUR / 2)
    old = RateLimit(limit=60, remaining=59, resets_at=budget.resets_at)
    assert observe(budget, old, now=NOW + HOUR / 2).remaining == budget.remaining


def test_the_hosts_window_is_taken_over() -> None:
    """A reset other than ours is the truth, and so is a limit."""
    rate = RateLimit(limit=5000, remaining=4999, resets_at=NOW + HOUR / 4)
    seen = observe(fresh(60, now=NOW), rate, now=NOW)
    assert (seen.limit, seen.remaining, seen.resets_at) == (5000, 4999, NOW + HOUR / 4)
    silent = fresh(60, now=NOW)
    assert observe(silent, None, now=NOW) == silent
    assert observe(silent, RateLimit(limit=0, remaining=0, resets_at=NOW), now=NOW) == silent


def test_a_clock_that_jumps_opens_a_new_window() -> None:
    """A step of a day either way neither blocks for ever nor gives two windows at once."""
    budget, _ = drain(fresh(60, now=NOW), now=NOW)
    for jump in (timedelta(days=1), -timedelta(days=365)):
        assert 0 < drain(budget, now=NOW + jump)[1] <= 60


@given(st.floats(0, 3599), st.integers(0, 60))
def test_next_at_is_when_spend_says_yes(elapsed_s: float, remaining: int) -> None:
    """Waiting until then is enough, and it is never in the past."""
    now = NOW + timedelta(seconds=elapsed_s)
    budget, _ = drain(msgspec.structs.replace(fresh(60, now=NOW), remaining=remaining), now=now)
    when = next_at(budget, now=now)
    assert when >= now
    assert spend(budget, now=when + timedelta(microseconds=10))[1]
    assert next_at(fresh(60, now=NOW), now=NOW) == NOW


def test_another_limit_than_was_counted_with() -> None:
    """A host that grants more, or less, than was expected is believed at once, both ways."""
    for limit, remaining in ((5000, 4999), (30, 29)):
        rate = RateLimit(limit=limit, remaining=remaining, resets_at=NOW + timedelta(hours=1))
        assert observe(fresh(60, now=NOW), rate, now=NOW).remaining == remaining
