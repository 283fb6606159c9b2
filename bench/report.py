"""A figure with its goal and verdict; the table of them on a terminal, and as a page of the documentation."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from artesian.clock import SystemClock

COMMAND = "make bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table. `goal` in words; `is_met` None: only told. `is_hard`: missing it fails the run."""

    what: str
    value: str
    goal: str = ""
    is_met: bool | None = None
    is_hard: bool = False

    @property
    def verdict(self) -> str:
        """Say whether the goal is met."""
        if self.is_met is None:
            return ""
        return "met" if self.is_met else "MISSED"


def at_least(what: str, value: float, goal: float, form: str = "{:.2f}") -> Figure:
    """Make a figure that should not be lower than its goal."""
    return Figure(
        what=what, value=form.format(value), goal=f"≥ {form.format(goal)}", is_met=value >= goal
    )


def at_most(
    what: str, value: float, goal: float, form: str = "{:.0f}", *, is_hard: bool = False
) -> Figure:
    """Make a figure that should not be higher than its goal."""
    goal_text = f"≤ {form.format(goal)}" + (", hard" if is_hard else "")
    return Figure(
        what=what, value=form.format(value), goal=goal_text, is_met=value <= goal, is_hard=is_hard
    )


def told(what: str, value: float, form: str = "{:.0f}") -> Figure:
    """Make a figure without a goal."""
    return Figure(what=what, value=form.format(value))


def show(figures: Sequence[Figure]) -> None:
    """Print the table."""
    rows = [
        ("figure", "value", "goal", ""),
        *((f.what, f.value, f.goal, f.verdict) for f in figures),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )


def write(figures: Sequence[Figure], page: Path) -> None:
    """Write the table as a page, with the command and the machine."""
    lines = [
        "# Performance",
        "",
        f"Written by `{COMMAND}` on {SystemClock().now():%Y-%m-%d}; don't edit it by hand. All is measured in one run:",
        "servers are compared as ratios of short interleaved runs (medians), since absolute figures move from",
        "machine to machine and from minute to minute. A goal that is missed is told, only a hard one fails the run.",
        "",
        f"Machine: {cpu_model()}, {os.cpu_count()} cores shared with the load generator, {platform.system()}",
        f"{platform.release()}, Python {platform.python_version()}.",
        "",
        "| figure | value | goal | |",
        "|---|---|---|---|",
        *(f"| {f.what} | {f.value} | {f.goal} | {f.verdict} |" for f in figures),
        "",
        "What keeping the data fresh costs in requests and points: [refresh-cost.md](refresh-cost.md).",
    ]
    page.parent.mkdir(parents=True, exist_ok=True)
    others = "".join(f"\n## {section}" for section in _sections(page))
    page.write_text("\n".join(lines) + "\n" + others, encoding="utf-8")
    print(f"\nWritten to {page}")


def put_section(page: Path, title: str, text: str) -> None:
    """Write a section of the page that another command measures; whatever else is there stays."""
    head = page.read_text("utf-8").partition("\n## ")[0].rstrip("\n")
    others = [one for one in _sections(page) if one.partition("\n")[0] != title]
    sections = sorted([*others, f"{title}\n\n{text}"])
    joined = "".join(f"\n## {one.rstrip()}\n" for one in sections)
    page.write_text(f"{head}\n{joined}", encoding="utf-8")
    print(f"Written to {page}")


def _sections(page: Path) -> list[str]:
    """Take the sections below the table, which other commands write."""
    if not page.exists():
        return []
    return page.read_text("utf-8").split("\n## ")[1:]


def cpu_model() -> str:
    """Name the processor."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
