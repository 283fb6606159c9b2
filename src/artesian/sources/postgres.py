"""PostgreSQL: builds that GitHub lists, and a few older ones whose addresses are known and never change."""

from msgspec.structs import replace

from artesian.model.definition import Source
from artesian.model.outcome import Request
from artesian.model.release import RawAsset, RawRelease
from artesian.sources import github

__all__ = ["OLDER", "REPOSITORY", "plan"]

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


def _older(version: str) -> RawRelease:
    names = (f"postgresql-{version}-1-{file}" for file in _OLDER_FILES[version])
    return RawRelease(
        tag=version,
        assets=tuple(RawAsset(name=name, url=f"{_OLDER}/{name}") for name in names),
    )


# What comes after the last page of the list.
OLDER = tuple(map(_older, _OLDER_FILES))
