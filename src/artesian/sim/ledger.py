"""Who has used how much of GitHub's limits: hourly windows, points a minute, bad attempts. Frozen; one value is all.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

__all__ = [
    "ATTEMPTS",
    "Ledger",
    "Window",
    "attempt",
    "is_locked",
    "point",
    "take",
    "window",
]

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
POINTS_PER_MINUTE = 900  # of a REST endpoint
SLOW_DOWN = timedelta(seconds=60)  # how long a secondary limit lasts at the least
ATTEMPTS = 10  # bad credentials within an hour, after which all attempts are refused; GitHub doesn't say how many

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """An hour of one account: it starts with its first request and ends at one fixed time."""

    resets_at: datetime
    used: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All accounts. Keys are `user 1`, `address 192.0.2.1`; `graphql user 1` for points."""

    windows: Mapping[str, Window]
    minutes: Mapping[str, tuple[datetime, int]]
    slowed: Mapping[str, datetime]  # under a secondary limit until
    attempts: Mapping[str, tuple[datetime, ...]]

    @classmethod
    def empty(cls) -> "Ledger":
        """Open the books."""
        return cls(windows={}, minutes={}, slowed={}, attempts={})


def window(ledger: Ledger, account: str, now: datetime) -> Window:
    """Read an account's present window; a new one begins with the next request."""
    known = ledger.windows.get(account)
    if known is None or now >= known.resets_at:
        return Window(resets_at=(now + HOUR).replace(microsecond=0))
    return known


def take(ledger: Ledger, account: str, now: datetime, cost: int = 1) -> Ledger:
    """Book `cost` requests (or points) on an account."""
    present = window(ledger, account, now)
    booked = replace(present, used=present.used + cost)
    return replace(ledger, windows={**ledger.windows, account: booked})


def point(ledger: Ledger, account: str, now: datetime) -> tuple[Ledger, datetime | None]:
    """Book a point of the secondary limit; tell until when the account is told to slow down (None: it isn't)."""
    slowed = ledger.slowed.get(account, _NEVER)
    if now < slowed:
        return ledger, slowed
    begun, used = ledger.minutes.get(account, (_NEVER, 0))
    begun, used = (now, 1) if now - begun >= MINUTE else (begun, used + 1)
    ledger = replace(ledger, minutes={**ledger.minutes, account: (begun, used)})
    if used <= POINTS_PER_MINUTE:
        return ledger, None
    until = now + SLOW_DOWN
    return replace(ledger, slowed={**ledger.slowed, account: until}), until


def attempt(ledger: Ledger, address: str, now: datetime) -> Ledger:
    """Book an attempt with bad credentials."""
    recent = [when for when in ledger.attempts.get(address, ()) if now - when < HOUR]
    return replace(ledger, attempts={**ledger.attempts, address: (*recent, now)})


def is_locked(ledger: Ledger, address: str, now: datetime) -> bool:
    """Tell whether so many attempts were bad that even good ones are refused."""
    recent = [when for when in ledger.attempts.get(address, ()) if now - when < HOUR]
    return len(recent) >= ATTEMPTS
