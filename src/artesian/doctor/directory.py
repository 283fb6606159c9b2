"""Looks at the data directory: whether it can be used, what is in force in it, what its writer says, and the clock."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from artesian.doctor.finding import Finding, fine, note, wrong
from artesian.doctor.inside import damaged_objects
from artesian.health import states
from artesian.model.age import age_words
from artesian.model.health import WriterHealth
from artesian.model.status import WriterState
from artesian.store.files import DirectoryFiles
from artesian.store.read import Damaged, generation_numbers, load_generation, pointed_generation
from artesian.store.report import ReportFile

__all__ = ["look_at_clock", "look_at_directory", "look_at_generation", "look_at_writer"]

# A generation of 10,000 packages takes 3 MB, and 50 are kept; its objects some 150 MB in all.
LEAST_FREE_BYTES = 300_000_000
LEAST_FREE_FILES = 20_000
# The seed and the program are younger than this.
_BORN = datetime.fromisoformat("2026-01-01T00:00:00Z")
_SLACK = timedelta(minutes=2)


def look_at_directory(
    directory: Path, *, least_free_bytes: int = LEAST_FREE_BYTES
) -> Iterator[Finding]:
    """Tell whether this user can read and write it, and whether there is room."""
    subject = "data directory"
    if not os.path.exists(directory):  # noqa: PTH110 - Path.exists raises where a folder above can't be entered
        yield _not_there(directory)
        return
    if not directory.is_dir() or not os.access(directory, os.R_OK | os.X_OK):
        yield wrong(
            subject,
            f"{directory} is no directory that this user can read",
            "see the setting `data_dir`, and run this as the user that the service runs as",
        )
        return
    try:
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(b"\0")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        yield wrong(
            subject,
            f"{directory} can't be written by this user: {error.strerror}",
            "serving needs no more; to refresh, run this as the user of the service, or give it the directory",
        )
    else:
        yield fine(subject, f"{directory} can be read and written")
    yield from _look_at_room(directory, least_free_bytes)


def _not_there(directory: Path) -> Finding:
    parents = directory.absolute().parents
    above = next(each for each in parents if os.path.exists(each))  # noqa: PTH110
    if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
        return note("data directory", f"{directory} isn't there yet: the writer makes it")
    return wrong(
        "data directory",
        f"{directory} isn't there, and this user can't make it in {above}",
        "make it and give it to the user of the service, or set `data_dir`",
    )


def _look_at_room(directory: Path, least_free_bytes: int) -> Iterator[Finding]:
    free_bytes = shutil.disk_usage(directory).free
    found = os.statvfs(directory)
    has_files = found.f_files == 0 or found.f_favail >= LEAST_FREE_FILES  # some systems don't count
    if free_bytes >= least_free_bytes and has_files:
        yield fine("room", f"{free_bytes / 1e9:,.1f} GB are free")
        return
    yield wrong(
        "room",
        f"{free_bytes / 1e6:,.0f} MB and {found.f_favail:,} files are left on the disk of {directory}",
        "make room: on a full disk nothing is published, while serving goes on",
    )


def look_at_generation(directory: Path) -> Iterator[Finding]:
    """Tell what is in force, and whether all of it is whole."""
    subject = "generation"
    files = DirectoryFiles(directory)
    try:
        generation = pointed_generation(files)
    except Damaged as error:
        if not generation_numbers(files):
            yield note(subject, "nothing has been published here yet: the seed is served")
            return
        fallback = load_generation(files)
        instead = "the seed" if fallback is None else f"generation {fallback.number}"
        yield wrong(
            subject,
            f"the one in force can't be used, so {instead} is served: {error}",
            "`artesian refresh --once` publishes anew; see to the disk",
        )
        return
    damaged = damaged_objects(files, generation)
    if damaged:
        yield wrong(
            subject,
            f"generation {generation.number}: the files of {', '.join(damaged)} are damaged",
            "an earlier state of them is served; `artesian refresh NAME` writes a new file; see to the disk",
        )
    else:
        count = len(generation.packages)
        yield fine(subject, f"generation {generation.number} of {count} packages, all whole")


def look_at_writer(directory: Path, *, now: datetime) -> Iterator[Finding]:
    """Tell what the writer says of itself, and whether it still does."""
    subject = "writer"
    report = ReportFile(directory).read()
    if not isinstance(report, WriterHealth):
        if report.is_absent:
            yield note(
                subject, "none has reported here: `artesian up` or `artesian refresh` is one"
            )
        else:
            yield wrong(subject, f"its report can't be read: {report.reason}", "see who wrote it")
        return
    judged = states.writer(report, now=now)
    if judged.state is WriterState.WORKING:
        yield fine(subject, f"process {report.pid} works; generation {report.generation}")
    elif judged.state is WriterState.SILENT:
        yield wrong(subject, f"it is silent: {judged.detail}", "start it, or see its log")
    else:
        yield wrong(subject, f"it does nothing: {judged.detail}", "mend that; it goes on by itself")
    for alert in report.alerts:
        yield wrong("alert", f"{alert.what}: {alert.why}", alert.todo)


def look_at_clock(directory: Path, *, now: datetime) -> Iterator[Finding]:
    """Tell whether the clock can be right, as far as it can be told without asking anybody."""
    generation = load_generation(DirectoryFiles(directory))
    newest = _BORN if generation is None else max(_BORN, generation.created_at)
    if now < newest - _SLACK:
        behind = age_words(newest - now)
        yield wrong(
            "clock",
            f"{now:%Y-%m-%d %H:%M} UTC is {behind} before what is in force was made",
            "set it (timedatectl): certificates and limits depend on it",
        )
    else:
        yield fine("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC is possible")
