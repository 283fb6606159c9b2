"""The transport against real sockets: the bytes it sends, the hosts it trusts, and every way an answer can go wrong."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from artesian.model.credential import Credential, Secret, parse_token
from artesian.model.header import GITHUB_API_VERSION, Header, MediaType, Received, Scheme
from artesian.model.outcome import NetworkFault, NetworkFaultKind, Request, Response
from artesian.model.proxies import Proxies, parse_proxies
from artesian.net import HttpTransport, Limits

TOKEN = "ghp_" + "a1B2" * 9
LIMITS = Limits(connect_s=1, first_byte_s=0.5, whole_s=1, body_bytes=10_000)

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Upstream:
    """A socket that keeps what it was sent, and answers as told."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.answers: list[Answer] = []
        self.port = 0
        self.head_end = b"\r\n\r\n"

    @property
    def netloc(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.received.append(await reader.readuntil(self.head_end))
            await self.answers.pop(0)(writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def upstream(*answers: Answer) -> AsyncIterator[Upstream]:
    """Listen on a free port of loopback."""
    subject = Upstream()
    subject.answers = list(answers)
    server = await asyncio.start_server(subject.serve, "127.0.0.1", 0)
    subject.port = server.sockets[0].getsockname()[1]
    try:
        yield subject
    finally:
        server.close()


def raw(data: bytes) -> Answer:
    """Answer these bytes."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return write


def plain(status: str = "200 OK", body: bytes = b"[]", *headers: str) -> Answer:
    """Answer a whole response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return raw("\r\n".join([*lines, "", ""]).encode() + body)


async def send(
    request: Request,
    *credentials: Credential,
    limits: Limits = LIMITS,
    proxies: Proxies | None = None,
) -> Response | NetworkFault:
    """Send one request and close."""
    transport = HttpTransport(credentials=credentials, limits=limits, proxies=proxies)
    try:
        return await transport.send(request)
    finally:
        await transport.aclose()


def bound_to(netloc: str) -> Credential:
    """Make a GitHub token for this host."""
    return Credential(
        host=netloc,
        scheme=Scheme.BEARER,
        secret=parse_token(TOKEN, origin="a test"),
        expected_limit=5000,
    )


def fault_of(answer: Response | NetworkFault) -> NetworkFaultKind:
    """Take the kind of fault; fail on an answer."""
    assert isinstance(answer, NetworkFault), answer
    return answer.kind


async def _golden() -> None:
    async with upstream(plain()) as there:
        request = Request(
            url=f"http://{there.netloc}/repos/o/r/releases?per_page=100",
            headers={
                Header.ACCEPT: MediaType.GITHUB,
                Header.ACCEPT_ENCODING: "gzip",
                Header.GITHUB_API_VERSION: GITHUB_API_VERSION,
                Header.IF_NONE_MATCH: 'W/"abc"',
                Header.USER_AGENT: "artesian/0.1.0",
            },
        )
        answer = await send(request, bound_to(there.netloc))
        assert isinstance(answer, Response)
        assert answer.is_credentialed
        assert there.received == [
            b"GET /repos/o/r/releases?per_page=100 HTTP/1.1\r\n"
            b"Host: " + there.netloc.encode() + b"\r\n"
            b"Accept: application/vnd.github+json\r\n"
            b"Accept-Encoding: gzip\r\n"
            b"X-GitHub-Api-Version: 2022-11-28\r\n"
            b'If-None-Match: W/"abc"\r\n'
            b"User-Agent: artesian/0.1.0\r\n"
            b"Authorization: Bearer " + TOKEN.encode() + b"\r\n"
            b"\r\n"
        ]


def test_the_bytes_on_the_wire() -> None:
    """A request is exactly these bytes: a header misspelt anywhere in the program shows here."""
    asyncio.run(_golden())


def test_a_credential_stays_at_its_host() -> None:
    """Another host, or the same host by another port, never sees the token."""

    async def run() -> None:
        async with upstream(plain()) as there:
            url = f"http://{there.netloc}/api/v1/repos/root/pathman/releases"
            answer = await send(Request(url=url), bound_to("api.github.com"))
            assert isinstance(answer, Response)
            assert not answer.is_credentialed
            assert b"uthorization" not in there.received[0]

    asyncio.run(run())


def test_a_redirect_to_another_host_is_refused() -> None:
    """Unless the request names the host, and then the token stays behind."""

    async def run() -> None:
        async with upstream(plain()) as other, upstream() as first:
            elsewhere = f"Location: http://{other.netloc}/x"
            moved = plain("302 Found", b"", elsewhere)
            first.answers = [moved, moved]
            url = f"http://{first.netloc}/x"
            credential = bound_to(first.netloc)
            assert fault_of(await send(Request(url=url), credential)) is NetworkFaultKind.REDIRECT
            assert other.received == []
            allowed = Request(url=url, hosts=frozenset({"127.0.0.1"}))
            assert isinstance(await send(allowed, credential), Response)
            assert TOKEN.encode() in first.received[1]
            assert TOKEN.encode() not in other.received[0]

    asyncio.run(run())


def test_a_renamed_repository_is_followed() -> None:
    """A permanent redirect at the same host keeps the token and is reported."""

    async def run() -> None:
        moved = plain("301 Moved Permanently", b"", "Location: /repositories/1/releases")
        async with upstream(moved, plain()) as there:
            url = f"http://{there.netloc}/repos/old/name/releases"
            answer = await send(Request(url=url), bound_to(there.netloc))
            assert isinstance(answer, Response)
            assert answer.was_moved
            assert answer.is_credentialed
            assert answer.url.endswith("/repositories/1/releases")
            assert answer.redirects == 1

    asyncio.run(run())


@pytest.mark.parametrize(
    ("places", "requests"),
    [(["/0"], 1), (["/1", "/2", "/1"], 3), (["/1", "/2", "/3", "/4", "/5"], 4)],
)
def test_redirects_end(places: list[str], requests: int) -> None:
    """A circle ends where it closes, a chain after three redirects; each that was followed is counted."""

    async def run() -> None:
        answers = [plain("302 Found", b"", f"Location: {place}") for place in places]
        async with upstream(*answers) as there:
            answer = await send(Request(url=f"http://{there.netloc}/0"))
            assert fault_of(answer) is NetworkFaultKind.REDIRECT
            assert len(there.received) == requests == answer.redirects + 1

    asyncio.run(run())


async def _hang(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)  # noqa: TID251 - the fault itself


async def _drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(50):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)  # noqa: TID251 - the fault itself


async def _reset(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


BOMB = gzip.compress(b"0" * 1_000_000)

FAULTS = [
    pytest.param(_hang, NetworkFaultKind.TIMEOUT, id="hangs before headers"),
    pytest.param(_drip, NetworkFaultKind.TIMEOUT, id="a byte at a time"),
    pytest.param(_reset, NetworkFaultKind.RESET, id="reset"),
    pytest.param(
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
        NetworkFaultKind.RESET,
        id="half a body",
    ),
    pytest.param(
        raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), NetworkFaultKind.RESET, id="another protocol"
    ),
    pytest.param(plain("200 OK", b"x" * 20_000), NetworkFaultKind.SIZE, id="too large"),
    pytest.param(
        plain("200 OK", BOMB, "Content-Encoding: gzip"), NetworkFaultKind.SIZE, id="a bomb of zeros"
    ),
    pytest.param(
        plain("200 OK", b"not gzip", "Content-Encoding: gzip"),
        NetworkFaultKind.PROTOCOL,
        id="not compressed as said",
    ),
    pytest.param(
        plain("200 OK", gzip.compress(b"[]" * 100)[:20], "Content-Encoding: gzip"),
        NetworkFaultKind.RESET,
        id="half a gzip",
    ),
]


@pytest.mark.parametrize(("answer", "kind"), FAULTS)
def test_faults(answer: Answer, kind: NetworkFaultKind) -> None:
    """What goes wrong on the way comes back as a value, in bounded time."""

    async def run() -> None:
        async with upstream(answer) as there:
            received = await send(Request(url=f"http://{there.netloc}/"))
            assert fault_of(received) is kind

    asyncio.run(run())


LIMITED = b"HTTP/1.1 403 Forbidden\r\nX-RateLimit-Remaining: 0\r\n"


async def _drip_words(writer: asyncio.StreamWriter) -> None:
    writer.write(LIMITED + b"Content-Length: 1000\r\n\r\n")
    for _ in range(50):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)  # noqa: TID251 - the fault itself


CUT = [
    pytest.param(raw(LIMITED + b"Content-Length: 9\r\n\r\nhalf"), id="half a body"),
    pytest.param(raw(LIMITED + b"Content-Length: 20000\r\n\r\n" + b"x" * 20_000), id="too large"),
    pytest.param(
        raw(LIMITED + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf"),
        id="not compressed as said",
    ),
    pytest.param(_drip_words, id="a byte at a time"),
]


@pytest.mark.parametrize("answer", CUT)
def test_an_error_whose_words_are_cut(answer: Answer) -> None:
    """Its status and headers count: who forbids us to ask isn't asked again because the connection broke."""

    async def run() -> None:
        async with upstream(answer) as there:
            limits = Limits(whole_s=20, first_byte_s=2, body_bytes=10_000)
            received = await send(Request(url=f"http://{there.netloc}/"), limits=limits)
            assert isinstance(received, Response), received
            assert received.status == 403
            assert received.headers[Received.RATE_REMAINING] == "0"

    asyncio.run(run())


UNREACHABLE = [
    pytest.param("http://127.0.0.1:1/", NetworkFaultKind.CONNECT, id="nobody listens"),
    pytest.param("http://name.invalid/", NetworkFaultKind.NAME, id="no such name"),
    pytest.param("http://[::1/", NetworkFaultKind.PROTOCOL, id="not a URL"),
]


@pytest.mark.parametrize(("url", "kind"), UNREACHABLE)
def test_unreachable(url: str, kind: NetworkFaultKind) -> None:
    """A host that isn't there is a value, too."""
    assert fault_of(asyncio.run(send(Request(url=url)))) is kind


def test_tls_that_is_no_tls() -> None:
    """A plain answer to a TLS greeting is a fault of TLS, and nothing is sent in the clear."""

    async def run() -> None:
        async with upstream(raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as there:
            there.head_end = b"\x03"  # of a TLS greeting
            received = await send(Request(url=f"https://{there.netloc}/"), bound_to(there.netloc))
            assert fault_of(received) is NetworkFaultKind.TLS
            assert all(TOKEN.encode() not in data for data in there.received)

    asyncio.run(run())


def test_a_proxy_passes_tls_on() -> None:
    """An https upstream is asked through a tunnel; the proxy learns its name, and no credential."""

    async def run() -> None:
        async with upstream(plain("403 Forbidden")) as proxy:
            proxies = parse_proxies({"HTTPS_PROXY": f"http://{proxy.netloc}"})
            request = Request(url="https://name.invalid/x")
            received = await send(request, bound_to("name.invalid"), proxies=proxies)
            assert fault_of(received) is NetworkFaultKind.CONNECT
            assert proxy.received[0].startswith(b"CONNECT name.invalid:443 HTTP/1.1\r\n")
            assert TOKEN.encode() not in proxy.received[0]

    asyncio.run(run())


def test_a_proxy_sees_no_credential() -> None:
    """Without TLS a proxy is asked for other machines alone, and they get no credential."""

    async def run() -> None:
        async with upstream(plain()) as there, upstream(plain()) as proxy:
            proxies = parse_proxies({"ALL_PROXY": f"http://{proxy.netloc}"})
            near = Request(url=f"http://{there.netloc}/")
            answer = await send(near, bound_to(there.netloc), proxies=proxies)
            assert isinstance(answer, Response)
            assert answer.is_credentialed
            assert proxy.received == []
            far = Request(url="http://name.invalid/")
            answer = await send(far, bound_to("name.invalid"), proxies=proxies)
            assert isinstance(answer, Response)
            assert proxy.received[0].startswith(b"GET http://name.invalid/ HTTP/1.1\r\n")
            assert TOKEN.encode() not in proxy.received[0]

    asyncio.run(run())


def test_a_proxy_that_cannot_be_used() -> None:
    """Nobody is asked past it: that there is a proxy may mean that there must be one."""

    async def run() -> None:
        async with upstream() as there:
            proxies = parse_proxies({"ALL_PROXY": "socks5://127.0.0.1:1"})
            received = await send(Request(url=f"http://{there.netloc}/"), proxies=proxies)
            assert isinstance(received, NetworkFault)
            assert received.kind is NetworkFaultKind.CONNECT
            assert "ALL_PROXY" in received.message
            assert there.received == []

    asyncio.run(run())


def test_a_proxy_whose_address_is_none() -> None:
    """What only the HTTP client finds wrong with a proxy is a value, too."""
    proxies = parse_proxies({"ALL_PROXY": "http://999.1.1.1:1"})
    received = asyncio.run(send(Request(url="https://name.invalid/"), proxies=proxies))
    assert fault_of(received) is NetworkFaultKind.PROTOCOL


def test_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies are those that the settings found; the HTTP client looks for none itself."""
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")

    async def run() -> None:
        async with upstream(plain()) as there:
            assert isinstance(await send(Request(url=f"http://{there.netloc}/")), Response)

    asyncio.run(run())


def test_compressed_data() -> None:
    """A compressed body arrives decompressed, with the headers that we read and no others."""

    async def run() -> None:
        body = gzip.compress(b'[{"tag_name": "14.1.1"}]')
        answer = plain("200 OK", body, "Content-Encoding: gzip", 'ETag: W/"1"', "X-Other: 1")
        async with upstream(answer) as there:
            received = await send(Request(url=f"http://{there.netloc}/"))
            assert isinstance(received, Response)
            assert received.body == b'[{"tag_name": "14.1.1"}]'
            assert received.headers[Received.ETAG] == 'W/"1"'
            assert set(received.headers) == {Received.ETAG}

    asyncio.run(run())


def test_a_fault_never_shows_a_token() -> None:
    """A token that got into a URL is blotted out of the fault's text."""

    async def run() -> None:
        async with upstream(plain("302 Found", b"", f"Location: http://{TOKEN}.example/")) as there:
            received = await send(Request(url=f"http://{there.netloc}/"), bound_to(there.netloc))
            assert isinstance(received, NetworkFault)
            assert TOKEN.lower() not in received.message.lower()

    asyncio.run(run())


def test_a_secret_does_not_show_itself() -> None:
    """Neither printing nor formatting a secret tells it."""
    secret = Secret(TOKEN)
    assert TOKEN not in f"{secret} {secret!r} {bound_to('api.github.com')!r}"
