"""All documents that list a package's releases, each a request: conditional ones first, where all have a validator.

One that can't be had is the outcome of the whole: half of the documents say nothing of what is gone.
"""

from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import urlsplit

import msgspec

from artesian.model.definition import Source
from artesian.model.outcome import (
    Fetched,
    Gone,
    NetworkFault,
    Nonsense,
    NotModified,
    Refused,
    ServerFault,
)
from artesian.refresh.exchange import Exchange, Mark
from artesian.refresh.record import Validator
from artesian.refresh.upstream import NotNow

__all__ = ["Collected", "collect", "read_validator"]

MAX_DOCUMENTS = 16  # an index that leads to more isn't followed

_Failure: TypeAlias = Gone | Refused | ServerFault | NetworkFault | Nonsense


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """All documents, in the order in which they were asked for."""

    fetched: Mapping[str, Fetched]

    @property
    def bodies(self) -> Mapping[str, bytes]:
        return {url: one.body for url, one in self.fetched.items()}

    @property
    def size_bytes(self) -> int:
        return sum(len(one.body) for one in self.fetched.values())


async def collect(
    exchange: Exchange, source: Source, etags: Mapping[str, str], mark: Mark
) -> Collected | NotModified | _Failure | NotNow:
    """Fetch all documents. etags: those of each document, if nothing must be fetched that hasn't changed."""
    fetched: dict[str, Fetched] = {}
    for number, (url, etag) in enumerate(etags.items()):
        outcome = await _ask(exchange, source, url, mark, etag=etag, is_begun=number > 0)
        if isinstance(outcome, Fetched):  # it changed, so all others are needed, too
            fetched[url] = outcome
            break
        if not isinstance(outcome, NotModified):
            return outcome
    else:
        if etags:
            return NotModified()
    while urls := exchange.access.documents(
        source, {url: one.body for url, one in fetched.items()}
    ):
        if len(fetched) + len(urls) > MAX_DOCUMENTS:
            return Nonsense(reason=f"its index leads to {len(urls)} documents more")
        for url in urls:
            outcome = await _ask(exchange, source, url, mark, is_begun=bool(fetched))
            if isinstance(outcome, NotModified):
                host = urlsplit(url).netloc
                return Nonsense(reason=f"{host} says not modified, and wasn't asked that")
            if not isinstance(outcome, Fetched):
                return outcome
            fetched[url] = outcome
    return Collected(fetched=fetched)


def read_validator(exchange: Exchange, source: Source, collected: Collected) -> Validator | None:
    """Tell by what to ask next time; None where a document has no validator."""
    etags = {url: one.etag for url, one in collected.fetched.items() if one.etag is not None}
    (url, *_) = exchange.access.documents(source, {})
    if url not in etags or len(etags) < len(collected.fetched):  # an older page has no use for one
        return None
    asked = exchange.access.list_releases(source, page_url=url).url
    credential = exchange.access.key(urlsplit(asked).netloc).credential
    return Validator(
        url=url,
        credential=credential,
        etag=etags[url],
        others={other: etag for other, etag in etags.items() if other != url},
    )


async def _ask(
    exchange: Exchange,
    source: Source,
    url: str,
    mark: Mark,
    *,
    etag: str | None = None,
    is_begun: bool,
) -> Fetched | NotModified | _Failure | NotNow:
    request = exchange.access.list_releases(source, page_url=url, etag=etag)
    return await exchange.ask(request, mark=mark, is_begun=is_begun)
