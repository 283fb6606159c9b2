"""Serviceman: a POSIX script from 0.9 on, as source archives; before that, binaries of another repository."""

from collections.abc import Mapping

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawRelease
from artesian.model.version import parse_version
from artesian.sources import github
from artesian.sources.fields import missing
from artesian.sources.github_source import with_archive
from artesian.sources.lenient import listed

__all__ = ["BINARIES", "SCRIPT", "documents", "parse"]

SCRIPT = "bnnanet/serviceman"
BINARIES = "therootcompany/serviceman"
_FIRST_SCRIPT = parse_version("0.9")


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: a page of releases of each repository."""
    return missing((_url(source, SCRIPT), _url(source, BINARIES)), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read both pages."""
    scripts = github.parse(found[_url(source, SCRIPT)])
    binaries = github.parse(found[_url(source, BINARIES)])
    if isinstance(scripts, Nonsense):
        return scripts
    if isinstance(binaries, Nonsense):
        return binaries
    root = f"{source.base_url or 'https://github.com'}/{SCRIPT}/archive/refs/tags"
    new = tuple(with_archive(one, root) for one in scripts.releases if _is_script(one))
    old = tuple(one for one in binaries.releases if not _is_script(one))
    skipped = (*scripts.skipped, *binaries.skipped)
    return listed((Listed(releases=(*new, *old), skipped=skipped),), what="serviceman")


def _url(source: Source, repository: str) -> str:
    return f"{github.api_url(source)}/repos/{repository}/releases?per_page={github.PAGE}"


def _is_script(release: RawRelease) -> bool:
    return parse_version(release.tag) >= _FIRST_SCRIPT
