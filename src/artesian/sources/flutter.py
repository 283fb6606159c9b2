"""Flutter: an index for each system, with digests; a version may be released on several channels.

https://storage.googleapis.com/flutter_infra_release/releases/releases_linux.json
"""

from collections.abc import Mapping

import msgspec

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources.fields import date, digest, download_url, file_name, missing
from artesian.sources.lenient import decode, listed, read_each

__all__ = ["BASE", "documents", "parse"]

BASE = "https://storage.googleapis.com/flutter_infra_release/releases"
_SYSTEMS = ("linux", "macos", "windows")


class _Release(msgspec.Struct):
    channel: str
    version: str
    archive: str
    release_date: str | None = None
    sha256: str = ""


class _Index(msgspec.Struct):
    releases: list[msgspec.Raw]


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: the index of each system."""
    return missing(_urls(source), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read all indexes."""
    base = source.base_url or BASE
    parts = []
    for url in _urls(source):
        index = decode(found[url], _Index)
        if isinstance(index, Nonsense):
            return index
        items = ((f"{url}#{number}", raw) for number, raw in enumerate(index.releases))
        parts.append(read_each(items, _Release, lambda _, one: _release(base, one)))
    return listed(parts, what="the index of Flutter")


def _urls(source: Source) -> tuple[str, ...]:
    return tuple(f"{source.base_url or BASE}/releases_{system}.json" for system in _SYSTEMS)


def _release(base: str, release: _Release) -> RawRelease:
    url = download_url(f"{base}/{release.archive}")
    return RawRelease(
        tag=_tag(release),
        published_at=date(release.release_date),
        is_prerelease=release.channel != "stable",
        assets=(RawAsset(name=file_name(url), url=url, sha256=digest(release.sha256)),),
    )


def _tag(release: _Release) -> str:
    """Name a release: `3.10.0`, `3.46.0-0.3-beta`; the channel says more than the `.pre` of its version."""
    if release.channel == "stable":
        return release.version
    return f"{release.version.removesuffix('.pre')}-{release.channel}"
