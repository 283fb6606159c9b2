"""What the data directory holds: a package's releases (Snapshot), and which snapshots are in force (Generation)."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from artesian.model.definition import Definition
from artesian.model.names import PackageName
from artesian.model.release import Release

__all__ = ["Entry", "Generation", "Snapshot"]


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One package: its definition and its releases, newest version first. No fetch times: unchanged stays identical."""

    definition: Definition
    releases: tuple[Release, ...]


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One package of a generation. `object` is the sha256 of its snapshot's bytes; None: known, but not fetched yet."""

    object: str | None = None
    about: str | None = None  # while nothing is fetched: the object that holds its definition alone
    checked_at: datetime | None = None  # when the upstream last confirmed it (UTC); None: never
    title: str = ""
    description: str = ""
    is_own: bool = False  # it has no upstream, and so no age
    is_pinned: bool = False  # rolled back: refresh leaves it alone until `artesian unpin`

    @property
    def named(self) -> str | None:
        """The object that must be there for this entry to be whole; None: it needs none."""
        return self.object or self.about


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """The packages in force, published together under a number that only ever grows."""

    number: int
    created_at: datetime
    packages: Mapping[PackageName, Entry]
    aliases: Mapping[PackageName, PackageName]
