"""Half-uploaded releases: nobody loses the build they had, and nobody waits longer than an hour."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from artesian.model.definition import Command, Definition, Recipe, Source, SourceKind
from artesian.model.names import PackageName
from artesian.model.release import RawAsset, RawRelease
from artesian.model.snapshot import Snapshot
from artesian.refresh.assemble import assemble
from artesian.refresh.hold import HOLD, hold_back

NOW = datetime(2024, 6, 5, 18, 0, tzinfo=UTC)
DEFINITION = Definition(
    name=PackageName("x"),
    title="x",
    source=Source(kind=SourceKind.GITHUB, repository="o/x"),
    recipe=Recipe(commands=(Command(name="x", file="x"),)),
)
ALL = ("linux-amd64", "darwin-universal", "windows-amd64")


def raw(tag: str, published_at: datetime | None, *platforms: str) -> RawRelease:
    """Build a release with a tarball for each platform."""
    return RawRelease(
        tag=tag,
        published_at=published_at,
        assets=tuple(
            RawAsset(
                name=f"x-{tag}-{platform}.tar.gz",
                url=f"https://h/x-{tag}-{platform}.tar.gz",
                updated_at=published_at,
            )
            for platform in platforms
        ),
    )


def hold(*releases: RawRelease, now: datetime = NOW) -> tuple[Snapshot, datetime | None]:
    """Assemble and hold back."""
    return hold_back(assemble(DEFINITION, releases), releases, now=now)


OLD = raw("v1.0", NOW - timedelta(days=9), *ALL)


def test_missing_hosts_are_held() -> None:
    """Hosts with an exact build before and none yet stay; the end of the hold is an hour after the last upload."""
    snapshot, ends_at = hold(raw("v1.1", NOW, "linux-amd64"), OLD)
    assert snapshot.releases[0].held == ("macos/amd64", "macos/arm64", "windows/amd64")
    assert snapshot.releases[1].held == ()
    assert ends_at == NOW + HOLD


def test_the_hold_ends() -> None:
    """After an hour what is missing stays missing, and no request is needed to see that."""
    new = raw("v1.1", NOW - HOLD, "linux-amd64")
    snapshot, ends_at = hold(new, OLD)
    assert snapshot.releases[0].held == ()
    assert ends_at is None


def test_whole_releases_hold_nobody() -> None:
    """A release with all that the last one had is served at once; so is one whose time nobody knows."""
    assert hold(raw("v1.1", NOW, *ALL), OLD)[1] is None
    assert hold(raw("v1.1", None, "linux-amd64"), OLD)[1] is None
    assert hold(OLD)[1] is None
    assembled = assemble(DEFINITION, (raw("v1.1", NOW, "linux-amd64"), OLD))
    assert hold_back(assembled, (), now=NOW) == (assembled, None)


def test_prereleases_are_nobodys_loss() -> None:
    """Only the newest stable release is held back, against the stable one before."""
    snapshot, ends_at = hold(raw("v1.1-rc1", NOW, "linux-amd64"), OLD)
    assert ends_at is None
    assert all(not release.held for release in snapshot.releases)


def test_a_date_in_the_future() -> None:
    """A clock that is a little ahead holds for an hour from now; a date far ahead says nothing, and holds nobody."""
    soon = NOW + timedelta(minutes=40)
    assert hold(raw("v1.1", soon, "linux-amd64"), OLD)[1] == NOW + HOLD
    far = datetime(2099, 1, 1, tzinfo=UTC)
    assert hold(raw("v1.1", far, "linux-amd64"), OLD)[1] is None
    end = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert hold(raw("v1.1", end, "linux-amd64"), OLD)[1] is None


def test_one_odd_date_beside_good_ones() -> None:
    """It doesn't count; the others do."""
    good = raw("v1.1", NOW - timedelta(minutes=10), "linux-amd64")
    odd = replace(good.assets[0], updated_at=datetime(2099, 1, 1, tzinfo=UTC))
    snapshot, ends_at = hold(replace(good, assets=(odd,)), OLD)
    assert snapshot.releases[0].held
    assert ends_at == NOW + timedelta(minutes=50)
