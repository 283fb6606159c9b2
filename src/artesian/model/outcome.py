"""What talking to an upstream came to: a closed set of values. Nothing here is an exception."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from artesian.model.header import Header, Received

__all__ = [
    "Fetched",
    "Gone",
    "NetworkFault",
    "NetworkFaultKind",
    "Nonsense",
    "NotModified",
    "Outcome",
    "RateLimit",
    "Refusal",
    "Refused",
    "Request",
    "Response",
    "ServerFault",
]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A GET (or, with a body, a POST of a query) to an upstream. The transport adds the credential of the URL's host.

    `hosts` are those that a redirect may lead to; the URL's own always may.
    """

    url: str
    headers: Mapping[Header, str] = {}
    body: bytes | None = None
    hosts: frozenset[str] = frozenset()


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """An upstream's answer, read whole and decompressed. `is_credentialed`: a token went out with the request."""

    url: str  # where it came from, after redirects
    status: int
    headers: Mapping[Received, str]
    body: bytes
    is_credentialed: bool = False
    was_moved: bool = False  # a permanent redirect led here
    redirects: int = 0  # followed on the way; each was a request, too


class RateLimit(msgspec.Struct, frozen=True, kw_only=True):
    """The upstream's own account of our requests: `limit` an hour, `remaining` of them until `resets_at`."""

    limit: int
    remaining: int
    resets_at: datetime
    used: int | None = None


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """Data, as bytes; whether they make sense is the source's to say. `next_url`: the next page."""

    body: bytes
    url: str
    etag: str | None = None
    next_url: str | None = None
    rate: RateLimit | None = None
    was_moved: bool = False


class NotModified(msgspec.Struct, frozen=True, kw_only=True):
    """What we have is current."""

    rate: RateLimit | None = None


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """404 or 410: deleted, made private, or hidden from an unauthorised asker. Suspicious; what we have stays."""

    status: int
    rate: RateLimit | None = None


class Refusal(StrEnum):
    """Why an upstream refuses us."""

    AUTH_LOST = "auth_lost"  # it answers, but our credential doesn't reach it
    BAD_CREDENTIAL = "bad_credential"  # 401: asking again with it may lock us out
    PRIMARY_LIMIT = "primary_limit"
    SECONDARY_LIMIT = "secondary_limit"
    FORBIDDEN = "forbidden"


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """The upstream is well but won't serve us; not before `until`, where it said so."""

    reason: Refusal
    message: str
    until: datetime | None = None
    rate: RateLimit | None = None


class ServerFault(msgspec.Struct, frozen=True, kw_only=True):
    """5xx: the upstream is ill; not before `until`, where it said so."""

    status: int
    until: datetime | None = None
    rate: RateLimit | None = None


class NetworkFaultKind(StrEnum):
    """Which part of the way failed."""

    NAME = "name"  # DNS
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    RESET = "reset"
    REDIRECT = "redirect"  # to a host that the source doesn't name
    SIZE = "size"  # over the cap
    PROTOCOL = "protocol"


class NetworkFault(msgspec.Struct, frozen=True, kw_only=True):
    """No answer at all, or none that could be read whole."""

    kind: NetworkFaultKind
    message: str
    redirects: int = 0  # followed before; each was a request, too


class Nonsense(msgspec.Struct, frozen=True, kw_only=True):
    """An answer with a good status whose body can't be what was asked for."""

    reason: str
    rate: RateLimit | None = None


Outcome: TypeAlias = Fetched | NotModified | Gone | Refused | ServerFault | NetworkFault | Nonsense
