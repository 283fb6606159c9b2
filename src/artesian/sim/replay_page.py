"""The replays as one HTML page: a table, and for each incident a picture of who was answered when."""

from collections.abc import Sequence
from html import escape

from artesian.sim.incidents import Incident
from artesian.sim.replay import Lacking, Result
from artesian.sim.tally import Answered

__all__ = ["COLUMNS", "cells", "page"]

COLUMNS = (
    "subject",
    "answered usably",
    "longest gap",
    "starts again",
    "gave up",
    "requests upstream",
    "after detection",
    "detected after",
    "told",
)
_WIDTH, _LEFT, _ROW = 960, 150, 46
_COLOURS = {
    Answered.USABLE: "#2e7d4f",
    Answered.EMPTY: "#c9861a",
    Answered.WRONG: "#8d6e63",
    Answered.ERROR: "#c0392b",
    Answered.REFUSED: "#7b241c",
    Answered.HUNG: "#6c3483",
}
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c2321;background:#fff}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:14px}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d5dbd8;vertical-align:top}
h2{margin-top:2.5rem}svg{width:100%;height:auto}.key span{margin-right:1rem;white-space:nowrap}
.key i{display:inline-block;width:.8em;height:.8em;margin-right:.3em}
@media(prefers-color-scheme:dark){body{color:#e4e9e6;background:#161b19}th,td{border-color:#3a4340}}
"""


def cells(result: Result) -> tuple[str, ...]:
    """Write one row of the table."""
    after = "" if result.requests_after is None else str(result.requests_after)
    return (
        result.subject,
        f"{result.usable_share:.2%}",
        _time(result.longest_gap_s),
        str(result.restarts),
        "no" if result.gave_up_s is None else f"after {_time(result.gave_up_s)}",
        str(result.requests),
        after,
        "never" if result.detected_s is None else _time(result.detected_s),
        result.alert,
    )


def page(replays: Sequence[tuple[Incident, Sequence[Result]]], lacking: Sequence[Lacking]) -> str:
    """Write the page."""
    parts = [
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>Incidents, replayed</title><style>{_STYLE}</style></head><body>",
        "<h1>Incidents, replayed</h1>",
        "<p>The same upstreams fail in the same way at the same times, for a naive twin of the old design and for",
        "Artesian. “Usably” means that a build came for the host that asked, not just status 200.</p>",
        f'<p class="key">{_key()}</p>',
    ]
    for incident, results in replays:
        parts.append(f"<h2>{escape(incident.name)}: {escape(incident.plan.title)}</h2>")
        parts.append(f"<p>The old design: {escape(incident.what)}.</p>")
        parts.append(_picture(incident, results))
        parts.append(_table(COLUMNS, [cells(result) for result in results]))
    if lacking:
        parts.append("<h2>What each guard is for</h2>")
        parts.append(
            "<p>With one guard switched off, a scenario that otherwise holds must fail.</p>"
        )
        rows = [(one.guard, one.scenario, _complaints(one)) for one in lacking]
        parts.append(_table(("without", "scenario", "what breaks"), rows))
    return "\n".join([*parts, "</body></html>", ""])


def _complaints(one: Lacking) -> str:
    shown = "; ".join(one.complaints[:3])
    more = len(one.complaints) - 3
    return (shown + (f"; and {more} more" if more > 0 else "")) or "nothing: it isn't missed"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _key() -> str:
    return "".join(
        f'<span><i style="background:{colour}"></i>{answered.value}</span>'
        for answered, colour in _COLOURS.items()
    )


def _picture(incident: Incident, results: Sequence[Result]) -> str:
    """Draw a band for each subject, with its requests upstream as strokes below, over the time of the faults."""
    lasts_s = incident.plan.lasts_s
    scale = (_WIDTH - _LEFT) / lasts_s
    height = _ROW * len(results) + 30
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(incident.plan.title)}">'
    ]
    for fault in incident.plan.faults:
        ends_s = fault.ends_s if fault.ends_s is not None else lasts_s
        x, width = _LEFT + fault.starts_s * scale, (ends_s - fault.starts_s) * scale
        parts.append(
            f'<rect x="{x:.1f}" y="0" width="{width:.1f}" height="{height - 24}" fill="#999" opacity=".22"/>'
        )
    for row, result in enumerate(results):
        top = row * _ROW + 6
        parts.append(
            f'<text x="0" y="{top + 15}" font-size="13" fill="currentColor">{escape(result.subject)}</text>'
        )
        for span in result.spans:
            x, width = _LEFT + span.start_s * scale, max(0.6, (span.end_s - span.start_s) * scale)
            colour = _COLOURS[span.answered]
            parts.append(
                f'<rect x="{x:.1f}" y="{top}" width="{width:.1f}" height="20" fill="{colour}"/>'
            )
        strokes = "".join(f"M{_LEFT + at_s * scale:.1f} {top + 23}v9" for at_s in result.asked_s)
        parts.append(f'<path d="{strokes}" stroke="currentColor" stroke-width=".6" opacity=".6"/>')
    parts.append(_axis(lasts_s, scale, height))
    return "".join([*parts, "</svg>"])


def _axis(lasts_s: float, scale: float, height: int) -> str:
    step_s = 1800 if lasts_s <= 4 * 3600 else 3600
    marks = []
    for number in range(int(lasts_s // step_s) + 1):
        x = _LEFT + number * step_s * scale
        text = _time(number * step_s)
        marks.append(
            f'<text x="{x:.1f}" y="{height - 8}" font-size="11" fill="currentColor">{text}</text>'
        )
    return "".join(marks)


def _time(duration_s: float) -> str:
    if duration_s < 120:
        return f"{duration_s:.0f} s"
    minutes = duration_s / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
