"""`artesian doctor`: a line for everything that an installation depends on, and what to do where it isn't well."""

import asyncio
from typing import Annotated

import msgspec
import typer

from artesian.cli.options import Data, Host, Port
from artesian.clock import SystemClock
from artesian.doctor.examine import examine
from artesian.doctor.finding import Finding, Verdict
from artesian.settings import Loaded, load_settings

__all__ = ["doctor_command"]

_COLOURS = {
    Verdict.OK: typer.colors.GREEN,
    Verdict.NOTE: typer.colors.YELLOW,
    Verdict.SKIPPED: typer.colors.BLUE,
    Verdict.WRONG: typer.colors.RED,
}


def doctor_command(
    *,
    data: Data = None,
    host: Host = None,
    port: Port = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no upstream.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Look at settings, data, ports, tokens, upstreams and the clock; the exit status is 1 if anything is wrong."""
    loaded = load_settings(data_dir=data, host=host, port=port)
    findings = asyncio.run(_examine(loaded, is_offline=offline, is_told=not json))
    is_well = all(finding.verdict is not Verdict.WRONG for finding in findings)
    if json:
        document = {"is_well": is_well, "findings": findings}
        typer.echo(msgspec.json.format(msgspec.json.encode(document)))
    else:
        typer.echo(_summary(findings))
    if not is_well:
        raise typer.Exit(1)


async def _examine(loaded: Loaded, *, is_offline: bool, is_told: bool) -> list[Finding]:
    """Examine; tell each finding as soon as it is made."""
    findings = []
    async for finding in examine(loaded, is_offline=is_offline, now=SystemClock().now):
        findings.append(finding)
        if is_told:
            _tell(finding)
    return findings


def _tell(finding: Finding) -> None:
    word = typer.style(f"{finding.verdict:<8}", fg=_COLOURS[finding.verdict], bold=True)
    typer.echo(f"{word}{_line(finding.subject)}: {_line(finding.found)}")
    if finding.todo:
        typer.echo(f"        → {_line(finding.todo)}")


def _line(text: str) -> str:
    """Keep text on one line, without what could command a terminal."""
    return "".join(each if each.isprintable() else " " for each in text)


def _summary(findings: list[Finding]) -> str:
    count = sum(finding.verdict is Verdict.WRONG for finding in findings)
    if not count:
        return "All is well."
    return "1 thing is wrong." if count == 1 else f"{count} things are wrong."
