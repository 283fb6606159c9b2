"""The publishers with an index of their own: which adapter reads each, and how its documents are asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from artesian.model.definition import Source, SourceKind
from artesian.model.header import GZIP, Header, MediaType
from artesian.model.outcome import Nonsense, Request
from artesian.model.release import Listed
from artesian.sources import (
    chrome,
    flutter,
    git,
    gnupg,
    go,
    hashicorp,
    html_index,
    iterm2,
    json_index,
    julia,
    mariadb,
    node,
    serviceman,
    zig,
)

__all__ = ["PUBLISHERS", "Publisher", "plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """An adapter. `hosts` are those that a redirect may lead to.

    documents: tells which documents are needed beside those found; none: all are there. parse: reads them all.
    """

    documents: Callable[[Source, Mapping[str, bytes]], tuple[str, ...]]
    parse: Callable[[Source, Mapping[str, bytes]], Listed | Nonsense]
    accepts: MediaType = MediaType.JSON
    hosts: frozenset[str] = frozenset()


PUBLISHERS: Mapping[SourceKind, Publisher] = {
    SourceKind.NODE: Publisher(documents=node.documents, parse=node.parse),
    SourceKind.GO: Publisher(documents=go.documents, parse=go.parse, hosts=go.HOSTS),
    SourceKind.ZIG: Publisher(documents=zig.documents, parse=zig.parse),
    SourceKind.HASHICORP: Publisher(documents=hashicorp.documents, parse=hashicorp.parse),
    SourceKind.JULIA: Publisher(documents=julia.documents, parse=julia.parse),
    SourceKind.FLUTTER: Publisher(documents=flutter.documents, parse=flutter.parse),
    SourceKind.CHROME: Publisher(documents=chrome.documents, parse=chrome.parse),
    SourceKind.MARIADB: Publisher(documents=mariadb.documents, parse=mariadb.parse),
    SourceKind.GNUPG: Publisher(
        documents=gnupg.documents, parse=gnupg.parse, accepts=MediaType.ANY
    ),
    SourceKind.ITERM2: Publisher(
        documents=iterm2.documents, parse=iterm2.parse, accepts=MediaType.HTML
    ),
    SourceKind.SERVICEMAN: Publisher(documents=serviceman.documents, parse=serviceman.parse),
    SourceKind.GIT: Publisher(documents=git.documents, parse=git.parse, accepts=MediaType.ANY),
    SourceKind.JSON: Publisher(documents=json_index.documents, parse=json_index.parse),
    SourceKind.HTML: Publisher(
        documents=html_index.documents, parse=html_index.parse, accepts=MediaType.HTML
    ),
}


def plan(publisher: Publisher, url: str, *, user_agent: str, etag: str | None = None) -> Request:
    """Ask for a document."""
    headers: dict[Header, str] = {
        Header.ACCEPT: publisher.accepts,
        Header.ACCEPT_ENCODING: GZIP,
        Header.USER_AGENT: user_agent,
    }
    if etag is not None:
        headers[Header.IF_NONE_MATCH] = etag
    return Request(url=url, headers=headers, hosts=publisher.hosts)
