"""Which release and which builds a query gets, and what it is told where there is none."""

import pytest
from msgspec.structs import replace
from tests.releases import host, package, release, snapshot

from artesian.model.definition import Command, Recipe, When
from artesian.model.host import Arch, Os
from artesian.model.query import NoMatch, Query, Resolution
from artesian.model.release import Asset, Format, Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel, parse_tag
from artesian.resolve.choose import resolve

LINUX = "foo-linux-amd64.tar.gz"
MAC = "foo-darwin-arm64.tar.gz"
RELEASES = (
    release("nightly", LINUX),
    release("v3.0.0-rc1", LINUX),
    release("v2.1.0", MAC),
    release("v2.1.0-beta2", LINUX, MAC),
    release("v2.0.0", LINUX),
    release("v1.10.0", LINUX, is_lts=True),
    release("v1.1.1", LINUX),
    release("v1.0.0-rc1", LINUX),
    release("r21", LINUX),
    release("v0.9.0-alpha1", LINUX),
)


def ask(
    known: Snapshot, tag: str = "", asker: str = "linux/amd64", formats: str | None = None
) -> Resolution | NoMatch:
    """Ask for a build as a URL does."""
    forms = None if formats is None else tuple(Format(form) for form in formats.split())
    return resolve(known, Query(tag=parse_tag(tag), host=host(asker), formats=forms))


def names(found: Resolution | NoMatch) -> list[str]:
    """List the builds of an answer."""
    assert isinstance(found, Resolution), found
    return [asset.name for asset in found.assets]


@pytest.mark.parametrize(
    ("tag", "asker", "version"),
    [
        ("", "macos/arm64", "2.1.0"),
        ("", "linux/amd64", "2.0.0"),  # 2.1.0 has no build for it
        ("latest", "linux/amd64", "2.0.0"),
        ("lts", "linux/amd64", "1.10.0"),
        ("rc", "linux/amd64", "3.0.0-rc1"),
        ("beta", "linux/amd64", "3.0.0-rc1"),
        ("beta", "macos/arm64", "2.1.0"),
        ("dev", "linux/amd64", "nightly"),
        ("nightly", "macos/arm64", "2.1.0"),
        ("2", "linux/amd64", "2.0.0"),
        ("2.1", "macos/arm64", "2.1.0"),
        ("2.1.0-beta2", "macos/arm64", "2.1.0-beta2"),
        ("3", "linux/amd64", "3.0.0-rc1"),  # no stable 3
        ("0.9", "linux/amd64", "0.9.0-alpha1"),
        ("1.1", "linux/amd64", "1.1.1"),
        ("v1", "linux/amd64", "1.10.0"),
        ("^1.0", "linux/amd64", "1.10.0"),
        (">=1,<1.10", "linux/amd64", "1.1.1"),
        ("r21", "linux/amd64", "21"),
    ],
)
def test_the_newest_version_with_a_build_is_taken(tag: str, asker: str, version: str) -> None:
    """Of the releases that a tag means, the newest that has any build for the host serves it."""
    found = ask(snapshot(*RELEASES), tag, asker)
    assert isinstance(found, Resolution)
    assert found.release.version == version


def test_a_release_is_found_by_the_upstream_tag_too() -> None:
    """Where a definition rewrites tags (lf: r21 is 0.21.0), both spellings find the release."""
    lf = replace(release("0.21.0", LINUX), tag="R21")
    for tag in ("r21", "0.21"):
        assert names(ask(snapshot(lf), tag)) == [LINUX]


@pytest.mark.parametrize(
    ("tag", "reason", "nearest"),
    [
        ("2.2", "foo has no version 2.2", ["2.1.0", "2.0.0", "1.10.0", "1.1.1"]),
        ("1.5", "foo has no version 1.5", ["2.1.0", "2.0.0", "1.10.0", "1.1.1"]),
        (">=99", "foo has no version >=99", ["2.1.0", "2.0.0", "1.10.0", "1.1.1"]),
        ("lts", "foo has no version with long-term support", ["2.1.0", "2.0.0", "1.10.0", "1.1.1"]),
    ],
)
def test_an_unknown_version_is_told_with_the_nearest(
    tag: str, reason: str, nearest: list[str]
) -> None:
    """What no release is gets the stable versions around it, newest first."""
    versions = ("v2.1.0", "v2.1.0-rc1", "v2.0.0", "v1.10.0", "v1.1.1")
    answer = ask(snapshot(*(release(version, LINUX) for version in versions)), tag)
    assert answer == NoMatch(reason=reason, is_version_known=False, nearest_versions=tuple(nearest))


def test_only_the_nearest_versions_are_told() -> None:
    """Of many versions the five around the one asked for are told, or the newest."""
    known = snapshot(*(release(f"v{major}.0.0", LINUX) for major in range(20, 0, -1)))
    around = ask(known, "9.5")
    assert isinstance(around, NoMatch)
    assert around.nearest_versions == ("11.0.0", "10.0.0", "9.0.0", "8.0.0", "7.0.0")
    newest = ask(known, "lts")
    assert isinstance(newest, NoMatch)
    assert newest.nearest_versions == ("20.0.0", "19.0.0", "18.0.0", "17.0.0", "16.0.0")


@pytest.mark.parametrize(
    ("tag", "reason", "nearest"),
    [
        ("", "foo has no stable version", ("1.0.0-beta1",)),
        ("rc", "foo has no version that is rc or more stable", ("1.0.0-beta1",)),
    ],
)
def test_without_a_stable_version_the_others_are_told(
    tag: str, reason: str, nearest: tuple[str, ...]
) -> None:
    """A package of pre-releases has no stable version, but says what it has."""
    answer = ask(snapshot(release("1.0.0-beta1", LINUX)), tag)
    assert answer == NoMatch(reason=reason, is_version_known=False, nearest_versions=nearest)


def test_a_package_without_releases_says_so() -> None:
    """No release at all is told as such."""
    assert ask(snapshot()) == NoMatch(reason="foo has no releases", is_version_known=False)


def test_a_flagged_release_is_no_stable_one() -> None:
    """What upstream flags as a pre-release isn't stable, whatever its version says."""
    flagged = release("v2.0.0", LINUX, channel=Channel.BETA)
    known = snapshot(flagged, release("v1.0.0", LINUX))
    assert ask(known, "") == ask(known, "1.0.0")
    found = ask(known, "2.0.0")
    assert isinstance(found, Resolution)
    assert found.release is flagged


def test_a_processor_of_unknown_level_gets_the_baseline() -> None:
    """As with bun: the newest has a build for level 3 alone, an older one for level 2; a known level 1 gets neither.

    Asked for the newest by its number it gets that build: nothing says that it can't run it.
    """
    fast, baseline = "foo-linux-amd64_v3.tar.gz", "foo-linux-amd64_v2.tar.gz"
    known = snapshot(release("v1.4", fast), release("v1.3", fast, baseline))
    assert names(ask(known, "", "linux/amd64v3")) == [fast]
    assert names(ask(known, "", "linux/amd64")) == [baseline]
    assert names(ask(known, "1.4", "linux/amd64")) == [fast]
    assert isinstance(ask(known, "1.4", "linux/amd64v2"), NoMatch)
    old = ask(known, "", "linux/amd64v1/gnu")
    assert isinstance(old, NoMatch)
    assert old.reason == "foo 1.4 has no build for linux/amd64 (gnu, x86-64-v1)"


def test_a_host_without_a_build_is_told_which_have_one() -> None:
    """Where no version has a build for the host, the hosts of recent releases are told."""
    known = snapshot(release("v2.0.0", LINUX, MAC), release("v1.0.0", "foo-windows-386.zip"))
    assert ask(known, "", "linux/riscv64/musl") == NoMatch(
        reason="foo 2.0.0 has no build for linux/riscv64 (musl)",
        is_version_known=True,
        hosts=("linux/amd64", "macos/arm64", "windows/x86"),
    )
    assert ask(known, "", "plan9/amd64") == NoMatch(
        reason="foo 2.0.0 has no build for plan9/amd64",
        is_version_known=True,
        hosts=("linux/amd64", "macos/arm64", "windows/x86"),
    )


@pytest.mark.parametrize(
    ("files", "asked", "hosts"),
    [
        ("foo-linux-amd64-gnu foo-linux-arm64-gnu", "linux/amd64/musl", "linux/amd64 (gnu)|linux/arm64"),
        ("foo-linux-amd64-hardmusl", "linux/amd64/gnu", "linux/amd64 (musl)"),
        ("foo-linux-amd64-gnu foo-linux-amd64-hardmusl", "linux/amd64/none", "linux/amd64 (gnu)|linux/amd64 (musl)"),
        ("foo-linux-amd64_v3 foo-darwin-amd64_v3", "linux/amd64v2/gnu", "linux/amd64 (x86-64-v3)|macos/amd64"),
        ("foo-linux-amd64_v3-gnu", "linux/amd64v2/musl", "linux/amd64 (gnu, x86-64-v3)"),
        ("foo-linux-amd64_v3-gnu", "linux/amd64v3/musl", "linux/amd64 (gnu)"),
        # an emulator, and what the host isn't anyway
        ("foo-linux-armv6-gnu", "linux/armv7/musl", "linux/armv6 (gnu)"),
        ("foo-linux-amd64-gnu", "linux/riscv64/musl", "linux/amd64"),
        ("foo-linux-amd64-gnu foo-windows-amd64-msvc", "macos/amd64v1", "linux/amd64|windows/amd64"),
    ],
)  # fmt: skip
def test_a_host_is_told_what_keeps_a_build_from_it(files: str, asked: str, hosts: str) -> None:
    """Where nothing but libc or level keeps a build from the host, these are told with the build's platform."""
    answer = ask(snapshot(release("1.0", *(f"{name}.tar.gz" for name in files.split()))), "", asked)
    assert isinstance(answer, NoMatch)
    assert "|".join(answer.hosts) == hosts


MANY = tuple(
    f"foo-linux-amd64{ending}"
    for ending in (".zip", ".gz", ".tar.gz", ".tar.xz", ".tar.zst", ".tar.bz2", "", ".7z")
)


@pytest.mark.parametrize(
    ("formats", "endings"),
    [
        (None, ".tar.xz .tar.zst .tar.gz .tar.bz2 .zip .gz -"),
        ("zip tar.gz", ".zip .tar.gz"),
        ("raw", "-"),
        ("7z zip", ".7z .zip"),
        ("msi tar.gz", ".tar.gz"),
    ],
)
def test_formats_are_alternates_in_order(formats: str | None, endings: str) -> None:
    """One build of each format is an alternate, in our order or that of what the host can unpack."""
    expected = [f"foo-linux-amd64{ending.strip('-')}" for ending in endings.split()]
    assert names(ask(snapshot(release("1.0", *MANY)), formats=formats)) == expected


def test_what_can_be_verified_comes_first() -> None:
    """Of the builds of one release a host gets the one with a checksum, whatever its format."""
    one = release("1.0", "foo-linux-amd64.tar.xz", "foo-linux-amd64.zip")
    verified = tuple(
        replace(asset, sha256="0a" * 32) if asset.format is Format.ZIP else asset
        for asset in one.assets
    )
    known = snapshot(replace(one, assets=verified))
    assert names(ask(known)) == ["foo-linux-amd64.zip", "foo-linux-amd64.tar.xz"]


def test_floating_point_comes_first() -> None:
    """An ARM with a floating-point unit gets what uses it, and what doesn't where there is nothing else."""
    both = snapshot(release("1.0", "foo-linux-armel", "foo-linux-armhf"))
    assert names(ask(both, "", "linux/armv7")) == ["foo-linux-armhf"]
    assert names(ask(both, "", "linux/armv5")) == ["foo-linux-armel"]
    assert names(ask(snapshot(release("1.0", "foo-linux-armel")), "", "linux/armv7")) == [
        "foo-linux-armel"
    ]


def test_windows_prefers_zip() -> None:
    """Windows unpacks zip by itself, so there it comes first."""
    known = snapshot(
        release("1.0", *(f"foo-windows-amd64.{end}" for end in ("tar.xz", "exe", "zip")))
    )
    endings = [name.rpartition(".")[2] for name in names(ask(known, "", "windows/amd64"))]
    assert endings == ["zip", "xz", "exe"]


def test_a_missing_unpacker_never_picks_an_older_version() -> None:
    """A host that can't unpack the newest version is told its formats, not given an old version."""
    known = snapshot(release("2.0", "foo-linux-amd64.tar.xz"), release("1.0", LINUX))
    assert ask(known, formats="tar.gz zip") == NoMatch(
        reason="foo 2.0 for linux/amd64 comes only as tar.xz",
        is_version_known=True,
        formats=(Format.TAR_XZ,),
    )


def test_a_level_that_was_not_asked_for_is_not_told() -> None:
    """Where only a build for newer processors is left, which can't be unpacked, the host is named as it asked."""
    only = snapshot(release("1.0", "foo-linux-amd64-v3.tar.xz"))
    for formats in ("zip", "msi"):
        found = ask(only, formats=formats)
        assert isinstance(found, NoMatch)
        assert found.reason == "foo 1.0 for linux/amd64 comes only as tar.xz"


def test_what_needs_a_system_installer_counts_only_where_it_is_wanted() -> None:
    """A release with a disk image alone doesn't take a host from an older one; a client that reads images gets it."""
    known = snapshot(release("2.0", "foo-darwin-arm64.dmg"), release("1.0", MAC))
    assert names(ask(known, "", "macos/arm64")) == [MAC]
    assert names(ask(known, "", "macos/arm64", "dmg zip")) == ["foo-darwin-arm64.dmg"]
    only = snapshot(release("2.0", "foo-darwin-arm64.dmg"))
    assert ask(only, "", "macos/arm64") == NoMatch(
        reason="foo 2.0 for macos/arm64 comes only as dmg",
        is_version_known=True,
        formats=(Format.DMG,),
    )


def test_a_macos_package_comes_last() -> None:
    """On macOS a .pkg can be unpacked, so a release in nothing else counts; beside any other format it is the last."""
    known = snapshot(release("2.0", "foo-darwin-arm64.pkg"), release("1.0", MAC))
    assert names(ask(known, "", "macos/arm64")) == ["foo-darwin-arm64.pkg"]
    assert names(ask(known, "", "macos/arm64", "tar.gz zip")) == [MAC]
    both = snapshot(release("2.0", "foo-darwin-arm64.pkg", "foo-darwin-universal.zip"))
    assert [name[-4:] for name in names(ask(both, "", "macos/arm64"))] == [".zip", ".pkg"]


@pytest.mark.parametrize("os", ["freebsd", "linux", "solaris"])
def test_packages_of_other_systems_are_no_builds(os: str) -> None:
    """What FreeBSD, Arch and Solaris call .pkg takes no host from an older release that it can unpack."""
    build = f"foo-{os}-amd64.tar.gz"
    known = snapshot(release("2.0", f"foo-{os}-amd64.pkg"), release("1.0", build))
    assert names(ask(known, "", f"{os}/amd64")) == [build]


@pytest.mark.parametrize(
    ("files", "asker", "expected"),
    [
        # what has builds for most platforms
        (
            "bar-linux-amd64.tar.gz bar-linux-arm64.tar.gz bar-x-linux-amd64.tar.gz",
            "linux/amd64",
            0,
        ),
        # the package's own name, though others have as many or more
        (
            "foo-linux-amd64.tar.gz foo-server-linux-amd64.tar.gz foo-server-linux-arm64.tar.gz",
            "linux/amd64",
            0,
        ),
        ("aaa-linux-amd64.tar.gz Foo_Linux_x86_64.tar.gz", "linux/amd64", 1),
        # its own program under emulation before another one's native build
        ("foo-darwin-amd64.tar.gz foo-server-darwin-arm64.tar.gz", "macos/arm64", 0),
        # the shortest, then by the alphabet, small letters first
        ("barbar-linux-amd64.tar.gz bar-linux-amd64.tar.gz", "linux/amd64", 1),
        ("bbb-linux-amd64.tar.gz aaa-linux-amd64.tar.gz", "linux/amd64", 1),
        ("foo-Linux-x86_64 foo-linux-x86_64", "linux/amd64", 1),
        # named for the host's libc
        ("foo-linux-amd64-musl.tar.gz foo-linux-amd64.tar.gz", "linux/amd64/musl", 0),
        ("foo-linux-amd64-musl.tar.gz foo-linux-amd64.tar.gz", "linux/amd64/gnu", 1),
        ("foo-linux-amd64-musl.tar.gz foo-linux-amd64.tar.gz", "linux/amd64", 1),
    ],
)
def test_of_several_programs_the_right_one_is_taken(files: str, asker: str, expected: int) -> None:
    """Of builds equal in all else, the package's own program is taken."""
    assert names(ask(snapshot(release("1.0", *files.split())), "", asker)) == [
        files.split()[expected]
    ]


def test_another_program_is_no_alternate() -> None:
    """A build of another program in another format doesn't stand in for one that can't be unpacked."""
    known = snapshot(release("1.0", "foo-linux-amd64.tar.gz", "foo-server-linux-amd64.zip"))
    assert names(ask(known)) == ["foo-linux-amd64.tar.gz"]
    answer = ask(known, formats="zip")
    assert isinstance(answer, NoMatch)
    assert answer.formats == (Format.TAR_GZ,)


@pytest.mark.parametrize(
    ("asker", "expected"),
    [
        ("linux/amd64", "own"),
        ("macos/arm64", "script"),
        ("freebsd/riscv64", "script"),
        ("android/arm64", "script"),
        ("windows/amd64", "any"),
    ],
)
def test_scripts_come_after_own_builds(asker: str, expected: str) -> None:
    """A system's own build comes before a POSIX script, and that before a file for any system."""
    assets = tuple(
        Asset(name=name, urls=(), os=os, arch=arch, format=Format.TAR_GZ)
        for name, os, arch in (
            ("any", Os.ANY, Arch.ANY),
            ("script", Os.POSIX, Arch.ANY),
            ("own", Os.LINUX, Arch.AMD64),
        )
    )
    known = snapshot(Release(version="1.0", tag="v1.0", assets=assets))
    assert names(ask(known, "", asker)) == [expected]


def test_the_first_exception_that_matches_gives_the_recipe() -> None:
    """A definition's exceptions go by version and system, POSIX meaning all but Windows; the first wins."""
    recipes = {
        name: Recipe(commands=(Command(name="foo", file=name),))
        for name in ("old", "windows", "posix", "mac")
    }
    definition = replace(
        package(),
        when=(
            When(versions="<1.0", recipe=recipes["old"]),
            When(os=(Os.WINDOWS,), versions="^2", recipe=recipes["windows"]),
            When(os=(Os.MACOS,), recipe=recipes["mac"]),
            When(os=(Os.POSIX,), versions=">=3", recipe=recipes["posix"]),
        ),
    )
    files = (LINUX, MAC, "foo-windows-amd64.zip")
    known = snapshot(
        *(release(f"{version}", *files) for version in ("3.0", "2.0", "0.9")), definition=definition
    )

    def file(tag: str, asker: str) -> str:
        found = ask(known, tag, asker)
        assert isinstance(found, Resolution)
        return found.recipe.commands[0].file

    assert file("0.9", "windows/amd64") == "old"
    assert file("2", "windows/amd64") == "windows"
    assert file("3", "windows/amd64") == "foo"
    assert file("3", "linux/amd64") == "posix"
    assert file("2", "linux/amd64") == "foo"
    assert file("3", "macos/arm64") == "mac"
