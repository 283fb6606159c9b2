"""`artesian refresh`: the write plane for as long as it is let; or one pass, over what is due or what is named."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Annotated, Protocol

import typer
from rich.console import Console
from rich.progress import Progress

from artesian.cli.options import Catalogues, Data
from artesian.cli.plane import opened_plane
from artesian.model.names import PackageName, parse_name
from artesian.refresh.pipeline import Step, run_pass
from artesian.refresh.plane import Plane, acquaint, named
from artesian.refresh.record import Record, due
from artesian.refresh.schedule import order
from artesian.refresh.upstream import NotNow
from artesian.settings import load_settings, take_manager_variables
from artesian.systemd import of_parent, of_systemd
from artesian.writer import run

__all__ = ["refresh_command"]

# Published together, so that a long pass tells readers of its first packages before it has asked for the last.
CHUNK = 10


class _Tell(Protocol):
    def __call__(self, step: Step, record: Record) -> None: ...


def refresh_command(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Packages to ask for now.")
    ] = None,
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Ask for what is due, publish it, and end.")
    ] = False,
    data: Data = None,
    catalogue: Catalogues = None,
    supervised: Annotated[bool, typer.Option(hidden=True, help="Of `artesian up`.")] = False,
) -> None:
    """Keep the data fresh: ask upstreams for what is due, within their limits, and publish what changed.

    With NAMEs: ask for these now, from the part of the budget that is kept for you. The exit status is 1 if any of
    them couldn't be had.
    """
    if not names and not once:
        manager = of_parent(-1) if supervised else of_systemd(take_manager_variables(), os.getpid())
        run(partial(load_settings, data_dir=data, catalogue=catalogue), manager)
        return
    opened = opened_plane(data, catalogue=catalogue, is_operator=bool(names))
    with opened as (plane, runner):
        steps = _steps(plane, [parse_name(name) for name in names or ()])
        with _progress(len(steps)) as tell:
            troubled, refused = runner.run(_run(plane, steps, tell))
    for host, refusal in refused.items():
        when = f"; again from {refusal.until:%H:%M} UTC" if refusal.until else ""
        typer.echo(f"{host}: {refusal.reason}{when}", err=True)
    typer.echo(_summary(plane, len(steps), troubled))
    if troubled or refused:
        raise typer.Exit(1)


def _steps(plane: Plane, names: Sequence[PackageName]) -> tuple[Step, ...]:
    """Choose the packages named, or else all that are due."""
    if names:
        return tuple(Step(named(plane, name)) for name in dict.fromkeys(names))
    now = plane.exchange.clock.now()
    with plane.memory.transaction():
        dues = [due(record, now=now) for record in acquaint(plane).values()]
    return tuple(Step(name) for name in order(dues, now=now, interval=plane.interval))


async def _run(
    plane: Plane, steps: Sequence[Step], tell: _Tell
) -> tuple[list[PackageName], dict[str, NotNow]]:
    """Run the steps in chunks, then read what is left of the histories; tell what went wrong."""
    troubled: list[PackageName] = []
    unread: list[Step] = []
    refused: dict[str, NotNow] = {}

    def told(step: Step, record: Record) -> None:
        if record.why:
            troubled.append(step.name)
        elif record.older is not None:
            unread.append(Step(step.name, is_older=True))
        tell(step, record)

    for start in range(
        0, max(1, len(steps)), CHUNK
    ):  # with nothing due there may be something to publish
        done = await run_pass(plane, steps[start : start + CHUNK], told=told)
        refused.update(done.refused)
    while unread:
        step = unread.pop()
        done = await run_pass(plane, [step], told=told)
        if done.refused:
            break  # the rest of the histories can wait
    return troubled, refused


@contextmanager
def _progress(total: int) -> Iterator[_Tell]:
    """Show how far it is: a bar on a terminal, else a line for each package."""
    console = Console()
    if not console.is_terminal:
        yield lambda step, record: typer.echo(_line(step, record))
        return
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("", total=total)

        def tell(step: Step, record: Record) -> None:
            progress.update(task, description=step.name, advance=0 if step.is_older else 1)
            if record.why:
                progress.console.print(_line(step, record), highlight=False, markup=False)

        yield tell


def _line(step: Step, record: Record) -> str:
    what = "older releases read" if step.is_older else "up to date"
    return f"{step.name}: {record.why or what}"


def _summary(plane: Plane, count: int, troubled: Sequence[PackageName]) -> str:
    number = plane.present.generation().number
    trouble = f", {len(troubled)} in trouble ({', '.join(troubled[:10])})" if troubled else ""
    return f"{count} asked for{trouble}; generation {number} is in force."
