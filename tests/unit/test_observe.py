"""Events are counted, and few of the frequent ones written down."""

import json
from collections.abc import Iterator

import pytest
import structlog

from artesian.observe import Observer, log_to_stderr


@pytest.fixture(autouse=True)
def _default_log() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_frequent_events_are_sampled(capsys: pytest.CaptureFixture[str]) -> None:
    """Of an event of the read path each is counted, and one in N written down."""
    log_to_stderr(is_json=True)
    observer = Observer(one_in=10)
    for number in range(25):
        observer.count("answer.kept", f"/{number}")
    lines = _lines(capsys)
    assert [(line["event"], line["count"], line["detail"]) for line in lines] == [
        ("answer.kept", 10, "'/9'"),
        ("answer.kept", 20, "'/19'"),
    ]
    assert observer.counts["answer.kept"] == 25


def test_other_events_are_all_written_down(capsys: pytest.CaptureFixture[str]) -> None:
    """What is rare or wrong is written down each time, with its level, its fields and the fault itself."""
    log_to_stderr(is_json=True)
    observer = Observer()
    observer.note("generation.replaced", number=3)
    observer.warn("settings.wrong", problem="no\x1b such")
    observer.fail("error.incident", ZeroDivisionError("of course"), incident="12")
    noted, warned, failed = _lines(capsys)
    assert (noted["level"], noted["number"]) == ("info", 3)
    assert (warned["level"], warned["problem"]) == ("warning", "no\x1b such")
    assert (failed["level"], failed["incident"]) == ("error", "12")
    assert "ZeroDivisionError: of course" in str(failed["exception"])
    assert sum(observer.counts.values()) == 3


def test_a_terminal_gets_readable_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """For a person the same lines are plain words."""
    log_to_stderr(is_json=False)
    Observer().note("reader.started")
    assert "reader.started" in capsys.readouterr().err
