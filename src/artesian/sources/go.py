"""Go: one index with every version, its archives and their digests.

https://go.dev/dl/?mode=json&include=all
"""

from collections.abc import Mapping

import msgspec

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources.fields import digest, missing, size
from artesian.sources.lenient import decode, listed, read_each

__all__ = ["BASE", "HOSTS", "documents", "parse"]

BASE = "https://go.dev/dl"
HOSTS = frozenset({"golang.google.cn"})  # where go.dev sends those whom it can't reach
_FILES = "https://dl.google.com/go"


class _File(msgspec.Struct):
    filename: str
    kind: str = ""
    sha256: str = ""
    size: int | None = None


class _Release(msgspec.Struct):
    version: str
    files: list[_File]
    stable: bool = False


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: the index."""
    return missing((_url(source),), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read the index."""
    raws = decode(found[_url(source)], list[msgspec.Raw])
    if isinstance(raws, Nonsense):
        return raws
    place = source.base_url or _FILES
    items = ((f"#{number}", raw) for number, raw in enumerate(raws))
    part = read_each(items, _Release, lambda _, one: _release(place, one))
    return listed((part,), what="the index of Go")


def _url(source: Source) -> str:
    return f"{source.base_url or BASE}/?mode=json&include=all"


def _release(place: str, release: _Release) -> RawRelease:
    return RawRelease(
        tag=release.version,
        is_prerelease=not release.stable,
        is_lts=release.stable,  # what is stable is supported until the second line after it
        assets=tuple(
            RawAsset(
                name=file.filename,
                url=f"{place}/{file.filename}",
                size_bytes=size(file.size),
                sha256=digest(file.sha256),
            )
            for file in release.files
            if file.kind == "archive"
        ),
    )
