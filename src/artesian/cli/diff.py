"""`artesian diff`: what a change of catalogue, data or program changes for every package, tag and host."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from artesian.compare.impact import compare
from artesian.compare.sides import Folder, Side, Stored, find_side, survey_side
from artesian.compare.survey import Tick
from artesian.errors import ArtesianError, Unavailable
from artesian.model.impact import Impact, Survey
from artesian.model.version import parse_tag
from artesian.render.impact import impact_page, impact_text

__all__ = ["diff_command"]

_CHANGED, _LOST = 1, 2
# sysexits.h, as `artesian resolve` uses them.
_USAGE, _TEMPORARY, _CANT_CREATE = 64, 75, 73
_OPERANDS = "name two sides, OLD and NEW, or one with --dump"


def diff_command(  # noqa: PLR0913 - one parameter for each option
    old: Annotated[str | None, typer.Argument(metavar="OLD", help="What there was.")] = None,
    new: Annotated[str | None, typer.Argument(metavar="NEW", help="What there is now.")] = None,
    *,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="SIDE",
            help="Releases to compare catalogues over; default: those of the other side, else the seed's.",
        ),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option(help="Look at this tag too, beside none, lts, beta and each major version."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print every change as JSON.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a page of it.")
    ] = None,
    dump: Annotated[
        str | None,
        typer.Option(
            metavar="SIDE",
            help="Print all that one side serves, for a later diff; compare nothing.",
        ),
    ] = None,
) -> None:
    """Compare what two sides serve: which build for every package, tag and host, and which installers change.

    A side is a folder of packages, a data directory (DIR@NUMBER: an earlier generation of it), a zip of one, `seed`,
    or a file that --dump wrote, with another version of Artesian for one. Exit status: 0 nothing changes, 1 something
    does, 2 something is lost, 64 or more if it couldn't be told.
    """
    tags = tuple(tag or ())
    try:
        for each in tags:
            parse_tag(each)
        if dump is not None and old is None:
            (survey,) = _surveys([dump], data, tags)
            typer.echo(msgspec.json.encode(survey))
            return
        if old is None or new is None or dump is not None:
            _stop(_OPERANDS, _USAGE)
        impact = compare(*_surveys([old, new], data, tags))
        if html is not None:
            html.write_text(impact_page(impact), "utf-8")
    except Unavailable as error:
        _stop(str(error), _TEMPORARY)
    except ArtesianError as error:
        _stop(str(error), _USAGE)
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}", _CANT_CREATE)
    typer.echo(_json(impact) if json else impact_text(impact))
    if impact.has_loss:
        raise typer.Exit(_LOST)
    if not impact.is_nothing:
        raise typer.Exit(_CHANGED)


def _json(impact: Impact) -> bytes:
    return msgspec.json.format(msgspec.json.encode(impact), indent=2)


def _surveys(texts: list[str], data: str | None, tags: tuple[str, ...]) -> list[Survey]:
    sides = [find_side(text) for text in texts]
    releases = _releases(sides, data)
    surveys = []
    with _progress() as tick:
        for text, side in zip(texts, sides, strict=True):
            survey, problems = survey_side(side, releases, tags=tags, tick=tick)
            surveys.append(survey)
            for problem in problems:
                typer.echo(problem, err=True)
            if problems:
                typer.echo(f"{text}: what can't be read is left out of the comparison", err=True)
    return surveys


def _releases(sides: list[Side], data: str | None) -> Stored | None:
    """Choose the releases over which catalogues are compared; None: there is no catalogue."""
    if not any(isinstance(side, Folder) for side in sides):
        return None
    stored = [side for side in sides if isinstance(side, Stored)]
    if data is None and stored:
        return stored[0]
    text = data or "seed"
    found = find_side(text)
    if not isinstance(found, Stored):
        _stop(f"{text}: --data needs a data directory, an archive of one, or seed", _USAGE)
    return found


@contextmanager
def _progress() -> Iterator[Tick]:
    """Show on a terminal which package is looked at; leave nothing behind."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)
        yield lambda name: progress.update(task, description=f"Looking at {name}")


def _stop(message: str, status: int) -> NoReturn:
    typer.echo(f"artesian: {message}", err=True)
    raise typer.Exit(status)
