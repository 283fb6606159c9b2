"""Any page of links, as the pattern in its definition finds them. Each match is a file."""

import html
import re
from collections.abc import Mapping
from urllib.parse import urljoin

from artesian.model.definition import Index, Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease, Skipped
from artesian.sources.fields import date, digest, download_url, file_name, missing, size
from artesian.sources.json_index import is_stable
from artesian.sources.lenient import listed

__all__ = ["documents", "parse"]


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: the page."""
    return missing((source.base_url or "",), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Find the files on the page."""
    url = source.base_url or ""
    text = found[url].decode(errors="replace")
    releases: list[RawRelease] = []
    skipped: list[Skipped] = []
    for match in re.finditer((source.index or Index()).pattern or r"\Z(?!)", text):
        fields = {
            name: html.unescape(value or "").strip() for name, value in match.groupdict().items()
        }
        try:
            releases.append(_release(url, fields))
        except ValueError as error:
            skipped.append(Skipped(tag=fields.get("version", "")[:100], reason=str(error)))
    part = Listed(releases=tuple(releases), skipped=tuple(skipped))
    return listed((part,), what=f"the page {url}")


def _release(page: str, fields: Mapping[str, str]) -> RawRelease:
    url = download_url(urljoin(page, fields.get("url", "")))
    return RawRelease(
        tag=fields.get("version", ""),
        published_at=date(fields.get("date")),
        is_prerelease=not is_stable(fields.get("channel", "")),
        is_lts=bool(fields.get("lts")),
        assets=(
            RawAsset(
                name=fields.get("name") or file_name(url),
                url=url,
                size_bytes=size(fields.get("size")),
                sha256=digest(fields.get("sha256")),
            ),
        ),
    )
