"""Where the bytes of a data directory come from: a directory, or a zip of the same layout (the seed, never unpacked).

Reading only. Whatever goes wrong below comes out as Damaged; listing and asking for existence never raise.
"""

import os
import stat
import zipfile
import zlib
from pathlib import Path
from threading import Lock
from typing import Protocol

from artesian.store.encoding import Damaged

__all__ = ["ArchiveFiles", "DirectoryFiles", "Files"]


class Files(Protocol):
    """Read access to one data directory; paths are relative, with `/`."""

    def read(self, path: str) -> bytes:
        """Read a whole file; raise Damaged if it is missing or can't be read."""
        ...

    def has(self, path: str) -> bool:
        """Tell whether a file is there, without reading it."""
        ...

    def list(self, folder: str) -> tuple[str, ...]:
        """Name the files directly in `folder`, in no order; empty if there is no such folder."""
        ...


class DirectoryFiles:
    """The data directory on disk."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def read(self, path: str) -> bytes:
        try:
            # Without waiting: at a pipe somebody might never write, and a reader has but one thread.
            number = os.open(self._directory / path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                if not stat.S_ISREG(os.fstat(number).st_mode):
                    raise Damaged(path, "it is no file")
                with open(number, "rb", closefd=False) as file:
                    return file.read()
            finally:
                os.close(number)
        except OSError as error:
            raise Damaged(path, error.strerror or str(error)) from error

    def has(self, path: str) -> bool:
        try:
            return (self._directory / path).is_file()
        except OSError:
            return False

    def list(self, folder: str) -> tuple[str, ...]:
        try:
            return tuple(entry.name for entry in (self._directory / folder).iterdir())
        except OSError:
            return ()


class ArchiveFiles:
    """A zip that holds a data directory; opened on first use, and read where it lies."""

    _UNREADABLE = (
        OSError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ValueError,
        RuntimeError,  # encrypted; NotImplementedError, an unknown compression, is one too
    )

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._lock = Lock()
        self._open: zipfile.ZipFile | None = None

    def read(self, path: str) -> bytes:
        try:
            with self._lock:
                return self._zip().read(path)
        except KeyError as error:
            raise Damaged(path, f"not in {self._archive.name}") from error
        except self._UNREADABLE as error:
            raise Damaged(path, f"{self._archive.name}: {error}") from error

    def has(self, path: str) -> bool:
        try:
            with self._lock:
                return path in self._zip().NameToInfo
        except self._UNREADABLE:
            return False

    def list(self, folder: str) -> tuple[str, ...]:
        start = f"{folder}/"
        try:
            with self._lock:
                paths = tuple(self._zip().NameToInfo)
        except self._UNREADABLE:
            return ()
        inside = (path.removeprefix(start) for path in paths if path.startswith(start))
        return tuple(name for name in inside if name and "/" not in name)

    def _zip(self) -> zipfile.ZipFile:
        if self._open is None:
            self._open = zipfile.ZipFile(self._archive)
        return self._open
