"""Asks an upstream for its newest releases as the writer would, and says plainly why it has none for us."""

from datetime import datetime
from typing import assert_never

from artesian.errors import NotFound, Unavailable
from artesian.model.definition import Source
from artesian.model.names import PackageName
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
from artesian.refresh.exchange import Exchange
from artesian.refresh.fetch import fetch
from artesian.refresh.record import Listing, Record, source_text
from artesian.refresh.upstream import NotNow

__all__ = ["NotListed", "Unanswered", "newest_releases"]

_RETRY_S = 60
_WHY = {
    NetworkFaultKind.NAME: "its name can't be looked up: is this machine on the network?",
    NetworkFaultKind.CONNECT: "nobody answers there: is this machine on the network, behind a proxy?",
    NetworkFaultKind.TLS: "its certificate doesn't hold: see the clock, and who answers in its place",
}


class NotListed(NotFound):
    """The upstream has no such repository, or shows it to nobody like us."""

    def __init__(self, text: str, host: str, status: int) -> None:
        super().__init__(
            f"{text}: {host} has nothing of this name ({status}): see the spelling; a private one needs a token"
        )


class Unanswered(Unavailable):
    """The upstream doesn't tell its releases now."""

    def __init__(self, text: str, why: str, until: datetime | None = None) -> None:
        when = f"; try again after {until:%H:%M} UTC" if until else ""
        super().__init__(f"{text}: {why}{when}", retry_after_s=_RETRY_S)


async def newest_releases(exchange: Exchange, source: Source, *, text: str) -> Listing:
    """Ask for the newest page of releases with its checksums; raise NotListed or Unanswered."""
    record = Record(name=PackageName("-"), source=source_text(source))
    result = await fetch(exchange, source, record, None)
    if isinstance(result, Listing):
        return result
    host = exchange.access.host(source)
    if isinstance(result, NotNow):
        raise Unanswered(text, result.reason, result.until)
    if isinstance(result, Gone):
        raise NotListed(text, host, result.status)
    raise _unanswered(text, host, result)


def _unanswered(text: str, host: str, outcome: Outcome) -> Unanswered:
    match outcome:
        case Refused(reason=Refusal.PRIMARY_LIMIT, message=message, until=until):
            more = "; with a token there are more (see the setting github_token_file)"
            return Unanswered(text, message + more, until)
        case Refused(message=message, until=until):
            return Unanswered(text, message, until)
        case ServerFault(status=status, until=until):
            return Unanswered(text, f"{host} is ill: it answered {status}", until)
        case NetworkFault(kind=kind, message=message):
            return Unanswered(text, f"{host}: {_WHY[kind]}" if kind in _WHY else message)
        case Nonsense(reason=reason):
            return Unanswered(text, reason)
        case Fetched() | NotModified() | Gone():
            return Unanswered(text, f"{host} gave no answer that could be used")
        case _:
            assert_never(outcome)
