"""Facts about real release files, read from the data folder: who states which file of which release, and what of it.

Nothing is derived here: what a source doesn't say stays None.
"""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec

from artesian.model.definition import Source, SourceKind

__all__ = ["Fact", "read_facts", "source_key"]

_DOWNLOAD = re.compile(
    r"https://github\.com/(?P<repository>[^/]+/[^/]+)/releases/download/(?P<tag>.+)/(?P<name>[^/]+)"
)
# Where other publishers keep files, and which source that is.
_ELSEWHERE = (
    (re.compile(r"https://nodejs\.org/dist/(?P<tag>v[\d.]+)/(?P<name>node-[^/]+)"), "node:"),
    (
        re.compile(
            r"https://(golang\.org/dl|dl\.google\.com/go)/(?P<name>(?P<tag>go[\d.]*\d((rc|beta)\d+)?)\.[^/]+)"
        ),
        "go:",
    ),
    (
        re.compile(r"https://releases\.hashicorp\.com/terraform/(?P<tag>[^/]+)/(?P<name>[^/]+)"),
        "hashicorp:terraform",
    ),
    (re.compile(r"https://ziglang\.org/download/(?P<tag>[\d.]+)/(?P<name>zig-[^/]+)"), "zig:"),
    (
        re.compile(
            r"https://julialang-s3\.julialang\.org/bin/[^/]+/[^/]+/[^/]+/(?P<name>julia-(?P<tag>[\d.]+)-(linux|mac|win|freebsd|musl)[^/]*)"
        ),
        "julia:",
    ),
)

# The day of the snapshot of each packager's list that was read; of Hermit's only the month is known, so its first day.
# Sources that aren't here state files, but no day.
_STATED_ON = {
    "aqua": date(2026, 8, 22),
    "arkade-tests": date(2026, 8, 22),
    "hermit-packages": date(2026, 8, 1),
    "install-action": date(2026, 8, 21),
    "taiki-e-install-action": date(2026, 8, 21),
}


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says of one file. `repository` is in lower case; `stated_on`: the day of the source, if known."""

    repository: str
    tag: str
    name: str
    url: str
    stated_by: str
    stated_on: date | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    published_at: datetime | None = None
    is_prerelease: bool | None = None
    is_lts: bool | None = None


def source_key(source: Source) -> str:
    """Name a source as facts do: a repository of GitHub by itself, others with their kind."""
    if source.kind is SourceKind.GITHUB:
        return source.repository.lower()
    return f"{source.kind}:{source.repository}".lower()


def read_facts(data: Path) -> Iterator[Fact]:
    """Read every source of the data folder that names files of GitHub releases."""
    yield from _labelled(data / "classify/labelled_assets.tsv")
    yield from _checksums(data / "checksums.tsv")
    for path in sorted((data / "upstream/release_asset_lists").glob("*.json")):
        yield from _asset_list(path)
    for path in sorted((data / "upstream/github_api").glob("*/*.json")):
        yield from _api_answer(path)


def _fact(url: str, stated_by: str) -> Fact | None:
    match = _DOWNLOAD.fullmatch(url)
    repository = match["repository"].lower() if match else ""
    for pattern, source in () if match else _ELSEWHERE:
        match = pattern.fullmatch(url)
        if match:
            repository = source
            break
    if match is None:
        return None
    return Fact(
        repository=repository,
        tag=unquote(match["tag"]),
        name=unquote(match["name"]),
        url=url,
        stated_by=stated_by,
        stated_on=_STATED_ON.get(stated_by),
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def _labelled(path: Path) -> Iterator[Fact]:
    for row in _rows(path):
        fact = _fact(row["url"], row["label_source"])
        if fact:
            yield fact


def _checksums(path: Path) -> Iterator[Fact]:
    for row in _rows(path):
        fact = _fact(row["url"], row["stated_by"])
        if fact:
            yield msgspec.structs.replace(fact, sha256=row["sha256"].lower())


def _asset_list(path: Path) -> Iterator[Fact]:
    """Read one list of gvcgo/vsources: {version: [{url, size, sum, sum_type, …}]}."""
    for files in msgspec.json.decode(path.read_bytes()).values():
        for file in files:
            fact = _fact(file["url"], "vsources")
            if fact:
                sha256 = file["sum"].lower() if file["sum_type"] == "sha256" else None
                yield msgspec.structs.replace(
                    fact, size_bytes=file["size"] or None, sha256=sha256 or None
                )


def _api_answer(path: Path) -> Iterator[Fact]:
    """Read a recorded answer of GitHub's API that is a release or a list of releases; others hold no facts."""
    answer = msgspec.json.decode(path.read_bytes())
    for release in answer if isinstance(answer, list) else [answer]:
        if isinstance(release, dict) and "tag_name" in release:
            yield from _api_release(release)


def _api_release(release: dict[str, Any]) -> Iterator[Fact]:
    published_at = release.get("published_at")
    for file in release["assets"]:
        fact = _fact(file["browser_download_url"], "github")
        digest = file.get("digest") or ""
        if fact:
            yield msgspec.structs.replace(
                fact,
                size_bytes=file.get("size"),
                sha256=digest.removeprefix("sha256:") if digest.startswith("sha256:") else None,
                published_at=_instant(published_at) if published_at else None,
                is_prerelease=release["prerelease"],
            )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
