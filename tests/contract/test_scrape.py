"""The server of /metrics on real sockets: what it answers, and that no client and no taken port can harm it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvloop

from artesian.observe import Observer
from artesian.scrape import Scraped
from artesian.sim.server import free_port

TEXT = b"# HELP a b\na 1\n"
LIMIT_S = 5.0


@asynccontextmanager
async def exposed(text: Callable[[], bytes] = lambda: TEXT) -> AsyncIterator[tuple[int, Observer]]:
    """Serve metrics on a free port."""
    port, observer = free_port(), Observer()
    scraped = Scraped("127.0.0.1", port, text, observer=observer)
    await scraped.open()
    try:
        yield port, observer
    finally:
        scraped.close()


async def is_open(port: int) -> bool:
    """Tell whether anybody listens."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def say(port: int, data: bytes, *more: bytes) -> bytes:
    """Send bytes in pieces, and read until the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for each in (data, *more):
            writer.write(each)
            await writer.drain()
        async with asyncio.timeout(LIMIT_S):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def run(what: Callable[[], Awaitable[None]]) -> None:
    """Run on the loop that readers use."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(what())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pieces", "status", "body"),
    [
        ((b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n",), b"200", TEXT),
        ((b"GET /metrics HTTP/1.0\r\n\r\n",), b"200", TEXT),
        ((b"GET /met", b"rics HTTP/1.1\r\n", b"\r\n"), b"200", TEXT),
        ((b"HEAD /metrics HTTP/1.1\r\n\r\n",), b"200", b""),
        ((b"GET / HTTP/1.1\r\n\r\n",), b"404", b"there is nothing but /metrics here\n"),
        (
            (b"GET /metrics/../etc HTTP/1.1\r\n\r\n",),
            b"404",
            b"there is nothing but /metrics here\n",
        ),
        ((b"POST /metrics HTTP/1.1\r\n\r\n",), b"400", b""),
        ((b"\x16\x03\x01 \r\n\r\n",), b"400", b""),
        ((b"\r\n\r\n",), b"400", b""),
        ((b"GET /metrics HTTP/1.1\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n",), b"200", TEXT),
    ],
)
def test_what_is_answered(pieces: tuple[bytes, ...], status: bytes, body: bytes) -> None:
    """One request a connection; only GET and HEAD of one path are known."""

    async def ask() -> None:
        async with exposed() as (port, _):
            said = await say(port, *pieces)
            head, _, content = said.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 " + status + b" ")
            assert content == body
            assert b"connection: close" in head

    run(ask)


def test_endless_headers_are_cut() -> None:
    """A header without an end is cut, and the next client is answered."""

    async def ask() -> None:
        async with exposed() as (port, observer):
            assert await say(port, b"GET /metrics HTTP/1.1\r\n" + b"a: b\r\n" * 5000) == b""
            assert (await say(port, b"GET /metrics HTTP/1.1\r\n\r\n")).endswith(TEXT)
            assert observer.counts["metrics.scraped"] == 1

    run(ask)


def test_a_taken_port_is_tried_again() -> None:
    """A port that another process has is told once, and taken when it is free."""

    async def ask() -> None:
        port, observer = free_port(), Observer()
        scraped = Scraped("127.0.0.1", port, lambda: TEXT, observer=observer)
        with socket.create_server(("127.0.0.1", port)):
            await scraped.open()
            await scraped.open()
        assert observer.counts["metrics.not_served"] == 1
        await scraped.open()
        await scraped.open()
        assert (await say(port, b"GET /metrics HTTP/1.1\r\n\r\n")).endswith(TEXT)
        scraped.close()
        scraped.close()
        assert not await is_open(port)

    run(ask)


def test_port_zero_is_nowhere() -> None:
    """Port 0 switches it off."""

    async def ask() -> None:
        observer = Observer()
        scraped = Scraped("127.0.0.1", 0, lambda: TEXT, observer=observer)
        await scraped.open()
        scraped.close()
        assert not observer.counts

    run(ask)
