"""Reads the writer's health.json as what it is: a file that somebody else wrote, and may be anything.

Regular files only, capped, never waited for; what comes out has bounded texts, without tokens or control characters,
and times in UTC that can be counted with.
"""

import os
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from artesian.model.credential import redact
from artesian.model.health import WriterHealth
from artesian.model.instant import YEARS
from artesian.store.encoding import UNDECODABLE

__all__ = ["FILE", "NoReport", "ReportFile", "read_report"]

FILE = "health.json"
# 10,000 packages in trouble, with 250 bytes to tell of each, and as much again.
MAX_BYTES = 5_000_000
# What is kept of a text, and of a list; packages are as many as the file holds.
MAX_TEXT = 400
MAX_ENTRIES = 100

_DECODER = msgspec.json.Decoder(WriterHealth)


class NoReport(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no report. `is_absent`: there is no file either."""

    reason: str
    is_absent: bool = False


class _OutOfTime(ValueError):
    """A time that can't be."""


class ReportFile:
    """The report in one data directory; read again only when the file has changed."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE
        self._seen: tuple[int, int, int] | None = None
        self._report: WriterHealth | NoReport = NoReport(reason="not read yet", is_absent=True)

    def read(self) -> WriterHealth | NoReport:
        """Return the report as it is now."""
        try:
            number = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            self._seen = None
            if isinstance(error, FileNotFoundError | NotADirectoryError):
                return NoReport(reason=f"there is no {FILE} in the data directory", is_absent=True)
            return NoReport(reason=error.strerror or str(error))
        try:
            found = os.fstat(number)
            seen = (found.st_ino, found.st_mtime_ns, found.st_size)
            if seen != self._seen:
                self._report = _load(number, found)
                self._seen = seen
        except OSError as error:
            self._seen = None
            return NoReport(reason=error.strerror or str(error))
        finally:
            os.close(number)
        return self._report


def read_report(data: bytes) -> WriterHealth | NoReport:
    """Decode a report and make it safe to show and to count with."""
    try:
        report = _DECODER.decode(data)
        return msgspec.structs.replace(report, **_cleaned(report))
    except _OutOfTime as error:
        return NoReport(reason=str(error))
    except UNDECODABLE as error:
        return NoReport(reason=f"it is no report: {_clean(str(error))}")


def _load(number: int, found: os.stat_result) -> WriterHealth | NoReport:
    if not stat.S_ISREG(found.st_mode):
        return NoReport(reason="it is no file")
    if found.st_size > MAX_BYTES:
        return NoReport(reason=f"it has {found.st_size} bytes, over the cap of {MAX_BYTES}")
    chunks, left = [], MAX_BYTES  # it may grow while it is read
    while left and (chunk := os.read(number, left)):
        chunks.append(chunk)
        left -= len(chunk)
    return read_report(b"".join(chunks))


def _cleaned(value: Any) -> dict[str, Any]:
    """Name the fields of a Struct that have to change; most often there is none, and a report may hold thousands."""
    changed = {}
    for name in value.__struct_fields__:
        old = getattr(value, name)
        if old is None or old in ((), ""):
            continue
        new = _clean(old)
        if new is not old:
            changed[name] = new
    return changed


def _clean(value: Any) -> Any:
    """Make a value of a report safe, all that it holds included; return it itself if it is."""
    match value:
        case str():
            return _clean_text(value)
        case datetime():
            return _clean_time(value)
        case msgspec.Struct():
            changed = _cleaned(value)
            return msgspec.structs.replace(value, **changed) if changed else value
        case tuple():
            return tuple(_clean(each) for each in value[:MAX_ENTRIES])
        case Mapping():
            return {_clean_text(key): _clean(each) for key, each in value.items()}
        case _:
            return value


def _clean_text(text: str) -> str:
    if len(text) > MAX_TEXT or not text.isprintable():
        kept = text[: 2 * MAX_TEXT]
        return redact("".join(each if each.isprintable() else " " for each in kept))[:MAX_TEXT]
    return redact(text)


def _clean_time(when: datetime) -> datetime:
    if when.year not in YEARS:
        raise _OutOfTime(f"it has a time that can't be: {when.isoformat()}")
    if when.tzinfo is UTC:
        return when
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
