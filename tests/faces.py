"""The two faces of the simulated upstreams, so that one suite runs over both: in memory, and on a real socket."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from artesian.model.credential import Credential, parse_token
from artesian.model.definition import Source, SourceKind
from artesian.model.header import Scheme
from artesian.model.outcome import NetworkFault, Request, Response
from artesian.net import HttpTransport, Limits, Transport
from artesian.sim.chance import chance
from artesian.sim.clock import VirtualClock, run
from artesian.sim.github_server import listening
from artesian.sim.hosts import Hosts
from artesian.sim.network import MemoryTransport
from artesian.sim.proxy import Proxy, Upstream, proxying
from artesian.sim.trouble import Trouble
from artesian.sim.world import Token, World
from artesian.sources import github

__all__ = ["FACES", "TOKEN", "Face", "Script", "Subject", "world_with"]

TOKEN = "ghp_" + "a1B2" * 9
LIMITS = Limits(connect_s=1, first_byte_s=0.5, whole_s=1.5, body_bytes=200_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Upstreams that answer, and the ways to ask them. `clock` is theirs."""

    hosts: Hosts
    clock: VirtualClock
    netloc: str
    base_url: str | None  # of definitions; None: GitHub's own
    way: Callable[[tuple[Trouble, ...]], None]  # set what goes wrong on the way
    _open: Callable[[tuple[Credential, ...]], Transport]

    def transport(self, token: str | None = TOKEN, *, limit: int = 5000) -> Transport:
        """Open a transport whose credential is bound to these upstreams."""
        if token is None:
            return self._open(())
        secret = parse_token(token, origin="a test")
        credential = Credential(
            host=self.netloc, scheme=Scheme.BEARER, secret=secret, expected_limit=limit
        )
        return self._open((credential,))

    def source(self, repository: str) -> Source:
        """Name a repository here."""
        return Source(kind=SourceKind.GITHUB, repository=repository, base_url=self.base_url)

    def request(
        self, repository: str, *, etag: str | None = None, page_url: str | None = None
    ) -> Request:
        """Ask for releases as the write plane does."""
        source = self.source(repository)
        return github.plan(source, user_agent="artesian/test", etag=etag, page_url=page_url)

    async def ask(
        self, repository: str, *, token: str | None = TOKEN, etag: str | None = None
    ) -> Response | NetworkFault:
        """Send one request over a transport of its own."""
        return await self.transport(token).send(self.request(repository, etag=etag))


Script = Callable[[Subject], Awaitable[None]]
Face = Callable[[World, Script], None]


def in_memory(world: World, script: Script) -> None:
    """Run a script against the transport in memory, in virtual time."""
    clock = VirtualClock()
    stream = chance(1)
    hosts = Hosts(world, now=clock.now, elapsed_s=clock.monotonic_s, chance=stream.random)

    def way(troubles: tuple[Trouble, ...]) -> None:
        hosts.troubles = troubles

    async def main() -> None:
        subject = Subject(
            hosts=hosts,
            clock=clock,
            netloc="api.github.com",
            base_url=None,
            way=way,
            _open=lambda held: MemoryTransport(hosts, clock, credentials=held, limits=LIMITS),
        )
        await script(subject)

    run(main, clock)


class _QuickClock:
    """A proxy's clock: short waits are real ones, the upstreams' own time stands still."""

    def __init__(self, clock: VirtualClock) -> None:
        self.now = clock.now
        self.monotonic_s = clock.monotonic_s

    async def sleep(self, duration_s: float) -> None:
        await asyncio.sleep(duration_s)  # noqa: TID251 - a Clock over real sockets


def on_a_socket(world: World, script: Script) -> None:
    """Run a script against real sockets by the real transport, with a fault proxy between them."""

    async def main() -> None:
        clock = VirtualClock()
        opened: list[HttpTransport] = []

        def transport(held: tuple[Credential, ...]) -> Transport:
            opened.append(HttpTransport(credentials=held, limits=LIMITS))
            return opened[-1]

        async with listening(world, clock) as server:
            upstream = Upstream(host="127.0.0.1", port=server.port)
            quick = _QuickClock(clock)
            async with proxying(upstream, quick, chance(1).random) as proxy:
                server.bind(proxy.port)  # links lead back through the proxy
                subject = Subject(
                    hosts=server.hosts,
                    clock=clock,
                    netloc=proxy.netloc,
                    base_url=f"http://{proxy.netloc}",
                    way=lambda troubles: _set(proxy, troubles),
                    _open=transport,
                )
                await script(subject)
                for one in opened:
                    await one.aclose()

    asyncio.run(main())


def _set(proxy: Proxy, troubles: tuple[Trouble, ...]) -> None:
    proxy.troubles = troubles


def world_with(*tokens: Token) -> World:
    """Make an empty world that knows TOKEN and these."""
    return World.empty([Token(text=TOKEN), *tokens])


FACES: tuple[Face, ...] = (in_memory, on_a_socket)
