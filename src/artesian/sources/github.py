"""GitHub's releases by REST, of github.com or an Enterprise server. Knows URLs and JSON; no I/O, no clock.

https://docs.github.com/en/rest/releases/releases#list-releases
"""

from datetime import UTC, datetime

import msgspec

from artesian.model.definition import Source
from artesian.model.header import GITHUB_API_VERSION, GZIP, Header, MediaType
from artesian.model.instant import instant
from artesian.model.outcome import Nonsense, RateLimit, Request
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources.fields import download_url, size
from artesian.sources.lenient import UNREADABLE, parse_list

__all__ = ["HOST", "api_url", "parse", "parse_probe", "plan", "probe"]

HOST = "api.github.com"
PAGE = 100  # the most that GitHub gives


class _Asset(msgspec.Struct):
    name: str
    browser_download_url: str
    size: int | None = None
    state: str = "uploaded"
    digest: str | None = None
    updated_at: datetime | None = None


class _Release(msgspec.Struct):
    tag_name: str
    assets: list[_Asset]
    draft: bool = False
    prerelease: bool = False
    published_at: datetime | None = None
    immutable: bool | None = None


class _Core(msgspec.Struct):
    limit: int
    remaining: int
    reset: int


class _Resources(msgspec.Struct):
    core: _Core


class _Probe(msgspec.Struct):
    """`rate` beside it is gone in API version 2026-03-10."""

    resources: _Resources


def api_url(source: Source) -> str:
    """Tell the root of the REST API: GitHub's own host, or a path of an Enterprise server."""
    return f"{source.base_url.rstrip('/')}/api/v3" if source.base_url else f"https://{HOST}"


def plan(
    source: Source, *, user_agent: str, page_url: str | None = None, etag: str | None = None
) -> Request:
    """Ask for the first page of releases, or for `page_url` (as the previous page's Link named it)."""
    first = f"{api_url(source)}/repos/{source.repository}/releases?per_page={PAGE}"
    headers: dict[Header, str] = {
        Header.ACCEPT: MediaType.GITHUB,
        Header.ACCEPT_ENCODING: GZIP,
        Header.GITHUB_API_VERSION: GITHUB_API_VERSION,
        Header.USER_AGENT: user_agent,
    }
    if etag is not None:
        headers[Header.IF_NONE_MATCH] = etag
    return Request(url=page_url or first, headers=headers)


def probe(source: Source, *, user_agent: str) -> Request:
    """Ask what our credential is worth: free of the primary limit."""
    request = plan(source, user_agent=user_agent)
    return msgspec.structs.replace(request, url=f"{api_url(source)}/rate_limit")


def parse_probe(body: bytes) -> RateLimit | None:
    """Read what a probe found; None: nothing that says so (an Enterprise server may have no limits)."""
    try:
        core = msgspec.json.decode(body, type=_Probe).resources.core
        resets_at = datetime.fromtimestamp(core.reset, UTC)
    except (*UNREADABLE, OverflowError, OSError):
        return None
    return RateLimit(limit=core.limit, remaining=core.remaining, resets_at=resets_at)


def parse(body: bytes) -> Listed | Nonsense:
    """Read a page of releases."""
    return parse_list(body, _Release, _release)


def _release(release: _Release) -> RawRelease | None:
    if release.draft:
        return None
    return RawRelease(
        tag=release.tag_name,
        published_at=instant(release.published_at),
        is_prerelease=release.prerelease,
        is_immutable=release.immutable or False,
        assets=tuple(_asset(asset) for asset in release.assets if asset.state == "uploaded"),
    )


def _asset(asset: _Asset) -> RawAsset:
    return RawAsset(
        name=asset.name,
        url=download_url(asset.browser_download_url),
        size_bytes=size(asset.size),
        sha256=_sha256(asset.digest),
        updated_at=instant(asset.updated_at),
    )


def _sha256(digest: str | None) -> str | None:
    """Read `sha256:<64 hex digits>`; files uploaded before mid-2025 have none, and other algorithms may come."""
    algorithm, _, text = (digest or "").partition(":")
    is_hex = len(text) == 64 and all(digit in "0123456789abcdef" for digit in text.lower())
    return text.lower() if algorithm == "sha256" and is_hex else None
