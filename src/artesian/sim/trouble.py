"""What goes wrong between us and an upstream's API, as values: on the way, with the request, in the answer. Pure.

The simulated network and the fault proxy both read these, so a scenario means the same on the virtual clock and on
real sockets.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from fnmatch import fnmatchcase

import msgspec

from artesian.sim.wire import Answer, Wire, header_of, with_header

__all__ = ["Kind", "Trouble", "active", "spoil_answer", "spoil_request"]


class Kind(StrEnum):
    """All kinds. `value` and the other words in brackets are fields of Trouble."""

    # on the way
    NO_NAME = "no-name"  # DNS doesn't know the host
    REFUSE = "refuse"
    BLACKHOLE = "blackhole"  # packets vanish: connecting never ends
    BAD_TLS = "bad-tls"
    RESET = "reset"  # in the middle of the body
    HANG = "hang"  # connected, then silence
    DRIP = "drip"  # a byte a second
    TRUNCATE = "truncate"  # the connection ends before the length that was named
    DELAY = "delay"  # (delay_s, spread_s)
    # with the request
    RENAME_HEADER = "rename-header"  # (name, value): what a misspelt constant would do
    STRIP_HEADER = "strip-header"  # (name): what a proxy does
    # in the answer
    STATUS = "status"  # (status, retry_after_s): an error of the upstream's own, without its usual headers
    SECONDARY = "secondary"  # (status, retry_after_s): a secondary limit, remaining left as it is
    HTML = "html"  # a web page with status 200: a captive portal, a login page
    BODY = "body"  # (value): this text with status 200
    CUT = "cut"  # half of the body, and no length to tell
    CORRUPT = "corrupt"  # some bytes are others
    REPLACE = "replace"  # (name, value): a text in the body is replaced by another
    NOT_MODIFIED = (
        "not-modified"  # 304 to every conditional request; with a `value` to every other, too
    )
    CHANGE_HEADER = "change-header"  # (name, value): empty value: the header is missing
    REDIRECT = "redirect"  # (value, status): to another address
    LOOP = "loop"  # every page says that the same page is next
    GROW = "grow"  # (factor): the list comes several times over


_BODIES = frozenset(
    {Kind.BODY, Kind.CUT, Kind.CORRUPT, Kind.REPLACE, Kind.GROW, Kind.LOOP, Kind.TRUNCATE}
)
_WAY = frozenset(
    {Kind.NO_NAME, Kind.REFUSE, Kind.BLACKHOLE, Kind.BAD_TLS, Kind.RESET, Kind.HANG, Kind.DRIP, Kind.DELAY}
)  # fmt: skip
_PAGE = (
    b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Please sign in.</body></html>"
)
_SLOW_DOWN = (
    b'{"message":"You have exceeded a secondary rate limit. '
    b'Please wait a few minutes before you try again."}'
)


class Trouble(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):  # fmt: skip
    """One fault: what, of whom (globs), from when to when (seconds from the start), of which share of requests.

    `period_s`: it comes and goes, on in the first half of each period.
    """

    kind: Kind
    host: str = "*"
    path: str = "*"
    starts_s: float = 0.0
    ends_s: float | None = None
    share: float = 1.0
    period_s: float | None = None
    name: str = ""
    value: str = ""
    status: int = 503
    retry_after_s: int | None = None
    delay_s: float = 0.0
    spread_s: float = 0.0
    factor: int = 2

    @property
    def is_on_the_way(self) -> bool:
        """Tell whether it happens to the connection, not to what is said over it."""
        return self.kind in _WAY


def active(
    troubles: Iterable[Trouble], wire: Wire, elapsed_s: float, chance: Callable[[], float]
) -> tuple[Trouble, ...]:
    """Choose the faults that this request meets; `chance` gives numbers in [0, 1)."""
    return tuple(one for one in troubles if _meets(one, wire, elapsed_s, chance))


def _meets(one: Trouble, wire: Wire, elapsed_s: float, chance: Callable[[], float]) -> bool:
    if elapsed_s < one.starts_s or (one.ends_s is not None and elapsed_s >= one.ends_s):
        return False
    if one.period_s is not None and (elapsed_s - one.starts_s) % one.period_s >= one.period_s / 2:
        return False
    if not (fnmatchcase(wire.host, one.host) and fnmatchcase(wire.path, one.path)):
        return False
    return one.share >= 1 or chance() < one.share


def spoil_request(troubles: Iterable[Trouble], wire: Wire) -> Wire:
    """Do to a request what happens to it on the wire."""
    for one in troubles:
        if one.kind in _BODIES:  # another body has another validator
            headers = with_header(wire.headers, "if-none-match", None)
            wire = msgspec.structs.replace(wire, headers=headers)
        value = header_of(wire.headers, one.name) if one.name else None
        if value is not None and one.kind in (Kind.RENAME_HEADER, Kind.STRIP_HEADER):
            headers = with_header(wire.headers, one.name, None)
            if one.kind is Kind.RENAME_HEADER:
                headers = (*headers, (one.value, value))
            wire = msgspec.structs.replace(wire, headers=headers)
    return wire


def spoil_answer(troubles: Iterable[Trouble], wire: Wire, answer: Answer) -> Answer:
    """Do to an answer what these faults do."""
    for one in troubles:
        answer = _spoilt(one, wire, answer)
    return answer


def _spoilt(one: Trouble, wire: Wire, answer: Answer) -> Answer:
    json = (("content-type", "application/json; charset=utf-8"),)
    wait = () if one.retry_after_s is None else (("retry-after", str(one.retry_after_s)),)
    match one.kind:
        case Kind.STATUS:
            body = b'{"message":"Server Error"}'
            return Answer(status=one.status, reason="Fault", headers=(*json, *wait), body=body)
        case Kind.SECONDARY:
            return Answer(
                status=429 if one.status == 429 else 403,
                reason="Forbidden",
                headers=(*answer.headers, *wait),
                body=_SLOW_DOWN,
            )
        case Kind.HTML:
            return Answer(status=200, reason="OK", headers=(("content-type", "text/html"),), body=_PAGE)  # fmt: skip
        case Kind.REDIRECT:
            status = 301 if one.status == 503 else one.status
            return Answer(status=status, reason="Moved", headers=(*json, ("location", one.value)))
        case Kind.NOT_MODIFIED if one.value or header_of(wire.headers, "if-none-match"):
            return msgspec.structs.replace(answer, status=304, reason="Not Modified", body=b"")
        case Kind.CHANGE_HEADER:
            headers = with_header(answer.headers, one.name, one.value or None)
            return msgspec.structs.replace(answer, headers=headers)
        case Kind.TRUNCATE:
            return msgspec.structs.replace(answer, is_cut=True)
        case Kind.LOOP if answer.status == 200:
            here = f'<https://{wire.host}{wire.path}?{wire.query}>; rel="next"'
            return msgspec.structs.replace(answer, headers=with_header(answer.headers, "link", here))  # fmt: skip
        case _ if answer.status == 200:
            etag = f'W/"{one.kind}"' if header_of(answer.headers, "etag") else None
            headers = with_header(answer.headers, "etag", etag)
            return msgspec.structs.replace(answer, headers=headers, body=_body(one, answer.body))
        case _:
            return answer


def _body(one: Trouble, body: bytes) -> bytes:
    match one.kind:
        case Kind.BODY:
            return one.value.encode()
        case Kind.CUT:
            return body[: len(body) // 2]
        case Kind.CORRUPT:
            middle = len(body) // 2
            return body[:middle] + b"\x00\xff{" + body[middle + 3 :]
        case Kind.REPLACE:
            return body.replace(one.name.encode(), one.value.encode())
        case Kind.GROW if body.startswith(b"[{"):
            return b"[" + b",".join([body[1:-1]] * one.factor) + b"]"
        case _:
            return body
