"""A question (Spec, Query) and its closed set of answers (Resolution | NoMatch); and the table of all hosts (Row)."""

import re

import msgspec

from artesian.errors import Invalid
from artesian.model.definition import Recipe
from artesian.model.host import Arch, Host, Libc, Os
from artesian.model.names import PackageName, parse_name
from artesian.model.release import Asset, Format, Release
from artesian.model.version import Tag, parse_tag

__all__ = [
    "InvalidSpec",
    "NoMatch",
    "Query",
    "Resolution",
    "Row",
    "Spec",
    "parse_spec",
    "parse_specs",
]

# More than anyone installs in one line, little enough for one answer.
MAX_SPECS = 10


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """`name[@tag]` as parsed from a URL or a command line."""

    name: PackageName
    tag: Tag


class InvalidSpec(Invalid):
    """More packages in one request than we serve."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} packages in one line; at most {MAX_SPECS} go into one")
        self.count = count


def parse_spec(text: str) -> Spec:
    """Read `name[@tag]`; raise InvalidName or InvalidTag."""
    name, _, tag = text.partition("@")
    return Spec(name=parse_name(name), tag=parse_tag(tag))


def parse_specs(text: str) -> tuple[Spec, ...]:
    """Read specs joined by commas; a comma before one of `<>=^~!` continues a range; raise an Invalid."""
    parts = re.split(r",(?!\s*[<>=^~!])", text)
    if len(parts) > MAX_SPECS:
        raise InvalidSpec(len(parts))
    return tuple(parse_spec(part) for part in parts)


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Which build of a package suits this host. `formats`: those it can unpack, best first; None: no say."""

    tag: Tag
    host: Host
    formats: tuple[Format, ...] | None = None


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """The release that serves a host; `assets` are alternates in order of preference, at most one per format."""

    release: Release
    assets: tuple[Asset, ...]
    recipe: Recipe


class NoMatch(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no build, in words for a person, and what exists instead."""

    reason: str
    is_version_known: bool  # False: no release matches the tag (404); True: none of its builds suits the host (69)
    nearest_versions: tuple[str, ...] = ()
    # `linux/amd64`, … of recent releases; `linux/amd64 (gnu)` where nothing but the libc is in the way
    hosts: tuple[str, ...] = ()
    formats: tuple[Format, ...] = ()  # formats that exist, where only these were in the way


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table an installer carries: a kind of host and one build for it. Rows stand in preference order.

    A host takes, of the rows with its os and arch, with `libc` equal to its own or None, and with `level` not above
    its own, the first whose asset it can unpack.
    """

    os: Os
    arch: Arch
    level: int
    libc: Libc | None  # None: whatever the host has
    release: Release
    asset: Asset
    recipe: Recipe
