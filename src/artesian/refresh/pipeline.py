"""The write path, one pass from top to bottom: plan, fetch, admit, remember; assemble, hold back, stage, publish."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from artesian.errors import ArtesianError
from artesian.model.names import PackageName
from artesian.model.outcome import Nonsense
from artesian.refresh import quarantine
from artesian.refresh.fetch import fetch, fetch_older
from artesian.refresh.plane import Plane, acquaint
from artesian.refresh.publication import publish_changes
from artesian.refresh.quarantine import Kind, Quarantine
from artesian.refresh.record import Known, Record, demand, due, rebuilt
from artesian.refresh.schedule import batch, order
from artesian.refresh.settle import Result, Settled, settle, settle_older
from artesian.refresh.upstream import NotNow
from artesian.store.publish import Published

__all__ = ["STEP", "Pass", "Step", "plan", "recall", "run_pass"]

STEP = timedelta(seconds=10)  # between two passes over a host
# A history is read a page at a time, at most one in this time and package; in one minute of four it goes first, so
# that it comes to an end also where the budget never suffices for all that is due.
OLDER_PAUSE = timedelta(minutes=1)
OLDER_TURN = 4


class Step(NamedTuple):
    """One package to ask for: its newest page, or one more page of its history."""

    name: PackageName
    is_older: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What a pass came to. refused: the hosts that were not to be asked (any more), and why."""

    asked: int
    refused: Mapping[str, NotNow]
    published: Published | None


async def run_pass(
    plane: Plane,
    steps: Iterable[Step],
    *,
    told: Callable[[Step, Record], None] = lambda _step, _record: None,
) -> Pass:
    """Take packages through the write path, and publish what changed. told: called after each."""
    refused: dict[str, NotNow] = {}
    asked = 0
    for step in steps:
        host = plane.wanted[step.name].host
        if host in refused or not host:  # without a host there is nobody to ask
            continue
        record, known = recall(plane, step.name)
        result = await _fetch(plane, step, record, known)
        if isinstance(result, NotNow):
            refused[host] = result
            continue
        asked += 1
        settled = _settle(plane, step, known, result)
        if settled is not None:
            _set_aside(plane, settled)
            told(step, settled.record)
    return Pass(asked=asked, refused=refused, published=publish_changes(plane))


def plan(plane: Plane, host: str) -> tuple[Step, ...]:
    """Choose what to ask of a host now: what is due, the most urgent first, and the histories not read yet."""
    now = plane.exchange.clock.now()
    with plane.memory.transaction():
        records = acquaint(plane)
    own = [record for name, record in records.items() if plane.wanted[name].host == host]
    names = order((due(record, now=now) for record in own), now=now, interval=plane.interval)
    count = batch(len(own), step=STEP, interval=plane.interval)
    newest = tuple(Step(name) for name in names[:count])
    older = tuple(Step(name, is_older=True) for name in _older(own, now=now)[:count])
    is_their_turn = now.minute % OLDER_TURN == 0
    return (*older, *newest) if is_their_turn else (*newest, *older)


def recall(plane: Plane, name: PackageName) -> tuple[Record, Known]:
    """Return what is known of a package; where its releases got lost, what is in force of them."""
    memory = plane.memory
    with memory.transaction():
        record = memory.record(name) or acquaint(plane)[name]
        known = memory.known(name)
        if known is None and record.known:
            record = replace(record, known="", validator=None)
            memory.save(record)
    if known is None:
        snapshot = plane.present.snapshot(plane.present.entry(name))
        is_same = snapshot and snapshot.definition.source == plane.wanted[name].definition.source
        known = rebuilt(snapshot) if snapshot and is_same else Known()
    return record, known


def _older(records: Iterable[Record], *, now: datetime) -> tuple[PackageName, ...]:
    """Order the packages with more of a history to read, most asked for first."""
    waiting = [
        (-demand(record, now=now), record.older.pages, record.name)
        for record in records
        if record.older is not None
        and not (record.deepened_at and now - OLDER_PAUSE < record.deepened_at <= now)
    ]
    return tuple(name for _, _, name in sorted(waiting))


async def _fetch(plane: Plane, step: Step, record: Record, known: Known) -> Result | NotNow:
    source = plane.wanted[step.name].definition.source
    try:
        if step.is_older and record.older is not None:
            return await fetch_older(plane.exchange, source, record, record.older)
        return await fetch(plane.exchange, source, record, known)
    except ArtesianError:  # of the disk or the memory: nothing that a package is to blame for
        raise
    except Exception as error:  # noqa: BLE001 - ADR 0015: odd data of one package cost that package alone
        return _unread(plane, step, error)


def _unread(plane: Plane, step: Step, error: Exception) -> Nonsense:
    plane.exchange.observer.fail("package.unread", error, package=step.name)
    return Nonsense(reason=f"it can't be read ({type(error).__name__}: {error})"[:300])


def _settle(plane: Plane, step: Step, known: Known, result: Result) -> Settled | None:
    """Admit and write down what was fetched; None: another writer has asked since, so that ours is the older news."""
    memory, wanted = plane.memory, plane.wanted[step.name]
    with memory.transaction():
        record = memory.record(step.name)
        if record is None or record.session != memory.session:
            return None
        if step.is_older and record.older is not None:
            settle_it = partial(settle_older, record, known, record.older)
        else:
            settle_it = partial(
                settle,
                record,
                known,
                rolling=wanted.definition.tags.rolling,
                is_host_well=plane.exchange.upstream(
                    plane.exchange.access.key(wanted.host)
                ).is_well,
                now=plane.exchange.clock.now(),
            )
        try:
            settled = settle_it(result)
        except Exception as error:  # noqa: BLE001 - ADR 0015
            settled = settle_it(_unread(plane, step, error))
        memory.save(settled.record, settled.known)
    moved_to = settled.record.moved_to
    if moved_to not in ("", record.moved_to):
        plane.exchange.observer.note("package.moved", package=step.name, to=moved_to)
    return settled


def _set_aside(plane: Plane, settled: Settled) -> None:
    """Put a list that was refused where an operator finds it; take it away when a good one came."""
    record = settled.record
    if settled.set_aside is not None and record.suspicion is not None:
        aside = Quarantine(
            name=record.name,
            kind=Kind.LIST,
            reason=record.why,
            since=record.suspicion.since,
            sha256=record.suspicion.sha256,
            fetches=record.suspicion.fetches,
            is_whole=settled.set_aside.is_whole,
            releases=settled.set_aside.window,
        )
        quarantine.put(plane.directory, plane.disk, aside)
    elif settled.is_healed:
        quarantine.remove(plane.directory, plane.disk, record.name)
