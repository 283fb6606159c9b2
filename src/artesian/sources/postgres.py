"""PostgreSQL: builds that GitHub lists, and a few older ones whose addresses are known and never change."""

from msgspec.structs import replace

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense, Request
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources import github

__all__ = ["REPOSITORY", "parse", "plan"]

REPOSITORY = "bnnanet/postgresql-releases"
_OLDER = "https://get.enterprisedb.com/postgresql"
_OLDER_FILES = {
    "12.3": ("osx-binaries.zip",),
    "11.8": ("osx-binaries.zip",),
    "10.13": ("osx-binaries.zip",),
    "10.12": ("osx-binaries.zip", "linux-x64-binaries.tar.gz", "linux-binaries.tar.gz"),
}


def plan(
    source: Source, *, user_agent: str, page_url: str | None = None, etag: str | None = None
) -> Request:
    """Ask for the first page of releases, or for `page_url`."""
    asked = replace(source, repository=REPOSITORY)
    return github.plan(asked, user_agent=user_agent, page_url=page_url, etag=etag)


def parse(_source: Source, body: bytes) -> Listed | Nonsense:
    """Read a page of releases, and add the older ones to it."""
    page = github.parse(body)
    if isinstance(page, Nonsense):
        return page
    tags = {release.tag for release in page.releases}
    older = tuple(one for one in map(_older, _OLDER_FILES) if one.tag not in tags)
    return replace(page, releases=(*page.releases, *older))


def _older(version: str) -> RawRelease:
    names = (f"postgresql-{version}-1-{file}" for file in _OLDER_FILES[version])
    return RawRelease(
        tag=version,
        assets=tuple(RawAsset(name=name, url=f"{_OLDER}/{name}") for name in names),
    )
