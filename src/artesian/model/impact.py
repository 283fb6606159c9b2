"""What a catalogue or a generation serves (Survey), and what changes from one to another (Impact)."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from artesian.model.host import Libc
from artesian.model.names import PackageName

__all__ = [
    "USUAL_TAGS",
    "Build",
    "Change",
    "Impact",
    "Kind",
    "NameChange",
    "Offer",
    "Script",
    "ScriptChange",
    "Survey",
    "Surveyed",
]


# Every survey looks at these, where there are any, beside each major version.
USUAL_TAGS = ("", "lts", "beta")


class Kind(StrEnum):
    """What became of something, the gravest first."""

    LOST = "lost"
    CHANGED = "changed"
    GAINED = "gained"


class Build(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a host is given first."""

    version: str
    asset: str
    libc: Libc
    sha256: str | None = None


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """An installer as it is sent."""

    sha256: str
    size_bytes: int


class Offer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one tag of a package means.

    `hosts`: `os/arch`, with the libc on Linux, to a place in the package's `builds`; a higher x86-64 level has a host
    of its own (`…/v3`) where it gets something else than the one below.
    """

    hosts: Mapping[str, int] = {}
    script: Script | None = None
    trouble: str = ""  # why there is no script


class Surveyed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One package. is_known: False where its releases aren't at hand, so that nothing can be said.

    definition: a digest of all in it that decides on installs; empty: not at hand either.
    """

    is_known: bool = True
    definition: str = ""
    builds: tuple[Build, ...] = ()
    offers: Mapping[str, Offer] = {}  # by tag; empty: no tag


class Survey(msgspec.Struct, frozen=True, kw_only=True, tag_field="survey", tag="1"):
    """Everything that one side serves. `tags`: those that were asked for beyond the usual ones."""

    what: str  # the side, in words
    program: str  # the version that made it
    tags: tuple[str, ...] = ()
    packages: Mapping[PackageName, Surveyed]
    aliases: Mapping[PackageName, PackageName]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of host gets for one tag of a package, before and after; None: nothing."""

    package: PackageName
    tag: str
    host: str
    kind: Kind
    before: Build | None
    after: Build | None


class ScriptChange(msgspec.Struct, frozen=True, kw_only=True):
    """An installer, before and after; None: there is none, for the reason in `trouble`."""

    package: PackageName
    tag: str
    kind: Kind
    before: Script | None
    after: Script | None
    trouble: str = ""


class NameChange(msgspec.Struct, frozen=True, kw_only=True):
    """A name, and the package that it led to before and leads to after; None: it led nowhere."""

    name: PackageName
    kind: Kind
    before: PackageName | None
    after: PackageName | None


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """All that changes. `unknown`: packages that can't be compared, for the releases of a side aren't at hand.

    `redefined`: packages whose definitions differ, and nobody can tell what that means: neither side has an installer.
    """

    before: str
    after: str
    compared: int  # packages
    names: tuple[NameChange, ...] = ()
    changes: tuple[Change, ...] = ()
    scripts: tuple[ScriptChange, ...] = ()
    unknown: tuple[PackageName, ...] = ()
    unknown_now: tuple[PackageName, ...] = ()  # of these, those known before
    redefined: tuple[PackageName, ...] = ()

    @property
    def has_loss(self) -> bool:
        """Tell whether somebody no longer gets what they got."""
        kinds = (*map(_kind, self.names), *map(_kind, self.changes), *map(_kind, self.scripts))
        return Kind.LOST in kinds

    @property
    def is_nothing(self) -> bool:
        """Tell whether both sides serve the same."""
        return not (
            self.names or self.changes or self.scripts or self.unknown_now or self.redefined
        )


def _kind(one: Change | ScriptChange | NameChange) -> Kind:
    return one.kind
