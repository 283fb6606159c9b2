"""What a client understands, decided from the words of its request alone. Pure: no index, no clock, no settings.

Sources: RFC 9110 for Accept-Encoding, If-None-Match and Host; the User-Agents are of real clients.
"""

import re
from collections.abc import Callable, Collection
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import unquote_to_bytes

from artesian.errors import Invalid, NotFound

__all__ = [
    "Form",
    "MalformedPath",
    "NoSuchPage",
    "WrongHost",
    "accepts_gzip",
    "form_for",
    "form_of_failure",
    "is_loopback",
    "is_wget",
    "matches_etag",
    "origin_of",
    "parse_host",
    "read_path",
    "split_suffix",
]

# What programs ask, and files: an error in place of one must not look like it.
_OF_PROGRAMS = (b"/v1/", b"/api/releases/", b"/api/debug", b"/packages/")

# How many distinct header values each memo keeps: more than the client kinds of a busy hour, at most 16 kB each.
_MEMO = 256


class Form(StrEnum):
    """The form of an answer: a POSIX shell script, a PowerShell script, an HTML page or JSON."""

    SCRIPT = "script"
    POWERSHELL = "powershell"
    PAGE = "page"
    JSON = "json"


class MalformedPath(Invalid):
    """A path that is no text."""

    def __init__(self) -> None:
        super().__init__("the path is not UTF-8 text, or holds control characters")


class NoSuchPage(NotFound):
    """A path with a folder that isn't one of ours."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"there is nothing at /{text[:80]}: packages are at /NAME or /NAME@VERSION"
        )


class WrongHost(Invalid):
    """A Host header that this server doesn't answer for."""

    def __init__(self, host: str) -> None:
        super().__init__(f"this server does not answer for the host {host[:80]!r}")


@lru_cache(maxsize=_MEMO)
def form_for(user_agent: bytes, accept: bytes) -> Form:
    """Tell which form suits a client that didn't force one; a shell script where in doubt."""
    agent = user_agent.lower()
    # `MS` and `windows` are what bootstraps for PowerShell send; PowerShell's own agent begins with Mozilla.
    if b"powershell" in agent or agent.split(b" ", 1)[0] in {b"ms", b"windows"}:
        return Form.POWERSHELL
    if agent.startswith((b"mozilla/", b"opera/")) and b"text/html" in accept.lower():
        return Form.PAGE
    first = accept.lower().partition(b",")[0].partition(b";")[0].strip()
    if first == b"application/json" and not is_wget(user_agent):
        return Form.JSON
    return Form.SCRIPT


def is_wget(user_agent: bytes) -> bool:
    """Tell GNU and BusyBox wget, which drop the body of an error: a pipe from it would succeed with nothing."""
    return user_agent.startswith(b"Wget")


@lru_cache(maxsize=_MEMO)
def accepts_gzip(accept_encoding: bytes) -> bool:
    """Tell whether an Accept-Encoding header allows gzip; a weight of zero forbids it."""
    weights: dict[bytes, bool] = {}
    for part in accept_encoding.lower().split(b","):
        coding, _, parameters = part.partition(b";")
        weight = parameters.strip().removeprefix(b"q=")
        weights[coding.strip()] = re.fullmatch(rb"0(\.0{0,3})?", weight.strip()) is None
    return weights.get(b"gzip", weights.get(b"x-gzip", weights.get(b"*", False)))


def matches_etag(if_none_match: bytes, etag: bytes) -> bool:
    """Tell whether an If-None-Match header (a list, weak tags included, or `*`) names `etag`."""
    if if_none_match == etag:
        return True
    tags = (tag.strip() for tag in if_none_match.split(b","))
    return any(tag == b"*" or tag.removeprefix(b"W/") == etag for tag in tags)


def read_path(raw_path: bytes) -> str:
    """Decode a path once, without its first slash; raise MalformedPath."""
    try:
        text = unquote_to_bytes(raw_path).decode()
    except UnicodeDecodeError:
        raise MalformedPath from None
    if not text.isprintable():
        raise MalformedPath
    return text.removeprefix("/")


def split_suffix(text: str, is_known: Callable[[str], bool]) -> tuple[str, Form | None]:
    """Cut a `.sh` or `.ps1` that forces the form off a spec. A known package's own name is never cut."""
    last = text.rpartition(",")[2].lower()
    if is_known(last):
        return text, None
    for suffix, form in ((".sh", Form.SCRIPT), (".ps1", Form.POWERSHELL)):
        if last.endswith(suffix):
            return text[: -len(suffix)], form
    return text, None


def form_of_failure(raw_path: bytes, form: Form) -> Form:
    """Tell the form of an error: what the path asks for by itself, else what suits the client."""
    path = raw_path.lower()
    if path.startswith(_OF_PROGRAMS) or path == b"/openapi.json":
        return Form.JSON
    if path.endswith(b".sh"):
        return Form.SCRIPT
    return Form.POWERSHELL if path.endswith(b".ps1") else form


_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(
    rf"(?P<name>{_LABEL}(\.{_LABEL}){{0,20}}\.?|\[[0-9a-f:.]{{2,45}}\])(:(?P<port>[0-9]{{1,5}}))?",
    re.ASCII,
)


def parse_host(header: bytes) -> tuple[str, str]:
    """Split a Host header into (lower-case name, port or ""); raise WrongHost where it is no host."""
    text = header.decode("latin-1").lower()
    found = _HOST.fullmatch(text)
    if found is None or len(text) > 255:
        raise WrongHost(text)
    return found["name"], found["port"] or ""


def is_loopback(name: str) -> bool:
    """Tell names and addresses of the machine itself."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_private(name: str) -> bool:
    """Tell addresses that no public certificate names, so that https can't be meant."""
    try:
        return ip_address(name.strip("[]")).is_private
    except ValueError:
        return False


def origin_of(header: bytes, *, allowed: Collection[str], has_public_url: bool) -> str:
    """Turn a Host header into the origin to print in one-liners; raise WrongHost for hosts that aren't ours.

    Loopback always counts. Beyond it: `allowed` alone, once it or a public URL is set; else any well-formed host
    (a server just started in a class room has no settings yet, and scripts name no host).
    """
    name, port = parse_host(header)
    has_limits = bool(allowed) or has_public_url
    if not is_loopback(name) and has_limits and name.strip("[]") not in allowed:
        raise WrongHost(name)
    scheme = "http" if is_loopback(name) or _is_private(name) else "https"
    return f"{scheme}://{name}:{port}" if port else f"{scheme}://{name}"
