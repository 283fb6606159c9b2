"""The writer's report is a file of somebody else's: whatever it is, reading it ends, and what comes out is safe."""

import os
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artesian.health.assess import Facts, assess
from artesian.model.health import (
    Alert,
    LoopHealth,
    PackageHealth,
    UpstreamHealth,
    WriterHealth,
)
from artesian.model.names import PackageName
from artesian.model.snapshot import Entry, Generation
from artesian.store.report import MAX_BYTES, MAX_TEXT, NoReport, ReportFile, read_report

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
RG = PackageName("rg")
TOKEN = "ghp_" + "a1B2" * 9
REPORT = WriterHealth(
    written_at=NOW,
    pid=1,
    upstreams=(UpstreamHealth(host="api.github.com", credential="anonymous", breaker="closed"),),
    packages={RG: PackageHealth(failures=1)},
)


def put(directory: Path, data: bytes) -> Path:
    """Write a report as the writer does: by rename."""
    new = directory / "new"
    new.write_bytes(data)
    return new.replace(directory / "health.json")


def test_a_report_is_read(tmp_path: Path) -> None:
    """What the writer wrote is what the reader knows."""
    put(tmp_path, msgspec.json.encode(REPORT))
    assert ReportFile(tmp_path).read() == REPORT


def test_it_is_read_again_when_it_changed(tmp_path: Path) -> None:
    """An unchanged file costs no decoding; a new one, none, and one that can't be read are each seen."""
    file = ReportFile(tmp_path)
    assert isinstance(file.read(), NoReport)
    path = put(tmp_path, msgspec.json.encode(REPORT))
    first = file.read()
    assert file.read() is first
    later = msgspec.structs.replace(REPORT, pid=2)
    put(tmp_path, msgspec.json.encode(later))
    assert file.read() == later
    path.unlink()
    gone = file.read()
    assert isinstance(gone, NoReport)
    assert gone.is_absent


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"\x00" * 1000,
        b"[" * 100_000,
        b'{"written_at": "yesterday", "pid": 1}',
        b'{"written_at": "2026-01-02T12:00:00Z"}',
        b'{"written_at": "2026-01-02T12:00:00Z", "pid": 1, "packages": {"\xff": {}}}',
        b'{"written_at": "2026-01-02T12:00:00Z", "pid": 1, "packages": {"rg": 7}}',
        b'{"written_at": "0001-01-01T00:00:00+14:00", "pid": 1}',
        b'{"written_at": "9999-12-31T23:59:59-14:00", "pid": 1}',
        b'{"written_at": "2026-01-02T12:00:00Z", "pid": 1, "packages": {"rg": {"held_until": "9999-12-31T00:00:00Z"}}}',
    ],
)
def test_what_is_no_report(data: bytes) -> None:
    """Anything else is no report, with a reason that can be shown."""
    found = read_report(data)
    assert isinstance(found, NoReport)
    assert found.reason
    assert found.reason.isprintable()
    assert not found.is_absent


def test_what_is_no_file(tmp_path: Path) -> None:
    """A pipe that nobody writes to, a folder, a link and a file of gigabytes are refused at once."""
    path = tmp_path / "health.json"
    reasons = []
    os.mkfifo(path)
    reasons.append(ReportFile(tmp_path).read())
    path.unlink()
    path.mkdir()
    reasons.append(ReportFile(tmp_path).read())
    path.rmdir()
    path.symlink_to("/dev/zero")
    reasons.append(ReportFile(tmp_path).read())
    path.unlink()
    with path.open("wb") as huge:
        huge.truncate(10 * MAX_BYTES)
    reasons.append(ReportFile(tmp_path).read())
    for found in reasons:
        assert isinstance(found, NoReport)
        assert not found.is_absent
        assert found.reason


def test_a_data_directory_that_is_none(tmp_path: Path) -> None:
    """Without a directory there is no report, either."""
    (tmp_path / "file").touch()
    for directory in (tmp_path / "none", tmp_path / "file"):
        found = ReportFile(directory).read()
        assert isinstance(found, NoReport)
        assert found.is_absent


def test_texts_are_made_safe() -> None:
    """Tokens, control characters and texts without end don't leave the file."""
    evil = f"\x1b[31m\u202e{TOKEN} " + "x" * 10_000
    report = WriterHealth(
        written_at=NOW,
        pid=1,
        idle=evil,
        packages={PackageName(evil): PackageHealth(trouble=evil, withheld=(evil,) * 1000)},
        loops={evil: LoopHealth(beat_at=NOW, every_s=1, error=evil)},
        alerts=(Alert(key=evil, what=evil, why=evil, todo=evil, since=NOW),) * 1000,
    )
    found = read_report(msgspec.json.encode(report))
    assert isinstance(found, WriterHealth)
    shown = msgspec.json.encode(found).decode()
    assert TOKEN not in shown
    assert "[redacted]" in shown
    assert shown.isprintable()
    assert len(found.idle) == MAX_TEXT
    assert len(found.alerts) == 100


@pytest.mark.parametrize("cut", range(MAX_TEXT - 30, MAX_TEXT + 5))
def test_no_part_of_a_token_is_left_at_the_cut(cut: int) -> None:
    """A token that the cap cuts through is blotted out before."""
    report = msgspec.structs.replace(REPORT, idle="-" * cut + " ghs_" + "z" * 500)
    found = read_report(msgspec.json.encode(report))
    assert isinstance(found, WriterHealth)
    assert "zz" not in found.idle


def test_times_are_in_utc() -> None:
    """A time without a zone is taken for UTC, and one in another zone is turned into it."""
    texts = ("2026-01-02T12:00:00", "2026-01-02T14:00:00+02:00", "2026-01-02T12:00:00Z")
    for text in texts:
        found = read_report(f'{{"written_at": "{text}", "pid": 1}}'.encode())
        assert isinstance(found, WriterHealth)
        assert found.written_at == NOW
        assert found.written_at.tzinfo is UTC


_TEXT = st.text(max_size=20)
_TIME = st.datetimes(timezones=st.sampled_from([None, UTC])) | st.just(NOW)
_COUNT = st.integers(-(2**63), 2**63 - 1)
_UPSTREAM = st.builds(
    UpstreamHealth,
    host=_TEXT,
    credential=_TEXT,
    breaker=_TEXT | st.sampled_from(["closed", "open"]),
    reason=_TEXT,
    until=st.none() | _TIME,
    limit=st.none() | _COUNT,
    remaining=st.none() | _COUNT,
    resets_at=st.none() | _TIME,
    foreign=_COUNT,
    succeeded_at=st.none() | _TIME,
    token_expires_at=st.none() | _TIME,
)
_REPORT = st.builds(
    WriterHealth,
    written_at=_TIME,
    pid=_COUNT,
    idle=_TEXT,
    generation=_COUNT,
    upstreams=st.lists(_UPSTREAM, max_size=3).map(tuple),
    packages=st.dictionaries(
        st.just(RG) | _TEXT.map(PackageName),
        st.builds(
            PackageHealth,
            checked_at=st.none() | _TIME,
            failures=_COUNT,
            trouble=_TEXT,
            held_until=st.none() | _TIME,
            withheld=st.lists(_TEXT).map(tuple),
            quarantined=_TEXT,
            skipped=_COUNT,
        ),
        max_size=3,
    ),
    loops=st.dictionaries(
        _TEXT,
        st.builds(
            LoopHealth,
            beat_at=_TIME,
            every_s=st.floats(allow_nan=False, allow_infinity=False),
            restarts=_COUNT,
            error=_TEXT,
        ),
        max_size=3,
    ),
    alerts=st.lists(
        st.builds(Alert, key=_TEXT, what=_TEXT, why=_TEXT, todo=_TEXT, since=_TIME), max_size=3
    ).map(tuple),
)


@given(_REPORT, st.sampled_from([NOW, NOW - timedelta(days=9000), NOW + timedelta(days=60_000)]))
def test_any_report_can_be_judged(report: WriterHealth, now: datetime) -> None:
    """Whatever numbers and times a report holds, health comes to a conclusion, and that can be written down."""
    found = read_report(msgspec.json.encode(report))
    facts = Facts(
        generation=Generation(
            number=1, created_at=NOW, packages={RG: Entry(object="0" * 64)}, aliases={}
        ),
        report=found if isinstance(found, WriterHealth) else None,
    )
    assert msgspec.json.encode(assess(facts, now=now))


@given(st.binary(max_size=200) | st.text(string.printable).map(str.encode))
def test_any_bytes_are_read(data: bytes) -> None:
    """Any bytes are a report or none, never an exception."""
    assert isinstance(read_report(data), WriterHealth | NoReport)
