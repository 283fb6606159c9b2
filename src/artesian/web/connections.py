"""The connections of one server: a time limit and a size limit for requests, and a cap. Knows no routes.

uvicorn limits neither the time nor the size of a header with httptools, so this inherits from its protocol: the only
way in, and the reason why the house's rule against inheritance has an exception here. A test pins what is overridden.
"""

from asyncio import BaseTransport, Transport
from dataclasses import dataclass
from typing import Any, cast

from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from artesian.clock import Clock
from artesian.observe import Observer

__all__ = ["Connection", "Connections", "Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one client may take of a server."""

    connections: int
    header_timeout_s: float  # from the opening, or the last answer, to a full header
    header_bytes: int  # of a whole request: no route takes a body
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


class Connections:
    """The open connections of one server. `overloaded` answers those beyond the cap while none is idle."""

    def __init__(
        self, limits: Limits, clock: Clock, observer: Observer, overloaded: ASGIApp
    ) -> None:
        self.limits = limits
        self.observer = observer
        self.overloaded = overloaded
        self._clock = clock
        self._waiting: dict[Connection, float] = {}  # for a header, since when; the oldest first

    def wait(self, connection: "Connection") -> None:
        """Note that a connection waits for a header from now on."""
        self._waiting[connection] = self._clock.monotonic_s()

    def unwait(self, connection: "Connection") -> None:
        """Note that a header has come, or that the connection is lost."""
        self._waiting.pop(connection, None)

    def make_room(self) -> bool:
        """Close the connection that has been idle longest; False if none is."""
        oldest = next(iter(self._waiting), None)
        if oldest is None:
            return False
        idle = next((each for each in self._waiting if not each.has_unsent()), oldest)
        self.unwait(idle)
        self.observer.count("connection.evicted")
        idle.transport.abort()
        return True

    def sweep(self) -> None:
        """Close connections whose header, or whose reader, has taken too long. To be called about once a second."""
        now_s = self._clock.monotonic_s()
        for connection, since_s in list(self._waiting.items()):
            waited_s = now_s - since_s
            if waited_s < self.limits.header_timeout_s:
                return
            if connection.has_unsent():
                if waited_s >= self.limits.unsent_timeout_s:
                    self.unwait(connection)
                    connection.transport.abort()
                continue
            self.unwait(connection)
            self.observer.count("connection.slow")
            connection.refuse(_TOO_SLOW)


class Connection(HttpToolsProtocol):
    """One connection; uvicorn makes it, with `connections` bound beforehand by functools.partial."""

    def __init__(self, connections: Connections, **of_uvicorn: Any) -> None:
        super().__init__(**of_uvicorn)
        self._all = connections
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
            self.app = self._all.overloaded
        self._all.wait(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._all.unwait(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received_bytes += len(data)
        if self._received_bytes > self._all.limits.header_bytes:
            self._all.observer.count("connection.too_large")
            self.refuse(_TOO_LARGE)
            return
        super().data_received(data)

    def send_400_response(self, msg: str) -> None:
        del msg
        self._all.observer.count("connection.malformed")
        self.refuse(_MALFORMED)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._received_bytes = 0
        self._all.unwait(self)

    def on_body(self, body: bytes) -> None:
        """Drop it, and the connection with it: no route takes a body."""
        del body
        self.cycle.keep_alive = False
        if self.cycle.response_complete:
            self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete and not self.transport.is_closing():
            self._all.wait(self)
