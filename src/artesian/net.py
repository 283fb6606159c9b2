"""The only module that knows the HTTP client. Sends a Request, reads the answer within its limits, raises nothing.

A credential goes to its own host and nowhere else, over a connection that nobody can read; redirects are followed only
to the hosts that the request names.
"""

import asyncio
import socket
import ssl
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import httpx2
import msgspec
from msgspec.structs import replace

from artesian.model.credential import Credential, Secret, redact
from artesian.model.header import CONTENT_ENCODING, GZIP, Header, Received
from artesian.model.outcome import NetworkFault, NetworkFaultKind, Request, Response
from artesian.model.proxies import LOOPBACK, Proxies

__all__ = ["HttpTransport", "Limits", "Transport"]

MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
# Of an error the status and the headers are what matters; its words are waited for so long.
_ERRORS = 400
_WORDS_S = 5.0
_RECEIVED = frozenset(Received)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Deadlines and caps of one exchange."""

    connect_s: float = 5.0
    first_byte_s: float = 15.0  # GitHub gives up on itself after ten
    whole_s: float = 60.0  # a body of one byte a second is cut here
    body_bytes: int = (
        20_000_000  # decompressed; the largest list seen (100 releases of 44 assets) has 6 MB
    )


class Transport(Protocol):
    """Sends one request; what can go wrong comes back as a value."""

    async def send(self, request: Request) -> Response | NetworkFault:
        """Send `request`, follow permitted redirects, read the body whole."""
        ...


class _TooLarge(Exception):
    """The body passed its cap."""


class HttpTransport:
    """The real one. Close it with `aclose`."""

    def __init__(
        self,
        *,
        credentials: Sequence[Credential] = (),
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
        proxies: Proxies | None = None,
    ) -> None:
        self._credentials = {credential.host: credential for credential in credentials}
        self._secrets = tuple(credential.secret for credential in credentials)
        self._limits = limits or Limits()
        self._tls = tls or ssl.create_default_context()
        self._proxies = proxies or Proxies()
        self._clients: dict[Secret | None, httpx2.AsyncClient] = {}  # by their proxy

    async def aclose(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.aclose()

    async def send(self, request: Request) -> Response | NetworkFault:
        if self._proxies.problem:
            return self._fault(NetworkFaultKind.CONNECT, request, self._proxies.problem)
        try:
            async with asyncio.timeout(self._limits.whole_s):
                return await self._follow(request)
        except TimeoutError:
            return self._fault(NetworkFaultKind.TIMEOUT, request, "the answer took too long")
        except httpx2.TimeoutException as error:
            return self._fault(NetworkFaultKind.TIMEOUT, request, _text(error))
        except httpx2.ConnectError as error:
            return self._fault(_connect_kind(error), request, _text(error))
        except httpx2.ProxyError as error:
            return self._fault(NetworkFaultKind.CONNECT, request, f"the proxy: {_text(error)}")
        except (httpx2.NetworkError, httpx2.RemoteProtocolError) as error:
            return self._fault(NetworkFaultKind.RESET, request, _text(error))
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, zlib.error) as error:
            return self._fault(NetworkFaultKind.PROTOCOL, request, _text(error))
        except _TooLarge:
            cap = self._limits.body_bytes
            return self._fault(NetworkFaultKind.SIZE, request, f"the body is over {cap} bytes")

    async def _follow(self, request: Request) -> Response | NetworkFault:
        ways, was_moved, why = [request.url], False, "redirects in a circle"
        while len(ways) <= MAX_REDIRECTS + 1:
            response = await self._exchange(request, ways[-1])
            location = response.headers.get(Received.LOCATION)
            if response.status not in _REDIRECTS or location is None:
                return replace(response, was_moved=was_moved, redirects=len(ways) - 1)
            target = urljoin(ways[-1], location)
            if not _may_follow(request, target):
                why = f"sends us to {urlsplit(target).hostname}"
                break
            if target in ways:
                break
            was_moved = was_moved or response.status in _PERMANENT
            ways.append(target)
        redirects = min(len(ways) - 1, MAX_REDIRECTS)
        return replace(self._fault(NetworkFaultKind.REDIRECT, request, why), redirects=redirects)

    async def _exchange(self, request: Request, url: str) -> Response:
        headers = [(name.value, value) for name, value in request.headers.items()]
        credential = self._credential_for(url)
        if credential is not None:
            value = f"{credential.scheme.value} {credential.secret.reveal()}"
            headers.append((Header.AUTHORIZATION.value, value))
        method = "GET" if request.body is None else "POST"
        sent = httpx2.Request(method, url, headers=headers, content=request.body)
        received = await self._client(self._proxies.way(url)).send(sent, stream=True)
        body = bytearray()
        try:
            if received.status_code >= _ERRORS:
                await self._read_words(received, body)
            else:
                await self._read(received, body)
        finally:
            await received.aclose()
        return Response(
            url=url,
            status=received.status_code,
            headers=_known(received.headers),
            body=bytes(body),
            is_credentialed=credential is not None,
        )

    def _client(self, proxy: Secret | None) -> httpx2.AsyncClient:
        """Find the client that asks by this proxy, or make it."""
        if proxy not in self._clients:
            limits = self._limits
            self._clients[proxy] = httpx2.AsyncClient(
                timeout=httpx2.Timeout(
                    limits.first_byte_s, connect=limits.connect_s, pool=limits.whole_s
                ),
                verify=self._tls,
                proxy=None if proxy is None else _proxy(proxy.reveal(), self._tls),
                follow_redirects=False,
                trust_env=False,
            )
        return self._clients[proxy]

    def _credential_for(self, url: str) -> Credential | None:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            return None
        return self._credentials.get(parts.netloc)

    async def _read_words(self, received: httpx2.Response, body: bytearray) -> None:
        """Read what an error says; that it is one counts even where its words are cut, late or too many."""
        with suppress(TimeoutError, httpx2.HTTPError, zlib.error, _TooLarge):
            async with asyncio.timeout(_WORDS_S):
                await self._read(received, body)

    async def _read(self, received: httpx2.Response, body: bytearray) -> None:
        cap = self._limits.body_bytes
        is_gzip = received.headers.get(CONTENT_ENCODING, "").strip().lower() == GZIP
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16) if is_gzip else None
        async for chunk in received.aiter_raw():
            body += inflate.decompress(chunk, cap + 1 - len(body)) if inflate else chunk
            if len(body) > cap:
                raise _TooLarge
        if inflate is not None and body and not inflate.eof:
            raise httpx2.RemoteProtocolError("the compressed body ends in the middle")

    def _fault(self, kind: NetworkFaultKind, request: Request, why: str) -> NetworkFault:
        text = f"{_netloc(request.url)}: {why}"
        return NetworkFault(kind=kind, message=redact(text, self._secrets))


def _proxy(url: str, tls: ssl.SSLContext) -> httpx2.Proxy:
    return httpx2.Proxy(url, ssl_context=tls if urlsplit(url).scheme == "https" else None)


def _netloc(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return url


def _may_follow(request: Request, target: str) -> bool:
    origin, goal = urlsplit(request.url), urlsplit(target)
    if goal.scheme not in (origin.scheme, "https"):
        return False
    return goal.netloc == origin.netloc or goal.hostname in request.hosts


def _known(headers: httpx2.Headers) -> Mapping[Received, str]:
    return {Received(name): headers[name] for name in headers if name in _RECEIVED}


def _connect_kind(error: httpx2.ConnectError) -> NetworkFaultKind:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return NetworkFaultKind.TLS
        if isinstance(cause, socket.gaierror):
            return NetworkFaultKind.NAME
        cause = cause.__cause__ or cause.__context__
    return NetworkFaultKind.CONNECT


def _text(error: Exception) -> str:
    return str(error) or type(error).__name__
