"""One writer at a time in a data directory: a lock that ends with its process, and tells who holds it."""

import fcntl
import os
from pathlib import Path
from typing import IO

from artesian.store.disk import NotPublished

__all__ = ["WriterLock"]

FILE = "writer.lock"


class WriterLock:
    """The lock of one directory; `holder` is the process that has it, as far as known."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file: IO[bytes] | None = None
        self.holder = ""

    def take(self) -> bool:
        """Take the lock, or keep it; False: another process has it. Raise NotPublished."""
        if self._file is not None and self._is_there(self._file):
            return True
        self.release()
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            file = (self._directory / FILE).open("a+b")
        except OSError as error:
            raise NotPublished(self._directory, error.strerror or str(error)) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            self.holder = file.read(20).decode(errors="replace").strip()
            file.close()
            return False
        self._file = file
        self._sign(file)
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def _sign(self, file: IO[bytes]) -> None:
        """Write down who has it; on a full disk nobody is told."""
        self.holder = str(os.getpid())
        try:
            file.truncate(0)
            file.write(self.holder.encode())
            file.flush()
        except OSError:
            return

    def _is_there(self, file: IO[bytes]) -> bool:
        """Tell whether the file still has its name: a lock on a file that was removed keeps nobody out."""
        try:
            return (self._directory / FILE).stat().st_ino == os.fstat(file.fileno()).st_ino
        except OSError:
            return False
