"""The fault proxy on real sockets: each of its faults as the real transport sees it."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.faces import TOKEN
from tests.programs import require

from artesian.clock import SystemClock
from artesian.model.credential import Credential, parse_token
from artesian.model.definition import Source, SourceKind
from artesian.model.header import Scheme
from artesian.model.outcome import NetworkFault, NetworkFaultKind, Nonsense, Request, Response
from artesian.net import HttpTransport, Limits
from artesian.sim.certificate import make_certificate
from artesian.sim.chance import chance
from artesian.sim.clock import START, VirtualClock
from artesian.sim.github_server import Server, listening
from artesian.sim.proxy import Proxy, Upstream, proxying
from artesian.sim.trouble import Kind, Trouble
from artesian.sim.world import Token, World, add, publish
from artesian.sources import github

LIMITS = Limits(connect_s=1, first_byte_s=0.5, whole_s=1.5, body_bytes=100_000)


def through_a_proxy(script: Callable[[Server, Proxy], Awaitable[None]]) -> None:
    """Run a script with a proxy before a simulated GitHub."""

    async def main() -> None:
        made = add(World.empty([Token(text=TOKEN)]), "acme/rocket", START)
        made = publish(made, "acme/rocket", "v1.0.0", START)
        async with listening(made, VirtualClock()) as server:
            upstream = Upstream(host="127.0.0.1", port=server.port)
            async with proxying(upstream, SystemClock(), chance(1).random) as proxy:
                await script(server, proxy)

    asyncio.run(main())


async def ask(proxy: Proxy, scheme: str = "http") -> Response | NetworkFault:
    """Send one request through a proxy, with a token for it."""
    secret = parse_token(TOKEN, origin="a test")
    credential = Credential(
        host=proxy.netloc, scheme=Scheme.BEARER, secret=secret, expected_limit=5000
    )
    transport = HttpTransport(credentials=(credential,), limits=LIMITS)
    base_url = f"{scheme}://{proxy.netloc}"
    source = Source(kind=SourceKind.GITHUB, repository="acme/rocket", base_url=base_url)
    try:
        return await transport.send(request_of(source))
    finally:
        await transport.aclose()


def request_of(source: Source) -> Request:
    """Ask for the releases."""
    return github.plan(source, user_agent="artesian/test")


def kind_of(answer: Response | NetworkFault) -> NetworkFaultKind:
    """Take a fault's kind."""
    assert isinstance(answer, NetworkFault), answer
    return answer.kind


KINDS = [
    pytest.param(Kind.HANG, NetworkFaultKind.TIMEOUT, id="hang"),
    pytest.param(Kind.DRIP, NetworkFaultKind.TIMEOUT, id="drip"),
    pytest.param(Kind.RESET, NetworkFaultKind.RESET, id="reset"),
    pytest.param(Kind.TRUNCATE, NetworkFaultKind.RESET, id="truncate"),
]


@pytest.mark.parametrize(("kind", "fault"), KINDS)
def test_on_the_way(kind: Kind, fault: NetworkFaultKind) -> None:
    """Hanging, dripping, resetting and ending early are told apart, and each ends in time."""

    async def script(_server: Server, proxy: Proxy) -> None:
        proxy.troubles = (Trouble(kind=kind),)
        assert kind_of(await ask(proxy)) is fault
        assert proxy.requests == 1

    through_a_proxy(script)


def test_refused() -> None:
    """A port that nobody listens on refuses, and takes connections again when it is opened."""

    async def script(_server: Server, proxy: Proxy) -> None:
        await proxy.refuse()
        assert kind_of(await ask(proxy)) is NetworkFaultKind.CONNECT
        await proxy.open()
        assert isinstance(await ask(proxy), Response)

    through_a_proxy(script)


def test_corrupted() -> None:
    """Changed bytes inside a packed body, or inside JSON, never read as a list of releases."""

    async def script(_server: Server, proxy: Proxy) -> None:
        proxy.troubles = (Trouble(kind=Kind.CORRUPT),)
        answer = await ask(proxy)
        if isinstance(answer, Response):
            assert isinstance(github.parse(answer.body), Nonsense)
        else:
            assert answer.kind in (NetworkFaultKind.PROTOCOL, NetworkFaultKind.RESET)

    through_a_proxy(script)


def test_headers_on_the_wire() -> None:
    """A header is renamed or stripped between us and the upstream, whatever our own code believes."""

    async def script(server: Server, proxy: Proxy) -> None:
        proxy.troubles = (
            Trouble(kind=Kind.RENAME_HEADER, name="Authorization", value="Authentication"),
        )
        answer = await ask(proxy)
        assert isinstance(answer, Response)
        assert answer.is_credentialed
        assert "authentication" in server.hosts.seen[0].headers
        assert server.hosts.seen[0].authorization is None
        proxy.troubles = (Trouble(kind=Kind.STRIP_HEADER, name="Authorization"),)
        await ask(proxy)
        assert not {"authorization", "authentication"} & set(server.hosts.seen[1].headers)

    through_a_proxy(script)


def test_a_wrong_certificate(tmp_path: Path) -> None:
    """A certificate that nobody vouches for is refused before any header goes out."""
    require("openssl")
    certificate = make_certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate.file, certificate.key)

    async def script(server: Server, proxy: Proxy) -> None:
        await proxy.refuse()
        await proxy.open(tls=tls)
        assert kind_of(await ask(proxy, "https")) is NetworkFaultKind.TLS
        assert server.hosts.seen == []

    through_a_proxy(script)
