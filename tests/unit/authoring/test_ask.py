"""Why an upstream doesn't tell its releases, in words for an author."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from tests.clocks import StillClock

from artesian.authoring.ask import NotListed, Unanswered, newest_releases
from artesian.errors import ArtesianError
from artesian.model.definition import Source, SourceKind
from artesian.model.header import Received
from artesian.model.outcome import NetworkFault, NetworkFaultKind, Request, Response
from artesian.observe import Observer
from artesian.refresh.access import Access
from artesian.refresh.exchange import Exchange
from artesian.refresh.memory import FILE, Memory
from artesian.refresh.record import Listing

SOURCE = Source(kind=SourceKind.GITHUB, repository="o/r")
NOW = StillClock().now()
RESET = str(int(NOW.timestamp()) + 600)
LISTED = b'[{"tag_name": "v1", "assets": []}]'


class Answering:
    """An upstream that says one thing."""

    def __init__(self, answer: Response | NetworkFault) -> None:
        self._answer = answer

    async def send(self, request: Request) -> Response | NetworkFault:
        del request
        return self._answer


def answer(status: int, body: bytes = b"", **headers: str) -> Response:
    """Make an answer of GitHub."""
    known = {Received(name.replace("_", "-")): value for name, value in headers.items()}
    return Response(url="https://api.github.com/", status=status, headers=known, body=body)


def fault(kind: NetworkFaultKind) -> NetworkFault:
    """Make a fault of the network."""
    return NetworkFault(kind=kind, message="api.github.com: it broke")


def ask(folder: Path, said: Response | NetworkFault, **access: object) -> Listing:
    """Ask, and return the answer."""
    memory = Memory(folder / FILE, session="test")
    exchange = Exchange(
        transport=Answering(said),
        access=Access(user_agent="artesian/test", **access),  # type: ignore[arg-type]
        memory=memory,
        clock=StillClock(),
        jitter=lambda: 0.0,
        observer=Observer(),
        is_operator=True,
    )
    try:
        return asyncio.run(newest_releases(exchange, SOURCE, text="github:o/r"))
    finally:
        memory.close()


def test_the_newest_page(tmp_path: Path) -> None:
    """What it lists comes back as it is."""
    (found,) = ask(tmp_path, answer(200, LISTED)).window
    assert found.tag == "v1"


def test_what_cannot_be_read_comes_with_its_reason(tmp_path: Path) -> None:
    """An author sees it; the rest of the list isn't lost."""
    body = b'[{"tag_name": "v2", "assets": [{"name": "x", "size": "x"}]}, {"tag_name": "v1", "assets": []}]'
    listing = ask(tmp_path, answer(200, body))
    assert [one.tag for one in listing.window] == ["v1"]
    ((tag, reason),) = [(one.tag, one.reason) for one in listing.unread]
    assert (tag, "size" in reason or "url" in reason) == ("v2", True)


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        (answer(404), NotListed, r"github:o/r: api\.github\.com has nothing of this name \(404\)"),
        (
            answer(403, x_ratelimit_limit="60", x_ratelimit_remaining="0", x_ratelimit_reset=RESET),
            Unanswered,
            r"all 60 requests of this hour are used; with a token there are more .*; try again after 12:10 UTC",
        ),
        (answer(429, retry_after="60"), Unanswered, "slow down .*; try again after 12:01 UTC"),
        (answer(401), Unanswered, "asks us to authenticate"),
        (answer(502), Unanswered, r"api\.github\.com is ill: it answered 502"),
        (answer(200, b"<html>"), Unanswered, "not a list of releases"),
        (answer(304), Unanswered, "says not modified, and wasn't asked that|no answer"),
        (fault(NetworkFaultKind.NAME), Unanswered, "can't be looked up: is this machine on the"),
        (fault(NetworkFaultKind.CONNECT), Unanswered, "nobody answers there"),
        (fault(NetworkFaultKind.TLS), Unanswered, "its certificate doesn't hold"),
        (fault(NetworkFaultKind.TIMEOUT), Unanswered, "it broke"),
    ],
)
def test_why_there_are_none(
    tmp_path: Path, said: Response | NetworkFault, error: type[ArtesianError], words: str
) -> None:
    """Each way of not answering has its own sentence."""
    with pytest.raises(error, match=words):
        ask(tmp_path, said)


def test_a_host_whose_token_is_broken_is_asked_nothing(tmp_path: Path) -> None:
    """A token that would be sent broken isn't sent."""
    with pytest.raises(Unanswered, match="github:o/r: has quotes in it"):
        ask(tmp_path, answer(200, LISTED), broken={"api.github.com": "has quotes in it"})


def test_when_to_come_back_is_told_to_the_minute() -> None:
    """And only where the upstream said so."""
    until = datetime.fromisoformat("2026-01-01T12:34:56+00:00")
    assert str(Unanswered("x", "no", until)) == "x: no; try again after 12:34 UTC"
    assert str(Unanswered("x", "no")) == "x: no"
