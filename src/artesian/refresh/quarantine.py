"""The folder of what was set aside: a file a package, with the reason, until an operator or a better list ends it."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from artesian.errors import NotFound
from artesian.model.names import PackageName, is_package_name
from artesian.model.release import RawRelease
from artesian.model.snapshot import Snapshot
from artesian.store.disk import Disk, NotPublished, write_whole

__all__ = ["FOLDER", "Kind", "NotQuarantined", "Quarantine", "load", "load_all", "put", "remove"]

FOLDER = "quarantine"


class Kind(StrEnum):
    """A list as its upstream gave it, or the snapshot that would come of a changed definition."""

    LIST = "list"
    SNAPSHOT = "snapshot"


class Quarantine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was set aside. sha256: of the releases or the snapshot; is_whole: the list has all releases there are."""

    name: PackageName
    kind: Kind
    reason: str
    since: datetime
    sha256: str
    fetches: int = 1
    is_whole: bool = True
    releases: tuple[RawRelease, ...] = ()
    snapshot: Snapshot | None = None


class NotQuarantined(NotFound):
    """Nothing of this package was set aside."""

    def __init__(self, name: str) -> None:
        super().__init__(f"nothing of {name} is in quarantine")
        self.name = name


_DECODER = msgspec.json.Decoder(Quarantine)


def put(directory: Path, disk: Disk, quarantine: Quarantine) -> None:
    """Set something aside, in place of what was set aside of that package before; raise NotPublished."""
    file = directory / FOLDER / f"{quarantine.name}.json"
    try:
        disk.make_folder(file.parent)
        write_whole(disk, file, msgspec.json.format(msgspec.json.encode(quarantine)))
    except OSError as error:
        raise NotPublished(directory, error.strerror or str(error)) from error


def remove(directory: Path, disk: Disk, name: PackageName) -> None:
    """End the quarantine of a package, if there is one; raise NotPublished."""
    try:
        disk.remove(directory / FOLDER / f"{name}.json")
    except OSError as error:
        raise NotPublished(directory, error.strerror or str(error)) from error


def load(directory: Path, name: PackageName) -> Quarantine:
    """Read what was set aside of a package; raise NotQuarantined."""
    file = directory / FOLDER / f"{name}.json"
    try:
        return _DECODER.decode(file.read_bytes())
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise NotQuarantined(name) from error


def load_all(directory: Path) -> tuple[Quarantine, ...]:
    """Read all that was set aside, in the order of names; files that can't be read are left out."""
    found = []
    for file in sorted((directory / FOLDER).glob("*.json")):
        if is_package_name(file.stem):
            try:
                found.append(load(directory, PackageName(file.stem)))
            except NotQuarantined:
                continue
    return tuple(found)
