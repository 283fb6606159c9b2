"""How the service is, for people: a page with pictures, or lines for a terminal. Judges nothing itself."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from artesian.model.age import LIMITS, age_words
from artesian.model.health import Level
from artesian.model.status import (
    Gravity,
    PackageStatus,
    Reason,
    Status,
    UpstreamStatus,
    WriterState,
    WriterStatus,
)
from artesian.render.layout import fill
from artesian.render.remarks import remarks

__all__ = ["status_page", "status_text"]

# Packages shown by name, or as a dot, and rows of the table: more would be a wall.
MOST_NAMED = 400
MOST_SHOWN = 2000
MOST_ROWS = 200
# Bars for each level, and the height of the highest.
BARS = 12
HEIGHT = 20
# Where the frozen zone of the picture ends; what is older, or was never checked, is in its last bar.
_OLDEST = timedelta(days=30)

_ENDS = (timedelta(0), *(limit for _, limit in LIMITS), _OLDEST)
_RANKS = {level: rank for rank, level in enumerate(Level)}
_BREAKERS = {"closed": "asked", "open": "not asked", "half_open": "probing"}
_CREDENTIALS = {
    "anonymous": "Asked without a token",
    "broken": "Its token is of no use",
    "token": "Asked with a token",
}


class _Bar(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    level: Level
    height: float
    title: str


class _Zone(msgspec.Struct, frozen=True, kw_only=True):
    level: Level
    count: int
    span: str


class _Card(msgspec.Struct, frozen=True, kw_only=True):
    """One upstream. `share`: what is left of its budget, in per cent."""

    host: str
    gravity: Gravity
    state: str
    share: float | None
    budget: str
    resets_at: datetime | None
    credential: str
    foreign: int
    reason: str
    until: datetime | None
    succeeded_at: datetime | None
    token_expires_at: datetime | None


class _Tile(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    name: str
    level: Level
    age: str
    mark: str


class _Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    name: str
    level: Level
    said: tuple[str, ...]


class _View(msgspec.Struct, frozen=True, kw_only=True):
    """What the template reads."""

    title: str
    level: Level
    sentence: str
    full: int  # fresh packages, in per cent
    surface: float  # where the water in the drop begins
    judged_at: datetime
    reasons: tuple[Reason, ...]
    bars: tuple[_Bar, ...]
    zones: tuple[_Zone, ...]
    writer: WriterStatus
    writer_gravity: Gravity
    cards: tuple[_Card, ...]
    tiles: tuple[_Tile, ...]
    is_dense: bool
    unshown: int
    rows: tuple[_Row, ...]
    generation: int
    created_at: datetime


def status_page(status: Status) -> str:
    """Render the page."""
    total = len(status.packages)
    full = round(100 * status.counts[Level.FRESH] / total) if total else 0
    shown = _worst_first(status.packages)[:MOST_SHOWN] if total > MOST_SHOWN else status.packages
    rows = [row for row in map(_row, _worst_first(status.packages)) if row.said]
    view = _View(
        title=status.level.capitalize(),
        level=status.level,
        sentence=_sentence(status),
        full=full,
        surface=round(22 - 20 * full / 100, 2),
        judged_at=status.judged_at,
        reasons=tuple(map(_headed, status.reasons)),
        bars=_bars(status),
        zones=_zones(status),
        writer=status.writer,
        writer_gravity=_writer_gravity(status.writer),
        cards=tuple(_card(one, now=status.judged_at) for one in status.upstreams),
        tiles=tuple(_tile(one, now=status.judged_at) for one in shown),
        is_dense=total > MOST_NAMED,
        unshown=total - len(shown) + max(0, len(rows) - MOST_ROWS),
        rows=tuple(rows[:MOST_ROWS]),
        generation=status.generation,
        created_at=status.created_at,
    )
    return fill("status.html", view=view)


def status_text(status: Status) -> str:
    """Write it for a terminal: comments for a shell, so that nothing happens if it is piped into one."""
    return "".join(f"# {line}\n" for line in _lines(status))


def _lines(status: Status) -> Iterator[str]:
    now = status.judged_at
    yield f"{status.level}: {_sentence(status)}"
    made = f"generation {status.generation}, made {_moment(status.created_at)}"
    yield f"{made}; judged {_moment(now)}"
    writer = status.writer
    heard = "" if writer.written_at is None else f", heard {age_words(now - writer.written_at)} ago"
    yield f"writer: {writer.state}{heard}{writer.detail and f' ({writer.detail})'}"
    for one in status.upstreams:
        card = _card(one, now=now)
        yield f"{card.host}: {card.state}; {card.budget or 'states no limit'}"
    for reason in status.reasons:
        because = reason.why and f" ({reason.why})"
        yield f"{reason.gravity}: {reason.what}{because}{reason.todo and f' → {reason.todo}'}"


def _sentence(status: Status) -> str:
    total = len(status.packages)
    if not total:
        return "nothing is loaded"
    within = age_words(LIMITS[0][1])
    return f"{status.counts[Level.FRESH]} of {total} packages were confirmed by their upstream within {within}"


def _headed(reason: Reason) -> Reason:
    """Begin a headline as sentences do, unless it begins with the name of a host."""
    what = reason.what
    is_word = what.partition(" ")[0].isalpha()
    return msgspec.structs.replace(reason, what=what[:1].upper() + what[1:]) if is_word else reason


def _bars(status: Status) -> tuple[_Bar, ...]:
    """Count the packages by age: each level is as wide as the others, and linear inside."""
    counts = Counter(_bin(one, now=status.judged_at) for one in status.packages)
    highest = max(counts.values(), default=1)
    return tuple(
        _Bar(
            level=level,
            # Even a single one among thousands is seen.
            height=max(0.5, round(HEIGHT * counts[number] / highest, 2)) if counts[number] else 0,
            title=f"{counts[number]} package{'' if counts[number] == 1 else 's'}",
        )
        for number, level in enumerate(level for level in Level for _ in range(BARS))
    )


def _bin(one: PackageStatus, *, now: datetime) -> int:
    zone = _RANKS[one.level]
    if one.checked_at is None:
        return zone * BARS + BARS - 1
    begin, end = _ENDS[zone], _ENDS[zone + 1]
    inside = (abs(now - one.checked_at) - begin) / (end - begin)
    return zone * BARS + min(BARS - 1, int(inside * BARS))


def _zones(status: Status) -> tuple[_Zone, ...]:
    ends = [age_words(limit) for _, limit in LIMITS]
    spans = (
        f"up to {ends[0]}",
        *(f"up to {end}" for end in ends[1:]),
        f"over {ends[-1]}, or never checked",
    )
    return tuple(
        _Zone(level=level, count=status.counts[level], span=span)
        for level, span in zip(Level, spans, strict=True)
    )


def _writer_gravity(writer: WriterStatus) -> Gravity:
    is_late = any(loop.is_late for loop in writer.loops)
    return Gravity.ALARM if is_late or writer.state is not WriterState.WORKING else Gravity.FINE


def _card(one: UpstreamStatus, *, now: datetime) -> _Card:
    has_reset = one.resets_at is not None and one.resets_at <= now
    left = one.limit if has_reset else one.remaining
    share, budget = None, ""
    if one.limit is not None and one.limit > 0 and left is not None:
        share = round(min(100, max(0, 100 * left / one.limit)), 1)
        budget = f"{left:,} of {one.limit:,} requests an hour are left"
    return _Card(
        host=one.host,
        gravity=one.gravity,
        state=_BREAKERS.get(one.breaker, one.breaker),
        share=share,
        budget=budget,
        resets_at=None if has_reset else one.resets_at,
        credential=_CREDENTIALS[one.credential],
        foreign=one.foreign,
        reason=one.reason,
        until=one.until,
        succeeded_at=one.succeeded_at,
        token_expires_at=one.token_expires_at,
    )


def _tile(one: PackageStatus, *, now: datetime) -> _Tile:
    age = "has no upstream" if one.is_own else "never checked"
    if one.checked_at is not None:
        age = f"{age_words(now - one.checked_at)} ago"
    marks = (
        (not one.is_fetched, "not fetched yet"),
        (one.is_damaged, "damaged"),
        (bool(one.quarantined), "set aside"),
        (one.held_until is not None, "held back"),
        (bool(one.withheld), "withheld"),
        (one.is_pinned, "pinned"),
    )
    mark = next((word for is_so, word in marks if is_so), "")
    return _Tile(name=one.name, level=one.level, age=age, mark=mark)


def _row(one: PackageStatus) -> _Row:
    said = [*remarks(one)]
    if not one.is_fetched:
        said.append("Known, but not fetched yet.")
    if one.failures:
        why = one.trouble or "for an unknown reason"
        said.append(f"The last {one.failures} checks failed: {why}.")
    if one.skipped:
        said.append(f"{one.skipped} of its releases couldn't be read.")
    return _Row(name=one.name, level=one.level, said=tuple(said))


def _worst_first(packages: Sequence[PackageStatus]) -> list[PackageStatus]:
    return sorted(packages, key=lambda one: (-_RANKS[one.level], one.name))


def _moment(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"
