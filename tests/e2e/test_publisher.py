"""Real publishing processes: killed at their system calls, refused by them, on a full and on a read-only disk."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.programs import give_up, require
from tests.stores import put, seen

ROOT = Path(__file__).parents[2]
OLD = (1, {"fd": "1", "rg": "1"})
NEW = (2, {"fd": "2", "rg": "2"})
KILLED = -9
# A publication of two packages takes fewer of each system call than this.
MOST_CALLS = 40


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}  # noqa: TID251 - the child's, and pyc files are renamed
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def _publish_injected(directory: Path, injection: str) -> subprocess.CompletedProcess[str]:
    call = injection.partition(":")[0]
    publisher = [sys.executable, "-m", "tests.e2e.publisher", str(directory), "2"]
    return _run(
        [
            "strace",
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            f"trace={call}",
            "-e",
            f"inject={injection}",
            *publisher,
        ]
    )


@pytest.fixture
def _traced() -> None:
    require("strace")
    if _run(["strace", "-o", "/dev/null", "true"]).returncode != 0:
        give_up("strace may not trace processes here")


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A directory with the old generation."""
    put(tmp_path / "old", rg="1", fd="1")
    return tmp_path / "old"


@pytest.mark.usefixtures("_traced")
@pytest.mark.parametrize("call", ["rename", "fsync", "write"])
def test_killed_at_every_call(published: Path, call: str) -> None:
    """SIGKILL at each rename, each fsync and each write: the old generation or the new, and the next one works."""
    found = []
    for at in range(1, MOST_CALLS):
        directory = published.with_name(f"{call}{at}")
        shutil.copytree(published, directory)
        done = _publish_injected(directory, f"{call}:signal=KILL:when={at}")
        if done.returncode == 0:
            break
        assert done.returncode == KILLED, done.stderr
        found.append(seen(directory))
        put(directory, fd="3")
        after = seen(directory)
        assert after is not None
        assert after[1]["fd"] == "3"
    else:
        pytest.fail("the publisher never came to its end")
    assert found[0] == OLD
    assert set(map(str, found)) <= {str(OLD), str(NEW)}
    assert found == sorted(found, key=str)
    assert len(found) >= {"rename": 4, "fsync": 9, "write": 4}[call]


@pytest.mark.usefixtures("_traced")
@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        ("fsync", "EIO", "Input/output error"),
        ("write", "ENOSPC", "No space left on device"),
        ("rename", "EROFS", "Read-only file system"),
        ("mkdir", "EDQUOT", "Disk quota exceeded"),
    ],
)
def test_refused_at_every_call(published: Path, call: str, error: str, message: str) -> None:
    """A call that fails is NotPublished in the system's words, and the old or the new generation is read."""
    for at in range(1, MOST_CALLS):
        directory = published.with_name(f"{call}{at}")
        shutil.copytree(published, directory)
        done = _publish_injected(directory, f"{call}:error={error}:when={at}")
        if done.returncode == 0:
            break
        assert (done.returncode, done.stdout.strip()) == (3, message), done.stderr
        assert seen(directory) in (OLD, NEW)
        assert not list(directory.rglob("*.tmp"))
        put(directory, fd="3")
    else:
        pytest.fail("the publisher never came to its end")


def test_full_and_read_only_file_system(tmp_path: Path) -> None:
    """On a full or read-only disk the last generation is served, and publishing goes on once it can."""
    require("unshare", "mount")
    own_mounts = next(
        (
            way
            for way in (["unshare", "-m"], ["unshare", "-rm"])
            if _run([*way, "true"]).returncode == 0
        ),
        None,
    )
    if own_mounts is None:
        give_up("a mount namespace can't be made here")
    done = _run([*own_mounts, sys.executable, "-m", "tests.e2e.starved", str(tmp_path)])
    assert done.stdout.splitlines() == [
        "No space left on device: (1, {'rg': '1'})",
        "published: (2, {'rg': '3'})",
        "No space left on device: (2, {'rg': '3'})",
        "published: (3, {'rg': '5'})",
        "Read-only file system: (3, {'rg': '5'})",
        "published: (4, {'rg': '7'})",
    ], done.stderr
