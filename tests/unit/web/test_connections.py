"""Slow, large and many clients, over real sockets; time is a clock that stands still until it is moved."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from functools import partial

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from tests.clocks import StillClock
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from artesian.observe import Observer
from artesian.web.answers import Answer, Ready, ready
from artesian.web.connections import Connection, Connections, Limits

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
DEADLINE_S = 5.0


async def _hello(scope: Scope, receive: Receive, send: Send) -> None:
    del receive
    body = b"x" * 20_000_000 if scope["path"] == "/large" else b"hello"
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _busy(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 503, "headers": []})
    await send({"type": "http.response.body", "body": b"busy"})


_KEPT = ready(Answer(body=b"kept", media_type="text/plain"), is_gzip=False)


def _kept(path: bytes, headers: list[tuple[bytes, bytes]]) -> Ready | None:
    is_large = (b"x-large", b"1") in headers
    if path != b"/kept":
        return None
    return _KEPT._replace(head=b"\r\n", body={"body": b"x" * 20_000_000}) if is_large else _KEPT


class _Served:
    """A port that listens with the protocol under test."""

    def __init__(
        self, port: int, clock: StillClock, connections: Connections, state: ServerState
    ) -> None:
        self.port = port
        self.state = state
        self.clock = clock
        self.connections = connections
        self.dialled: list[asyncio.StreamWriter] = []

    async def dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.dialled.append(writer)
        return reader, writer


@asynccontextmanager
async def _served(*, connections: int = 100) -> AsyncIterator[_Served]:
    clock, observer = StillClock(), Observer()
    limits = Limits(
        connections=connections, header_timeout_s=10, header_bytes=1000, unsent_timeout_s=60
    )
    everyone = Connections(limits, clock, observer, overloaded=_busy, kept=_kept)
    config = uvicorn.Config(_hello, ws="none", log_config=None, proxy_headers=False)
    config.load()
    state = ServerState()
    make = partial(Connection, everyone, config=config, server_state=state, app_state={})
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    served = _Served(server.sockets[0].getsockname()[1], clock, everyone, state)
    try:
        yield served
    finally:
        server.close()
        for writer in served.dialled:
            writer.transport.abort()
        for connection in list(state.connections):
            connection.transport.abort()
        await _settle()


async def _rest(reader: asyncio.StreamReader) -> bytes:
    """Read until the server closes, however it does."""
    async with asyncio.timeout(DEADLINE_S):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0.001)  # noqa: TID251 - real sockets need the loop to turn


async def _exchange(served: _Served, *pieces: bytes) -> bytes:
    """Send pieces one by one, and read until the server closes."""
    reader, writer = await served.dial()
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        for _ in range(5):  # let the server see this piece by itself
            await asyncio.sleep(0)  # noqa: TID251
    return await _rest(reader)


def _run(coroutine: Coroutine[None, None, None]) -> None:
    asyncio.run(coroutine)


def test_answers_as_uvicorn_does() -> None:
    """Ordinary requests, several on one connection, are answered; the size limit counts for each by itself."""

    async def check() -> None:
        async with _served() as served:
            reader, writer = await served.dial()
            for _ in range(1000 // len(GET)):
                writer.write(GET + GET)
                for _ in range(2):
                    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
                    await reader.readuntil(b"hello")

    _run(check())


def test_requests_that_come_together_count_each_by_itself() -> None:
    """More requests in one segment than one may have bytes are all answered; one among them that is too large isn't."""

    async def check() -> None:
        many = 100
        async with _served() as served:
            last = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
            answers = await _exchange(served, GET * many + last)
            assert (answers.count(b"HTTP/1.1 200"), answers.count(b"hello")) == (many + 1, many + 1)
            kept = GET.replace(b"/ ", b"/kept ", 1)
            large = b"GET / HTTP/1.1\r\nX: " + b"a" * 2000 + b"\r\n\r\n"
            answers = await _exchange(served, kept * many + large)
            assert (answers.count(b"kept"), b" 431 " in answers) == (many, True)

    _run(check())


@pytest.mark.parametrize(
    "pieces",
    [
        (b"GET /" + b"a" * 2000 + b" HTTP/1.1\r\n\r\n",),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 600, b"a" * 600),
        (b"GET / HTTP/1.1\r\n" + b"X: aaa\r\n" * 70, b"X: aaa\r\n" * 70, b"\r\n"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"a" * 1200,),
    ],
)
def test_large_requests_are_refused(pieces: tuple[bytes, ...]) -> None:
    """A header above its limit is answered 431 and the connection closed, however it arrives."""

    async def check() -> None:
        async with _served() as served:
            assert (await _exchange(served, *pieces)).startswith(b"HTTP/1.1 431")

    _run(check())


@pytest.mark.parametrize(
    "data",
    [b"\x16\x03\x01\x02\x00", b"GET /\xff HTTP/1.1\r\n\r\n", b"GET /\x00 HTTP/1.1\r\n\r\n", b"BREW / HTTP/1.1\r\n\r\n",
     b"GET / HTTP/1.1\r\nX : y\r\n\r\n", b"GET / HTTP/1.1\r\nX: a\x01b\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\n\r\n"],
)  # fmt: skip
def test_malformed_requests_are_refused(data: bytes) -> None:
    """What isn't HTTP is answered 400 with words that a shell takes as an error."""

    async def check() -> None:
        async with _served() as served:
            answer = await _exchange(served, data)
            assert answer.startswith(b"HTTP/1.1 400")
            assert answer.endswith(b">&2; exit 64\n")

    _run(check())


def test_a_body_closes_the_connection() -> None:
    """No route takes a body: it is answered, dropped, and the connection closed."""

    async def check() -> None:
        async with _served() as served:
            head = b"POST / HTTP/1.1\r\nContent-Length: 500\r\n\r\n"
            assert b"hello" in await _exchange(served, head + b"x" * 500)
            assert b"hello" in await _exchange(served, head, b"x" * 100, b"x" * 100)

    _run(check())


def test_slow_headers_are_closed() -> None:
    """A client that hasn't sent a full header in time gets 408; one that has stays."""

    async def check() -> None:
        async with _served() as served:
            silent_reader, _ = await served.dial()
            slow_reader, slow = await served.dial()
            slow.write(b"GET / HT")
            await _settle()
            served.clock.seconds = 9.9
            served.connections.sweep()
            good_reader, good = await served.dial()
            good.write(GET)
            await good_reader.readuntil(b"hello")
            served.clock.seconds = 10
            served.connections.sweep()
            assert (await _rest(slow_reader)).startswith(b"HTTP/1.1 408")
            assert (await _rest(silent_reader)).startswith(b"HTTP/1.1 408")
            good.write(GET)
            await good_reader.readuntil(b"hello")

    _run(check())


def test_slow_readers_have_longer() -> None:
    """An answer on its way isn't cut by the header's limit, but by its own."""

    async def check() -> None:
        async with _served() as served:
            reader, writer = await served.dial()
            writer.write(GET.replace(b"/ ", b"/large ", 1))
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            await _settle()
            served.clock.seconds = 59
            served.connections.sweep()
            await reader.readexactly(100_000)
            served.clock.seconds = 61
            served.connections.sweep()
            assert len(await _rest(reader)) < 19_000_000

    _run(check())


def test_the_oldest_idle_connection_makes_room() -> None:
    """At the cap a new client is served, and the one that has been idle longest is closed."""

    async def check() -> None:
        async with _served(connections=2) as served:
            first_reader, first = await served.dial()
            second_reader, _ = await served.dial()
            first.write(GET)
            await first_reader.readuntil(b"hello")  # the second one is idle longer now
            third_reader, third = await served.dial()
            third.write(GET)
            await third_reader.readuntil(b"hello")
            assert await _rest(second_reader) == b""
            first.write(GET)
            await first_reader.readuntil(b"hello")

    _run(check())


KEPT = b"GET /kept HTTP/1.1\r\nHost: a\r\n\r\n"
KEPT_ANSWER = b"HTTP/1.1 200 OK\r\n" + _KEPT.head + b"kept"


def test_kept_answers_are_sent_at_once() -> None:
    """A kept answer goes out whole, as often as asked for; behind one that is being made it waits its turn."""
    hello = b"hello"  # the application's answer; to the client both ways look alike

    async def check() -> None:
        async with _served() as served:
            reader, writer = await served.dial()
            for requests, answers in (
                (KEPT, [KEPT_ANSWER]),
                (KEPT + KEPT, [KEPT_ANSWER, KEPT_ANSWER]),
                (GET, [hello]),
                (KEPT, [KEPT_ANSWER]),
                (GET + KEPT, [hello, hello]),
                (KEPT + GET + KEPT, [KEPT_ANSWER, hello, hello]),
            ):
                writer.write(requests)
                for answer in answers:
                    assert (await reader.readuntil(answer[-5:])).endswith(answer)

    _run(check())


@pytest.mark.parametrize(
    "request_",
    [
        b"HEAD /kept HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /kept HTTP/1.0\r\n\r\n",
        b"GET /kept HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ],
)
def test_all_but_plain_gets_take_the_long_way(request_: bytes) -> None:
    """What isn't a plain GET that keeps its connection is answered by the application, as ever."""

    async def check() -> None:
        async with _served() as served:
            answer = await _exchange(served, request_)
            assert answer.startswith(b"HTTP/1.1 200")
            assert b"kept" not in answer

    _run(check())


def test_a_server_that_ends_keeps_no_connection() -> None:
    """While the server drains, kept answers take the way that closes their connection too."""

    async def check() -> None:
        async with _served() as served:
            reader, writer = await served.dial()
            await _settle()
            served.connections.is_draining = True
            writer.write(KEPT)
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")

    _run(check())


def test_a_body_after_a_kept_answer_closes_the_connection() -> None:
    """A GET with a body gets its answer, and then no more."""

    async def check() -> None:
        async with _served() as served:
            head = KEPT.replace(b"Host: a", b"Host: a\r\nContent-Length: 3")
            assert await _exchange(served, head + b"abc" + KEPT) == KEPT_ANSWER
            assert await _exchange(served, head, b"a") == KEPT_ANSWER

    _run(check())


def test_who_reads_nothing_gets_no_more() -> None:
    """A client that asks on and on without reading can't fill our memory with kept answers."""

    async def check() -> None:
        async with _served() as served:
            _, writer = await served.dial()
            for _ in range(9):
                writer.write(KEPT.replace(b"Host: a", b"Host: a\r\nX-Large: 1"))
                await _settle()
            (connection,) = served.state.connections
            unsent_bytes = connection.transport.get_write_buffer_size()
            assert 0 < unsent_bytes < 21_000_000

    _run(check())


def test_kept_connections_may_be_idle_too() -> None:
    """After a kept answer the time to the next header counts anew."""

    async def check() -> None:
        async with _served() as served:
            reader, writer = await served.dial()
            await _settle()
            served.clock.seconds = 9
            writer.write(KEPT)
            assert await reader.readexactly(len(KEPT_ANSWER)) == KEPT_ANSWER
            served.clock.seconds = 18
            served.connections.sweep()
            writer.write(KEPT)
            assert await reader.readexactly(len(KEPT_ANSWER)) == KEPT_ANSWER
            served.clock.seconds = 29
            served.connections.sweep()
            assert (await _rest(reader)).startswith(b"HTTP/1.1 408")

    _run(check())


def test_beyond_the_cap_without_idle_ones_is_overload() -> None:
    """If none is idle, the new client is told that we are busy."""

    async def check() -> None:
        async with _served(connections=1) as served:
            await served.dial()
            await _settle()
            served.connections.waiting.clear()  # as if its request never ended
            reader, writer = await served.dial()
            writer.write(KEPT)
            async with asyncio.timeout(DEADLINE_S):
                assert (await reader.readline()).startswith(b"HTTP/1.1 503")

    _run(check())


def test_overrides_what_uvicorn_has() -> None:
    """Each method that limits a client still exists in uvicorn's protocol; an update that renames one must fail."""
    ours = {name for name, value in vars(Connection).items() if callable(value)}
    own = {name for name in ours if name.startswith("_")} | {"has_unsent", "refuse"}
    assert ours - own <= set(vars(HttpToolsProtocol))
