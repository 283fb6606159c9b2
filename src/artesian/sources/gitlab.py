"""Releases of GitLab: files are links, without sizes or digests.

https://docs.gitlab.com/api/releases/
"""

from datetime import datetime
from urllib.parse import quote

import msgspec

from artesian.model.definition import Source
from artesian.model.header import GZIP, Header, MediaType
from artesian.model.instant import instant
from artesian.model.outcome import Nonsense, Request
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources.fields import is_web
from artesian.sources.lenient import parse_list

__all__ = ["parse", "plan"]

PAGE = 100


class _Link(msgspec.Struct):
    name: str
    url: str
    direct_asset_url: str | None = None


class _Assets(msgspec.Struct):
    links: list[_Link]


class _Release(msgspec.Struct):
    tag_name: str
    assets: _Assets
    released_at: datetime | None = None
    upcoming_release: bool = False


def plan(
    source: Source, *, user_agent: str, page_url: str | None = None, etag: str | None = None
) -> Request:
    """Ask for the first page of releases, or for `page_url`."""
    base = (source.base_url or "https://gitlab.com").rstrip("/")
    project = quote(source.repository, safe="")
    first = f"{base}/api/v4/projects/{project}/releases?per_page={PAGE}"
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
    if release.upcoming_release:
        return None
    return RawRelease(
        tag=release.tag_name,
        published_at=instant(release.released_at),
        assets=tuple(
            RawAsset(name=_file_name(link), url=url)
            for link in release.assets.links
            if is_web(
                url := link.direct_asset_url or link.url
            )  # people link what they like: ftp, too
        ),
    )


def _file_name(link: _Link) -> str:
    """Take the last part of the URL: a link's own name is free text (`Linux, 64 bit`)."""
    last = link.url.partition("?")[0].rstrip("/").rpartition("/")[2]
    return last if "." in last else link.name
