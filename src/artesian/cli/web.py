"""`artesian web`: the read plane alone, as systemd runs it."""

import os
from typing import Annotated

import typer

from artesian.cli.options import Data, Host, Port
from artesian.reader import run
from artesian.settings import load_settings, take_manager_variables
from artesian.systemd import of_parent, of_systemd

__all__ = ["web_command"]

Supervised = Annotated[
    int | None, typer.Option(hidden=True, help="Of `artesian up`: the descriptor to listen on.")
]


def web_command(
    port: Port = None, host: Host = None, data: Data = None, supervised: Supervised = None
) -> None:
    """Run the read plane alone: it answers from memory and asks nobody."""
    loaded = load_settings(port=port, host=host, data_dir=data)
    variables = take_manager_variables()
    if supervised is None:
        run(loaded, typer.echo, of_systemd(variables, os.getpid()))
    else:
        manager = of_parent(supervised)
        run(loaded, manager.notifier.status, manager)
