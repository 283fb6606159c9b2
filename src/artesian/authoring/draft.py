"""(source, name, newest releases) → package.toml: what isn't inferred, no more. Pure."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

import msgspec

from artesian.authoring.source import Wanted
from artesian.definitions.read import read_definition
from artesian.definitions.recipes import is_command
from artesian.errors import Invalid
from artesian.model.definition import Definition
from artesian.model.host import Arch, Os
from artesian.model.release import Format, RawRelease, Release
from artesian.model.version import Channel
from artesian.refresh.assemble import Assembled, assemble_with_reasons
from artesian.resolve.choose import program_names
from artesian.resolve.formats import INSTALLABLE
from artesian.resolve.shelf import rank_stems, shelves
from artesian.resolve.stem import plain, stem

__all__ = ["Draft", "Undraftable", "draft", "newest"]

# Programs that stand side by side are for several platforms, both of them.
_LEAST_SHARED = 2
_LEAST_PREFIX = 3
_ARCHIVES = frozenset(
    {
        Format.TAR,
        Format.TAR_BZ2,
        Format.TAR_GZ,
        Format.TAR_XZ,
        Format.TAR_ZST,
        Format.ZIP,
        Format.SEVEN_ZIP,
    }
)
_WORDS = re.compile(r"[-_.]+")


class Undraftable(Invalid):
    """What was inferred is no definition."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{text}: {why}")


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A file to be written, what it means, and what the author should look at.

    assumed_from: where the name of its command comes from; nobody has looked into an archive.
    """

    text: str
    assumed_from: str
    definition: Definition
    assembled: Assembled
    remarks: tuple[str, ...]


def draft(wanted: Wanted, releases: Sequence[RawRelease]) -> Draft:
    """Write a definition over these releases; raise Undraftable."""
    lines = list(_head(wanted))
    remarks: list[str] = []
    prefix = _tag_prefix(wanted.name, releases)
    tags = ["", "# The repository has releases of several programs.", "[tags]"]
    tags = [*tags, f"prefix = {_quoted(prefix)}"] if prefix else []
    definition, assembled = _tried(wanted, [*lines, *tags], releases)
    release = newest(assembled.snapshot.releases)
    globs: tuple[str, ...] = ()
    assumed_from = "the package's name"
    if release is not None:
        globs, remarks = _others(definition, release)
        file = _archive(definition, release)
        if command := _command(definition, file):
            lines.append(f"commands = [{_quoted(command)}]")
            assumed_from = file
    elif releases:
        remarks.append('if its files run on any system, say so: os = "posix" in [assets]')
    rules = [
        "",
        "# Other programs of the same release.",
        "[assets]",
        f"exclude = {json.dumps(globs, ensure_ascii=False)}",
    ]
    lines += [*tags, *(rules if globs else [])]
    definition, assembled = _tried(wanted, lines, releases)
    return Draft(
        text="\n".join([*lines, ""]),
        assumed_from=assumed_from,
        definition=definition,
        assembled=assembled,
        remarks=tuple(remarks),
    )


def newest(releases: Sequence[Release]) -> Release | None:
    """Find the release that is installed without a tag; where none is stable, the newest of all."""
    stable = (one for one in releases if one.channel is Channel.STABLE)
    return next(stable, next(iter(releases), None))


def _head(wanted: Wanted) -> Iterator[str]:
    yield f"source = {_quoted(wanted.text)}"
    repository = wanted.source.repository.rpartition("/")[2]
    if repository and repository != wanted.name:
        yield f"title = {_quoted(repository)}"
    yield '# description = "What it is for, in one sentence."'


def _tried(
    wanted: Wanted, lines: Sequence[str], releases: Sequence[RawRelease]
) -> tuple[Definition, Assembled]:
    read = read_definition(wanted.name, "\n".join(lines).encode())
    if not isinstance(read, Definition):
        raise Undraftable(wanted.text, "; ".join(mistake.message for mistake in read))
    return read, assemble_with_reasons(read, releases)


def _quoted(text: str) -> str:
    """Write a text as TOML does, which escapes as JSON."""
    return json.dumps(text, ensure_ascii=False)


def _tag_prefix(name: str, releases: Sequence[RawRelease]) -> str:
    """Find what the tags of this program begin with, where the repository has several; empty: no need to say."""
    starts = Counter(re.match(r"\D*", release.tag)[0] for release in releases)  # type: ignore[index]
    own = [start for start in starts if plain(start.rstrip("vV")) == plain(name)]
    others = [start for start in starts if start not in own]
    if not own or not others:
        return ""
    return max(own, key=lambda start: starts[start]).rstrip("vV")


def _archive(definition: Definition, release: Release) -> str:
    """Find the archive that is most likely the package's own; empty: none, and any other file is the command."""
    shelf = next(iter(shelves([release], INSTALLABLE)), None)
    if shelf is None:
        return ""
    ranks = rank_stems(shelf, program_names(definition))
    assets = [asset for place in shelf.places.values() for asset in place]
    own = min(assets, key=lambda asset: ranks[stem(asset.name)])
    return own.name if own.format in _ARCHIVES else ""


def _command(definition: Definition, file: str) -> str:
    """Name the command as an archive is named, if that is neither the package's name nor its repository's."""
    own = stem(file)
    if not own or own in program_names(definition):
        return ""
    starts = (file[:end] for end in range(1, len(file)))
    found = next((start for start in starts if plain(start) == own), "")
    return found if is_command(found) else ""


def _others(definition: Definition, release: Release) -> tuple[tuple[str, ...], list[str]]:
    """Find globs for the programs of a release that aren't this one; and remarks on what may be one."""
    shelf = next(iter(shelves([release], INSTALLABLE)), None)
    if shelf is None:
        return (), []
    ranks = rank_stems(shelf, program_names(definition))
    by_stem: defaultdict[str, list[str]] = defaultdict(list)
    places: defaultdict[str, set[tuple[Os, Arch]]] = defaultdict(set)
    formats: defaultdict[str, set[Format]] = defaultdict(set)
    for place, assets in shelf.places.items():
        for asset in assets:
            by_stem[stem(asset.name)].append(asset.name)
            places[stem(asset.name)].add((place.os, place.arch))
            formats[stem(asset.name)].add(asset.format)
    own, *others = sorted(by_stem, key=lambda each: ranks[each])
    globs: list[str] = []
    remarks: list[str] = []
    for other in others:
        shared = places[other] & places[own]
        if formats[other] == {Format.RAW} != formats[own] and shared == places[other]:
            continue  # files with an ending that nobody knows, beside archives: nobody gets them
        is_beside = shared == places[other] or len(shared) >= _LEAST_SHARED
        glob = _glob(by_stem[other], by_stem[own]) if is_beside else None
        if glob is None:
            remarks.append(
                f"{by_stem[other][0]} may be another program than {by_stem[own][0]}: "
                "if it is, leave it out by [assets] exclude"
            )
        elif glob not in globs:
            globs.append(glob)
    return tuple(globs), remarks


def _glob(names: Sequence[str], own: Collection[str]) -> str | None:
    """Find a glob that matches all of `names` and none of `own`: by how they begin, else by a word of theirs."""
    start = re.match(r"[^\d*?\[]*", _common_start(names))
    if (
        start
        and len(start[0]) >= _LEAST_PREFIX
        and not any(one.startswith(start[0]) for one in own)
    ):
        return f"{start[0]}*"
    words = [word for word in _WORDS.split(names[0]) if word.isalpha()]
    for word in words:
        if all(word in name for name in names) and not any(word in name for name in own):
            return f"*{word}*"
    return None


def _common_start(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    count = next(
        (at for at, (left, right) in enumerate(zip(first, last, strict=False)) if left != right),
        min(len(first), len(last)),
    )
    return first[:count]
