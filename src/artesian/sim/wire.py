"""What goes over the wire between us and a simulated upstream: requests and answers as plain values."""

from collections.abc import Iterable

import msgspec

__all__ = ["Answer", "Fields", "Wire", "header_of", "with_header"]

Fields = tuple[tuple[str, str], ...]


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """A request as its receiver reads it. `host` has the port where there is one; `path` has no query in it."""

    method: str = "GET"
    host: str
    path: str
    query: str = ""
    headers: Fields = ()
    body: bytes = b""
    peer: str = "192.0.2.1"  # the address it comes from
    is_tls: bool = True


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A whole answer. `is_cut`: the connection ends before the length that the headers name."""

    status: int
    reason: str = ""
    headers: Fields = ()
    body: bytes = b""
    is_cut: bool = False


def header_of(headers: Fields, name: str) -> str | None:
    """Read one header, whatever the case of its name."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


def with_header(headers: Iterable[tuple[str, str]], name: str, value: str | None) -> Fields:
    """Set one header, or take it away."""
    rest = tuple((key, old) for key, old in headers if key.lower() != name.lower())
    return rest if value is None else (*rest, (name, value))
