"""Julia: one index by version, with every archive's digest.

https://julialang-s3.julialang.org/bin/versions.json
"""

from collections.abc import Mapping

import msgspec

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources.fields import digest, download_url, file_name, missing, size
from artesian.sources.lenient import decode, listed, read_each

__all__ = ["BASE", "documents", "parse"]

BASE = "https://julialang-s3.julialang.org/bin"


class _File(msgspec.Struct):
    url: str
    kind: str = "archive"
    sha256: str = ""
    size: int | None = None


class _Release(msgspec.Struct):
    files: list[_File]
    stable: bool = True


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: the index."""
    return missing((_url(source),), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read the index."""
    index = decode(found[_url(source)], dict[str, msgspec.Raw])
    if isinstance(index, Nonsense):
        return index
    part = read_each(index.items(), _Release, _release)
    return listed((part,), what="the index of Julia")


def _url(source: Source) -> str:
    return f"{source.base_url or BASE}/versions.json"


def _release(version: str, release: _Release) -> RawRelease:
    return RawRelease(
        tag=version,
        is_prerelease=not release.stable,
        assets=tuple(
            RawAsset(
                name=file_name(file.url),
                url=download_url(file.url),
                size_bytes=size(file.size),
                sha256=digest(file.sha256),
            )
            for file in release.files
            if file.kind == "archive"
        ),
    )
