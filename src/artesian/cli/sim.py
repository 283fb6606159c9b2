"""`artesian sim`: what happens to a server when upstreams, disks and networks fail, in virtual time."""

import math
import traceback
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Annotated

import typer

from artesian.settings import shipped
from artesian.sim.plan import NoSuchScenario, Plan, load_plans
from artesian.sim.random_plan import HOURS, random_plan
from artesian.sim.scenario import Report, run_plan

__all__ = ["sim_command"]

_Folder = Annotated[
    Path | None, typer.Option("--scenarios", help="Folder of scenarios; default: the shipped ones.")
]
_Jobs = Annotated[int, typer.Option(min=1, help="Processes at once.")]


def _possible(hours: float) -> float:
    if not 0 < hours < math.inf:
        raise typer.BadParameter("write a number above 0")
    return hours


sim_command = typer.Typer(
    help="Run our write plane against simulated upstreams that fail, in virtual time.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@sim_command.command("list")
def list_command(folder: _Folder = None) -> None:
    """Name the scenarios, what each is about, and which rows of the catalogue of faults it covers."""
    for plan in _plans(folder):
        typer.echo(f"{plan.name:38} {' '.join(plan.covers):8} {plan.title}")


@sim_command.command("run")
def run_command(
    names: Annotated[list[str] | None, typer.Argument(help="Scenarios; none: all.")] = None,
    folder: _Folder = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's own.")] = None,
    history: Annotated[bool, typer.Option(help="Print all that happened.")] = False,
    jobs: _Jobs = 1,
) -> None:
    """Run scenarios; exit with 1 if any invariant breaks."""
    plans = _plans(folder)
    known = {plan.name: plan for plan in plans}
    for name in names or ():
        if name not in known:
            raise NoSuchScenario(name)
    is_good = True
    with ProcessPoolExecutor(jobs) as pool:
        for report in pool.map(_played, [(known[name], seed) for name in names or known]):
            is_good = is_good and report.is_good
            typer.echo(_line(report))
            if history:
                typer.echo("\n".join(report.notes))
            if not report.is_good:
                typer.echo(report.failure())
    if not is_good:
        raise typer.Exit(1)


@sim_command.command("random")
def random_command(
    hours: Annotated[
        float, typer.Option(callback=_possible, help="Simulated hours in all, at least one run.")
    ] = 100.0,
    seeds: Annotated[int | None, typer.Option(min=1, help="Runs, instead of hours.")] = None,
    first: Annotated[int, typer.Option(help="The first seed.")] = 1,
    jobs: _Jobs = 1,
) -> None:
    """Run scenarios drawn from seeds; exit with 1, and print the seed, if any invariant breaks."""
    count = seeds if seeds is not None else max(1, round(hours / HOURS))
    reports, broken = [], 0
    with ProcessPoolExecutor(jobs) as pool:
        drawn = {seed: pool.submit(_drawn, seed) for seed in range(first, first + count)}
        for seed, future in drawn.items():
            error = future.exception()
            if error is not None:
                broken += 1
                typer.echo(f"seed {seed} couldn't be played to its end:")
                typer.echo("".join(traceback.format_exception(error)))
                continue
            reports.append(future.result())
            if not reports[-1].is_good:
                broken += 1
                typer.echo(reports[-1].failure())
    requests = sum(report.requests for report in reports)
    simulated = sum(report.plan.lasts_s for report in reports) / 3600
    typer.echo(
        f"{simulated:.0f} simulated hours, {count} seeds from {first}: {requests} requests, {broken} broken"
    )
    if broken:
        raise typer.Exit(1)


def _drawn(seed: int) -> Report:
    return run_plan(random_plan(seed)).without_history()


def _plans(folder: Path | None) -> tuple[Plan, ...]:
    return load_plans(shipped("scenarios") if folder is None else folder)


def _played(given: tuple[Plan, int | None]) -> Report:
    return run_plan(given[0], seed=given[1])


def _line(report: Report) -> str:
    word = "holds" if report.is_good else "BROKEN"
    return (
        f"{word:6} {report.plan.name:38} {report.plan.lasts_s / 3600:5.1f} h  {report.requests:5} requests"
        f"  answered usably {report.usable_share:.1%}"
    )
