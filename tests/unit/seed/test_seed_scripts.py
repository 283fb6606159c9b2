"""scripts/seed: facts of several sources → releases → those that the seed ships → a zip."""

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from scripts.seed.facts import Fact, read_facts
from scripts.seed.indexes import first_of_lines, with_support
from scripts.seed.merge import merge
from scripts.seed.pack import pack
from scripts.seed.select import select

from artesian.model.definition import (
    Command,
    Definition,
    Recipe,
    Source,
    SourceKind,
    TagRules,
)
from artesian.model.host import Arch, Os
from artesian.model.names import PackageName
from artesian.model.release import Asset, Format, Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel

SUM = "ab" * 32
OTHER_SUM = "cd" * 32
BASE = "https://github.com/Owner/Tool/releases/download"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Make a data folder with one file in each of its formats."""
    write(
        tmp_path / "classify/labelled_assets.tsv",
        "asset\trepo\tversion\tlabel_source\turl\n"
        f"tool.zip\tOwner/Tool\tv1\taqua\t{BASE}/v1/tool.zip\n"
        "other\tOwner/Tool\tv1\taqua\thttps://elsewhere.example/other\n",
    )
    write(
        tmp_path / "checksums.tsv",
        f"url\tsha256\tstated_by\n{BASE}/tools%2Fv1/a%2Bb.zip\t{SUM.upper()}\thermit-packages\n",
    )
    files = [
        {"url": f"{BASE}/v1/tool.zip", "size": 5, "sum": SUM, "sum_type": "sha256"},
        {"url": f"{BASE}/v1/old.zip", "size": 0, "sum": "12", "sum_type": "md5"},
        {"url": "", "size": 0, "sum": "", "sum_type": ""},
    ]
    listed = msgspec.json.encode({"1": files}).decode()
    write(tmp_path / "upstream/release_asset_lists/tool.version.json", listed)
    release = {
        "tag_name": "v2-rc1",
        "prerelease": True,
        "published_at": "2026-01-02T03:04:05Z",
        "assets": [
            {
                "browser_download_url": f"{BASE}/v2-rc1/tool.zip",
                "size": 7,
                "digest": f"sha256:{SUM}",
            },
            {"browser_download_url": f"{BASE}/v2-rc1/tool.tar", "size": 8, "digest": None},
        ],
    }
    for name, answer in (("list", [release]), ("headers", {"date": "today"})):
        write(
            tmp_path / f"upstream/github_api/Owner__Tool/{name}.json",
            msgspec.json.encode(answer).decode(),
        )
    return tmp_path


def test_facts_are_what_the_sources_say_and_no_more(data: Path) -> None:
    """Tag and name come from the URL, decoded; what a source doesn't say stays unknown."""
    facts = list(read_facts(data))
    shown = [(f.tag, f.name, f.stated_by, f.size_bytes, f.sha256, f.is_prerelease) for f in facts]
    assert shown == [
        ("v1", "tool.zip", "aqua", None, None, None),
        ("tools/v1", "a+b.zip", "hermit-packages", None, SUM, None),
        ("v1", "tool.zip", "vsources", 5, SUM, None),
        ("v1", "old.zip", "vsources", None, None, None),
        ("v2-rc1", "tool.zip", "github", 7, SUM, True),
        ("v2-rc1", "tool.tar", "github", 8, None, True),
    ]
    assert {fact.repository for fact in facts} == {"owner/tool"}
    assert [fact.stated_on for fact in facts[:3]] == [date(2026, 8, 22), date(2026, 8, 1), None]
    assert facts[-1].published_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_file_of_go_belongs_to_the_version_that_its_name_says(tmp_path: Path) -> None:
    """A file of a beta is no file of `go1`."""
    names = ("go1.18beta1.linux-amd64.tar.gz", "go1.27.0.linux-amd64.tar.gz")
    rows = "".join(f"https://dl.google.com/go/{name}\t{SUM}\taqua\n" for name in names)
    write(tmp_path / "checksums.tsv", f"url\tsha256\tstated_by\n{rows}")
    write(tmp_path / "classify/labelled_assets.tsv", "asset\turl\tlabel_source\n")
    assert [one.tag for one in read_facts(tmp_path)] == ["go1.18beta1", "go1.27.0"]


MANIFEST = [
    {"version": "26.4.0"},
    {"version": "24.18.0", "lts": "Krypton"},
    {"version": "22.23.1", "lts": "Jod"},
]


@pytest.mark.parametrize(
    ("repository", "tag", "is_lts"),
    [
        ("go:", "go1.27.0", True),
        ("go:", "go1.28rc1", False),
        ("node:", "v22.10.0", False),
        ("node:", "v22.22.2", True),
        ("node:", "v24.19.0", True),
        ("node:", "v26.7.0", False),
        ("owner/tool", "v1", None),
    ],
)
def test_what_the_indexes_do_not_know_yet_is_supported_as_its_line_is(
    repository: str, tag: str, is_lts: bool | None
) -> None:
    """Lists of packagers don't say what has long-term support: Go's stable versions, and Node's lines that have it."""
    listed = [fact("v22.11.0", "a", repository="node:", is_lts=True)]
    lines = first_of_lines(listed, msgspec.json.encode(MANIFEST))
    one = fact(tag, "tool.zip", repository=repository)
    assert with_support(one, lines).is_lts is is_lts


def fact(tag: str, name: str, *, repository: str = "Owner/Tool", **more: object) -> Fact:
    url = f"https://github.com/{repository}/releases/download/{tag}/{name}"
    known = {"repository": repository.lower(), "tag": tag, "name": name, "url": url}
    return msgspec.convert({"stated_by": "aqua", **known, **more}, Fact)


def test_what_sources_say_of_one_file_is_merged() -> None:
    """Size, checksum and date of a file come from whichever source has them; its day is the latest of them."""
    facts = [
        fact("v1", "tool.zip", stated_on=date(2026, 8, 1)),
        fact("v1", "tool.zip", sha256=SUM, stated_on=date(2026, 8, 22)),
        fact("v1", "tool.zip", size_bytes=5, is_prerelease=True),
        fact("v1", "elsewhere.zip", repository="Other/Tool"),
    ]
    (merged,) = merge(facts, ["Owner/Tool"])["Owner/Tool"]
    (asset,) = merged.release.assets
    assert (asset.name, asset.size_bytes, asset.sha256) == ("tool.zip", 5, SUM)
    assert merged.release.is_prerelease
    assert merged.stated_on == date(2026, 8, 22)
    assert merged.disputed == ()


def test_a_disputed_checksum_is_dropped_and_reported() -> None:
    """Two sources with different checksums for one file: neither is believed."""
    facts = [fact("v1", "tool.zip", sha256=SUM), fact("v1", "tool.zip", sha256=OTHER_SUM)]
    (merged,) = merge(facts, ["Owner/Tool"])["Owner/Tool"]
    assert merged.release.assets[0].sha256 is None
    assert merged.disputed == ("tool.zip",)


def test_a_repository_that_moved_is_one_repository() -> None:
    """Facts under an old and a new name meet; the URL spelt as in the catalogue wins."""
    facts = [
        fact("jq-1.7", "jq.zip", repository="stedolan/jq"),
        fact("jq-1.7", "jq.zip", repository="JQLang/jq"),
        fact("jq-1.7", "jq.zip", repository="jqlang/jq"),
    ]
    (merged,) = merge(facts, ["jqlang/jq"])["jqlang/jq"]
    assert [asset.url for asset in merged.release.assets] == [facts[2].url]


def release(version: str, *, arch: Arch = Arch.AMD64, is_verified: bool = False) -> Release:
    asset = Asset(
        name=f"tool-{version}",
        urls=(f"{BASE}/{version}/tool",),
        os=Os.LINUX,
        arch=arch,
        format=Format.RAW,
        sha256=SUM if is_verified else None,
    )
    channel = Channel.RC if "rc" in version else Channel.STABLE
    return Release(version=version, tag=version, channel=channel, assets=(asset,))


def snapshot(*releases: Release) -> Snapshot:
    definition = Definition(
        name=PackageName("tool"),
        title="tool",
        source=Source(kind=SourceKind.GITHUB, repository="Owner/Tool"),
        tags=TagRules(rolling=("nightly",)),
        recipe=Recipe(commands=(Command(name="tool", file="tool"),)),
    )
    return Snapshot(definition=definition, releases=releases)


def selected(*releases: Release) -> list[str]:
    return [one.version for one in select(snapshot(*releases)).releases]


def plain(*versions: str) -> list[Release]:
    return [release(version) for version in versions]


RECENT = [f"3.0.{patch}" for patch in range(20, 12, -1)]


@pytest.mark.parametrize(
    ("releases", "expected"),
    [
        (plain("nightly", "1.0"), ["1.0"]),
        (plain("2.0-rc1", "1.9", "1.8-rc1"), ["2.0-rc1", "1.9"]),
        (plain("2.0-rc2", "2.0-rc1"), ["2.0-rc2", "2.0-rc1"]),
        (plain(*RECENT, "3.0.2", "3.0.1"), RECENT),
        (plain(*RECENT, "2.9.1", "2.9.0", "1.0.1", "1.0.0"), [*RECENT, "2.9.1", "1.0.1"]),
        (plain(*RECENT, "2.9.1", "2.8.1", "2.8.0"), [*RECENT, "2.9.1", "2.8.1"]),
        ([*plain(*RECENT, "3.0.2"), release("3.0.1", arch=Arch.ARM64)], [*RECENT, "3.0.1"]),
        ([*plain(*RECENT, "3.0.2"), release("3.0.1", is_verified=True)], [*RECENT, "3.0.1"]),
    ],
    ids=[
        "never a rolling tag",
        "one pre-release that is newer",
        "pre-releases where there is nothing else",
        "the newest",
        "of each major the newest",
        "of each minor the newest",
        "for each host the newest",
        "the newest with a checksum",
    ],
)
def test_the_newest_and_what_is_worth_having_are_kept(
    releases: list[Release], expected: list[str]
) -> None:
    """The seed has the newest releases, and older ones that serve a host, are verified, or end a line."""
    assert selected(*releases) == expected


def test_of_two_files_for_a_host_the_verified_one_stays() -> None:
    """A file without a checksum goes if every host can unpack a verified one for the same platform."""
    raw = release("1.0", is_verified=True).assets[0]
    rest = {"name": "tool.tar.gz", "format": Format.TAR_GZ, "sha256": None}
    other = msgspec.structs.replace(raw, **rest)
    windows = msgspec.structs.replace(other, os=Os.WINDOWS)
    packed = msgspec.structs.replace(raw, name="tool.zip", format=Format.ZIP)
    for given, kept in (
        ((raw, other), (raw,)),
        ((raw, windows), (raw, windows)),
        ((packed, other), (packed, other)),
    ):
        one = msgspec.structs.replace(release("1.0"), assets=given)
        assert select(snapshot(one)).releases[0].assets == kept


def test_hosts_that_nobody_installs_on_keep_no_old_release() -> None:
    """A release isn't kept for the sake of a platform that installers don't know."""
    odd = msgspec.structs.replace(release("3.0.1").assets[0], os=Os.AIX, arch=Arch.PPC)
    old = msgspec.structs.replace(release("3.0.1"), assets=(odd,))
    assert selected(*plain(*RECENT, "3.0.2"), old) == RECENT


def test_packing_gives_the_same_bytes_and_nothing_private(tmp_path: Path) -> None:
    """A zip holds what a reader needs, and depends on names and contents alone."""
    directory = tmp_path / "data"
    for name in ("objects/ab/abcd.json", "generations/00000001.json", "current", "state.sqlite3"):
        write(directory / name, name)
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    pack(directory, first)
    (directory / "current").touch()
    pack(directory, second)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as packed:
        assert packed.namelist() == ["current", "generations/00000001.json", "objects/ab/abcd.json"]
        assert packed.read("current") == b"current"
