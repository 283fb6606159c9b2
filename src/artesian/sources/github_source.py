"""The source archives of releases, for programs that need no building: GitHub's and Gitea's make one of every tag.

Listed as `github:` and `gitea:` sources are; the archive's address follows from the tag.
"""

from urllib.parse import quote

from msgspec.structs import replace

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources import gitea, github

__all__ = ["parse_gitea", "parse_github", "with_archive"]

_GITHUB = "https://github.com"
_GITEA = "https://codeberg.org"


def parse_github(source: Source, body: bytes) -> Listed | Nonsense:
    """Read a page of GitHub's releases."""
    root = f"{source.base_url or _GITHUB}/{source.repository}/archive/refs/tags"
    return _with_archives(github.parse(body), root)


def parse_gitea(source: Source, body: bytes) -> Listed | Nonsense:
    """Read a page of Gitea's releases."""
    root = f"{source.base_url or _GITEA}/{source.repository}/archive"
    return _with_archives(gitea.parse(body), root)


def _with_archives(page: Listed | Nonsense, root: str) -> Listed | Nonsense:
    if isinstance(page, Nonsense):
        return page
    return replace(page, releases=tuple(with_archive(one, root) for one in page.releases))


def with_archive(release: RawRelease, root: str) -> RawRelease:
    """Put the archive of the tag in the place of a release's files; `root` ends before the tag."""
    name = root.rpartition("/archive")[0].rpartition("/")[2]
    file = RawAsset(
        name=f"{name}-{release.tag.replace('/', '-')}.tar.gz",
        url=f"{root}/{quote(release.tag)}.tar.gz",
    )
    return replace(release, assets=(file,))
