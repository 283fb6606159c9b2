"""MariaDB: a list of its lines, then one document for each line; the newest lines only, for nobody installs the rest.

https://downloads.mariadb.org/rest-api/mariadb/
"""

import re
from collections.abc import Iterable, Mapping
from functools import partial

import msgspec

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.model.version import parse_version
from artesian.sources.fields import date, digest, download_url, missing
from artesian.sources.lenient import decode, listed, read_each

__all__ = ["BASE", "LINES", "documents", "parse"]

BASE = "https://downloads.mariadb.org/rest-api/mariadb"
LINES = 12  # each costs a request; all that are supported, and some years before
_NUMBER = re.compile(r"\d{1,4}\.\d{1,4}")


class _Line(msgspec.Struct):
    release_id: str
    release_status: str | None = None
    release_support_type: str | None = None


class _Lines(msgspec.Struct):
    major_releases: list[msgspec.Raw]


class _Sums(msgspec.Struct):
    sha256sum: str | None = None


class _File(msgspec.Struct):
    file_name: str
    file_download_url: str
    os: str | None = None
    cpu: str | None = None
    checksum: _Sums | None = None


class _Release(msgspec.Struct):
    files: list[_File]
    date_of_release: str | None = None


class _Releases(msgspec.Struct):
    releases: dict[str, msgspec.Raw]


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: the list of lines; once that is there, the newest of them."""
    index = _url(source)
    if index not in found:
        return (index,)
    lines = _lines(found[index])
    if isinstance(lines, Nonsense):
        return ()
    return missing((_line_url(source, line) for line in lines), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read all lines; one that can't be read spoils the whole, for it would seem to have no releases."""
    lines = _lines(found[_url(source)])
    if isinstance(lines, Nonsense):
        return lines
    parts = []
    for line in lines:
        index = decode(found[_line_url(source, line)], _Releases)
        if isinstance(index, Nonsense):
            return index
        parts.append(read_each(index.releases.items(), _Release, partial(_release, line)))
    return listed(parts, what="the index of MariaDB", has_empty_parts=True)


def _url(source: Source) -> str:
    return f"{source.base_url or BASE}/"


def _line_url(source: Source, line: _Line) -> str:
    return f"{source.base_url or BASE}/{line.release_id}"


def _lines(body: bytes) -> tuple[_Line, ...] | Nonsense:
    """Read the list of lines, newest first; `11.6 Vector` and the like are no lines but one-off builds."""
    index = decode(body, _Lines)
    if isinstance(index, Nonsense):
        return index
    lines = (decode(raw, _Line) for raw in index.major_releases)
    numbered = {
        line.release_id: line
        for line in lines
        if isinstance(line, _Line) and _NUMBER.fullmatch(line.release_id)
    }
    if not numbered:
        return Nonsense(reason="the index of MariaDB lists no line of releases")
    newest = sorted(numbered.values(), key=lambda line: parse_version(line.release_id))
    return tuple(newest[: -LINES - 1 : -1])


def _release(line: _Line, name: str, release: _Release) -> RawRelease:
    is_stable = line.release_status == "Stable"
    is_odd = re.fullmatch(r"[\d.]+", name) is None  # 11.6.0 Vector
    return RawRelease(
        tag=name,
        published_at=date(release.date_of_release),
        is_prerelease=is_odd or not is_stable,
        is_lts=is_stable and line.release_support_type == "Long Term Support",
        assets=tuple(_builds(release.files)),
    )


def _builds(files: Iterable[_File]) -> Iterable[RawAsset]:
    """Take the builds; a file without a system or processor is the source."""
    for file in files:
        if file.os and file.cpu:
            yield RawAsset(
                name=file.file_name,
                url=download_url(file.file_download_url),
                sha256=digest(file.checksum.sha256sum if file.checksum else None),
            )
