"""Single fields as publishers write them: addresses, digests, dates, sizes."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from artesian.model.instant import instant

__all__ = ["date", "digest", "download_url", "file_name", "is_web", "missing", "size", "split_url"]

_MOST_BYTES = 10**15  # a thousand times what any file of a release has
_DIGEST = re.compile(r"[0-9a-f]{64}")


def split_url(text: str) -> SplitResult | None:
    """Take an address apart that an upstream wrote; None: it is none (`http://[`, a port that isn't a number)."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises ValueError itself, as urlsplit does
    except ValueError:
        return None
    return parts


def is_web(text: str) -> bool:
    """Tell whether an installer could fetch from an address."""
    parts = split_url(text)
    is_known = parts is not None and parts.scheme in ("https", "http") and bool(parts.netloc)
    return is_known and re.search(r"\s", text) is None


def download_url(text: str) -> str:
    """Refuse what no installer could fetch; the release is then skipped with this reason."""
    if not is_web(text):
        raise msgspec.ValidationError(f"{text[:80]!r} is not a download address")
    return text


def file_name(url: str) -> str:
    """Take the last part of an address, without its query."""
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])


def digest(text: str | None) -> str | None:
    """Read 64 hex digits; None: it is something else."""
    lower = (text or "").strip().lower()
    return lower if _DIGEST.fullmatch(lower) else None


def date(text: str | None) -> datetime | None:
    """Read an ISO date, with a time or without; None: it is something else."""
    try:
        when = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return instant(when)


def size(number: int | str | None) -> int | None:
    """Read a number of bytes, which some write as a text; None: it is no such thing."""
    if isinstance(number, str):
        number = int(number) if re.fullmatch(r"\d{1,15}", number, re.ASCII) else None
    return number if number is not None and 0 <= number < _MOST_BYTES else None


def missing(urls: Iterable[str], found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name the documents that are still to be fetched."""
    return tuple(url for url in urls if url not in found)
