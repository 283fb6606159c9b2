"""What a person names as a side of a comparison → what there is to compare.

A folder of packages, a data directory (`DIR@NUMBER`: that generation of it), a zip of one, `seed`, or a survey that
another version wrote.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from artesian.clock import SystemClock
from artesian.compare.catalogue import Releases, index_of, releases_of
from artesian.compare.survey import Tick, survey
from artesian.definitions.load import load_catalogue
from artesian.errors import Invalid, NotFound
from artesian.index import Index
from artesian.model.impact import Survey
from artesian.settings import shipped
from artesian.store.encoding import CURRENT, GENERATIONS, Damaged
from artesian.store.read import (
    ArchiveFiles,
    DirectoryFiles,
    Files,
    Store,
    load_generation,
    load_manifest,
)

__all__ = ["Folder", "NoSide", "Side", "Stored", "find_side", "is_data", "survey_side"]

SEED = "seed"


class NoSide(NotFound):
    """Nothing that can be compared has this name."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{text}: {why}")
        self.text = text


class NotASurvey(Invalid):
    """A file that no `artesian diff --dump` wrote, or one of a version whose surveys differ."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{text}: no survey that this version reads: {why}")
        self.text = text


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """A catalogue, which says nothing without releases."""

    path: Path


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """One generation, of a data directory or an archive."""

    what: str
    index: Index
    directory: Path | None  # None: an archive


Side: TypeAlias = Folder | Stored | Survey


def is_data(directory: Path) -> bool:
    """Tell a data directory from a folder of packages."""
    return (directory / CURRENT).is_file() or (directory / GENERATIONS).is_dir()


def find_side(text: str) -> Side:
    """Find what `text` names; raise NoSide, NotASurvey or Damaged."""
    if text == SEED:
        return _stored("the seed", ArchiveFiles(shipped("seed") / "seed.zip"), None, None)
    path = Path(text)
    bare, at, number = text.rpartition("@")
    if at and number.isdecimal() and not path.exists():
        return _stored(bare, DirectoryFiles(Path(bare)), Path(bare), int(number))
    if path.is_dir():
        if is_data(path):
            return _stored(text, DirectoryFiles(path), path, None)
        return Folder(path=path)
    if not path.is_file():
        raise NoSide(text, "no folder of packages, data directory, archive or survey is there")
    if path.suffix == ".zip":
        return _stored(text, ArchiveFiles(path), None, None)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Survey)
    except (msgspec.MsgspecError, ValueError, OSError) as error:
        raise NotASurvey(text, str(error)) from error


def _stored(what: str, files: Files, directory: Path | None, number: int | None) -> Stored:
    try:
        generation = load_generation(files) if number is None else load_manifest(files, number)
    except Damaged as error:
        raise NoSide(what, f"generation {number} can't be read: {error}") from error
    if generation is None:
        raise NoSide(what, "no generation in it that can be read")
    # No seed behind it: what is damaged here must not be compared as whole.
    store = Store(files, seed=None, clock=SystemClock())
    return Stored(
        what=f"generation {generation.number} of {what}",
        index=Index(generation=generation, backing=store),
        directory=directory,
    )


def survey_side(
    side: Side, releases: Stored | None, *, tags: Sequence[str], tick: Tick = lambda _name: None
) -> tuple[Survey, tuple[str, ...]]:
    """Look at all of a side; also tell the problems of a catalogue. releases: those that a catalogue is tried on."""
    match side:
        case Survey():
            return side, ()
        case Stored(what=what, index=index):
            return survey(index, what=what, tags=tags, tick=tick), ()
        case Folder(path=path):
            assert releases is not None, "a catalogue is compared over the releases of a generation"
            catalogue = load_catalogue(path)
            if not catalogue.definitions:
                raise NoSide(str(path), "no package in this folder can be read")
            index = index_of(catalogue.definitions, _releases(releases))
            what = f"{path} over {releases.what}"
            problems = tuple(map(str, catalogue.problems))
            return survey(index, what=what, tags=tags, tick=tick), problems


def _releases(stored: Stored) -> Releases:
    return releases_of(stored.index, stored.directory)
