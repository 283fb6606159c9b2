"""Sources that an author describes: any index of JSON by paths, any page by a pattern."""

import json
from pathlib import Path

import pytest

from artesian.model.definition import Index, Source, SourceKind
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawRelease
from artesian.sources.publishers import PUBLISHERS

URL = "https://index.example.com/list/all"
DIGEST = "9f" * 32
ZIG = (Path(__file__).parent / "answers" / "publishers" / "zig.json").read_bytes()


def read(kind: SourceKind, index: Index | None, body: bytes) -> Listed | Nonsense:
    """Read a document by what is said of it."""
    publisher = PUBLISHERS[kind]
    source = Source(kind=kind, repository="", base_url=URL, index=index)
    assert publisher.documents(source, {}) == (URL,)
    assert publisher.documents(source, {URL: body}) == ()
    return publisher.parse(source, {URL: body})


def releases(kind: SourceKind, index: Index | None, value: object) -> tuple[RawRelease, ...]:
    """Read a document that is good."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    listed = read(kind, index, body)
    assert isinstance(listed, Listed), listed
    return listed.releases


def test_the_simplest_index() -> None:
    """A list of releases with `version` and `url` needs no paths at all."""
    rows = [
        {"version": f"1.{n}", "url": f"https://h/x-1.{n}-linux-amd64.tar.gz"} for n in (1, 10, 2)
    ]
    found = releases(SourceKind.JSON, None, rows)
    assert [one.tag for one in found] == ["1.10", "1.2", "1.1"]
    assert found[0].assets[0].name == "x-1.10-linux-amd64.tar.gz"


def test_versions_that_are_numbers() -> None:
    """A number is the digits that stand there: 1.10 is above 1.9, and is not 1.1."""
    body = b"""[{"version": 1.9, "url": "https://h/a"}, {"version": 1.10, "url": "https://h/b"},
        {"version": 2, "url": "https://h/c"}, {"version": 20250101000000000000001, "url": "https://h/d"}]"""
    found = releases(SourceKind.JSON, None, body)
    assert [one.tag for one in found] == ["20250101000000000000001", "2", "1.10", "1.9"]


def test_keys_that_are_versions_and_platforms() -> None:
    """`*` follows each key, `$key` is the last one; what has no URL beside the files is none of them."""
    index = Index(
        releases="*", version="$key", date="date", assets="*", url="tarball", sha256="shasum", size="size"
    )  # fmt: skip
    found = {one.tag: one for one in releases(SourceKind.JSON, index, ZIG)}
    assert set(found) == {"master", "0.15.1", "0.14.1", "0.11.0", "0.1.1"}
    names = {asset.name: asset for asset in found["0.14.1"].assets}
    linux = names["zig-x86_64-linux-0.14.1.tar.xz"]
    assert linux.sha256 is not None
    assert linux.size_bytes is not None
    assert found["0.14.1"].published_at is not None


def test_all_that_can_be_said() -> None:
    """Texts with braces are filled in from the file, its release, and what was read of them; else there is none."""
    index = Index(
        releases="data.lines[].releases[]",
        version="v{number}",
        channel="is_stable",
        lts="support",
        assets="builds[].files[]",
        name="x-{number}-{platform}.zip",
        url="https://h/{version}/{name}?from={number}",
        sha256="sum",
    )
    files = [{"platform": "linux-amd64", "sum": f"sha256:{DIGEST}"}]

    def row(number: object, **more: object) -> dict[str, object]:
        return {"number": number, "builds": [{"files": files}], **more}

    rows = [
        row(1.5, is_stable=True, support="2030"),
        row(2, is_stable=False, support=None),
        row(None, is_stable=True),
    ]
    two, one = releases(SourceKind.JSON, index, {"data": {"lines": [{"releases": rows}, 7]}})
    assert (one.tag, one.is_prerelease, one.is_lts) == ("v1.5", False, True)
    assert (two.tag, two.is_prerelease, two.is_lts) == ("v2", True, False)
    (file,) = one.assets
    assert (file.name, file.url) == (
        "x-1.5-linux-amd64.zip",
        "https://h/v1.5/x-1.5-linux-amd64.zip?from=1.5",
    )
    assert file.sha256 == DIGEST


ROWS = {"data": [{"version": "1", "files": [{"url": "https://h/x"}]}]}
NOWHERE = [
    (Index(releases="dat[]"), "nothing is at releases = 'dat[]'"),
    (Index(), "nothing is at releases = '[]'"),
    (Index(releases="data[]", assets="file[]"), "no release has anything at assets = 'file[]'"),
    (Index(releases="data[]", assets="files[]", url="link"), "no file has a URL at url = 'link'"),
    (Index(releases="data[]", url="{link}"), "no file has a URL at url = '{link}'"),
]


@pytest.mark.parametrize(("index", "reason"), NOWHERE)
def test_a_path_that_leads_nowhere_is_named(index: Index, reason: str) -> None:
    """Nobody has to guess which of them it is."""
    assert read(SourceKind.JSON, index, json.dumps(ROWS).encode()) == Nonsense(
        reason=f"the index {URL}: {reason}"
    )


SKIPPED = [
    ({"url": "https://h/x"}, "a release has no version"),
    ({"version": "2", "url": "javascript:x"}, "'javascript:x' is not a download address"),
    ({"version": ["2"], "url": "https://h/x"}, "a release has no version"),
]


@pytest.mark.parametrize(("row", "reason"), SKIPPED)
def test_odd_rows_cost_themselves(row: object, reason: str) -> None:
    """A release without a version, or with an address that is none, is skipped and counted."""
    good = {"version": "1", "url": "https://h/x-linux-amd64"}
    listed = read(SourceKind.JSON, None, json.dumps([good, row]).encode())
    assert isinstance(listed, Listed)
    assert [one.tag for one in listed.releases] == ["1"]
    assert [one.reason for one in listed.skipped] == [reason]


def test_a_page() -> None:
    """Each match is a file, its address relative to the page; files of one version are one release."""
    index = Index(
        pattern=r'<a href="(?P<url>[^"]*-(?P<version>[\d.]+)-(?P<name>\w+)[^"]*)"( rel="(?P<channel>\w*)")?'
    )
    page = (
        '<a href="../dl/x-1.2-linux.zip?a=1&amp;b=2">x</a> <a href="/dl/x-1.2-mac.zip">x</a>'
        '<a href="https://h/x-1.3-linux.zip" rel="beta">x</a> <a href="ftp://h/x-1.1-linux.zip">x</a>'
    )
    beta, stable = releases(SourceKind.HTML, index, page.encode())
    assert (beta.tag, beta.is_prerelease) == ("1.3", True)
    assert [one.url for one in stable.assets] == [
        "https://index.example.com/dl/x-1.2-linux.zip?a=1&b=2",
        "https://index.example.com/dl/x-1.2-mac.zip",
    ]
    assert stable.assets[0].name == "linux"
    listed = read(SourceKind.HTML, index, page.encode())
    assert isinstance(listed, Listed)
    assert [one.tag for one in listed.skipped] == ["1.1"]


def test_a_page_without_files() -> None:
    """A page on which the pattern finds nothing is nonsense: a login, an error, a new design."""
    index = Index(pattern=r'href="(?P<url>[^"]+-(?P<version>\d)\.zip)"')
    assert isinstance(read(SourceKind.HTML, index, b"<html>Please sign in</html>"), Nonsense)
    assert isinstance(read(SourceKind.HTML, None, b"<html></html>"), Nonsense)
