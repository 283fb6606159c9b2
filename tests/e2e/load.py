"""Clients on loopback that ask again and again, so many at a time and paced, and what became of each request."""

import http.client
import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from threading import Event, Thread
from urllib.parse import urlsplit

from artesian.clock import SystemClock

__all__ = ["Attempt", "Kill", "Load", "Outcome", "kill", "longest_gap_s", "pressing", "unexplained"]

PACE_S = 0.02
CLOCK = SystemClock()


class Outcome(StrEnum):
    """What became of one request."""

    ANSWERED = "answered"
    REFUSED = "refused"  # nobody listens
    LOST = "lost"  # connected, and no whole answer came
    WRONG = "wrong"  # a whole answer, but not the one that was to be expected


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request, and when it was under way."""

    began_s: float
    ended_s: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Kill:
    """When a process was killed, as exactly as can be told from outside."""

    began_s: float
    ended_s: float


@dataclass(frozen=True, slots=True)
class Load:
    """What the clients have met so far."""

    attempts: list[Attempt] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    def count(self) -> Counter[Outcome]:
        """Count requests by their outcomes."""
        return Counter(attempt.outcome for attempt in list(self.attempts))

    def having(self, *outcomes: Outcome) -> list[Attempt]:
        """List the requests with one of these outcomes."""
        return [attempt for attempt in list(self.attempts) if attempt.outcome in outcomes]


@contextmanager
def pressing(
    origin: str, *, clients: int = 6, is_kept_alive: bool = False, patience_s: float = 15.0
) -> Iterator[Load]:
    """Have clients ask for a script until left. `is_kept_alive`: on one connection each, until the server closes it."""
    load = Load()
    netloc = urlsplit(origin).netloc
    threads = [
        Thread(target=_ask, args=(load, netloc, is_kept_alive, patience_s)) for _ in range(clients)
    ]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.over.set()
        for thread in threads:
            thread.join()


def longest_gap_s(load: Load) -> float:
    """Measure the longest time in which nobody was answered."""
    ends = sorted(attempt.ended_s for attempt in load.having(Outcome.ANSWERED))
    return max((later - end for end, later in pairwise(ends)), default=0.0)


def kill(pid: int, *, dying_s: float = 0.0) -> Kill:
    """Kill a process; those that end because of it do so within `dying_s`."""
    began_s = CLOCK.monotonic_s()
    os.kill(pid, signal.SIGKILL)
    return Kill(began_s, CLOCK.monotonic_s() + dying_s)


def unexplained(load: Load, kills: Sequence[Kill]) -> list[Attempt]:
    """List lost requests that weren't under way at any of the kills."""
    return [
        attempt
        for attempt in load.having(Outcome.LOST)
        if not any(
            attempt.began_s <= each.ended_s and each.began_s <= attempt.ended_s for each in kills
        )
    ]


def _ask(load: Load, netloc: str, is_kept_alive: bool, patience_s: float) -> None:
    connection = http.client.HTTPConnection(netloc, timeout=patience_s)
    while not load.over.wait(PACE_S):
        began_s = CLOCK.monotonic_s()
        outcome = _attempt(connection, "keep-alive" if is_kept_alive else "close")
        load.attempts.append(Attempt(began_s, CLOCK.monotonic_s(), outcome))
        if outcome is not Outcome.ANSWERED or not is_kept_alive:
            connection.close()
    connection.close()


def _attempt(connection: http.client.HTTPConnection, keeping: str) -> Outcome:
    try:
        if connection.sock is None:
            connection.connect()
    except OSError:
        return Outcome.REFUSED
    try:
        connection.request(
            "GET", "/rg", headers={"User-Agent": "curl/8.5.0", "Connection": keeping}
        )
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException):
        return Outcome.LOST
    is_right = answer.status == http.HTTPStatus.OK and body.rstrip().endswith(
        b'{ main "$@"; exit; }'
    )
    return Outcome.ANSWERED if is_right else Outcome.WRONG
