"""Which builds run on a host, best first, as data: own before posix before any; native before emulated; libc last."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from artesian.model.host import Arch, Host, Libc, Os
from artesian.model.release import Asset

__all__ = ["Place", "place_of", "tiers"]


class Place(NamedTuple):
    """Where a build stands: the platform it is for."""

    os: Os
    arch: Arch
    level: int
    libc: Libc


# Emulators and older instruction sets that a host runs without being asked to install anything.
_ARCHS: Mapping[Os, Mapping[Arch, tuple[Arch, ...]]] = {
    # Rosetta 2; 32-bit programs are gone since macOS 10.15.
    Os.MACOS: {
        Arch.ARM64: (Arch.ARM64, Arch.UNIVERSAL, Arch.AMD64),
        Arch.AMD64: (Arch.AMD64, Arch.UNIVERSAL),
    },
    Os.WINDOWS: {Arch.ARM64: (Arch.ARM64, Arch.AMD64, Arch.X86)},
}
_ARCHS_ELSEWHERE: Mapping[Arch, tuple[Arch, ...]] = {
    Arch.AMD64: (Arch.AMD64, Arch.X86),
    Arch.ARMV7: (Arch.ARMV7, Arch.ARMV6, Arch.ARMV5),
    Arch.ARMV6: (Arch.ARMV6, Arch.ARMV5),
}
_ARCHS_LINUX: Mapping[Arch, tuple[Arch, ...]] = {Arch.ARM64: (Arch.ARM64, Arch.ARMV7, Arch.ARMV6)}

# musl's loader isn't on gnu systems, nor gnu's on musl systems; a static build needs neither.
_LIBCS_LINUX: Mapping[Libc | None, tuple[Libc, ...]] = {
    Libc.NONE: (Libc.NONE,),
    Libc.GNU: (Libc.NONE, Libc.GNU),
    Libc.MUSL: (Libc.NONE, Libc.MUSL),
    Libc.BIONIC: (Libc.NONE,),
}
# Every processor since 2009 has level 2: where a build needs a higher one, this is the baseline beside it (bun's).
_LEVELS_UNKNOWN = (1, 2)
_LIBCS_LINUX_UNKNOWN = (Libc.NONE, Libc.GNU, Libc.MUSL)


def place_of(asset: Asset) -> Place:
    """Tell where an asset stands."""
    return Place(os=asset.os, arch=asset.arch, level=asset.level, libc=asset.libc)


@lru_cache(maxsize=512)
def tiers(host: Host) -> tuple[tuple[Place, ...], ...]:
    """List the places of builds that run on `host`, best first, one group for each os."""
    return tuple(
        tuple(
            Place(os=os, arch=arch, level=level, libc=libc)
            for arch in _archs(host)
            for level in _levels(host, arch)
            for libc in _libcs(host, os)
        )
        for os in _oses(host.os)
    )


def _oses(os: Os) -> tuple[Os, ...]:
    match os:
        case Os.WINDOWS:
            return (Os.WINDOWS, Os.ANY)
        case Os.ANDROID:
            return (Os.ANDROID, Os.LINUX, Os.POSIX, Os.ANY)
        case _:
            return (os, Os.POSIX, Os.ANY)


def _archs(host: Host) -> tuple[Arch, ...]:
    own = _ARCHS_LINUX if host.os in {Os.LINUX, Os.ANDROID} else _ARCHS.get(host.os, {})
    elsewhere = (
        (host.arch,) if host.os is Os.MACOS else _ARCHS_ELSEWHERE.get(host.arch, (host.arch,))
    )
    return (*own.get(host.arch, elsewhere), Arch.ANY)


def _levels(host: Host, arch: Arch) -> tuple[int, ...]:
    if arch is not Arch.AMD64:
        return (1,)
    if host.arch is not Arch.AMD64:
        return (1,)  # emulators promise no more
    return _LEVELS_UNKNOWN if host.level is None else tuple(range(host.level, 0, -1))


def _libcs(host: Host, os: Os) -> tuple[Libc, ...]:
    if host.os is Os.ANDROID:
        return (Libc.BIONIC, Libc.NONE) if os is Os.ANDROID else (Libc.NONE,)
    if host.os is Os.WINDOWS:
        return (Libc.MSVC, Libc.NONE, Libc.GNU)
    if host.os is Os.LINUX:
        return _LIBCS_LINUX.get(host.libc, _LIBCS_LINUX_UNKNOWN)
    return (Libc.NONE, Libc.GNU)
