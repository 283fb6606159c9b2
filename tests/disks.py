"""Disks that fail: one that stops the process at a step, one that errs there, one whose power can be cut."""

import os
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from artesian.store.disk import Disk, SystemDisk

__all__ = ["FailingDisk", "PowerlessDisk", "Stopped", "fail", "kill", "stop"]


class Stopped(BaseException):
    """Stands for the end of the process: no handler of errors sees it."""


def stop() -> None:
    """End as a killed process does, but leave the test running."""
    raise Stopped


def kill() -> None:
    """End the process that runs this, at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def fail(number: int) -> Callable[[], None]:
    """Make a fault that raises OSError `number`."""

    def fault() -> None:
        raise OSError(number, os.strerror(number))

    return fault


class FailingDisk:
    """A disk (the system's) with a fault before step `at` (0 is the first); a write is then done by half."""

    def __init__(self, at: int, fault: Callable[[], None], disk: Disk | None = None) -> None:
        self._disk = disk or SystemDisk()
        self._at = at
        self._fault = fault
        self.steps: list[str] = []

    def _step(self, what: str) -> None:
        self.steps.append(what)
        if len(self.steps) - 1 == self._at:
            self._fault()

    def make_folder(self, folder: Path) -> None:
        self._step(f"make_folder {folder.name}")
        self._disk.make_folder(folder)

    def write(self, file: Path, data: bytes) -> None:
        if len(self.steps) == self._at:
            self._disk.write(file, data[: len(data) // 2])
        self._step(f"write {file.name}")
        self._disk.write(file, data)

    def sync(self, path: Path) -> None:
        self._step(f"sync {path.name}")
        self._disk.sync(path)

    def rename(self, old: Path, new: Path) -> None:
        self._step(f"rename {new.name}")
        self._disk.rename(old, new)

    def touch(self, file: Path, at: datetime) -> None:
        self._step(f"touch {file.name}")
        self._disk.touch(file, at)

    def remove(self, file: Path) -> None:
        self._step(f"remove {file.name}")
        self._disk.remove(file)


class _Inode:
    """A file's bytes: as written, and as they outlast a power cut (None: none of them do)."""

    def __init__(self, lasting: bytes | None = None) -> None:
        self.written = lasting or b""
        self.synced = lasting


class PowerlessDisk:
    """The system's disk, and a record of what of it would outlast a power cut.

    Bytes last from the sync of their file on; a name, new, changed or removed, from the sync of its folder on. What
    is unsynced may or may not last, each piece for itself: `survive` decides.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._disk = SystemDisk()
        self._names: dict[Path, _Inode | None] = {}  # None: a folder
        self._lasting: dict[Path, _Inode | None] = {}

    @classmethod
    def of(cls, root: Path) -> "PowerlessDisk":
        """Take a folder all of which has lasted."""
        disk = cls(root)
        for path in (root, *root.rglob("*")):
            disk._names[path] = None if path.is_dir() else _Inode(path.read_bytes())
        disk._lasting = dict(disk._names)
        return disk

    def make_folder(self, folder: Path) -> None:
        self._disk.make_folder(folder)
        for part in (folder, *folder.parents):
            if part.is_relative_to(self._root):
                self._names.setdefault(part, None)

    def write(self, file: Path, data: bytes) -> None:
        self._disk.write(file, data)
        inode = self._names.setdefault(file, _Inode())
        assert inode is not None
        inode.written = data

    def sync(self, path: Path) -> None:
        self._disk.sync(path)
        inode = self._names[path]
        if inode is not None:
            inode.synced = inode.written
            return
        inside = {other for other in (*self._names, *self._lasting) if other.parent == path}
        for other in inside:
            self._settle(other)

    def rename(self, old: Path, new: Path) -> None:
        self._disk.rename(old, new)
        self._names[new] = self._names.pop(old)

    def touch(self, file: Path, at: datetime) -> None:
        self._disk.touch(file, at)

    def remove(self, file: Path) -> None:
        self._disk.remove(file)
        self._names.pop(file, None)

    def _settle(self, path: Path) -> None:
        if path in self._names:
            self._lasting[path] = self._names[path]
        else:
            self._lasting.pop(path, None)

    def survive(self, into: Path, does_last: Callable[[str], bool]) -> None:
        """Write what is there after a power cut into an empty folder."""
        into.mkdir(parents=True)
        lasting = dict(self._lasting)
        for path in sorted({*self._names, *self._lasting}):
            is_unsynced = (path in self._names, self._names.get(path)) != (
                path in lasting,
                lasting.get(path),
            )
            if is_unsynced and does_last(f"the name {path.name}"):
                if path in self._names:
                    lasting[path] = self._names[path]
                else:
                    lasting.pop(path)
        for path in sorted(lasting):
            target = into / path.relative_to(self._root)
            inode = lasting[path]
            if path == self._root or not target.parent.is_dir():
                continue  # its folder didn't last
            if inode is None:
                target.mkdir()
            elif inode.synced == inode.written or does_last(f"the bytes of {path.name}"):
                target.write_bytes(inode.written)
            else:
                target.write_bytes(inode.synced or b"")
