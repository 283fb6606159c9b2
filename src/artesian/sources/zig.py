"""Zig: one index by version, with a build for each platform and its digest; `master` is the newest development build.

https://ziglang.org/download/index.json
"""

import re
from collections.abc import Mapping

import msgspec

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources.fields import date, digest, download_url, file_name, missing, size
from artesian.sources.lenient import decode, listed, read_each

__all__ = ["BASE", "documents", "parse"]

BASE = "https://ziglang.org/download"
_PLATFORM = re.compile(r"\w+-\w+")  # `x86_64-linux`, unlike `src` and `bootstrap`


class _Build(msgspec.Struct):
    tarball: str
    shasum: str = ""
    size: int | str | None = None


class _Release(msgspec.Struct):
    version: str = ""
    date: str | None = None


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: the index."""
    return missing((_url(source),), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read the index."""
    index = decode(found[_url(source)], dict[str, msgspec.Raw])
    if isinstance(index, Nonsense):
        return index
    part = read_each(index.items(), dict[str, msgspec.Raw], _release)
    return listed((part,), what="the index of Zig")


def _url(source: Source) -> str:
    return f"{source.base_url or BASE}/index.json"


def _release(name: str, fields: Mapping[str, msgspec.Raw]) -> RawRelease | None:
    about = msgspec.convert(
        {key: msgspec.json.decode(fields[key]) for key in ("version", "date") if key in fields},
        _Release,
    )
    is_development = "-" in (about.version or name) or "+" in (about.version or name)
    if "." not in name and not is_development:  # right after a release `master` is that release
        return None
    builds = [
        msgspec.json.decode(raw, type=_Build)
        for key, raw in fields.items()
        if _PLATFORM.fullmatch(key)
    ]
    return RawRelease(
        tag=about.version or name,
        published_at=date(about.date),
        is_prerelease=is_development,
        assets=tuple(
            RawAsset(
                name=file_name(build.tarball),
                url=download_url(build.tarball),
                size_bytes=size(build.size),
                sha256=digest(build.shasum),
            )
            for build in builds
        ),
    )
