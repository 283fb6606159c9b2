"""One request: written down before it is sent, and whatever ends it, the books are right afterwards."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from tests.clocks import StillClock
from tests.upstreams import HOST, Forge, definition, github_token, plane_of, release

from artesian.model.outcome import (
    Fetched,
    NetworkFault,
    NetworkFaultKind,
    Outcome,
    Refused,
    Request,
    Response,
    ServerFault,
)
from artesian.refresh.exchange import Exchange
from artesian.refresh.upstream import Key, NotNow, Upstream

URL = f"https://{HOST}/repos/o/jq/releases?per_page=100"


@pytest.fixture
def forge() -> Forge:
    """A forge with one package."""
    forge = Forge(StillClock(), credential=github_token())
    forge.repositories["o/jq"] = [release("v1.7")]
    return forge


@pytest.fixture
def exchange(forge: Forge, tmp_path: Path) -> Exchange:
    """The way to it."""
    return plane_of(tmp_path, forge, definition("jq")).exchange


def ask(exchange: Exchange, body: bytes | None = None) -> Outcome | NotNow:
    """Ask for a list."""
    return asyncio.run(exchange.ask(Request(url=URL, body=body)))


def books(exchange: Exchange) -> tuple[Upstream, list[str]]:
    """Read the books on the forge, and what its requests came to."""
    key = exchange.access.key(HOST)
    with exchange.memory.transaction():
        return exchange.upstream(key), [one.outcome for one in exchange.memory.sent()]


def test_booked_before_it_is_sent(forge: Forge, exchange: Exchange) -> None:
    """While a request is on its way, it is already paid for."""
    seen: list[tuple[int, list[str]]] = []

    def look(_: Request) -> None:
        upstream, outcomes = books(exchange)
        seen.append((upstream.budget.remaining, outcomes))

    forge.fault = look
    assert isinstance(ask(exchange), Fetched)
    assert seen == [(4999, [""])]
    assert books(exchange)[1] == ["fetched"]


def test_nothing_is_sent_that_cannot_be_booked(
    forge: Forge, exchange: Exchange, tmp_path: Path
) -> None:
    """Where the books can't be written, no request leaves."""
    (tmp_path / "state.sqlite3").mkdir()
    with suppress(Exception):
        ask(exchange)
    assert forge.asked == []


class Odd(Exception):
    """What no transport should raise."""


@pytest.mark.parametrize("error", [Odd(), asyncio.CancelledError(), KeyboardInterrupt()])
def test_given_up(forge: Forge, exchange: Exchange, error: BaseException) -> None:
    """A request that we gave up is booked and neutral; the next one may go."""

    def give_up(_: Request) -> Response:
        raise error

    forge.fault = give_up
    with suppress(BaseException):
        ask(exchange)
    upstream, outcomes = books(exchange)
    assert outcomes == ["cancelled"]
    assert upstream.budget.remaining == 4999
    assert upstream.breaker.calls == ()
    forge.fault = lambda _: None
    assert isinstance(ask(exchange), Fetched)


def fault_of(forge: Forge, kind: str) -> Callable[[Request], Response | NetworkFault]:
    """Answer everything so."""
    if kind == "reset":
        return lambda _: NetworkFault(kind=NetworkFaultKind.RESET, message="reset")
    return lambda request: forge.answer(request, int(kind), b"{}")


@pytest.mark.parametrize(("kind", "tries"), [("reset", 3), ("500", 3), ("401", 1), ("404", 1)])
def test_tries(forge: Forge, exchange: Exchange, kind: str, tries: int) -> None:
    """What may pass is tried three times in all, with pauses; what won't, once."""
    forge.fault = fault_of(forge, kind)
    began = forge.clock.monotonic_s()
    ask(exchange)
    assert len(forge.asked) == tries
    assert (forge.clock.monotonic_s() > began) == (tries > 1)


def test_a_query_is_tried_once(forge: Forge, exchange: Exchange) -> None:
    """A query that was too much costs points each time."""
    forge.fault = fault_of(forge, "502")
    assert isinstance(ask(exchange, body=b"{}"), ServerFault)
    assert len(forge.asked) == 1


@pytest.mark.parametrize("is_answered", [True, False])
def test_redirects_are_booked(forge: Forge, exchange: Exchange, is_answered: bool) -> None:
    """Each redirect that was followed was a request to the host, too, whether it led anywhere or not."""

    def lost(request: Request) -> Response | NetworkFault:
        if is_answered:
            answer = forge.answer(request, 200, b"[]")
            return msgspec.structs.replace(answer, headers={}, redirects=2)
        return NetworkFault(kind=NetworkFaultKind.REDIRECT, message="in a circle", redirects=2)

    before = books(exchange)[0].budget.remaining
    forge.fault = lost
    ask(exchange)
    assert books(exchange)[0].budget.remaining == before - 3


def test_the_last_outcome_counts(forge: Forge, exchange: Exchange) -> None:
    """Where the breaker opens between two tries, what is told is the fault, not that nothing was sent."""
    faults = [fault_of(forge, "500")] * 3
    forge.fault = lambda request: faults.pop()(request) if faults else None
    ask(exchange)
    forge.fault = fault_of(forge, "500")
    assert isinstance(ask(exchange), ServerFault)
    assert isinstance(ask(exchange), NotNow)
    assert len(forge.asked) == 5


def test_the_operator_has_a_reserve(forge: Forge, exchange: Exchange) -> None:
    """A person's request goes through when the schedule's share is spent."""
    forge.limit = 5000
    key = exchange.access.key(HOST)
    with exchange.memory.transaction():
        upstream = exchange.upstream(key)
        budget = upstream.budget
        spent = type(budget)(
            limit=5000,
            remaining=300,
            started_at=budget.started_at,
            resets_at=budget.resets_at,
            spent=4700,
        )
        exchange.memory.save_upstream(key, type(upstream)(budget=spent))
    refused = ask(exchange)
    assert isinstance(refused, NotNow)
    assert refused.until == budget.resets_at
    assert isinstance(ask(replace(exchange, is_operator=True)), Fetched)


def test_when_a_token_ends(forge: Forge, exchange: Exchange) -> None:
    """The date that comes with an answer is remembered."""
    ends = "2026-02-01 10:00:00 UTC"
    forge.fault = lambda request: forge.answer(request, github_authentication_token_expiration=ends)
    ask(exchange)
    ends_at = books(exchange)[0].token_expires_at
    assert ends_at is not None
    assert ends_at - forge.clock.now() == timedelta(days=29, hours=22)


def test_books_are_kept_by_credential(forge: Forge, exchange: Exchange) -> None:
    """What is wrong with one token is nothing against the next."""
    forge.fault = fault_of(forge, "401")
    assert isinstance(ask(exchange), Refused)
    anonymous = replace(exchange, access=replace(exchange.access, credentials={}))
    forge.fault = lambda _: None
    assert isinstance(ask(anonymous), Fetched)
    assert isinstance(ask(exchange), NotNow)
    with exchange.memory.transaction():
        hosts = [key for key in exchange.memory.upstreams() if key.host == HOST]
    assert len(hosts) == 2
    assert Key(HOST, "anonymous") in hosts
