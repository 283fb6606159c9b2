"""What is in force, as the writer compares it with what it knows: read again only when its number changes."""

from datetime import UTC, datetime
from pathlib import Path

from artesian.model.names import PackageName
from artesian.model.snapshot import Entry, Generation, Snapshot
from artesian.store.encoding import Damaged
from artesian.store.files import DirectoryFiles
from artesian.store.read import current_number, load_generation, load_snapshot

__all__ = ["Present"]

_NOTHING = Generation(
    number=0, created_at=datetime(1970, 1, 1, tzinfo=UTC), packages={}, aliases={}
)


class Present:
    """The generation in force in one data directory."""

    def __init__(self, directory: Path) -> None:
        self._files = DirectoryFiles(directory)
        self._generation = _NOTHING

    def generation(self) -> Generation:
        """Return the generation in force; number 0 and nothing in it where there is none."""
        number = current_number(self._files)
        if number is None or number != self._generation.number:
            self._generation = load_generation(self._files) or _NOTHING
        return self._generation

    def entry(self, name: PackageName) -> Entry:
        """Return what is in force of a package; an empty entry where there is nothing."""
        return self.generation().packages.get(name, Entry())

    def snapshot(self, entry: Entry) -> Snapshot | None:
        """Read the object of an entry; None: it has none, or a damaged one."""
        if entry.object is None:
            return None
        try:
            return load_snapshot(self._files, entry.object)
        except Damaged:
            return None
