"""Retention: 50 generations, the last hour, and one an hour of 7 days; objects a day after nothing names them."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.disks import FailingDisk, Stopped, stop
from tests.stores import NOW, put, seen, snapshot

from artesian.store.collect import collect
from artesian.store.encoding import digest_of, encode_snapshot, object_path
from artesian.store.files import DirectoryFiles
from artesian.store.read import generation_numbers

MINUTES_A_DAY = 24 * 60


def _publish(directory: Path, count: int, *, every_minutes: int) -> datetime:
    """Publish rg 0, 1, …; set objects' times to those of their generations; return the time of the last."""
    for i in range(count):
        put(directory, minutes=i * every_minutes, rg=str(i))
        at = (NOW + timedelta(minutes=i * every_minutes)).timestamp()
        os.utime(_object(directory, i), (at, at))
    return NOW + timedelta(minutes=(count - 1) * every_minutes)


def _object(directory: Path, version: int) -> Path:
    return directory / object_path(digest_of(encode_snapshot(snapshot("rg", str(version)))))


def _numbers(directory: Path) -> list[int]:
    return list(generation_numbers(DirectoryFiles(directory)))


@pytest.mark.parametrize(
    ("count", "every_minutes", "kept"),
    [
        (40, MINUTES_A_DAY, 40),  # fewer than 50: all stay, however old
        (60, MINUTES_A_DAY, 50),  # a day apart: 50 is more than 7 days
        (80, 3 * 60, 57),  # three hours apart: 7 days are 57, more than 50
        (60, 1, 60),  # within an hour: all of them
    ],
)
def test_generations_kept(tmp_path: Path, count: int, every_minutes: int, kept: int) -> None:
    """The newest 50 stay, all of the last hour, and what came once an hour or less often for 7 days."""
    now = _publish(tmp_path, count, every_minutes=every_minutes)
    done = collect(tmp_path, now=now)
    assert _numbers(tmp_path) == list(range(count, count - kept, -1))
    assert done.generations == tuple(range(count - kept, 0, -1))
    assert seen(tmp_path) == (count, {"rg": str(count - 1)})


def test_generations_thinned(tmp_path: Path) -> None:
    """Of a writer that publishes every 10 minutes the newest 50 stay, and before them the last of each hour."""
    count, minutes = 100, 10
    now = _publish(tmp_path, count, every_minutes=minutes)
    collect(tmp_path, now=now)
    numbers = _numbers(tmp_path)
    newest = list(range(count, count - 50, -1))
    assert numbers[:50] == newest
    hours = [(NOW + timedelta(minutes=(number - 1) * minutes)).hour for number in numbers[50:]]
    assert len(hours) == len(set(hours))
    assert len(numbers) in (58, 59)
    assert collect(tmp_path, now=now).generations == (), "what stays stays"
    assert seen(tmp_path) == (count, {"rg": str(count - 1)})


def test_objects_of_thinned_generations(tmp_path: Path) -> None:
    """Objects that only a thinned generation names go a day later; those of the ones that stay remain."""
    now = _publish(tmp_path, 70, every_minutes=2)
    gone = collect(tmp_path, now=now + timedelta(hours=2)).generations
    assert gone
    collect(tmp_path, now=now + timedelta(hours=27))
    left = {number for number in range(1, 71) if _object(tmp_path, number - 1).exists()}
    assert left == set(_numbers(tmp_path))


def test_objects_go_a_day_after_their_last_generation(tmp_path: Path) -> None:
    """However old an object is, it stays 24 h after the last manifest that named it went; readers may still want it."""
    now = _publish(tmp_path, 52, every_minutes=MINUTES_A_DAY)
    assert collect(tmp_path, now=now).objects == ()
    assert _object(tmp_path, 0).exists()
    assert collect(tmp_path, now=now + timedelta(hours=23, minutes=59)).objects == ()
    gone = collect(tmp_path, now=now + timedelta(hours=24, minutes=1)).objects
    assert sorted(gone) == sorted([_object(tmp_path, 0).stem, _object(tmp_path, 1).stem])
    assert not _object(tmp_path, 0).exists()
    assert _object(tmp_path, 2).exists()


def test_unpublished_objects_and_leftovers_go(tmp_path: Path) -> None:
    """What a killed publisher left is removed: half files at once, whole objects after a day."""
    put(tmp_path, rg="1")
    orphan = _object(tmp_path, 99)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"{}")
    half = orphan.with_name(orphan.name + ".tmp")
    half.write_bytes(b"{")
    at = NOW.timestamp()
    os.utime(orphan, (at, at))
    collect(tmp_path, now=NOW + timedelta(hours=23))
    assert not half.exists()
    assert orphan.exists()
    collect(tmp_path, now=NOW + timedelta(hours=25))
    assert not orphan.exists()
    assert seen(tmp_path) == (1, {"rg": "1"})


@pytest.mark.parametrize(
    "torn", ["current", "generations/00000055.json", "generations/00000060.json"]
)
def test_damage_stops_it(tmp_path: Path, torn: str) -> None:
    """While `current`, or a manifest to be kept, can't be read, nothing is removed: what it names is not known."""
    now = _publish(tmp_path, 60, every_minutes=MINUTES_A_DAY) + timedelta(days=2)
    (tmp_path / torn).write_bytes(b"torn")
    before = sorted(tmp_path.rglob("*"))
    done = collect(tmp_path, now=now)
    assert not done.is_complete
    assert sorted(tmp_path.rglob("*")) == before


def test_damaged_manifest_beyond_the_retention_goes(tmp_path: Path) -> None:
    """A torn manifest that is old enough is removed like the others, so that collecting goes on."""
    now = _publish(tmp_path, 60, every_minutes=MINUTES_A_DAY)
    (tmp_path / "generations/00000007.json").write_bytes(b"torn")
    assert collect(tmp_path, now=now).is_complete
    assert _numbers(tmp_path) == list(range(60, 10, -1))


def test_nothing_published_nothing_collected(tmp_path: Path) -> None:
    """An empty directory is left as it is."""
    assert collect(tmp_path, now=NOW).generations == ()


def test_stopped_at_every_step(tmp_path: Path) -> None:
    """Stopped anywhere, it has removed nothing that a kept generation names, and the next run finishes."""
    counted = FailingDisk(-1, stop)
    _publish(tmp_path / "count", 54, every_minutes=MINUTES_A_DAY)
    collect(tmp_path / "count", now=NOW + timedelta(days=60), disk=counted)
    for at in range(1, len(counted.steps)):
        directory = tmp_path / str(at)
        _publish(directory, 54, every_minutes=MINUTES_A_DAY)
        with pytest.raises(Stopped):
            collect(directory, now=NOW + timedelta(days=60), disk=FailingDisk(at, stop))
        assert all(_object(directory, version).exists() for version in range(54))
        assert collect(directory, now=NOW + timedelta(days=60)).is_complete
        assert _numbers(directory) == list(range(54, 4, -1))
        collect(directory, now=NOW + timedelta(days=62))
        assert [version for version in range(54) if _object(directory, version).exists()] == list(
            range(4, 54)
        )
