"""Proxies as the environment names them: read strictly, and never shown, for their addresses may hold passwords."""

import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

import msgspec

from artesian.model.credential import Secret

__all__ = ["LOOPBACK", "Proxies", "parse_proxies"]

# This machine itself: asked directly, and so the one place that a credential may be sent to without TLS.
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS = {"http": 80, "https": 443}
_PROXY = re.compile(
    r"https?://([^\s@/?#\\]*@)?([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?/?", re.IGNORECASE | re.ASCII
)


class Proxies(msgspec.Struct, frozen=True, kw_only=True):
    """By which proxy each scheme is asked. direct: hosts without one; problem: why nobody can be asked at all."""

    http: Secret | None = None
    https: Secret | None = None
    direct: tuple[str, ...] = ()
    problem: str = ""

    def way(self, url: str) -> Secret | None:
        """Find the proxy for a URL; None: none. Raise ValueError for what is no URL."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
        if host in LOOPBACK or any(_covers(each, host, port) for each in self.direct):
            return None
        return self.https if parts.scheme == "https" else self.http


def parse_proxies(environment: Mapping[str, str]) -> Proxies:
    """Read HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY; in small letters they count before."""
    _, hosts = _variable(environment, "no_proxy")
    direct = tuple(each.strip().lower() for each in hosts.split(",") if each.strip())
    if "*" in direct:
        return Proxies()
    found: list[Secret | None] = []
    for word in ("http_proxy", "https_proxy"):
        name, text = _variable(environment, word)
        if not text and name not in environment:
            name, text = _variable(environment, "all_proxy")
        url = text if "://" in text or not text else f"http://{text}"
        if url and not _is_usable(url):
            why = "this is no proxy that can be used: write http://HOST:PORT; SOCKS isn't spoken"
            return Proxies(problem=f"environment variable {name}: {why}")
        found.append(Secret(url) if url else None)
    return Proxies(http=found[0], https=found[1], direct=direct)


def _variable(environment: Mapping[str, str], word: str) -> tuple[str, str]:
    name = word if word in environment else word.upper()
    return name, environment.get(name, "").strip()


def _is_usable(url: str) -> bool:
    if _PROXY.fullmatch(url) is None:
        return False
    try:
        parts = urlsplit(url)
        if "[" in parts.netloc:
            ip_address(parts.hostname or "")
        port = parts.port
    except ValueError:
        return False
    return port != 0


def _covers(entry: str, host: str, port: int) -> bool:
    """Tell whether an entry of NO_PROXY (a domain, an address, a network; each perhaps with a port) is about a host."""
    name, _, number = entry.rpartition(":")
    if not name or (":" in name and not name.endswith("]")):  # no port: an address has colons too
        name = entry
    elif number != str(port):
        return False
    name = name.strip("[]").removeprefix("*").removeprefix(".")
    try:
        return ip_address(host) in ip_network(name, strict=False)
    except ValueError:
        return bool(name) and (host == name or host.endswith(f".{name}"))
