"""(snapshot, question) → the rows of Webi's list of builds: newest version first, within it the best build first."""

from collections.abc import Iterator, Sequence
from itertools import islice

from artesian.model.definition import Definition
from artesian.model.host import Libc, Os
from artesian.model.release import Asset, Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Tag
from artesian.render.webi import Build
from artesian.resolve.choose import admitted, program_names
from artesian.resolve.formats import preference
from artesian.resolve.stem import stem
from artesian.web.webi_query import BuildsQuery
from artesian.web.webi_words import (
    ANY,
    EVERYWHERE,
    OSES,
    POSIX,
    arch_words,
    ending,
    fallbacks,
    is_for_libc,
    is_for_os,
)

__all__ = ["NO_BUILD", "builds"]

_NEVER = "1970-01-01"
# Libcs in the order in which a host takes them; those that aren't listed come last.
_LIBCS = (Libc.NONE,)
_LIBCS_OF = {Os.WINDOWS: (Libc.MSVC, Libc.NONE), Os.ANDROID: (Libc.BIONIC, Libc.NONE)}
# Stands in for an empty list, since its clients read the first row: there the channel says `error`.
NO_BUILD = Build(
    name="doesntexist.ext",
    version="0.0.0",
    lts="-",
    channel="error",
    date=_NEVER,
    os="-",
    arch="-",
    ext="err",
    download="https://example.com/doesntexist.ext",
    libc="-",
    comment="no build is like that; ask as in"
    " /api/releases/rg@14.tab?os=linux&arch=amd64&libc=gnu&formats=tar,zip&limit=10",
)


def builds(snapshot: Snapshot, tag: Tag | None, query: BuildsQuery) -> tuple[Build, ...]:
    """List the builds that are meant; NO_BUILD where there is none, and nothing of a package without an upstream."""
    definition = snapshot.definition
    if definition.is_own:
        return ()
    releases: Sequence[Release] = [
        one
        for one in snapshot.releases
        if query.channel in {ANY, one.channel} and (one.is_lts or not query.is_lts)
    ]
    if tag is not None:
        releases = admitted(releases, tag)
    for arch in (query.arch, *fallbacks(query.os, query.arch)):
        found = tuple(islice(_all(definition, releases, query, arch), query.limit))
        if found:
            return found
    return (NO_BUILD,)


def _all(
    definition: Definition, releases: Sequence[Release], query: BuildsQuery, arch: str
) -> Iterator[Build]:
    names = program_names(definition)
    for release in releases:
        own = (asset for asset in release.assets if _is_meant(asset, query, arch))
        for asset in sorted(own, key=lambda asset: _rank(asset, query, arch, names)):
            for word in arch_words(asset):
                if arch in {ANY, word} or word == EVERYWHERE:
                    yield _build(release, asset, word)


def _is_meant(asset: Asset, query: BuildsQuery, arch: str) -> bool:
    archs, form = arch_words(asset), ending(asset)
    return (
        asset.urls != ()
        and is_for_os(query.os, OSES[asset.os])
        and (arch == ANY or arch in archs or EVERYWHERE in archs)
        and is_for_libc(query.libc, asset.libc)
        and (not query.formats or any(word in form for word in query.formats))
    )


def _rank(
    asset: Asset, query: BuildsQuery, arch: str, names: Sequence[str]
) -> tuple[int | bool | str, ...]:
    """Rank a build within its release: as Webi does, then as we would choose."""
    form, os, libcs = ending(asset), OSES[asset.os], _LIBCS_OF.get(asset.os, _LIBCS)
    formats = (at for at, word in enumerate(query.formats) if word in form)
    return (
        stem(asset.name) not in names,  # another program of the same release
        next(formats, 0),
        libcs.index(asset.libc) if asset.libc in libcs else len(libcs),
        (os == POSIX) + 2 * (os == EVERYWHERE),
        arch_words(asset) != (arch,),
        asset.level,
        preference(asset.os).index(asset.format),
        len(asset.name),
        asset.name,
    )


def _build(release: Release, asset: Asset, arch: str) -> Build:
    url, _, commit = asset.urls[0].partition("#")
    is_git = ending(asset) == "git"
    return Build(
        name=asset.name,
        version=release.version,
        git_tag=release.tag if is_git else None,
        git_commit_hash=commit or None if is_git else None,
        lts=release.is_lts,
        channel=release.channel,
        date=release.published_at.strftime("%Y-%m-%d") if release.published_at else _NEVER,
        os=OSES[asset.os],
        arch=arch,
        ext=ending(asset),
        download=url if is_git else asset.urls[0],
        libc=asset.libc,
        hash=asset.sha256,
    )
