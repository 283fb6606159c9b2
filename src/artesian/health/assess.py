"""All of health in one step: what a reader knows → Status. Pure: `now` is an argument."""

import math
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from itertools import accumulate

import msgspec

from artesian.health import reasons, states
from artesian.model.health import Level, WriterHealth
from artesian.model.snapshot import Generation
from artesian.model.status import Gravity, Status, WriterState

__all__ = ["Facts", "assess", "level_of_most"]

# Some upstreams are always gone, moved or ill: the level is that of all packages but this share of them.
LAGGARDS_SHARE = 0.1

_GRAVITIES = (Gravity.ALARM, Gravity.NOTICE, Gravity.FINE)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader knows. `no_report`: why there is no report; `is_absent`: there is no file either."""

    generation: Generation
    report: WriterHealth | None = None
    no_report: str = ""
    is_absent: bool = True
    damaged: tuple[str, ...] = ()  # objects that the reader found damaged, by digest


def assess(facts: Facts, *, now: datetime) -> Status:
    """Judge how the service is."""
    generation, report = facts.generation, facts.report
    if report is None:
        writer = states.writer_without_report(facts.no_report, is_absent=facts.is_absent)
    else:
        writer = states.writer(report, now=now)
    told, alerts = ({}, ()) if report is None else (report.packages, report.alerts)
    packages = states.packages(generation, told, frozenset(facts.damaged), now=now)
    upstreams = tuple(
        states.upstream(one, now=now) for one in (() if report is None else report.upstreams)
    )
    # What an operator pinned is old on purpose, and what has no upstream has no age.
    counts = Counter(one.level for one in packages if not one.is_pinned and not one.is_own)
    all_counts = counts + Counter(one.level for one in packages if one.is_pinned or one.is_own)
    level = level_of_most(counts or all_counts)
    found = [
        *reasons.of_generation(generation.number, writer, is_loaded=bool(packages), now=now),
        *reasons.of_writer(writer, alerts),
        *reasons.of_alerts(alerts),
        *reasons.of_upstreams(upstreams, alerts, now=now),
        *reasons.of_packages(packages, level, now=now),
    ]
    are_all_silent = bool(upstreams) and all(states.is_silent(one, now=now) for one in upstreams)
    if level is Level.FRESH and (writer.state is not WriterState.WORKING or are_all_silent):
        level = Level.AGING  # nothing is refreshed, so it soon will be
    checked = sorted(one.checked_at for one in packages if one.checked_at is not None)
    return Status(
        level=level,
        reasons=tuple(sorted(found, key=lambda reason: _GRAVITIES.index(reason.gravity))),
        judged_at=now,
        generation=generation.number,
        created_at=generation.created_at,
        counts={each: all_counts[each] for each in Level},
        noted=states.noted(packages),
        oldest_checked_at=checked[0] if checked else None,
        median_checked_at=checked[len(checked) // 2] if checked else None,
        writer=writer,
        upstreams=upstreams,
        packages=packages,
    )


def level_of_most(counts: Mapping[Level, int]) -> Level:
    """Tell the level that all packages but a few laggards have or exceed; `counts` are packages by level."""
    total = sum(counts.values())
    laggards = min(math.ceil(LAGGARDS_SHARE * total), total - 1)
    reached = accumulate(counts.get(level, 0) for level in Level)
    found = (
        level for level, so_far in zip(Level, reached, strict=True) if so_far >= total - laggards
    )
    return next(found, Level.FROZEN)
