"""Releases of Gitea and its kin (Forgejo, Codeberg). Attachment URLs may be ids: a file's name is in `name` alone.

https://docs.gitea.com/api (repoListReleases)
"""

from datetime import datetime

import msgspec

from artesian.model.definition import Source
from artesian.model.header import GZIP, Header, MediaType
from artesian.model.instant import instant
from artesian.model.outcome import Nonsense, Request
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources.fields import download_url, size
from artesian.sources.lenient import parse_list

__all__ = ["parse", "plan"]

PAGE = 50  # Gitea's own cap


class _Asset(msgspec.Struct):
    name: str
    browser_download_url: str
    size: int | None = None
    created_at: datetime | None = None


class _Release(msgspec.Struct):
    tag_name: str
    assets: list[_Asset]
    draft: bool = False
    prerelease: bool = False
    published_at: datetime | None = None


def plan(
    source: Source, *, user_agent: str, page_url: str | None = None, etag: str | None = None
) -> Request:
    """Ask for the first page of releases, or for `page_url`."""
    base = (source.base_url or "https://codeberg.org").rstrip("/")
    first = f"{base}/api/v1/repos/{source.repository}/releases?limit={PAGE}"
    headers: dict[Header, str] = {
        Header.ACCEPT: MediaType.JSON,
        Header.ACCEPT_ENCODING: GZIP,
        Header.USER_AGENT: user_agent,
    }
    if etag is not None:
        headers[Header.IF_NONE_MATCH] = etag
    return Request(url=page_url or first, headers=headers)


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
        assets=tuple(
            RawAsset(
                name=asset.name,
                url=download_url(asset.browser_download_url),
                size_bytes=size(asset.size),
                updated_at=instant(asset.created_at),
            )
            for asset in release.assets
        ),
    )
