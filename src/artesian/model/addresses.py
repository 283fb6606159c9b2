"""Addresses as an operator writes them: read strictly, for what is printed or asked by them reaches others."""

import re
from urllib.parse import urlsplit

__all__ = ["checked_origin", "checked_url", "is_host_name"]

_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?", re.IGNORECASE | re.ASCII)
_ADDRESS = re.compile(r"[0-9a-f]*:[0-9a-f.:]+", re.IGNORECASE | re.ASCII)


def checked_origin(value: str) -> str:
    """Accept an http(s) origin, with or without a slash at its end; raise ValueError."""
    scheme, _, rest = value.strip().rstrip("/").partition("://")
    if scheme not in {"http", "https"} or not rest or set(rest) & set("/?#@ \"'<>\\"):
        raise ValueError("write the origin alone, as in https://get.example.com")
    if not rest.isascii() or not rest.isprintable():
        raise ValueError("write a host name of another script in its xn-- form")
    return checked_url(f"{scheme}://{rest.lower()}")


def checked_url(value: str) -> str:
    """Accept a URL with a host, and with a port that there can be; raise ValueError."""
    parts = urlsplit(value)
    if not parts.hostname:
        raise ValueError("a host name is missing")
    _ = parts.port  # raises ValueError itself, as urlsplit does
    return value


def is_host_name(text: str) -> bool:
    """Tell names and addresses, written alone: no port, no brackets."""
    return bool(_NAME.fullmatch(text) or _ADDRESS.fullmatch(text))
