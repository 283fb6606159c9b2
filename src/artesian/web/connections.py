"""The connections of one server: a time limit and a size limit for requests, and a cap. Knows no routes.

uvicorn limits neither the time nor the size of a header with httptools, so this inherits from its protocol: the only
way in, and the reason why the house's rule against inheritance has an exception here. A test pins what is overridden.
"""

from asyncio import BaseTransport, Transport
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from artesian.clock import Clock
from artesian.observe import Observer
from artesian.web.answers import Ready

__all__ = ["Connection", "Connections", "Kept", "Limits"]

_Headers: TypeAlias = list[tuple[bytes, bytes]]
# Path and headers of a GET → an answer that can be sent as it stands. It must not raise.
Kept: TypeAlias = Callable[[bytes, _Headers], Ready | None]

# Once the server is to end, a client that is connected may still send its request within this time: one over a
# satellite needs a second. uvicorn would close it at once.
_LINGER_S = 2.0
_END = b"\r\n\r\n"  # of a request: none has a body


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one client may take of a server."""

    connections: int
    header_timeout_s: float  # from the opening, or the last answer, to a full header
    header_bytes: int  # of a request, however many arrive at once: no route takes a body
    unsent_timeout_s: float = 60.0  # for an answer to leave: 450 kB at 60 kbit/s


def _refusal(status: str, message: str) -> bytes:
    """Write a response that a shell reads as an error too: it may be at the other end of a pipe."""
    body = f"echo 'artesian: {message}' >&2; exit 64\n"
    return (
        f"HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {len(body)}\r\n"
        f"cache-control: no-store\r\nconnection: close\r\n\r\n{body}"
    ).encode()


_MALFORMED = _refusal("400 Bad Request", "this is no HTTP request that we understand")
_TOO_LARGE = _refusal("431 Request Header Fields Too Large", "the request is too large")
_TOO_SLOW = _refusal("408 Request Timeout", "the request took too long to arrive")


def _nothing(path: bytes, headers: _Headers) -> None:
    """Keep no answer."""
    del path, headers


class Connections:
    """The open connections of one server. `overloaded` answers those beyond the cap while none is idle."""

    def __init__(
        self, limits: Limits, clock: Clock, observer: Observer, *, overloaded: ASGIApp, kept: Kept
    ) -> None:
        self.limits = limits
        self.observer = observer
        self.overloaded = overloaded
        self.kept = kept
        self.is_draining = False  # the server is about to end
        self.now_s = clock.monotonic_s
        self.waiting: dict[Connection, float] = {}  # for a header, since when; the oldest first
        self._defaults: _Headers | None = None
        self._opening = b""

    def opening(self, defaults: _Headers) -> bytes:
        """Write what every good answer begins with; uvicorn makes a new list of its default headers each second."""
        if defaults is not self._defaults:
            lines = b"".join(b"%b: %b\r\n" % pair for pair in defaults)
            self._defaults, self._opening = defaults, b"HTTP/1.1 200 OK\r\n" + lines
        return self._opening

    def make_room(self) -> bool:
        """Close the connection that has been idle longest; False if none is."""
        oldest = next(iter(self.waiting), None)
        if oldest is None:
            return False
        idle = next((each for each in self.waiting if not each.has_unsent()), oldest)
        del self.waiting[idle]
        self.observer.count("connection.evicted")
        idle.transport.abort()
        return True

    def sweep(self) -> None:
        """Close connections whose header, or whose reader, has taken too long. To be called about once a second."""
        now_s = self.now_s()
        for connection, since_s in list(self.waiting.items()):
            waited_s = now_s - since_s
            if waited_s < self.limits.header_timeout_s:
                return
            if connection.has_unsent():
                if waited_s >= self.limits.unsent_timeout_s:
                    del self.waiting[connection]
                    connection.transport.abort()
                continue
            del self.waiting[connection]
            self.observer.count("connection.slow")
            connection.refuse(_TOO_SLOW)


class Connection(HttpToolsProtocol):
    """One connection; uvicorn makes it, with `connections` bound beforehand by functools.partial."""

    def __init__(self, connections: Connections, **of_uvicorn: Any) -> None:
        super().__init__(**of_uvicorn)
        self._all = connections
        self._kept = connections.kept
        # At hand, since every request moves this connection out of the waiting ones and back.
        self._waiting = connections.waiting
        self._now_s = connections.now_s
        self._limit_bytes = connections.limits.header_bytes
        self._received_bytes = 0  # since the last full header

    def has_unsent(self) -> bool:
        """Tell whether a part of an answer still waits for its reader."""
        return self.transport.get_write_buffer_size() > 0

    def refuse(self, response: bytes) -> None:
        """Send a whole response and close."""
        if not self.transport.is_closing():
            self.transport.write(response)
            self.transport.close()

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(cast("Transport", transport))
        if len(self.connections) > self._all.limits.connections and not self._all.make_room():
            self.app, self._kept = self._all.overloaded, _nothing
        self._waiting[self] = self._now_s()
        if self._all.is_draining:  # accepted at the last moment
            self.shutdown()

    def shutdown(self) -> None:
        """Let an answer on its way finish, and a client that asks soon be answered; uvicorn calls it at the end."""
        if self._is_idle():
            self.loop.call_later(_LINGER_S, self._close_if_idle)
        else:
            super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        self._waiting.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._received_bytes + len(data) <= self._limit_bytes:
            self._received_bytes += len(data)
            super().data_received(data)
            return
        # Too much for one request, but several may have come at once: fed one by one, each counts by itself.
        while data and not self.transport.is_closing():
            head, end, data = data.partition(_END)
            self._received_bytes += len(head) + len(end)
            if self._received_bytes > self._limit_bytes:
                self._all.observer.count("connection.too_large")
                self.refuse(_TOO_LARGE)
                return
            super().data_received(head + end)

    def send_400_response(self, msg: str) -> None:
        del msg
        self._all.observer.count("connection.malformed")
        self.refuse(_MALFORMED)

    def on_headers_complete(self) -> None:
        self._received_bytes = 0
        self._waiting.pop(self, None)
        if self._is_idle() and self._answer_at_once():
            self._waiting[self] = self._now_s()
        else:
            super().on_headers_complete()

    def _answer_at_once(self) -> bool:
        """Send a kept answer without a task and its ASGI messages: they are more than half of what a request costs."""
        parser = self.parser
        if (
            parser.get_method() != b"GET"
            or parser.get_http_version() != "1.1"
            or parser.should_upgrade()
            or not parser.should_keep_alive()
            or self.flow.write_paused
            or self._all.is_draining
        ):
            return False
        kept = self._kept(self.url, self.headers)
        if kept is None:
            return False
        opening = self._all.opening(self.server_state.default_headers)
        self.transport.writelines((opening, kept.head, kept.body["body"]))
        self.server_state.total_requests += 1
        return True

    def on_body(self, body: bytes) -> None:
        """Drop it, and the connection with it: no route takes a body."""
        del body
        if self._is_idle():
            self.transport.close()
        else:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        if not self._is_idle():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete and not self.transport.is_closing():
            self._waiting[self] = self._now_s()

    def _is_idle(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn's annotation leaves the None out
        return cycle is None or cycle.response_complete

    def _close_if_idle(self) -> None:
        if self._is_idle():
            self.transport.close()
