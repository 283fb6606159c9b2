"""The simulated upstreams on a real socket, for real processes: HTTP/1.1 in asyncio, nothing that a test doesn't need.

As a GitHub Enterprise server it answers below /api/v3, which is where `base_url` of a definition leads.
"""

import argparse
import asyncio
import gzip
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from artesian.clock import Clock, SystemClock
from artesian.sim.chance import chance
from artesian.sim.hosts import Hosts
from artesian.sim.wire import Answer, Fields, Wire, header_of
from artesian.sim.world import Token, World, add, publish

__all__ = ["Server", "listening"]

_ENTERPRISE = "/api/v3"
_HEAD_BYTES = 64_000
_PACK_FROM_BYTES = 200


class Server:
    """One listening socket; `hosts` answers."""

    def __init__(self, clock: Clock, world: World, *, chance_seed: int = 0) -> None:
        self._world = world
        self._clock = clock
        self._chance = chance(chance_seed)
        self._connections: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.hosts = self._hosts("")

    @property
    def netloc(self) -> str:
        """Name it as clients do."""
        return f"127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """Tell what a definition's `base_url` must be to lead here."""
        return f"http://{self.netloc}"

    def bind(self, port: int) -> None:
        """Learn the port, which links in answers name."""
        self.port = port
        self.hosts = self._hosts(f"{self.base_url}{_ENTERPRISE}")

    def _hosts(self, base_url: str) -> Hosts:
        return Hosts(
            self._world,
            now=self._clock.now,
            elapsed_s=self._clock.monotonic_s,
            chance=self._chance.random,
            base_url=base_url,
        )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection, one after the other."""
        self._connections.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (
            ConnectionError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            ValueError,
        ):
            pass
        finally:
            self._connections.discard(writer)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def close(self) -> None:
        """End every connection."""
        for writer in self._connections:
            writer.transport.abort()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        headers: Fields = tuple(
            (line.partition(":")[0], line.partition(":")[2].strip()) for line in head[1:] if line
        )
        length = header_of(headers, "content-length") or "0"
        body = await reader.readexactly(min(int(length), _HEAD_BYTES))
        path, _, query = target.partition("?")
        wire = Wire(
            method=method,
            host=header_of(headers, "host") or "",
            path=path.removeprefix(_ENTERPRISE),
            query=query,
            headers=headers,
            body=body,
            peer=writer.get_extra_info("peername")[0],
            is_tls=False,
        )
        answer = self.hosts.serve(wire, self.hosts.meets(wire))
        can_unpack = "gzip" in (header_of(headers, "accept-encoding") or "")
        writer.write(_bytes(answer, is_packed=can_unpack and len(answer.body) > _PACK_FROM_BYTES))
        await writer.drain()
        return header_of(answer.headers, "connection") != "close" and not answer.is_cut


def _bytes(answer: Answer, *, is_packed: bool) -> bytes:
    body = gzip.compress(answer.body, 1) if is_packed else answer.body
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    lines += ["content-encoding: gzip"] if is_packed else []
    if answer.status != 304:
        lines.append(f"content-length: {len(body)}")
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return head + (body[: len(body) // 2] if answer.is_cut else body)


@asynccontextmanager
async def listening(world: World, clock: Clock, *, port: int = 0) -> AsyncIterator[Server]:
    """Serve a world on 127.0.0.1 (port 0: any free one) until left."""
    server = Server(clock, world)
    socket = await asyncio.start_server(server.serve, "127.0.0.1", port, limit=_HEAD_BYTES)
    server.bind(socket.sockets[0].getsockname()[1])
    try:
        yield server
    finally:
        socket.close()
        server.close()
        await socket.wait_closed()


def _example(clock: Clock, token: str, count: int) -> World:
    world = World.empty([Token(text=token)] if token else [])
    numbered = (f"acme/p{number:04}" for number in range(count))
    for name in ("acme/rocket", "acme/anvil", *numbered):
        world = add(world, name, clock.now())
        for number in range(3):
            world = publish(world, name, f"v1.{number}.0", clock.now())
    return world


async def _main(port: int, token: str, count: int) -> None:
    clock = SystemClock()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with listening(_example(clock, token, count), clock, port=port) as server:
        print(f"GitHub, simulated: base_url = {server.base_url}; stop with Ctrl-C", flush=True)  # noqa: T201
        await stop.wait()


def main() -> None:
    """Serve two small repositories, or more, until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m artesian.sim.github_server")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument(
        "--token", default="", help="a token that it knows; without: only anonymous"
    )
    parser.add_argument(
        "--more", type=int, default=0, help="so many more repositories: acme/p0000 and on"
    )
    options = parser.parse_args()
    asyncio.run(_main(options.port, options.token, options.more))


if __name__ == "__main__":
    main()
