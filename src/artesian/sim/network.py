"""The simulated upstreams as a Transport in memory: what net.py does over sockets, in virtual time.

tests/contract/test_github.py holds both to the same behaviour.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from artesian.clock import Clock
from artesian.model.credential import Credential, redact
from artesian.model.header import Header, Received
from artesian.model.outcome import NetworkFault, NetworkFaultKind, Request, Response
from artesian.net import MAX_REDIRECTS, Limits
from artesian.sim.hosts import Hosts
from artesian.sim.trouble import Kind, Trouble
from artesian.sim.wire import Answer, Fields, Wire, header_of
from artesian.writer import LIMITS

__all__ = ["MemoryTransport", "may_follow"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_LATENCY_S = 0.2  # of an ordinary answer


class MemoryTransport:
    """Sends requests to simulated upstreams; it follows redirects and binds credentials as the real one does."""

    def __init__(
        self,
        hosts: Hosts,
        clock: Clock,
        *,
        credentials: Sequence[Credential] = (),
        limits: Limits | None = None,
        peer: str = "192.0.2.1",
    ) -> None:
        self._hosts = hosts
        self._clock = clock
        self.credentials = {credential.host: credential for credential in credentials}
        self._secrets = tuple(credential.secret for credential in credentials)
        self._limits = limits or LIMITS
        self._peer = peer

    async def send(self, request: Request) -> Response | NetworkFault:
        ways, was_moved, why = [request.url], False, "redirects in a circle"
        while len(ways) <= MAX_REDIRECTS + 1:
            url = ways[-1]
            wire = self._wire(request, url)
            answer = await self._exchange(wire)
            if isinstance(answer, NetworkFaultKind):
                return self._fault(answer, request, "simulated")
            location = header_of(answer.headers, Received.LOCATION)
            if answer.status not in _REDIRECTS or location is None:
                found = self._response(wire, url, answer, was_moved=was_moved)
                return replace(found, redirects=len(ways) - 1)
            try:
                target = urljoin(url, location)
            except ValueError:
                return self._fault(NetworkFaultKind.PROTOCOL, request, "sends us nowhere")
            if not may_follow(request, target):
                why = f"sends us to {urlsplit(target).hostname}"
                break
            if target in ways:
                break
            was_moved = was_moved or answer.status in _PERMANENT
            ways.append(target)
        redirects = min(len(ways) - 1, MAX_REDIRECTS)
        return replace(self._fault(NetworkFaultKind.REDIRECT, request, why), redirects=redirects)

    def _wire(self, request: Request, url: str) -> Wire:
        parts = urlsplit(url)
        headers: Fields = tuple((name.value, value) for name, value in request.headers.items())
        credential = self.credential_for(url)
        if credential is not None:
            value = f"{credential.scheme.value} {credential.secret.reveal()}"
            headers = (*headers, (Header.AUTHORIZATION.value, value))
        return Wire(
            method="GET" if request.body is None else "POST",
            host=parts.netloc,
            path=parts.path,
            query=parts.query,
            headers=headers,
            body=request.body or b"",
            peer=self._peer,
            is_tls=parts.scheme == "https",
        )

    def credential_for(self, url: str) -> Credential | None:
        """Choose the credential of the host that a URL names, and of no other."""
        parts = urlsplit(url)
        return self.credentials.get(parts.netloc) if parts.scheme == "https" else None

    async def _exchange(self, wire: Wire) -> Answer | NetworkFaultKind:
        troubles = self._hosts.meets(wire)
        for trouble in troubles:
            if trouble.is_on_the_way:
                kind = await self._obstruct(trouble)
                if kind is not None:
                    self._hosts.note(wire, fault=kind)
                    return kind
        await self._clock.sleep(_LATENCY_S)
        answer = self._hosts.serve(wire, troubles)
        if answer.is_cut and answer.status >= 400:  # its status and headers have arrived
            return replace(answer, body=answer.body[: len(answer.body) // 2])
        if answer.is_cut:
            return NetworkFaultKind.RESET
        if len(answer.body) > self._limits.body_bytes:
            return NetworkFaultKind.SIZE
        return answer

    async def _obstruct(self, trouble: Trouble) -> NetworkFaultKind | None:
        """Let a fault of the way happen; None: it only took time."""
        limits = self._limits
        match trouble.kind:
            case Kind.NO_NAME:
                return NetworkFaultKind.NAME
            case Kind.REFUSE:
                return NetworkFaultKind.CONNECT
            case Kind.BAD_TLS:
                return NetworkFaultKind.TLS
            case Kind.RESET:
                await self._clock.sleep(_LATENCY_S)
                return NetworkFaultKind.RESET
            case Kind.BLACKHOLE:
                await self._clock.sleep(limits.connect_s)
                return NetworkFaultKind.TIMEOUT
            case Kind.HANG:
                await self._clock.sleep(limits.first_byte_s)
                return NetworkFaultKind.TIMEOUT
            case Kind.DRIP:
                await self._clock.sleep(limits.whole_s)
                return NetworkFaultKind.TIMEOUT
            case _:
                wait_s = trouble.delay_s + trouble.spread_s * self._hosts.chance()
                await self._clock.sleep(min(wait_s, limits.first_byte_s))
                return NetworkFaultKind.TIMEOUT if wait_s >= limits.first_byte_s else None

    def _response(self, wire: Wire, url: str, answer: Answer, *, was_moved: bool) -> Response:
        return Response(
            url=url,
            status=answer.status,
            headers=_known(answer.headers),
            body=answer.body,
            is_credentialed=header_of(wire.headers, Header.AUTHORIZATION) is not None,
            was_moved=was_moved,
        )

    def _fault(self, kind: NetworkFaultKind, request: Request, why: str) -> NetworkFault:
        text = f"{urlsplit(request.url).netloc}: {why} ({kind})"
        return NetworkFault(kind=kind, message=redact(text, self._secrets))


def may_follow(request: Request, target: str) -> bool:
    """Tell whether a redirect leads where the request may go."""
    origin, goal = urlsplit(request.url), urlsplit(target)
    if goal.scheme not in (origin.scheme, "https"):
        return False
    return goal.netloc == origin.netloc or goal.hostname in request.hosts


def _known(headers: Fields) -> Mapping[Received, str]:
    names = frozenset(Received)
    return {Received(name.lower()): value for name, value in headers if name.lower() in names}
