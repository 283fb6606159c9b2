"""`artesian check`: every problem of a catalogue at once, one `file:line: message` a line; or what the seed holds."""

from pathlib import Path
from typing import Annotated

import typer

from artesian.cli.check_seed import check_seed
from artesian.definitions.load import Catalogue, load_catalogue
from artesian.definitions.mentions import doubtful_mentions
from artesian.model.definition import Definition
from artesian.settings import shipped

__all__ = ["check_command"]


def check_command(
    *,
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A folder of packages; none: the shipped catalogue."),
    ] = None,
    seed: Annotated[
        bool, typer.Option("--seed", help="Tell what the shipped seed holds instead.")
    ] = False,
) -> None:
    """Check every package of a catalogue; problems go to standard error, and the exit status is 1 if there are any."""
    if seed:
        check_seed()
        return
    folder = directory or shipped("catalogue")
    catalogue = load_catalogue(folder)
    problems = (*catalogue.problems, *doubtful_mentions(folder, catalogue, _ours()))
    for problem in problems:
        typer.echo(str(problem), err=True)
    typer.echo(_summary(catalogue, len(problems)))
    if problems:
        raise typer.Exit(1)


def _ours() -> tuple[Definition, ...]:
    """Give all that comes with the program, which a catalogue may lean on."""
    return load_catalogue(shipped("catalogue")).definitions


def _summary(catalogue: Catalogue, problems: int) -> str:
    aliases = sum(len(definition.aliases) for definition in catalogue.definitions)
    counts = (
        (len(catalogue.definitions), "package", "packages"),
        (aliases, "alias", "aliases"),
        (problems, "problem", "problems"),
    )
    return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts)
