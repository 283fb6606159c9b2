"""Node.js: its own builds, and the unofficial ones for musl and rarer processors. The index names files by short words.

https://nodejs.org/download/release/index.json, https://unofficial-builds.nodejs.org/download/release/index.json
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial

import msgspec

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources.fields import date, missing
from artesian.sources.lenient import decode, listed, read_each

__all__ = ["OFFICIAL", "UNOFFICIAL", "documents", "parse"]

OFFICIAL = "https://nodejs.org/download/release"
UNOFFICIAL = "https://unofficial-builds.nodejs.org/download/release"
_SUMS = "SHASUMS256.txt"
_VERSION = re.compile(r"v(\d+)\.(\d+)\.\d+\S*")
_FIRST_XZ = 4  # majors before it were packed with gzip alone
_UNIX = re.compile(r"(linux|aix|sunos|freebsd)-[\w-]+")
_MAC = re.compile(r"osx-(\w+)-tar")
_WINDOWS = re.compile(r"win-(\w+)-(zip|7z)")


class _Release(msgspec.Struct):
    version: str
    files: list[str]
    date: str | None = None
    lts: str | bool = False


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: the index of each place."""
    return missing((f"{place}/index.json" for place in _places(source)), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read all indexes."""
    parts = []
    for place in _places(source):
        raws = decode(found[f"{place}/index.json"], list[msgspec.Raw])
        if isinstance(raws, Nonsense):
            return raws
        items = ((f"{place}#{number}", raw) for number, raw in enumerate(raws))
        parts.append(read_each(items, _Release, partial(_release, place)))
    return listed(parts, what="the index of Node.js")


def _places(source: Source) -> tuple[str, ...]:
    return (source.base_url,) if source.base_url else (OFFICIAL, UNOFFICIAL)


def _release(place: str, _name: str, release: _Release) -> RawRelease:
    version = _VERSION.fullmatch(release.version)
    if version is None:
        raise msgspec.ValidationError(f"{release.version[:80]!r} is no version")
    folder = f"{place}/{release.version}"
    major, minor = int(version[1]), int(version[2])
    files = [
        RawAsset(name=name, url=f"{folder}/{name}")
        for word in release.files
        for name in _names(f"node-{release.version}", word, has_xz=major >= _FIRST_XZ)
    ]
    if files:
        prefix = "unofficial-" if place == UNOFFICIAL else ""
        files.append(RawAsset(name=f"{prefix}{_SUMS}", url=f"{folder}/{_SUMS}"))
    return RawRelease(
        tag=release.version,
        published_at=date(release.date),
        is_prerelease=(major or minor) % 2 == 1,  # odd lines never get long-term support
        is_lts=bool(release.lts),
        assets=tuple(files),
    )


def _names(stem: str, word: str, *, has_xz: bool) -> Iterator[str]:
    """Tell the files that a word of the index stands for; installers, headers and sources are left out."""
    mac, windows = _MAC.fullmatch(word), _WINDOWS.fullmatch(word)
    if windows:
        yield f"{stem}-win-{windows[1]}.{windows[2]}"
    elif mac or _UNIX.fullmatch(word):
        platform = f"darwin-{mac[1]}" if mac else word
        if has_xz:
            yield f"{stem}-{platform}.tar.xz"
        yield f"{stem}-{platform}.tar.gz"
