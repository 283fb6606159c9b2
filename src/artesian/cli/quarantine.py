"""`artesian quarantine`: look at what was set aside, and accept or drop it."""

from enum import StrEnum
from typing import Annotated, assert_never

import typer

from artesian.cli.options import Data
from artesian.cli.plane import opened_plane
from artesian.model.names import parse_name
from artesian.refresh import quarantine
from artesian.refresh.decide import accept_quarantined, drop_quarantined
from artesian.refresh.plane import named
from artesian.refresh.quarantine import Quarantine
from artesian.settings import load_settings

__all__ = ["quarantine_command"]

# Releases that `show` lists: a screen of a terminal.
SHOWN = 20


class Action(StrEnum):
    """What to do with what was set aside."""

    LIST = "list"
    SHOW = "show"
    ACCEPT = "accept"
    DROP = "drop"


def quarantine_command(
    action: Annotated[
        Action, typer.Argument(help="accept: serve it; drop: throw it away and go on as before.")
    ] = Action.LIST,
    name: Annotated[str, typer.Argument(help="The package.")] = "",
    data: Data = None,
) -> None:
    """Tell what was set aside rather than published, and why; or decide about it."""
    directory = load_settings(data_dir=data).settings.data_dir
    match action:
        case Action.LIST:
            for aside in quarantine.load_all(directory):
                typer.echo(_line(aside))
        case Action.SHOW:
            _show(quarantine.load(directory, parse_name(name)))
        case Action.ACCEPT:
            with opened_plane(data) as (plane, _):
                package = named(plane, parse_name(name))
                accept_quarantined(plane, package)
                number = plane.present.generation().number
            typer.echo(f"{package} is as its upstream says now; generation {number} is in force.")
        case Action.DROP:
            with opened_plane(data) as (plane, _):
                package = named(plane, parse_name(name))
                drop_quarantined(plane, package)
            typer.echo(f"{package} stays as it was.")
        case _:
            assert_never(action)


def _line(aside: Quarantine) -> str:
    seen = f", seen {aside.fetches} times" if aside.fetches > 1 else ""
    return (
        f"{aside.name}: {aside.reason} ({aside.kind}, since {aside.since:%Y-%m-%d %H:%M} UTC{seen})"
    )


def _show(aside: Quarantine) -> None:
    typer.echo(_line(aside))
    snapshot = aside.snapshot
    listed = [f"{one.tag} ({len(one.assets)} files)" for one in aside.releases] or [
        f"{one.version} ({len(one.assets)} builds)"
        for one in (snapshot.releases if snapshot else ())
    ]
    typer.echo(f"It has {len(listed)} releases:")
    for line in listed[:SHOWN]:
        typer.echo(f"  {line}")
    if len(listed) > SHOWN:
        typer.echo(f"  and {len(listed) - SHOWN} more")
