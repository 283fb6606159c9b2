"""A fault proxy between real processes: it passes requests on, and does to one of them whatever it is told to.

One request a connection (it adds `Connection: close`), so that each meets its own faults. It refuses, resets, hangs,
drips, truncates, corrupts, renames or strips a header, and speaks TLS with a certificate for somebody else.
"""

import argparse
import asyncio
import signal
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from artesian.clock import Clock, SystemClock
from artesian.sim.chance import chance
from artesian.sim.trouble import Kind, Trouble, active, spoil_request
from artesian.sim.wire import Fields, Wire, header_of, with_header

__all__ = ["Proxy", "proxying"]

_HEAD_BYTES = 64_000
_DRIP_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """Where requests are passed on to. With `tls`, over TLS by that context."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None


class Proxy:
    """One listening socket before one upstream. Set `troubles` while it runs."""

    def __init__(self, upstream: Upstream, clock: Clock, chance: Callable[[], float]) -> None:
        self.troubles: tuple[Trouble, ...] = ()
        self.port = 0
        self.requests = 0
        self._upstream = upstream
        self._clock = clock
        self._chance = chance
        self._tls: ssl.SSLContext | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()

    @property
    def netloc(self) -> str:
        """Name it as clients do."""
        return f"127.0.0.1:{self.port}"

    async def open(self, *, tls: ssl.SSLContext | None = None) -> None:
        """Listen (again), on the same port as before; with `tls` as somebody who has that certificate."""
        self._tls = tls
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, limit=_HEAD_BYTES, ssl=tls
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Stop listening, so that connections are refused; `open` ends it."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._connections):
            writer.transport.abort()
        await self._clock.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            await self._one(reader, writer)
        except (
            ConnectionError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            ssl.SSLError,
        ):
            writer.transport.abort()
        finally:
            self._connections.discard(writer)
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: Fields = tuple(
            (line.partition(":")[0], line.partition(":")[2].strip()) for line in head[1:] if line
        )
        method, target, _ = head[0].split(" ", 2)
        body = await reader.readexactly(int(header_of(headers, "content-length") or "0"))
        path, _, query = target.partition("?")
        host = header_of(headers, "host") or ""
        wire = Wire(method=method, host=host, path=path, query=query, headers=headers, body=body)
        self.requests += 1
        troubles = active(self.troubles, wire, self._clock.monotonic_s(), self._chance)
        for trouble in troubles:
            if trouble.kind is Kind.DELAY:
                await self._clock.sleep(trouble.delay_s + trouble.spread_s * self._chance())
        if any(trouble.kind is Kind.HANG for trouble in troubles):
            await reader.read()  # until the client gives up
            return
        answer = await self._pass_on(spoil_request(troubles, wire), target)
        await self._give_back(answer, troubles, writer)

    async def _pass_on(self, wire: Wire, target: str) -> bytes:
        reader, writer = await asyncio.open_connection(
            self._upstream.host, self._upstream.port, ssl=self._upstream.tls, limit=_HEAD_BYTES
        )
        try:
            headers = with_header(wire.headers, "Connection", "close")
            lines = [f"{wire.method} {target} HTTP/1.1"]
            lines += [f"{name}: {value}" for name, value in headers]
            writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + wire.body)
            writer.write_eof()
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()

    async def _give_back(
        self, answer: bytes, troubles: tuple[Trouble, ...], writer: asyncio.StreamWriter
    ) -> None:
        kinds = {trouble.kind for trouble in troubles}
        head, split, body = answer.partition(b"\r\n\r\n")
        if Kind.CORRUPT in kinds:
            at = len(body) // 2
            body = body[:at] + bytes(byte ^ 0x5A for byte in body[at : at + 8]) + body[at + 8 :]
        half = head + split + body[: len(body) // 2]
        if Kind.RESET in kinds:
            writer.write(half)
            await writer.drain()
            writer.transport.abort()
        elif Kind.TRUNCATE in kinds:
            writer.write(half)
            await writer.drain()
        elif Kind.DRIP in kinds:
            writer.write(head + split)
            for position in range(len(body)):
                writer.write(body[position : position + 1])
                await writer.drain()
                await self._clock.sleep(_DRIP_S)
        else:
            writer.write(head + split + body)
            await writer.drain()


@asynccontextmanager
async def proxying(
    upstream: Upstream,
    clock: Clock,
    chance: Callable[[], float],
    *,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Proxy]:
    """Stand before `upstream` on a free port of loopback until left."""
    proxy = Proxy(upstream, clock, chance)
    await proxy.open(tls=tls)
    try:
        yield proxy
    finally:
        await proxy.refuse()


def _troubles(options: argparse.Namespace) -> tuple[Trouble, ...]:
    renamed = (text.partition("=") for text in options.rename_header)
    return (
        *(Trouble(kind=Kind(kind), share=options.share) for kind in options.fault),
        *(Trouble(kind=Kind.RENAME_HEADER, name=old, value=new) for old, _, new in renamed),
        *(Trouble(kind=Kind.STRIP_HEADER, name=name) for name in options.strip_header),
    )


async def _main(options: argparse.Namespace) -> None:
    host, _, port = options.upstream.rpartition(":")
    tls = ssl.create_default_context() if options.upstream_tls else None
    proxy = Proxy(Upstream(host=host, port=int(port), tls=tls), SystemClock(), chance(1).random)
    proxy.port = options.port
    proxy.troubles = _troubles(options)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await proxy.open()
    print(f"http://{proxy.netloc} passes on to {options.upstream}; stop with Ctrl-C", flush=True)  # noqa: T201
    await stop.wait()
    await proxy.refuse()


def main() -> None:
    """Stand before an upstream until interrupted, and do to its answers what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m artesian.sim.proxy", description=main.__doc__)
    parser.add_argument("upstream", metavar="HOST:PORT")
    parser.add_argument("--upstream-tls", action="store_true", help="speak TLS to it")
    parser.add_argument("--port", type=int, default=9200)
    faults = [Kind.RESET, Kind.HANG, Kind.DRIP, Kind.TRUNCATE, Kind.CORRUPT]
    parser.add_argument("--fault", action="append", default=[], choices=[*map(str, faults)])
    parser.add_argument("--share", type=float, default=1.0, help="of requests that meet --fault")
    parser.add_argument("--rename-header", action="append", default=[], metavar="OLD=NEW")
    parser.add_argument("--strip-header", action="append", default=[], metavar="NAME")
    asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    main()
