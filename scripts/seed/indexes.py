"""Facts out of the publishers' recorded indexes, read by the adapters that read them live."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec
from msgspec.structs import replace
from scripts.seed.facts import Fact, read_facts, source_key

from artesian.definitions.source import parse_source
from artesian.model.outcome import Nonsense
from artesian.model.version import Channel, Version, parse_version
from artesian.sources.publishers import PUBLISHERS

__all__ = ["first_of_lines", "read_all", "with_support"]

# Of each source: the day of the recording, and which file stands for which document.
_RECORDED: Mapping[str, tuple[date, Mapping[str, str]]] = {
    "go": (
        date(2020, 12, 1),
        {"https://go.dev/dl/?mode=json&include=all": "golang/dl.include-all.2020.json"},
    ),
    "zig": (
        date(2025, 10, 1),
        {"https://ziglang.org/download/index.json": "ziglang/index.json"},
    ),
    "julia": (
        date(2024, 10, 1),
        {"https://julialang-s3.julialang.org/bin/versions.json": "julia/versions.json"},
    ),
    "flutter": (
        date(2026, 7, 2),  # its newest entry is of the day before
        {
            f"https://storage.googleapis.com/flutter_infra_release/releases/releases_{os}.json": (
                f"flutter/releases_{os}.json"
            )
            for os in ("linux", "macos", "windows")
        },
    ),
    "chrome:chromedriver": (
        date(2025, 1, 29),
        {
            "https://googlechromelabs.github.io/chrome-for-testing/known-good-versions-with-downloads.json": (
                "chrome_for_testing/known-good-versions-with-downloads.2025-01-29.json"
            ),
            "https://googlechromelabs.github.io/chrome-for-testing/last-known-good-versions.json": (
                "chrome_for_testing/last-known-good-versions-with-downloads.json"
            ),
        },
    ),
}
_NODE_READ_ON = date(2024, 10, 1)
_NODE = "https://nodejs.org/download/release"


def read_all(data: Path) -> Iterator[Fact]:
    """Read every recorded index, and every list of files."""
    upstream = data / "upstream"
    nodes = tuple(_node_facts(upstream / "nodejs" / "dist-index.tab"))
    manifest = upstream / "actions_versions" / "node-versions-manifest.json"
    lines = first_of_lines(nodes, manifest.read_bytes())
    yield from nodes
    for text, (day, files) in _RECORDED.items():
        found = {url: (upstream / file).read_bytes() for url, file in files.items()}
        yield from _facts(text, found, day)
    for fact in read_facts(data):
        yield with_support(fact, lines)


def first_of_lines(nodes: Iterable[Fact], manifest: bytes) -> Mapping[int, Version]:
    """Tell since which version each line of Node.js has long-term support.

    nodes: of its index, which says so of each version. manifest: a newer list, which says so of whole lines.
    """
    first: dict[int, Version] = {}
    for fact in nodes:
        if fact.is_lts:
            version = parse_version(fact.tag)
            first[_major(fact.tag)] = min(version, first.get(_major(fact.tag), version))
    for one in msgspec.json.decode(manifest):
        if one.get("lts"):
            major = _major(one["version"])
            first.setdefault(major, parse_version(f"{major}"))
    return first


def with_support(fact: Fact, lines: Mapping[int, Version]) -> Fact:
    """Say of a file in a packager's list whether its release has long-term support, which such lists don't tell."""
    version = parse_version(fact.tag)
    if fact.repository == "node:":
        line = lines.get(_major(fact.tag))
        is_lts = line is not None and version >= line
        return replace(fact, is_lts=is_lts, is_prerelease=_major(fact.tag) % 2 == 1)
    if fact.repository == "go:":  # as sources/go.py reads its index: what is stable
        return replace(fact, is_lts=version.channel is Channel.STABLE)
    return fact


def _major(tag: str) -> int:
    return int(tag.removeprefix("v").partition(".")[0])


def _node_facts(table: Path) -> Iterator[Fact]:
    """Read Node's own builds; of the unofficial ones nothing was recorded."""
    return _facts(f"node:{_NODE}", {f"{_NODE}/index.json": _json_of(table)}, _NODE_READ_ON)


def _facts(text: str, found: Mapping[str, bytes], day: date) -> Iterator[Fact]:
    source = parse_source(text)
    publisher = PUBLISHERS[source.kind]
    needed: Sequence[str] = publisher.documents(source, found)
    assert not needed, f"{text}: no recording of {needed}"
    listed = publisher.parse(source, found)
    assert not isinstance(listed, Nonsense), listed
    for release in listed.releases:
        for asset in release.assets:
            yield Fact(
                repository=source_key(source),
                tag=release.tag,
                name=asset.name,
                url=asset.url,
                stated_by=source.kind.value,
                stated_on=day,
                size_bytes=asset.size_bytes,
                sha256=asset.sha256,
                published_at=release.published_at,
                is_prerelease=release.is_prerelease,
                is_lts=release.is_lts,
            )


def _json_of(table: Path) -> bytes:
    """Turn Node's table into its JSON index: the same columns, `-` for what isn't."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return msgspec.json.encode(
        [
            {
                "version": row["version"],
                "date": row["date"],
                "files": row["files"].split(","),
                "lts": False if row["lts"] == "-" else row["lts"],
            }
            for row in rows
        ]
    )
