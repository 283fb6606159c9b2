"""The schedule over simulated hours: what was asked for decides, not when the process started."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from artesian.model.names import PackageName
from artesian.refresh.budget import ANONYMOUS_LIMIT, HOUR, Budget, fresh, spend
from artesian.refresh.schedule import INTERVAL, LONGEST_PUT_OFF, Due, batch, due_at, order

NOW = datetime(2024, 6, 1, tzinfo=UTC) - timedelta(minutes=30)  # a month ends in the middle
MINUTE = timedelta(minutes=1)


def named(number: int) -> PackageName:
    """Name a package."""
    return PackageName(f"package-{number}")


class Simulation:
    """A refresher that asks for what is due, as far as its budget goes, once a minute."""

    def __init__(self, dues: list[Due], budget: Budget) -> None:
        self.dues = {due.name: due for due in dues}
        self.budget = budget
        self.asked: list[tuple[datetime, PackageName]] = []
        self.is_failing = False

    def step(self, now: datetime) -> None:
        most = batch(len(self.dues), step=MINUTE)
        for name in order(self.dues.values(), now=now)[:most]:
            self.budget, may = spend(self.budget, now=now)
            if not may:
                return
            due = self.dues[name]
            self.asked.append((now, name))
            if self.is_failing:
                due = msgspec.structs.replace(due, attempted_at=now, failures=due.failures + 1)
            else:
                due = msgspec.structs.replace(due, attempted_at=now, checked_at=now, failures=0)
            self.dues[name] = due

    def restart(self) -> None:
        """Forget everything that isn't written down."""
        written = msgspec.json.encode((list(self.dues.values()), self.budget))
        dues, self.budget = msgspec.json.decode(written, type=tuple[list[Due], Budget])
        self.dues = {due.name: due for due in dues}

    def run(self, start: datetime, minutes: int, *, restarts: int = 0) -> datetime:
        for minute in range(minutes):
            self.step(start + minute * MINUTE)
            for _ in range(restarts):
                self.restart()
        return start + minutes * MINUTE


def old_seed(count: int) -> list[Due]:
    """Packages as a fresh install has them: months old, never asked for, package-0 the most wanted."""
    old = NOW - timedelta(days=90)
    return [Due(name=named(n), checked_at=old, demand=max(0, 1000 - 100 * n)) for n in range(count)]


def test_restarts_cost_nothing() -> None:
    """A hundred restarts in an hour cause as many requests as none."""
    quiet = Simulation(old_seed(70), fresh(5000, now=NOW))
    quiet.run(NOW, 60)
    restless = Simulation(old_seed(70), fresh(5000, now=NOW))
    restless.run(NOW, 60, restarts=2)
    assert abs(len(restless.asked) - len(quiet.asked)) <= 1


def test_an_old_seed_fills_most_asked_first() -> None:
    """Anonymous, 70 packages: the wanted ones come first and no window is overdrawn."""
    subject = Simulation(old_seed(70), fresh(ANONYMOUS_LIMIT, now=NOW))
    subject.run(NOW, 59)
    asked = [name for _, name in subject.asked]
    assert asked[:5] == [named(n) for n in range(5)]
    assert len(asked) <= ANONYMOUS_LIMIT


def test_anonymous_keeps_every_package_within_two_hours() -> None:
    """Sixty requests an hour are enough for 70 packages, and demand starves none."""
    subject = Simulation(old_seed(70), fresh(ANONYMOUS_LIMIT, now=NOW))
    end = subject.run(NOW, 60 * 24)
    for n in range(70):
        times = [when for when, name in subject.asked if name == named(n)][1:]
        gaps = [later - earlier for earlier, later in zip(times, [*times[1:], end], strict=True)]
        assert max(gaps) <= timedelta(hours=2), named(n)


def test_no_boundary_is_special() -> None:
    """The first minute of a month brings no more requests than any other."""
    subject = Simulation(old_seed(300), fresh(5000, now=NOW))
    subject.run(NOW, 60)
    month = datetime(2024, 6, 1, tzinfo=UTC)
    settled = NOW + 2 * INTERVAL
    counts = [
        sum(when == NOW + minute * MINUTE for when, _ in subject.asked) for minute in range(60)
    ]
    usual = counts[int((settled - NOW) / MINUTE) :]
    assert counts[int((month - NOW) / MINUTE)] <= 2 * max(1, sum(usual) / len(usual))


def test_no_herd_after_healing() -> None:
    """After six hours of failure the packages come back within an hour, spread over it."""
    subject = Simulation(old_seed(300), fresh(5000, now=NOW))
    now = subject.run(NOW, 60)
    subject.is_failing = True
    now = subject.run(now, 360)
    subject.is_failing = False
    healed_at = now
    now = subject.run(now, 400)
    per_minute: dict[datetime, int] = {}
    for when, _ in subject.asked:
        if when >= healed_at:
            per_minute[when] = per_minute.get(when, 0) + 1
    assert max(per_minute.values()) <= 0.2 * 300
    for due in subject.dues.values():
        assert due.checked_at is not None
        assert now - due.checked_at <= 2 * INTERVAL


@pytest.mark.parametrize("failures", range(30))
def test_failures_put_off_and_never_give_up(failures: int) -> None:
    """Each failure in a row doubles the wait, up to a quarter of a day."""
    when = due_at(Due(name=named(1), attempted_at=NOW, failures=failures))
    assert when is not None
    longest = min(INTERVAL * 2**failures, LONGEST_PUT_OFF)
    assert longest * 0.9 <= when - NOW <= longest


def test_a_clock_set_back_delays_nothing() -> None:
    """A package that was asked for in the future is asked for again now."""
    due = Due(name=named(1), checked_at=NOW + 24 * HOUR, attempted_at=NOW + 24 * HOUR)
    assert order([due], now=NOW) == (named(1),)
    assert order([Due(name=named(2))], now=NOW) == (named(2),)
