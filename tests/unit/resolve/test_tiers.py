"""Which of several builds of one release a host takes."""

import pytest
from tests.releases import host, release, snapshot

from artesian.model.query import NoMatch, Query
from artesian.model.version import Newest
from artesian.resolve.choose import resolve

# host | builds in the order in which they are taken as the ones before them are missing; after `!`: never taken
TIERS = """
macos/arm64      | darwin-arm64 darwin-universal darwin-amd64            ! linux-arm64 linux-amd64 darwin-386
macos/amd64      | darwin-amd64 darwin-universal                         ! darwin-arm64 darwin-386
windows/arm64    | windows-arm64 windows-amd64 windows-386               ! darwin-arm64 linux-arm64
windows/amd64    | windows-amd64 windows-386                             ! windows-arm64 linux-amd64
windows/x86      | windows-386                                           ! windows-amd64
linux/arm64      | linux-arm64 linux-armv7 linux-armv6                   ! linux-amd64 linux-armv5 darwin-arm64
linux/armv7      | linux-armv7 linux-armv6 linux-armv5                   ! linux-arm64
linux/armv6      | linux-armv6 linux-armv5                               ! linux-armv7
linux/armv5      | linux-armv5                                           ! linux-armv6
linux/amd64      | linux-amd64 linux-amd64_v2 linux-386 linux-amd64_v3 linux-amd64_v4 ! linux-arm64
linux/amd64v1    | linux-amd64 linux-386                                 ! linux-amd64_v2
linux/amd64v2    | linux-amd64_v2 linux-amd64 linux-386                  ! linux-amd64_v3
linux/amd64v4    | linux-amd64_v4 linux-amd64_v3 linux-amd64_v2 linux-amd64 linux-386 !
macos/amd64v3    | darwin-amd64_v3 darwin-amd64                          ! darwin-amd64_v4
macos/arm64      | darwin-amd64                                          ! darwin-amd64_v2
linux/x86        | linux-386                                             ! linux-amd64
linux/ppc64le    | linux-ppc64le                                         ! linux-ppc64
linux/riscv64    | linux-riscv64                                         ! linux-amd64
freebsd/amd64    | freebsd-amd64 freebsd-386                             ! linux-amd64 openbsd-amd64
android/arm64    | android-arm64 linux-arm64 linux-armv7                 ! linux-arm64-gnu darwin-arm64
linux/amd64/gnu  | linux-amd64 linux-amd64-gnu linux-386                 ! linux-amd64-hardmusl
linux/amd64/gnu  | linux-amd64-musl linux-amd64-gnu                      !
linux/amd64/musl | linux-amd64-musl linux-amd64 linux-amd64-hardmusl     ! linux-amd64-gnu
linux/amd64      | linux-amd64 linux-amd64-gnu linux-amd64-hardmusl      !
linux/amd64/none | linux-amd64                                           ! linux-amd64-gnu linux-amd64-hardmusl
linux/amd64/bionic | linux-amd64                                         ! linux-amd64-gnu
windows/amd64    | windows-amd64-msvc windows-amd64-gnu                  !
"""


@pytest.mark.parametrize("line", TIERS.strip().splitlines())
def test_a_host_takes_the_best_build_there_is(line: str) -> None:
    """A host takes the builds of its line in their order, and none of those that can't run on it."""
    text, _, builds = line.partition("|")
    taken, _, never = (part.split() for part in builds.partition("!"))
    while taken:
        names = [f"foo-1.0-{build}.tar.gz" for build in [*reversed(taken), *never]]
        found = resolve(
            snapshot(release("1.0", *names)), Query(tag=Newest(), host=host(text.strip()))
        )
        assert not isinstance(found, NoMatch), names
        assert found.assets[0].name == f"foo-1.0-{taken.pop(0)}.tar.gz"
    rest = snapshot(release("1.0", *(f"foo-1.0-{build}.tar.gz" for build in never)))
    assert isinstance(resolve(rest, Query(tag=Newest(), host=host(text.strip()))), NoMatch)
