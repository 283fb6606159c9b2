"""`artesian replay`: real incidents of the old design, met by a twin of it, by ours, and by ours without a guard."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from artesian.settings import shipped
from artesian.sim.incidents import INCIDENTS, Incident, find_incident
from artesian.sim.plan import load_plans
from artesian.sim.replay import Lacking, Result, replay_guards, replay_ours, replay_twin
from artesian.sim.replay_page import COLUMNS, cells, page

__all__ = ["replay_command"]


def replay_command(
    names: Annotated[
        list[str] | None, typer.Argument(help=f"Of {', '.join(INCIDENTS)}; none: all.")
    ] = None,
    guards: Annotated[
        bool, typer.Option("--guards", help="Also switch each guard off in turn.")
    ] = False,
    to: Annotated[Path, typer.Option("--page", help="Where to write the HTML page.")] = Path(
        "replay.html"
    ),
) -> None:
    """Replay incidents; exit with 1 if ours didn't come through, or if a guard isn't missed."""
    incidents = [find_incident(name) for name in names or INCIDENTS]
    _check_writable(to)
    console = Console()
    replays: list[tuple[Incident, tuple[Result, ...]]] = []
    is_good = True
    for incident in incidents:
        results = (replay_twin(incident), replay_ours(incident))
        replays.append((incident, results))
        _print(console, f"{incident.name}: {incident.plan.title}", results)
        for complaint in results[1].broken:
            is_good = False
            console.print(f"ours: {complaint}", highlight=False)
    lacking: list[Lacking] = []
    if guards:
        plans = {plan.name: plan for plan in load_plans(shipped("scenarios"))}
        for one in replay_guards(plans):
            lacking.append(one)
            is_good = is_good and bool(one.complaints)
            why = one.complaints[0] if one.complaints else "NOT MISSED"
            console.print(f"without {one.guard}: {one.scenario}: {why}", highlight=False)
    to.write_text(page(replays, lacking), encoding="utf-8")
    console.print(f"The page: {to}")
    if not is_good:
        raise typer.Exit(1)


def _check_writable(page: Path) -> None:
    """Find out before all is played whether the page can be written."""
    try:
        page.open("a").close()
    except OSError as error:
        raise typer.BadParameter(f"{page}: {error.strerror}", param_hint="--page") from error


def _print(console: Console, title: str, results: tuple[Result, ...]) -> None:
    """Print one line a fact, a column a subject: the facts are too many for a line."""
    table = Table("", *(result.subject for result in results), title=title, title_justify="left")
    for fact in list(zip(COLUMNS, *map(cells, results), strict=True))[1:]:
        table.add_row(*fact)
    console.print(table)
