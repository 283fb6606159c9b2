"""The table of all hosts: its rows, and how they are shared."""

import pytest
from msgspec.structs import replace
from tests.releases import release, snapshot

from artesian.model.host import Arch, Os
from artesian.model.query import NoMatch
from artesian.model.release import Asset, Format, Release
from artesian.model.version import Newest, parse_tag
from artesian.resolve.table import ARCHS, table


def lines(*releases: Release, tag: str = "") -> list[str]:
    """Write rows as `os/arch level libc version name`."""
    rows = table(snapshot(*releases), parse_tag(tag))
    assert not isinstance(rows, NoMatch)
    return [
        f"{row.os}/{row.arch} {row.level} {row.libc or '-'} {row.release.version} {row.asset.name}"
        for row in rows
    ]


@pytest.mark.parametrize(
    ("files", "rows"),
    [
        (
            "foo-linux-amd64.tar.gz foo-darwin-arm64.zip foo-darwin-arm64.tar.gz",
            """
            linux/amd64 1 - 1.0 foo-linux-amd64.tar.gz
            macos/arm64 1 - 1.0 foo-darwin-arm64.tar.gz
            macos/arm64 1 - 1.0 foo-darwin-arm64.zip
            android/amd64 1 - 1.0 foo-linux-amd64.tar.gz
            """,
        ),
        (  # each libc has its own
            "foo-linux-amd64-gnu.tar.gz foo-linux-amd64-hardmusl.tar.gz",
            """
            linux/amd64 1 gnu 1.0 foo-linux-amd64-gnu.tar.gz
            linux/amd64 1 musl 1.0 foo-linux-amd64-hardmusl.tar.gz
            """,
        ),
        (  # the static build is shared, the other format isn't
            "foo-linux-amd64.tar.gz foo-linux-amd64-gnu.zip",
            """
            linux/amd64 1 - 1.0 foo-linux-amd64.tar.gz
            linux/amd64 1 gnu 1.0 foo-linux-amd64-gnu.zip
            android/amd64 1 - 1.0 foo-linux-amd64.tar.gz
            """,
        ),
        (  # only levels that differ, the highest first
            "bun-windows-x64.zip bun-windows-x64-baseline.zip",
            """
            windows/amd64 3 - 1.0 bun-windows-x64.zip
            windows/amd64 2 - 1.0 bun-windows-x64-baseline.zip
            """,
        ),
        (
            "foo-windows-386.zip foo-freebsd-armv6.tar.gz",
            """
            windows/amd64 1 - 1.0 foo-windows-386.zip
            windows/arm64 1 - 1.0 foo-windows-386.zip
            windows/x86 1 - 1.0 foo-windows-386.zip
            freebsd/armv7 1 - 1.0 foo-freebsd-armv6.tar.gz
            freebsd/armv6 1 - 1.0 foo-freebsd-armv6.tar.gz
            """,
        ),
        (  # at most three ways to pack it
            "foo-darwin-arm64.zip foo-darwin-arm64.tar.gz foo-darwin-arm64.tar.xz foo-darwin-arm64.tar.zst",
            """
            macos/arm64 1 - 1.0 foo-darwin-arm64.tar.xz
            macos/arm64 1 - 1.0 foo-darwin-arm64.tar.zst
            macos/arm64 1 - 1.0 foo-darwin-arm64.tar.gz
            """,
        ),
        ("foo-darwin-arm64.dmg", ""),
    ],
)
def test_rows_are_shared_where_hosts_get_the_same(files: str, rows: str) -> None:
    """A row stands once for all libcs and levels that get the same build, and not at all where there is none."""
    expected = [line.strip() for line in rows.strip().splitlines()]
    assert lines(release("v1.0", *files.split())) == expected


def test_each_host_has_the_newest_version_that_serves_it() -> None:
    """Hosts of one table may have different versions; those that nothing serves have no row."""
    assert lines(
        release("v3.0-rc1", "foo-darwin-arm64.zip"),
        release("v2.0", "foo-darwin-arm64.zip"),
        release("v1.0", "foo-darwin-amd64.zip", "foo-windows-386.zip"),
        release("v0.9", "foo-darwin-amd64.zip", "foo-windows-amd64.zip"),
    ) == [
        "macos/arm64 1 - 2.0 foo-darwin-arm64.zip",
        "macos/amd64 1 - 1.0 foo-darwin-amd64.zip",
        "windows/amd64 1 - 1.0 foo-windows-386.zip",
        "windows/arm64 1 - 1.0 foo-windows-386.zip",
        "windows/x86 1 - 1.0 foo-windows-386.zip",
    ]


def test_a_script_has_a_row_for_each_kind_of_host() -> None:
    """What runs everywhere is listed for every host that we know, Windows included."""
    script = Asset(name="foo", urls=(), os=Os.ANY, arch=Arch.ANY, format=Format.RAW)
    rows = table(snapshot(Release(version="1", tag="v1", assets=(script,))), Newest())
    assert not isinstance(rows, NoMatch)
    assert [(row.os, row.arch) for row in rows] == [
        (os, arch) for os, archs in ARCHS.items() for arch in archs
    ]


def test_a_large_table_is_cut_behind_what_all_hosts_unpack() -> None:
    """A release of many builds loses the alternates that only the barest hosts would miss."""
    platforms = [
        f"{os}-{arch}"
        for os in ("linux", "freebsd", "openbsd", "netbsd")
        for arch in ("amd64", "arm64", "armv7", "386")
    ]
    many = release(
        "1.0", *(f"foo-{one}.{end}" for one in platforms for end in ("tar.xz", "tar.gz", "zip"))
    )
    rows = table(snapshot(many), Newest())
    assert not isinstance(rows, NoMatch)
    formats = [row.asset.format for row in rows if (row.os, row.arch) == (Os.LINUX, Arch.ARM64)]
    assert formats == [Format.TAR_XZ, Format.TAR_GZ]
    zips = replace(
        many, assets=tuple(one for one in many.assets if one.format is not Format.TAR_GZ)
    )
    assert not isinstance(table(snapshot(zips, many), Newest()), NoMatch)


def test_no_table_without_a_version() -> None:
    """A tag that no release is has no table, but a reason."""
    answer = table(snapshot(release("1.0", "foo-linux-amd64.zip")), parse_tag("2"))
    assert answer == NoMatch(
        reason="foo has no version 2", is_version_known=False, nearest_versions=("1.0",)
    )
