"""The table of all hosts that an installer carries: for each the builds it would get by asking alone, in that order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import TypeAlias

from msgspec.structs import replace

from artesian.model.definition import Definition
from artesian.model.host import Arch, Host, Libc, Os
from artesian.model.query import NoMatch, Resolution, Row
from artesian.model.release import Format, Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Tag
from artesian.resolve.choose import admitted, program_names, resolution
from artesian.resolve.formats import installable
from artesian.resolve.refusal import no_version
from artesian.resolve.shelf import first_for, rank_stems, shelves

__all__ = ["ARCHS", "table"]

# Hosts that installers meet. A shell runs on all of them; on Windows that is Git Bash, MSYS2 or Cygwin.
ARCHS: Mapping[Os, tuple[Arch, ...]] = {
    Os.LINUX: (
        Arch.AMD64,
        Arch.ARM64,
        Arch.ARMV7,
        Arch.ARMV6,
        Arch.ARMV5,
        Arch.X86,
        Arch.RISCV64,
        Arch.PPC64LE,
        Arch.PPC64,
        Arch.PPC,
        Arch.S390X,
        Arch.LOONG64,
        Arch.MIPS,
        Arch.MIPSLE,
        Arch.MIPS64,
        Arch.MIPS64LE,
        Arch.SPARC64,
    ),
    Os.MACOS: (Arch.ARM64, Arch.AMD64),
    Os.WINDOWS: (Arch.AMD64, Arch.ARM64, Arch.X86),
    Os.FREEBSD: (Arch.AMD64, Arch.ARM64, Arch.ARMV7, Arch.ARMV6, Arch.X86, Arch.RISCV64),
    Os.OPENBSD: (Arch.AMD64, Arch.ARM64, Arch.ARMV7, Arch.X86),
    Os.NETBSD: (Arch.AMD64, Arch.ARM64, Arch.ARMV7, Arch.X86),
    Os.DRAGONFLY: (Arch.AMD64,),
    Os.ILLUMOS: (Arch.AMD64,),
    Os.SOLARIS: (Arch.AMD64, Arch.SPARC64),
    Os.AIX: (Arch.PPC64,),
    Os.ANDROID: (Arch.ARM64, Arch.ARMV7, Arch.AMD64, Arch.X86),
}
_LEVELS = (1, 2, 3, 4)
_LIBCS = (Libc.GNU, Libc.MUSL)

# A row more costs 150 bytes of an installer, and its table has 8 kB.
_MOST_ALTERNATES = 3
_MOST_ASSETS = 36
# All hosts unpack these: a row behind one is reached by none but the barest.
_PLAIN = frozenset((Format.TAR_GZ, Format.GZ, Format.TAR, Format.RAW))

# What a host takes: what `resolve` answers it, cut to what a table holds.
Choose: TypeAlias = Callable[[Host], Resolution | None]


def table(snapshot: Snapshot, tag: Tag) -> tuple[Row, ...] | NoMatch:
    """List, for every kind of host that is served, its builds; by Row's rule a host finds its own.

    A host that can unpack any of the builds that `resolve` lists for it takes the same one from here. NoMatch: no
    release is what `tag` means.
    """
    definition = snapshot.definition
    releases = admitted(snapshot.releases, tag)
    if not releases:
        return no_version(definition.name, snapshot.releases, tag)
    choose = _chooser(definition, releases)
    rows = tuple(_rows(choose))
    if len({row.asset.urls for row in rows}) <= _MOST_ASSETS:
        return rows
    return tuple(_rows(lambda host: _shortened(choose(host))))


def _chooser(definition: Definition, releases: Sequence[Release]) -> Choose:
    """Prepare what all hosts share: the releases' assets by place, and the ranks of their programs."""
    names = program_names(definition)
    formats = {os: installable(definition, os) for os in ARCHS}
    ready = {each: tuple(shelves(releases, each)) for each in set(formats.values())}
    ranks = {
        (each, shelf.release.version): rank_stems(shelf, names)
        for each, found in ready.items()
        for shelf in found
    }

    def choose(host: Host) -> Resolution | None:
        taken = formats[host.os]
        shelf = first_for(ready[taken], host)
        if shelf is None:
            return None
        found = resolution(definition, shelf, host, ranks[taken, shelf.release.version])
        return _cut(found, _MOST_ALTERNATES)

    return choose


def _shortened(found: Resolution | None) -> Resolution | None:
    """Leave out the alternates behind one that all hosts unpack."""
    if found is None:
        return None
    plain = (at for at, one in enumerate(found.assets, 1) if one.format in _PLAIN)
    return _cut(found, next(plain, None))


def _cut(found: Resolution, count: int | None) -> Resolution:
    return replace(found, assets=found.assets[:count])


def _rows(choose: Choose) -> Iterator[Row]:
    for os, archs in ARCHS.items():
        for arch in archs:
            blocks: list[tuple[Row, ...]] = []
            below: tuple[Resolution | None, ...] = ()
            for level in _LEVELS if arch is Arch.AMD64 else (1,):
                found = tuple(
                    choose(Host(os=os, arch=arch, level=level, libc=libc))
                    for libc in (_LIBCS if os is Os.LINUX else (None,))
                )
                if found != below:
                    blocks.append(tuple(_block(os, arch, level, found)))
                below = found
            for block in reversed(blocks):  # a host takes the highest level that it has
                yield from block


def _block(os: Os, arch: Arch, level: int, found: tuple[Resolution | None, ...]) -> Iterator[Row]:
    """List the rows of one kind of host: first what all libcs share, then each libc's own."""
    served = [one for one in found if one is not None]
    chosen = [one.assets if one else () for one in found]
    shared = sum(1 for _ in takewhile(lambda same: len(set(same)) == 1, zip(*chosen, strict=False)))
    for libc, one in zip((None, *_LIBCS), (*served[:1], *found), strict=False):
        if one is None:
            continue
        for asset in one.assets[:shared] if libc is None else one.assets[shared:]:
            yield Row(
                os=os,
                arch=arch,
                level=level,
                libc=libc,
                release=one.release,
                asset=asset,
                recipe=one.recipe,
            )
