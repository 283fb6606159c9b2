"""One SQLite file that may be damaged, lost or locked at any time: then it is moved aside, and begun anew.

One connection, used from one thread. Other processes may change the file between two transactions.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from pathlib import Path
from typing import Any

from artesian.errors import Unavailable

__all__ = ["Database", "MemoryFailed", "MemoryFault"]

# How long a transaction waits for one of another process, all of which take milliseconds …
BUSY_S = 5.0
# … and how often in a row it may wait in vain before the lock is taken for one that nobody will give back.
LOCKED_TRIES = 10


class MemoryFault(Enum):
    """What is wrong with the file."""

    DAMAGED = auto()  # it was moved aside, the next step finds an empty one
    LOCKED = auto()
    UNWRITABLE = auto()  # read-only or full: nothing may be sent, for it couldn't be written down


class MemoryFailed(Unavailable):
    """The memory can't be used now."""

    def __init__(self, path: Path, fault: MemoryFault, reason: str) -> None:
        super().__init__(f"{path.name}: {reason}", retry_after_s=30)
        self.path = path
        self.fault = fault


_FAULTS = {
    sqlite3.SQLITE_ERROR: MemoryFault.DAMAGED,  # a table is missing
    sqlite3.SQLITE_CORRUPT: MemoryFault.DAMAGED,
    sqlite3.SQLITE_NOTADB: MemoryFault.DAMAGED,
    sqlite3.SQLITE_BUSY: MemoryFault.LOCKED,
    sqlite3.SQLITE_LOCKED: MemoryFault.LOCKED,
    sqlite3.SQLITE_PROTOCOL: MemoryFault.LOCKED,
}


class Database:
    """The open file. Everything is read and written inside `transaction`; every failure is a MemoryFailed."""

    def __init__(
        self,
        path: Path,
        *,
        tables: str,
        schema: int,
        busy_s: float = BUSY_S,
        is_read_only: bool = False,
    ) -> None:
        """Name the file, without touching it. is_read_only: it is another's, who may be writing; it stays as it is."""
        self.path = path
        self.moved_aside = 0  # files that were moved aside since the start
        # Grows when what was read before may hold no longer: others wrote, or what we wrote was taken back.
        self.version = 0
        self._tables = tables
        self._schema = schema
        self._busy_s = busy_s
        self._is_read_only = is_read_only
        self._locked = 0
        self._inode = 0
        self._others = -1
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all or nothing of what stands inside; raise MemoryFailed. Inside another one it is a part of that."""
        if self._connection is not None and self._connection.in_transaction:
            yield
            return
        try:
            connection = self._opened()
            connection.execute("BEGIN" if self._is_read_only else "BEGIN IMMEDIATE")
            try:
                self._look_for_others(connection)
                yield
            except BaseException:
                self.version += 1
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            self._locked = 0
        except sqlite3.Error as error:
            raise self._failed(error) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise MemoryFailed(self.path, MemoryFault.UNWRITABLE, reason) from error

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement that reads."""
        return self._in_use().execute(statement, values).fetchall()

    def run(self, statement: str, *values: object) -> int:
        """Run a statement that writes; return the number of the row that it added, if any."""
        return self._in_use().execute(statement, values).lastrowid or 0

    def _in_use(self) -> sqlite3.Connection:
        assert self._connection is not None, "the memory is used inside a transaction only"
        return self._connection

    def _look_for_others(self, connection: sqlite3.Connection) -> None:
        others = connection.execute("PRAGMA data_version").fetchone()[0]
        if others != self._others:
            self._others = others
            self.version += 1

    def _opened(self) -> sqlite3.Connection:
        """Open the file, anew if it isn't there any more: SQLite itself would go on writing into nothing."""
        if self._connection is not None and self._is_there():
            return self._connection
        self.close()
        if not self._is_read_only:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        uri = f"{self.path.absolute().as_uri()}?mode={'ro' if self._is_read_only else 'rwc'}"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=self._busy_s)
        self._connection = connection
        try:
            self._prepare(connection)
        except sqlite3.Error:
            self.close()
            raise
        self._inode = self.path.stat().st_ino
        self.version += 1
        return connection

    def _is_there(self) -> bool:
        try:
            return self.path.stat().st_ino == self._inode
        except FileNotFoundError:
            return False

    def _failed(self, error: sqlite3.Error) -> MemoryFailed:
        """Tell what an error means, and move a file aside that will never do again."""
        code = getattr(error, "sqlite_errorcode", None)
        primary = sqlite3.SQLITE_CORRUPT if code is None else code & 0xFF
        fault = _FAULTS.get(primary, MemoryFault.UNWRITABLE)
        if fault is MemoryFault.LOCKED:
            self._locked += 1
        is_lost = fault is MemoryFault.DAMAGED or self._locked >= LOCKED_TRIES
        if is_lost and not self._is_read_only:
            self._move_aside()
        return MemoryFailed(self.path, fault, str(error))

    def _move_aside(self) -> None:
        self.close()
        self._locked = 0
        name = self.path.name
        try:
            self.path.rename(self.path.with_name(f"{name}.aside"))
            for suffix in ("-wal", "-shm"):
                self.path.with_name(name + suffix).unlink(missing_ok=True)
        except OSError:
            return  # then it can't be written either: the next step says so
        self.moved_aside += 1

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Set the connection up, and make the tables of an empty file."""
        if not self._is_read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            # A killed process loses nothing by it; a power cut the last requests, which then are made again.
            connection.execute("PRAGMA synchronous = NORMAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and not self._is_read_only:
            schema = f"PRAGMA user_version = {self._schema}"
            connection.executescript(f"BEGIN IMMEDIATE; {self._tables} {schema}; COMMIT")
        elif version != self._schema:
            raise sqlite3.DatabaseError(f"written by another version of Artesian ({version})")
