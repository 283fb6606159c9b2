"""(releases, query) → the build for a host, or why there is none.

Version first, whatever the tag: the newest release that it means and that has any build for the host; only then which
build. A missing unpacker never picks an older version; a release that is still being uploaded for the host does.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from msgspec.structs import replace

from artesian.model.definition import Definition
from artesian.model.host import Arch, Host
from artesian.model.query import NoMatch, Query, Resolution
from artesian.model.release import Format, Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel, Lts, Matching, Newest, Tag, is_match, parse_version
from artesian.resolve.formats import EVERY, installable, preference
from artesian.resolve.recipe import recipe_for
from artesian.resolve.refusal import no_build, no_format, no_version
from artesian.resolve.shelf import Shelf, alternates, first_for, rank_stems, shelves
from artesian.resolve.stem import plain

__all__ = ["admitted", "program_names", "resolution", "resolve"]

_CHANNELS = tuple(Channel)
# Levels that a host that doesn't say its own may lack: tiers.py takes the others for it.
_LEVELS_LAST = (3, 4)


def resolve(snapshot: Snapshot, query: Query) -> Resolution | NoMatch:
    """Choose the release that serves the query's host, and the builds of it that the host may take."""
    definition, host = snapshot.definition, query.host
    releases = admitted(snapshot.releases, query.tag)
    if not releases:
        return no_version(definition.name, snapshot.releases, query.tag)
    # Who lists formats and leaves `.pkg` out can't unpack it: an older release in another format is of more use.
    ours = installable(definition, host.os if query.formats is None else None)
    for formats in (ours | frozenset(query.formats or ()), EVERY):
        for asked in (query, *_with_level(query)):
            shelf = first_for(shelves(releases, formats), asked.host)
            if shelf is not None:
                return _answer(
                    definition, shelf, asked, said=host, is_installable=formats is not EVERY
                )
    return no_build(definition.name, host, releases)


def _with_level(query: Query) -> Iterator[Query]:
    """Ask again where the level isn't known: a build for new processors is better than none, the least first."""
    if query.host.arch is Arch.AMD64 and query.host.level is None:
        for level in _LEVELS_LAST:
            yield replace(query, host=replace(query.host, level=level))


def _answer(
    definition: Definition, shelf: Shelf, query: Query, *, said: Host, is_installable: bool
) -> Resolution | NoMatch:
    ranks = rank_stems(shelf, program_names(definition))
    every = resolution(definition, shelf, query.host, ranks)
    if not is_installable:
        return no_format(definition.name, said, every)
    if query.formats is None:
        return every
    assets = alternates(shelf, query.host, query.formats, ranks)
    if not assets:
        return no_format(definition.name, said, every)
    return replace(every, assets=assets)


def resolution(
    definition: Definition, shelf: Shelf, host: Host, stem_ranks: Mapping[str, int]
) -> Resolution:
    """List the builds of one release that `host` may take, in our own preference of formats."""
    found = alternates(shelf, host, preference(host.os), stem_ranks)
    return Resolution(
        release=shelf.release,
        # A macOS package comes last, even one for the host's own processor: what it holds is anyone's guess.
        assets=tuple(sorted(found, key=lambda asset: asset.format is Format.PKG)),
        recipe=recipe_for(definition, parse_version(shelf.release.version), host.os),
    )


def program_names(definition: Definition) -> tuple[str, ...]:
    """List what the program may be called, best first, written as stems."""
    commands = (command.name for command in definition.recipe.commands)
    repository = definition.source.repository.rpartition("/")[2]
    return tuple(dict.fromkeys(plain(name) for name in (definition.name, *commands, repository)))


def admitted(releases: Sequence[Release], tag: Tag) -> tuple[Release, ...]:
    """List the releases that `tag` means, best first, of `releases`, which stand newest first."""
    match tag:
        case Newest(channel=Channel.STABLE):
            return tuple(one for one in releases if one.channel is Channel.STABLE)
        case Newest(channel=channel):
            wide = [
                one for one in releases if _CHANNELS.index(one.channel) <= _CHANNELS.index(channel)
            ]
            # What is replaced in place (`nightly`) has no number: nothing of its channel is newer.
            return tuple(sorted(wide, key=lambda one: not _is_rolling(one, channel)))
        case Lts():
            return tuple(one for one in releases if one.is_lts and one.channel is Channel.STABLE)
        case Matching():
            matching = [one for one in releases if _is_meant(tag, one)]
            stable = [one for one in matching if one.channel is Channel.STABLE]
            return tuple(stable or matching)
        case _:
            assert_never(tag)


def _is_rolling(release: Release, channel: Channel) -> bool:
    return release.channel is channel and not parse_version(release.version).has_number


def _is_meant(tag: Matching, release: Release) -> bool:
    """Match the version, or the upstream's own tag where a definition rewrites it (lf's `r21`)."""
    return release.tag.lower() == tag.text or is_match(tag, parse_version(release.version))
