"""The few ways in which the publisher touches the disk, its lock, and what it makes of errors. Readers need none of it.

Disk is a Protocol so that tests can cut the power, or the process, between any two steps.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from artesian.errors import Unavailable
from artesian.store.encoding import Damaged

__all__ = [
    "TEMPORARY",
    "Busy",
    "Disk",
    "NotPublished",
    "PublisherFiles",
    "SystemDisk",
    "sole_publisher",
    "write_whole",
]

LOCK = "lock"
# Ending of a file that isn't whole yet. One publisher at a time, so one name per target is enough, and a killed
# publisher's left-over is overwritten by the next one or collected.
TEMPORARY = ".tmp"


class NotPublished(Unavailable):
    """The disk refused; the generation in force stays."""

    def __init__(self, directory: Path, reason: str) -> None:
        super().__init__(f"{directory}: not published: {reason}", retry_after_s=60)
        self.directory = directory
        self.reason = reason


class Busy(Unavailable):
    """Another process is publishing into the same directory."""

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"{directory}: another process is publishing there, try again", retry_after_s=1
        )
        self.directory = directory


class Disk(Protocol):
    """Steps that change a disk; each raises OSError."""

    def make_folder(self, folder: Path) -> None:
        """Make a folder, and those above it, unless they are there."""
        ...

    def write(self, file: Path, data: bytes) -> None:
        """Write a file from its start; it may be lost or torn until synced."""
        ...

    def sync(self, path: Path) -> None:
        """Make a file's bytes, or a folder's entries, outlast a power cut."""
        ...

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name, replacing what had it, at once."""
        ...

    def touch(self, file: Path, at: datetime) -> None:
        """Set the time at which a file was last written."""
        ...

    def remove(self, file: Path) -> None:
        """Remove a file, if it is there."""
        ...


class SystemDisk:
    """The machine's own disk."""

    def make_folder(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, file: Path, data: bytes) -> None:
        file.write_bytes(data)

    def sync(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        old.replace(new)

    def touch(self, file: Path, at: datetime) -> None:
        os.utime(file, (at.timestamp(), at.timestamp()))

    def remove(self, file: Path) -> None:
        file.unlink(missing_ok=True)


class PublisherFiles:
    """Files for the publisher: bytes that are wrong or gone are Damaged, but a disk that errs stops it.

    A reader makes do with less when a read fails; a publisher that did would put that less in force.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def read(self, path: str) -> bytes:
        try:
            return (self._directory / path).read_bytes()
        except FileNotFoundError as error:
            raise Damaged(path, "missing") from error

    def has(self, path: str) -> bool:
        return (self._directory / path).is_file()

    def list(self, folder: str) -> tuple[str, ...]:
        try:
            return tuple(sorted(entry.name for entry in (self._directory / folder).iterdir()))
        except FileNotFoundError:
            return ()


@contextmanager
def sole_publisher(directory: Path, disk: Disk) -> Iterator[None]:
    """Hold the directory's lock; raise Busy, and NotPublished for any OSError inside. It ends with the process."""
    try:
        disk.make_folder(directory)
        with (directory / LOCK).open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(directory) from error
            yield
    except OSError as error:
        raise NotPublished(directory, error.strerror or str(error)) from error


def write_whole(disk: Disk, file: Path, data: bytes) -> None:
    """Write a file so that its name never stands for less than all of `data`; its folder is still to be synced."""
    temporary = file.with_name(file.name + TEMPORARY)
    try:
        disk.write(temporary, data)
        disk.sync(temporary)
        disk.rename(temporary, file)
    except OSError:
        with suppress(OSError):  # a full disk gets its space back
            disk.remove(temporary)
        raise
