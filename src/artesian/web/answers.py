"""Answers as values, made ready to send once, and kept in a byte-capped cache. Knows no packages and no routes."""

import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

import msgspec

from artesian.render.layout import CONTENT_POLICY
from artesian.web.negotiate import Form

__all__ = [
    "BRIEF",
    "FRESH",
    "JSON",
    "NEGOTIATED",
    "NEVER",
    "TEXT",
    "Answer",
    "AnswerKey",
    "Answers",
    "Ready",
    "page_answer",
    "ready",
]

# A minute fresh; then a cache may answer with the old one for a day while it asks, and for a week while we are down.
FRESH = "public, max-age=60, stale-while-revalidate=86400, stale-if-error=604800"
NEVER = "no-store"
# As often as it is judged how the service is.
BRIEF = "public, max-age=10"

# What an answer varies on whose form the client didn't force.
NEGOTIATED = "User-Agent, Accept, Accept-Encoding"

# Plain text, so that a browser shows a script to who wants to read it first; nosniff keeps it so.
TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
_HTML = "text/html; charset=utf-8"

# Bodies below this many bytes gain nothing from gzip: they fit one network packet anyway.
_LEAST_GZIP_BYTES = 860
# Memory that one kept answer takes beside its body: headers, messages, the key (measured with tracemalloc).
_OVERHEAD_BYTES = 4000
# What would end a header early.
_BREAK = re.compile(rb"[\r\n\0]")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a route says; status, body and the few headers that differ between answers."""

    body: bytes
    media_type: str
    status: int = 200
    vary: str = "Accept-Encoding"
    cache_control: str = FRESH
    checked_at: datetime | None = None  # when the upstream last confirmed what is told (UTC)
    headers: tuple[tuple[str, str], ...] = ()


class Ready(NamedTuple):
    """An answer as ASGI messages, built once and sent as often as asked for. Senders must not change the messages."""

    etag: bytes  # empty: none, so it is never answered by 304
    start: dict[str, Any]
    body: dict[str, Any]
    not_modified: dict[str, Any]
    head: bytes  # the headers as they go over the wire, the empty line included
    size_bytes: int


# What tells kept answers apart: raw path, form (None: the same for every client), origin (empty: prints none), gzip.
AnswerKey: TypeAlias = tuple[bytes, Form | None, str, bool]


def page_answer(html: str, *, more: tuple[tuple[str, str], ...] = (), **rest: Any) -> Answer:
    """Make an answer of a page, with the headers that keep it to itself, and `more`."""
    return Answer(
        body=html.encode(),
        media_type=_HTML,
        headers=(
            ("Content-Security-Policy", CONTENT_POLICY),
            ("Referrer-Policy", "no-referrer"),
            *more,
        ),
        **rest,
    )


def _pairs(answer: Answer, etag: bytes) -> list[tuple[bytes, bytes]]:
    """Build the headers that a 304 repeats (RFC 9110, 15.4.5)."""
    pairs = [
        (b"cache-control", answer.cache_control.encode()),
        (b"vary", answer.vary.encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    if etag:
        pairs.append((b"etag", etag))
    if answer.checked_at is not None:
        stamp = answer.checked_at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        pairs.append((b"artesian-checked-at", stamp))
    return pairs


def ready(answer: Answer, *, is_gzip: bool) -> Ready:
    """Make an answer ready to send; its strong ETag differs between encodings."""
    is_packed = is_gzip and len(answer.body) >= _LEAST_GZIP_BYTES
    # mtime=0: equal answers must be equal bytes. Level 6: 9 takes twice as long for 0.3 % less.
    body = gzip.compress(answer.body, compresslevel=6, mtime=0) if is_packed else answer.body
    etag = b""
    if answer.status == 200 and answer.cache_control != NEVER:
        digest = hashlib.sha256(answer.body).hexdigest()[:32]
        etag = f'"{digest}{"-gz" if is_packed else ""}"'.encode()
    shared = _pairs(answer, etag)
    pairs = [
        *shared,
        (b"content-type", answer.media_type.encode()),
        (b"content-length", str(len(body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in answer.headers),
    ]
    if is_packed:
        pairs.append((b"content-encoding", b"gzip"))
    lines = [b"%b: %b\r\n" % pair for pair in pairs]
    assert not any(_BREAK.search(line, 0, len(line) - 2) for line in lines)
    return Ready(
        etag=etag,
        start={"type": "http.response.start", "status": answer.status, "headers": pairs},
        body={"type": "http.response.body", "body": body},
        not_modified={"type": "http.response.start", "status": 304, "headers": shared},
        head=b"".join((*lines, b"\r\n")),
        size_bytes=len(body) + _OVERHEAD_BYTES,
    )


class Answers:
    """Ready answers of one generation, least recently used out first; `limit_bytes` counts bodies and overhead."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[AnswerKey, Ready] = OrderedDict()
        self.size_bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: AnswerKey) -> Ready | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def drop(self, is_over: Callable[[AnswerKey], bool]) -> None:
        """Forget the answers whose keys are over."""
        for key in [key for key in self._kept if is_over(key)]:
            self.size_bytes -= self._kept.pop(key).size_bytes

    def put(self, key: AnswerKey, answer: Ready) -> None:
        if key in self._kept or answer.size_bytes > self._limit_bytes:
            return
        self._kept[key] = answer
        self.size_bytes += answer.size_bytes
        while self.size_bytes > self._limit_bytes:
            _, oldest = self._kept.popitem(last=False)
            self.size_bytes -= oldest.size_bytes
