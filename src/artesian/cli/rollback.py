"""`artesian rollback` and `artesian unpin`: put earlier releases in force again, and let refresh go on afterwards."""

from pathlib import Path
from typing import Annotated

import typer

from artesian.clock import SystemClock
from artesian.model.names import parse_name
from artesian.settings import load_settings
from artesian.store.rollback import roll_back, unpin

__all__ = ["rollback_command", "unpin_command"]

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="The data directory; not given: the settings' (ARTESIAN_DATA_DIR).",
    ),
]


def rollback_command(
    *,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Packages; none: all.")
    ] = None,
    to: Annotated[
        int | None,
        typer.Option(
            "--to", metavar="N", help="Generation; none: the newest that holds something else."
        ),
    ] = None,
    data: DataDir = None,
) -> None:
    """Put the releases of an earlier generation in force again, under a new number, and pin them there.

    Refresh leaves a pinned package alone until `artesian unpin`.
    """
    wanted = [parse_name(name) for name in names or ()]
    done = roll_back(_directory(data), to=to, names=wanted, now=SystemClock().now())
    typer.echo(
        f"Generation {done.generation.number} is in force: "
        f"{_listed(done.names)} as in generation {done.origin}, and pinned."
    )
    if done.kept:
        kept = _listed(done.kept)
        typer.echo(
            f"Left as they were, for generation {done.origin} has nothing readable of them: {kept}."
        )
    typer.echo("When upstream is right again: artesian unpin")


def unpin_command(
    *,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Packages; none: all pinned.")
    ] = None,
    data: DataDir = None,
) -> None:
    """Let refresh change pinned packages again; until it does, they stay as they are."""
    wanted = [parse_name(name) for name in names or ()]
    done = unpin(_directory(data), names=wanted, now=SystemClock().now())
    typer.echo(
        f"Generation {done.generation.number} is in force: {_listed(done.names)} no longer pinned."
    )


def _directory(given: Path | None) -> Path:
    return load_settings(data_dir=given).settings.data_dir


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:10])
    return shown if len(names) <= 10 else f"{shown} and {len(names) - 10} more"
