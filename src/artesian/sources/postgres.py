"""PostgreSQL: builds that GitHub lists, and a few older ones whose addresses are known and never change."""

from msgspec.structs import replace

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources import github

__all__ = ["REPOSITORY", "parse", "repository_of"]

REPOSITORY = "bnnanet/postgresql-releases"
_OLDER = "https://get.enterprisedb.com/postgresql"
_OLDER_FILES = {
    "12.3": ("osx-binaries.zip",),
    "11.8": ("osx-binaries.zip",),
    "10.13": ("osx-binaries.zip",),
    "10.12": ("osx-binaries.zip", "linux-x64-binaries.tar.gz", "linux-binaries.tar.gz"),
}


def repository_of(source: Source) -> Source:
    """Tell which repository to ask, in the place of a source that names none."""
    return replace(source, repository=source.repository or REPOSITORY)


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
