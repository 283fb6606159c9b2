"""What the doctor says of a data directory, its writer and the clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.stores import NOW, put, snapshot

from artesian.doctor.directory import (
    look_at_clock,
    look_at_directory,
    look_at_generation,
    look_at_writer,
)
from artesian.doctor.finding import Finding, Verdict
from artesian.model.health import Alert, WriterHealth
from artesian.model.names import PackageName
from artesian.store.publish import Announce, publish


def one(findings: Iterator[Finding]) -> Finding:
    """Take the only finding."""
    (finding,) = findings
    return finding


def test_a_good_directory(tmp_path: Path) -> None:
    """A directory that can be written, with room, is well; nothing is left in it."""
    verdicts = [finding.verdict for finding in look_at_directory(tmp_path)]
    assert verdicts == [Verdict.OK, Verdict.OK]
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    """It is made by the writer where that can be, and nothing is made now."""
    finding = one(look_at_directory(tmp_path / "a" / "data"))
    assert finding.verdict is Verdict.NOTE
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    assert one(look_at_directory(tmp_path / "file" / "data")).verdict is Verdict.WRONG


def test_a_file_in_its_place(tmp_path: Path) -> None:
    """A file is no directory."""
    (tmp_path / "data").touch()
    assert one(look_at_directory(tmp_path / "data")).verdict is Verdict.WRONG


def test_a_directory_that_cannot_be_written() -> None:
    """What this user can't write is told with the system's own word."""
    findings = list(look_at_directory(Path("/proc/self")))
    assert findings[0].verdict is Verdict.WRONG
    assert "can't be written" in findings[0].found


def test_a_full_disk(tmp_path: Path) -> None:
    """Too little room is told while there is still some."""
    findings = look_at_directory(tmp_path, least_free_bytes=1 << 60)
    assert [finding.verdict for finding in findings] == [Verdict.OK, Verdict.WRONG]


def test_generations(tmp_path: Path) -> None:
    """Nothing, a whole one, one with a damaged object, one without its pointer: each is told apart."""
    assert one(look_at_generation(tmp_path)).verdict is Verdict.NOTE
    put(tmp_path, rg="1", jq="1")
    well = one(look_at_generation(tmp_path))
    assert (well.verdict, well.found) == (Verdict.OK, "generation 1 of 2 packages, all whole")
    spoilt = next(
        path for path in (tmp_path / "objects").rglob("*.json") if b'"jq"' in path.read_bytes()
    )
    spoilt.write_bytes(b"{}")
    damaged = one(look_at_generation(tmp_path))
    assert damaged.verdict is Verdict.WRONG
    assert "the files of jq are damaged" in damaged.found
    put(tmp_path, minutes=1, rg="2")
    (tmp_path / "current").write_bytes(b"\xff")
    lost = one(look_at_generation(tmp_path))
    assert lost.verdict is Verdict.WRONG
    assert "generation 2 is served" in lost.found
    for path in (tmp_path / "generations").iterdir():
        path.write_bytes(b"")
    assert "the seed is served" in one(look_at_generation(tmp_path)).found


def test_an_announced_package(tmp_path: Path) -> None:
    """What tells of a package that isn't fetched yet is looked at as well."""
    announce = Announce(definition=snapshot("jq", "1").definition)
    publish(tmp_path, {PackageName("jq"): announce}, aliases=None, now=NOW)
    assert one(look_at_generation(tmp_path)).verdict is Verdict.OK
    (about,) = (tmp_path / "objects").rglob("*.json")
    about.write_bytes(b"{}")
    assert "the files of jq are damaged" in one(look_at_generation(tmp_path)).found


@pytest.mark.parametrize(
    ("report", "verdicts", "found"),
    [
        ({}, [Verdict.OK], "process 7 works"),
        ({"written_at": NOW - timedelta(hours=1)}, [Verdict.WRONG], "60 minutes old"),
        ({"idle": "no disk"}, [Verdict.WRONG], "does nothing: no disk"),
        (
            {"alerts": (Alert(key="k", what="it broke", why="w", todo="t", since=NOW),)},
            [Verdict.OK, Verdict.WRONG],
            "it broke: w",
        ),
    ],
)
def test_the_writer(
    tmp_path: Path, report: dict[str, Any], verdicts: list[Verdict], found: str
) -> None:
    """Its report is judged as a reader does; its alerts are wrong things."""
    written = WriterHealth(**{"written_at": NOW, "pid": 7, **report})
    (tmp_path / "health.json").write_bytes(msgspec.json.encode(written))
    findings = list(look_at_writer(tmp_path, now=NOW))
    assert [finding.verdict for finding in findings] == verdicts
    assert found in findings[-1].found


def test_a_writer_that_cannot_be_heard(tmp_path: Path) -> None:
    """No writer is a note, for none may have been started; a report that can't be read is wrong."""
    assert one(look_at_writer(tmp_path, now=NOW)).verdict is Verdict.NOTE
    (tmp_path / "health.json").write_bytes(b"garbage")
    assert one(look_at_writer(tmp_path, now=NOW)).verdict is Verdict.WRONG


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (NOW, Verdict.OK),
        (NOW + timedelta(days=900), Verdict.OK),
        (NOW - timedelta(hours=1), Verdict.WRONG),
        (datetime(1970, 1, 1, tzinfo=UTC), Verdict.WRONG),
    ],
)
def test_the_clock(tmp_path: Path, now: datetime, verdict: Verdict) -> None:
    """A time before the newest generation was made can't be right."""
    put(tmp_path, rg="1")
    assert one(look_at_clock(tmp_path, now=now)).verdict is verdict


def test_the_clock_without_data(tmp_path: Path) -> None:
    """Without a generation a clock that was never set is still noticed."""
    assert (
        one(look_at_clock(tmp_path, now=datetime(1970, 1, 1, tzinfo=UTC))).verdict is Verdict.WRONG
    )
    assert one(look_at_clock(tmp_path, now=NOW)).verdict is Verdict.OK
