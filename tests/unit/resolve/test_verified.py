"""Which builds are verified: those that hosts take, not those that lie beside them."""

import pytest
from msgspec.structs import replace
from tests.releases import release, snapshot

from artesian.model.host import Arch, Os
from artesian.model.query import NoMatch
from artesian.model.version import Newest
from artesian.resolve.table import table
from artesian.resolve.verified import verified_hosts, verified_places

GNU = "foo-linux-amd64-gnu.tar.gz"


@pytest.mark.parametrize(
    ("names", "known", "expected"),
    [
        ("foo-linux-amd64.tar.gz", "foo-linux-amd64.tar.gz", ["linux/amd64"]),
        ("foo-linux-amd64.tar.gz", "", []),
        # a host takes the zip, whatever is known of the other
        ("foo-windows-amd64.zip foo-windows-amd64.msi", "foo-windows-amd64.msi", []),
        (
            "foo-windows-amd64.zip foo-windows-amd64.msi",
            "foo-windows-amd64.zip",
            ["windows/amd64"],
        ),
        # hosts with gnu take the static build as well
        (f"foo-linux-amd64.tar.gz {GNU}", GNU, []),
        (f"foo-linux-amd64.tar.gz {GNU}", "foo-linux-amd64.tar.gz", ["linux/amd64"]),
        # each libc takes another one
        (f"foo-linux-amd64-hardmusl.tar.gz {GNU}", GNU, []),
        # what is for both processors stands by itself
        (
            "foo-darwin-arm64.tar.gz foo-darwin-all.zip foo-darwin-all.tar.gz",
            "foo-darwin-all.tar.gz",
            ["macos/universal"],
        ),
        # nobody takes the one for all systems, where each has its own
        ("foo-linux-armv6.deb", "", []),
    ],
)
def test_a_platform_is_verified_where_all_that_take_its_builds_are(
    names: str, known: str, expected: list[str]
) -> None:
    """Builds of one system and processor are verified if each host that takes one of them gets one with a checksum."""
    one = release("1.0", *names.split())
    assets = tuple(
        replace(asset, sha256="ab" * 32) if asset.name in known.split() else asset
        for asset in one.assets
    )
    one = replace(one, assets=assets)
    found = verified_places(snapshot(one), one)
    assert sorted(f"{os}/{arch}" for os, arch in found) == expected


def test_an_older_release_is_judged_by_itself() -> None:
    """What a newer release holds doesn't count for an older one, whatever its channel."""
    newer = release("2.0", "foo-linux-amd64.tar.gz")
    names = ("foo-linux-amd64.tar.gz", "foo-linux-amd64.zip")
    older = release("1.0-rc1", *names)
    older = replace(
        older, assets=tuple(replace(asset, sha256="ab" * 32) for asset in older.assets[:1])
    )
    assert verified_places(snapshot(newer, older), older) == {(Os.LINUX, Arch.AMD64)}


def test_an_alternate_does_not_count() -> None:
    """A host is verified by the build that it takes first, not by what it takes where it can't unpack that."""
    one = release("1.0", "foo-linux-amd64.tar.gz", "foo-linux-amd64-gnu.zip")
    known = tuple(
        replace(asset, sha256="ab" * 32) if asset.name.endswith(".tar.gz") else asset
        for asset in one.assets
    )
    rows = table(snapshot(replace(one, assets=known)), Newest())
    assert not isinstance(rows, NoMatch)
    assert verified_hosts(rows) == {
        (Os.LINUX, Arch.AMD64): True,
        (Os.ANDROID, Arch.AMD64): True,
    }
