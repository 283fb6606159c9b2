"""Stopped, failed or without power at any step: a reader sees the old generation or the new, and the next one works."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.disks import FailingDisk, PowerlessDisk, Stopped, fail, stop
from tests.stores import NOW, Seen, name, put, replacing, seen, snapshot

from artesian.store.disk import Disk, NotPublished
from artesian.store.encoding import digest_of, encode_snapshot, object_path
from artesian.store.files import DirectoryFiles
from artesian.store.publish import Drop, adopt, publish
from artesian.store.read import load_generation
from artesian.store.rollback import roll_back, unpin


def _publish(directory: Path, disk: Disk | None) -> None:
    changes = {"rg": "3", "bat": "1", "fd": "1"}
    publish(directory, {**replacing(changes), name("jq"): Drop()}, aliases=None, now=NOW, disk=disk)


def _roll_back(directory: Path, disk: Disk | None) -> None:
    roll_back(directory, to=None, names=(), now=NOW, disk=disk)


def _unpin(directory: Path, disk: Disk | None) -> None:
    unpin(directory, names=(), now=NOW, disk=disk)


def _adopt(directory: Path, disk: Disk | None) -> None:
    adopt(directory, DirectoryFiles(directory.with_name("seed")), now=NOW, disk=disk)


def _prepare(directory: Path, disk: Disk | None = None) -> None:
    put(directory, rg="1", fd="1", jq="1", disk=disk)
    put(directory, rg="2", disk=disk)


def _prepare_pinned(directory: Path, disk: Disk | None = None) -> None:
    _prepare(directory, disk)
    roll_back(directory, to=1, names=(name("rg"),), now=NOW, disk=disk)


def _prepare_seed(directory: Path, disk: Disk | None = None) -> None:  # noqa: ARG001 - a table needs one shape
    put(directory.with_name("seed"), rg="1", fd="1")


Act = Callable[[Path, Disk | None], None]
ACTS: list[tuple[Act, Act, Seen | None, Seen]] = [
    (
        _prepare,
        _publish,
        (2, {"fd": "1", "jq": "1", "rg": "2"}),
        (3, {"bat": "1", "fd": "1", "rg": "3"}),
    ),
    (
        _prepare,
        _roll_back,
        (2, {"fd": "1", "jq": "1", "rg": "2"}),
        (3, {"fd": "1", "jq": "1", "rg": "1"}),
    ),
    (
        _prepare_pinned,
        _unpin,
        (3, {"fd": "1", "jq": "1", "rg": "1"}),
        (4, {"fd": "1", "jq": "1", "rg": "1"}),
    ),
    (_prepare_seed, _adopt, None, (1, {"fd": "1", "rg": "1"})),
]
IDS = ["publish", "roll back", "unpin", "adopt"]


def _steps(prepare: Act, act: Act, directory: Path) -> list[str]:
    prepare(directory, None)
    counted = FailingDisk(-1, stop)
    act(directory, counted)
    return counted.steps


def _works_again(directory: Path, old: Seen | None, new: Seen) -> None:
    """Publish something else; it is in force, above every earlier number, beside all that was there."""
    before = seen(directory)
    assert before in (old, new)
    put(directory, new="9")
    after = seen(directory)
    assert after is not None
    assert after[1] == {**(before[1] if before else {}), "new": "9"}
    assert after[0] > (before[0] if before else 0)


@pytest.mark.parametrize(("prepare", "act", "old", "new"), ACTS, ids=IDS)
def test_stopped_at_every_step(
    tmp_path: Path, prepare: Act, act: Act, old: Seen | None, new: Seen
) -> None:
    """A publisher that ends before any step, or in the middle of a write, leaves the old generation or the new."""
    steps = _steps(prepare, act, tmp_path / "count" / "data")
    found = []
    for at in range(len(steps)):
        directory = tmp_path / str(at) / "data"
        prepare(directory, None)
        with pytest.raises(Stopped):
            act(directory, FailingDisk(at, stop))
        found.append(seen(directory))
        _works_again(directory, old, new)
    # The rename that puts the new one in force: of `current`, or where there is none yet, of the first manifest.
    point = steps.index("rename 00000001.json" if old is None else "rename current") + 1
    assert found == [old] * point + [new] * (len(steps) - point)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS])
@pytest.mark.parametrize(("prepare", "act", "old", "new"), ACTS, ids=IDS)
def test_failed_at_every_step(
    tmp_path: Path, prepare: Act, act: Act, old: Seen | None, new: Seen, number: int
) -> None:
    """A disk that refuses any step is NotPublished, gets its space back, and leaves the old generation or the new."""
    steps = _steps(prepare, act, tmp_path / "count" / "data")
    for at in range(len(steps)):
        directory = tmp_path / str(at) / "data"
        prepare(directory, None)
        with pytest.raises(NotPublished):
            act(directory, FailingDisk(at, fail(number)))
        assert not list(directory.rglob("*.tmp"))
        _works_again(directory, old, new)


LAST: dict[str, Callable[[str], bool]] = {
    "nothing": lambda _: False,
    "everything": lambda _: True,
    "names without bytes": lambda what: what.startswith("the name"),
    "only current's name": lambda what: what == "the name current",
    "names of manifests": lambda what: what in ("the name current", "the name 00000003.json"),
}


@pytest.mark.parametrize("last", LAST)
@pytest.mark.parametrize(("prepare", "act", "old", "new"), ACTS, ids=IDS)
def test_power_cut_at_every_step(
    tmp_path: Path, prepare: Act, act: Act, old: Seen | None, new: Seen, last: str
) -> None:
    """Whatever part of the unsynced lasts through a power cut, the old generation or the new is read after it."""
    steps = _steps(prepare, act, tmp_path / "count" / "data")
    for at in range(len(steps) + 1):
        directory = tmp_path / str(at) / "data"
        disk = PowerlessDisk(directory)
        prepare(directory, disk)
        try:
            act(directory, FailingDisk(at, stop, disk))
        except Stopped:
            assert at < len(steps)
        after = tmp_path / str(at) / "after"
        disk.survive(after, LAST[last])
        if at == len(steps):
            assert seen(after) == new, "what publish returned from lasts"
        _works_again(after, old, new)


CHANGES_AFTER = replacing({"rg": "4", "bat": "4", "fd": "4"})


@pytest.mark.parametrize("last", LAST)
def test_power_cut_after_a_kill(tmp_path: Path, last: str) -> None:
    """What a killed publisher had put in force unsynced is made to last before the next publisher builds on it."""
    steps = _steps(_prepare, _publish, tmp_path / "count")
    in_force = steps.index("rename current") + 1
    made_to_last = steps.index("sync count") + 1
    for at in range(made_to_last, len(steps)):
        directory = tmp_path / str(at) / "data"
        disk = PowerlessDisk(directory)
        _prepare(directory, disk)
        with pytest.raises(Stopped):
            _publish(directory, FailingDisk(in_force, stop, disk))
        before = seen(directory)
        with pytest.raises(Stopped):
            publish(
                directory, CHANGES_AFTER, aliases=None, now=NOW, disk=FailingDisk(at, stop, disk)
            )
        after = tmp_path / str(at) / "after"
        disk.survive(after, LAST[last])
        assert before == (3, {"bat": "1", "fd": "1", "rg": "3"})
        assert seen(after) in (before, (4, {"bat": "4", "fd": "4", "rg": "4"}))


FLIPPED = [
    "current",
    "generations/00000002.json",
    object_path(digest_of(encode_snapshot(snapshot("rg", "2")))),
]


@pytest.mark.parametrize("file", FLIPPED, ids=["current", "manifest", "object"])
def test_changed_byte_or_cut_anywhere(tmp_path: Path, file: str) -> None:
    """A bit flipped in any byte, or a file cut at any, gives the content before or the right one; nothing is raised."""
    old, new = {"fd": "1", "jq": "1", "rg": "1"}, {"fd": "1", "jq": "1", "rg": "2"}
    _prepare(tmp_path)
    whole = (tmp_path / file).read_bytes()
    for i in range(len(whole)):
        changed = bytearray(whole)
        changed[i] ^= 1 << i % 8
        for data in (bytes(changed), whole[:i]):
            (tmp_path / file).write_bytes(data)
            found = seen(tmp_path)
            assert found is not None
            assert found[1] in (old, new)
            if file != "current":
                assert found[1] == old
    (tmp_path / file).unlink()
    (tmp_path / file).mkdir()
    found = seen(tmp_path)
    assert found is not None
    assert found[1] in (old, new)


def test_everything_damaged_is_nothing(tmp_path: Path) -> None:
    """With every file torn there is no generation, so the seed is used; without one, nothing, and nothing is raised."""
    _prepare(tmp_path / "data")
    put(tmp_path / "seed", rg="0")
    for file in (tmp_path / "data").rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[:30])
    assert load_generation(DirectoryFiles(tmp_path / "data")) is None
    assert seen(tmp_path / "data") is None
    assert seen(tmp_path / "data", DirectoryFiles(tmp_path / "seed")) == (0, {"rg": "0"})
