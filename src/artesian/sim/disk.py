"""A disk for simulations: without waiting for the platter, and failing on request."""

import errno
import os
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from artesian.store.disk import SystemDisk

__all__ = ["DiskState", "SwitchDisk"]


class DiskState(StrEnum):
    """What is wrong with it."""

    OK = "ok"
    FULL = "full"
    READ_ONLY = "read-only"
    SYNC = "sync"  # it takes data and can't promise to keep them


_ERRORS = {DiskState.FULL: errno.ENOSPC, DiskState.READ_ONLY: errno.EROFS}


class SwitchDisk:
    """The system's disk, but for what `state` says. Syncing is believed, not waited for."""

    def __init__(self) -> None:
        self.state = DiskState.OK
        self._disk = SystemDisk()

    def make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self._refuse()
        self._disk.make_folder(folder)

    def write(self, file: Path, data: bytes) -> None:
        if self.state is DiskState.FULL:
            self._disk.write(file, data[: len(data) // 2])
        self._refuse()
        self._disk.write(file, data)

    def sync(self, path: Path) -> None:
        del path
        if self.state is DiskState.SYNC:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def rename(self, old: Path, new: Path) -> None:
        if self.state is DiskState.READ_ONLY:
            self._refuse()
        self._disk.rename(old, new)

    def touch(self, file: Path, at: datetime) -> None:
        if self.state is DiskState.READ_ONLY:
            self._refuse()
        self._disk.touch(file, at)

    def remove(self, file: Path) -> None:
        if self.state is DiskState.READ_ONLY:
            self._refuse()
        self._disk.remove(file)

    def _refuse(self) -> None:
        number = _ERRORS.get(self.state)
        if number is not None:
            raise OSError(number, os.strerror(number))
