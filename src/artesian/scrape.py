"""A tiny HTTP server for /metrics on an address of its own: the only path, GET and HEAD, one request a connection.

A port that is taken never stops the process it stands in: it is told once and tried again.
"""

import asyncio
from collections.abc import Callable
from typing import cast

from artesian.observe import Observer

__all__ = ["Scraped"]

# A scrape's header has some 300 bytes, and comes from a machine nearby; the answer has some 20 kB.
_HEADER_BYTES = 8192
_WHOLE_S = 10.0
_METRICS = "text/plain; version=0.0.4; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_ELSEWHERE = b"there is nothing but /metrics here\n"


class Scraped:
    """The server, open or not. `text` is asked for at each scrape; port 0: nothing is served."""

    def __init__(
        self, host: str, port: int, text: Callable[[], bytes], *, observer: Observer
    ) -> None:
        self._host = host
        self._port = port
        self._text = text
        self._observer = observer
        self._server: asyncio.Server | None = None
        self._was_told = False

    async def open(self) -> None:
        """Listen, unless it does already; to be called now and then, for a port that is taken may become free."""
        if self._server is not None or self._port == 0:
            return
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._scrape, self._host, self._port)
        except OSError as error:
            if not self._was_told:
                reason = error.strerror or str(error)
                self._observer.warn("metrics.not_served", port=self._port, reason=reason)
            self._was_told = True

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _scrape(self) -> "_Scrape":
        return _Scrape(self._text, self._observer)


class _Scrape(asyncio.Protocol):
    """One connection: a request, its answer, the end."""

    def __init__(self, text: Callable[[], bytes], observer: Observer) -> None:
        self._text = text
        self._observer = observer
        self._received = b""
        self._is_answered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(_WHOLE_S, self._transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._deadline.cancel()

    def data_received(self, data: bytes) -> None:
        if self._is_answered:
            return
        self._received += data
        if b"\r\n\r\n" in self._received:
            self._is_answered = True
            self._transport.write(self._answer(self._received.split(b"\r\n", 1)[0]))
            self._transport.close()
        elif len(self._received) > _HEADER_BYTES:
            self._transport.abort()

    def _answer(self, line: bytes) -> bytes:
        match line.split(b" "):
            case [b"GET" | b"HEAD" as method, b"/metrics", b"HTTP/1.0" | b"HTTP/1.1"]:
                self._observer.counts["metrics.scraped"] += 1
                body = self._text()
                head = _head("200 OK", _METRICS, len(body))
                return head if method == b"HEAD" else head + body
            case [b"GET" | b"HEAD", _, b"HTTP/1.0" | b"HTTP/1.1"]:
                return _head("404 Not Found", _TEXT, len(_ELSEWHERE)) + _ELSEWHERE
            case _:
                return _head("400 Bad Request", _TEXT, 0)


def _head(status: str, media_type: str, length: int) -> bytes:
    return (
        f"HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\n"
        "x-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
    ).encode()
