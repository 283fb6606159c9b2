"""`artesian up`: everything a server needs on one machine, each plane a process of its own."""

import os
import sys
from dataclasses import replace

import typer

from artesian.cli.options import Catalogues, Data, Host, Port
from artesian.clock import SystemClock
from artesian.listening import open_socket
from artesian.restarts import READER, WRITER
from artesian.settings import load_settings, take_manager_variables
from artesian.supervise import Member, supervise
from artesian.systemd import of_systemd

__all__ = ["planes", "up_command"]

# This very installation, and no module that happens to lie in the current folder.
_ARTESIAN = (sys.executable, "-P", "-m", "artesian.cli.main")

# Of a reader, after all answers should be out: it ends by itself, or hangs.
_LAST_S = 10.0
# Whoever waits for an installer comes first.
_NICENESS = 10


def up_command(
    port: Port = None, host: Host = None, data: Data = None, catalogue: Catalogues = None
) -> None:
    """Serve installers on this machine, from the data directory or else from the seed."""
    settings = load_settings(port=port, host=host, data_dir=data).settings
    manager = of_systemd(take_manager_variables(), os.getpid())
    members = planes(
        () if data is None else ("--data", str(data)),
        settings.drain_s,
        of_writer=tuple(f"--catalogue={folder}" for folder in catalogue or ()),
    )
    with open_socket(settings.host, settings.port, manager) as listening:
        supervise(members, listening, manager=manager, clock=SystemClock(), tell=typer.echo)


def planes(
    options: tuple[str, ...], drain_s: float, *, of_writer: tuple[str, ...] = ()
) -> tuple[Member, ...]:
    """Spell the processes of both planes; `options` are those that both understand."""
    reader = Member(
        name="reader",
        command=(*_ARTESIAN, "web", *options),
        policy=replace(READER, leave_s=drain_s + _LAST_S),
    )
    writer = Member(
        name="writer",
        command=(*_ARTESIAN, "refresh", "--supervised", *options, *of_writer),
        policy=WRITER,
        niceness=_NICENESS,
    )
    return reader, writer
