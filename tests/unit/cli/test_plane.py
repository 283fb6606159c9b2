"""The write plane as a command opens it: what it tells of a damaged memory and of doubtful settings."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from artesian.cli.main import main
from artesian.refresh.memory import FILE


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Have a data directory, and a catalogue of one package that is asked for nowhere."""
    file = tmp_path / "catalogue" / "notes" / "package.toml"
    file.parent.mkdir(parents=True)
    file.write_text('files = ["a.txt"]\n')
    (file.parent / "a.txt").write_text("a\n")
    monkeypatch.setenv("ARTESIAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ARTESIAN_CATALOGUE", str(tmp_path / "catalogue"))
    (tmp_path / "data").mkdir()
    yield tmp_path / "data"
    structlog.reset_defaults()  # the command set it to write to what was standard error then


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    """Run the command line; tell its status, and what it printed."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    return ended.value.code, printed.out, printed.err


@pytest.mark.parametrize("arguments", [("refresh", "--once"), ("refresh", "notes"), ("breaker",)])
def test_a_damaged_memory(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    """It is moved aside and begun anew, which is told; the command does its work the first time."""
    (data / FILE).write_text("no database " * 100)
    status, _, told = _run(capsys, *arguments)
    assert status == 0, told
    assert "file is not a database; moved to state.sqlite3.aside" in told
    assert (data / f"{FILE}.aside").read_text().startswith("no database")
    assert _run(capsys, *arguments)[2] == ""


def test_a_memory_that_is_no_file(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What can't be moved aside is told, and nothing is asked."""
    (data / FILE).mkdir()
    status, _, told = _run(capsys, "refresh", "notes")
    assert status == 1
    assert told == "artesian: state.sqlite3: unable to open database file\n"


def test_doubtful_settings(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is done by settings that can't be meant so, and that is what is told."""
    monkeypatch.setenv("ARTESIAN_INTERVAL_S", "ten")
    status, _, told = _run(capsys, "refresh", "notes")
    assert status == 1
    assert told.startswith("artesian: nothing is done: setting interval_s: ")
    assert "the default is used" not in told
    assert not list(data.iterdir())
