"""The writer's memory: whatever happens to its file costs requests, and nothing else."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from artesian.model.health import Alert
from artesian.model.names import PackageName
from artesian.model.release import RawRelease
from artesian.refresh.admit import Admitted
from artesian.refresh.database import LOCKED_TRIES, MemoryFailed, MemoryFault
from artesian.refresh.memory import AUDIT_ROWS, FILE, Memory
from artesian.refresh.record import Known, Record
from artesian.refresh.upstream import Key, first_met

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
KEY = Key("api.github.com", "anonymous")
JQ = Record(name=PackageName("jq"), source="github:/jqlang/jq", checked_at=NOW, failures=2)
KNOWN = Known(admitted=Admitted(releases=(RawRelease(tag="v1.7", published_at=NOW),)))


def opened(folder: Path, session: str = "a test") -> Memory:
    """Open the memory of a folder; waits for no lock."""
    return Memory(folder / FILE, session=session, busy_s=0.01)


def filled(folder: Path) -> Memory:
    """Open a memory and put one of each into it."""
    memory = opened(folder)
    with memory.transaction():
        memory.save(JQ, KNOWN)
        memory.save_upstream(KEY, first_met(60, now=NOW))
        memory.note_outcome(memory.note_sent(KEY, "https://api.github.com/x", now=NOW), "fetched")
        memory.save_alerts({"k": Alert(key="k", what="w", why="y", todo="t", since=NOW)})
    return memory


def is_full(memory: Memory) -> bool:
    """Tell whether all that `filled` wrote is there."""
    with memory.transaction():
        return (
            dict(memory.records()) == {JQ.name: JQ}
            and memory.known(JQ.name) == KNOWN
            and memory.upstream(KEY) == first_met(60, now=NOW)
            and [one.outcome for one in memory.sent()] == ["fetched"]
            and list(memory.alerts()) == ["k"]
        )


def is_empty(memory: Memory) -> bool:
    """Tell whether nothing is there."""
    with memory.transaction():
        return not (memory.records() or memory.upstreams() or memory.sent() or memory.alerts())


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """All of it outlasts the process."""
    filled(tmp_path).close()
    assert is_full(opened(tmp_path))


def test_all_or_nothing(tmp_path: Path) -> None:
    """A transaction that ends with an error leaves nothing behind, not even in what was read before."""
    memory = filled(tmp_path)

    class Stopped(Exception):
        """The error."""

    with suppress(Stopped), memory.transaction():
        memory.save(Record(name=JQ.name, source="another"), Known())
        raise Stopped
    assert is_full(memory)


def test_another_process_is_heard(tmp_path: Path) -> None:
    """What a command wrote meanwhile is seen by the next transaction."""
    memory, other = filled(tmp_path), opened(tmp_path, "another")
    with memory.transaction():
        assert memory.record(JQ.name) == JQ
    changed = Record(name=JQ.name, source="another")
    with other.transaction():
        other.save(changed)
    with memory.transaction():
        assert memory.record(JQ.name) == changed


def test_the_list_of_requests_is_bounded(tmp_path: Path) -> None:
    """The oldest requests go."""
    memory = opened(tmp_path)
    with memory.transaction():
        for _ in range(AUDIT_ROWS + 150):
            memory.note_sent(KEY, "https://api.github.com/x", now=NOW)
        assert len(memory.sent()) <= AUDIT_ROWS + 100


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from artesian.refresh.memory import Memory
from artesian.refresh.upstream import Key, first_met
memory = Memory(Path(sys.argv[1]), session="killed")
now = datetime(2026, 1, 2, 12, tzinfo=UTC)
with memory.transaction():
    memory.save_upstream(Key("done", "x"), first_met(1, now=now))
with memory.transaction():
    memory.save_upstream(Key("half", "x"), first_met(1, now=now))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killed(tmp_path: Path) -> None:
    """A killed process leaves exactly what it had finished."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / FILE)], check=False)
    assert done.returncode == -signal.SIGKILL
    memory = opened(tmp_path)
    with memory.transaction():
        assert [key.host for key in memory.upstreams()] == ["done"]


def garbage(file: Path) -> None:
    """Overwrite all of it."""
    file.write_bytes(b"not a database at all, but long enough to be taken for one" * 200)


def cut(file: Path) -> None:
    """Keep the first page and a half."""
    file.write_bytes(file.read_bytes()[:6000])


def scribble(file: Path) -> None:
    """Overwrite the middle."""
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    file.write_bytes(bytes(data))


def other_version(file: Path) -> None:
    """Make it one of a later program."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def other_tables(file: Path) -> None:
    """Take a table away."""
    connection = sqlite3.connect(file)
    connection.execute("DROP TABLE upstream")
    connection.close()


def odd_row(file: Path) -> None:
    """Write a row that no version has written."""
    connection = sqlite3.connect(file)
    connection.execute("UPDATE package SET record = '{\"name\": 7}'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("damage", [garbage, cut, scribble, other_version, other_tables, odd_row])
def test_damaged(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """A file that can't be used is moved aside, once, and the next transaction finds an empty one."""
    filled(tmp_path).close()
    damage(tmp_path / FILE)
    memory = opened(tmp_path)
    with pytest.raises(MemoryFailed) as failed:
        is_full(memory)
    assert failed.value.fault is MemoryFault.DAMAGED
    assert memory.moved_aside == 1
    assert (tmp_path / f"{FILE}.aside").exists()
    assert is_empty(memory)
    filled(tmp_path).close()
    assert is_full(memory)


def test_lost_while_open(tmp_path: Path) -> None:
    """A file that was removed is begun anew; nothing is written into one that has no name any more."""
    memory = filled(tmp_path)
    for file in tmp_path.iterdir():
        file.unlink()
    assert is_empty(memory)
    filled(tmp_path).close()
    assert is_full(memory)


def test_locked_for_a_moment(tmp_path: Path) -> None:
    """A lock of another process is an error that says so, and what is there stays."""
    memory = filled(tmp_path)
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(MemoryFailed) as failed:
        is_full(memory)
    assert failed.value.fault is MemoryFault.LOCKED
    other.execute("ROLLBACK")
    assert is_full(memory)
    other.close()


def test_locked_for_good(tmp_path: Path) -> None:
    """A lock that nobody gives back is left alone, with the file that it is on."""
    memory = filled(tmp_path)
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for _ in range(LOCKED_TRIES):
        with pytest.raises(MemoryFailed):
            is_full(memory)
    assert is_empty(memory)
    assert memory.moved_aside == 1
    other.close()


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """A read-only disk is no damage: nothing is moved aside, and it works again when the disk does."""
    folder = tmp_path / "data"
    memory = filled(folder)
    memory.close()
    moved = tmp_path / "elsewhere"
    folder.rename(moved)
    folder.write_text("a file where a folder should be")
    with pytest.raises(MemoryFailed) as failed:
        is_full(memory)
    assert failed.value.fault is MemoryFault.UNWRITABLE
    folder.unlink()
    moved.rename(folder)
    assert is_full(memory)
    assert memory.moved_aside == 0


def looking(folder: Path) -> Memory:
    """Open the memory of a writer that may be at work."""
    return Memory(folder / FILE, session="", busy_s=0.01, is_read_only=True)


@pytest.mark.parametrize("damage", [garbage, cut, scribble, other_version, other_tables, odd_row])
def test_who_only_looks_leaves_a_file_that_cannot_be_used(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """It is another's: the failure is told as often as one looks, and the file stays byte for byte."""
    filled(tmp_path).close()
    damage(tmp_path / FILE)
    before = (tmp_path / FILE).read_bytes()
    memory = looking(tmp_path)
    for _ in range(2):
        with pytest.raises(MemoryFailed) as failed:
            is_full(memory)
        assert failed.value.fault is MemoryFault.DAMAGED
    memory.close()
    assert (tmp_path / FILE).read_bytes() == before
    assert memory.moved_aside == 0
    assert not (tmp_path / f"{FILE}.aside").exists()


def test_who_only_looks_neither_waits_nor_blocks(tmp_path: Path) -> None:
    """What was finished is read while a writer is in the middle of something, and the writer may go on."""
    memory, other = filled(tmp_path), looking(tmp_path)
    with memory.transaction():
        memory.save(Record(name=JQ.name, source="another"))
        assert is_full(other)
    changed = Record(name=JQ.name, source="yet another")
    with other.transaction():
        assert other.records()
        with memory.transaction():
            memory.save(changed)
    with other.transaction():
        assert other.record(JQ.name) == changed
    other.close()
    memory.close()


def test_who_only_looks_leaves_a_lock_to_its_owner(tmp_path: Path) -> None:
    """However often it is found locked for all, the file stays."""
    filled(tmp_path).close()
    owner = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    owner.execute("PRAGMA locking_mode = EXCLUSIVE")
    owner.execute("BEGIN EXCLUSIVE")
    before = (tmp_path / FILE).read_bytes()
    memory = looking(tmp_path)
    for _ in range(LOCKED_TRIES + 1):
        with pytest.raises(MemoryFailed) as failed:
            is_full(memory)
        assert failed.value.fault is MemoryFault.LOCKED
    assert (tmp_path / FILE).read_bytes() == before
    owner.close()
    assert is_full(memory)
    memory.close()


@pytest.mark.parametrize("present", [(), (FILE,)])
def test_who_only_looks_makes_nothing(tmp_path: Path, present: tuple[str, ...]) -> None:
    """Where nothing is, or an empty file, nothing is made of it."""
    for name in present:
        (tmp_path / name).touch()
    memory = looking(tmp_path)
    with pytest.raises(MemoryFailed):
        is_full(memory)
    memory.close()
    assert tuple(file.name for file in tmp_path.iterdir()) == present
    assert not any(file.stat().st_size for file in tmp_path.iterdir())
