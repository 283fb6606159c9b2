"""Asks in one query which of many packages changed, so that only those are asked for by themselves.

A list's ETag changes with every download, so most conditional requests about a busy repository bring the whole list
again. What doesn't work here costs nothing: every package is asked for by itself when it is due.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec.structs import replace

from artesian.model.definition import SourceKind
from artesian.model.names import PackageName
from artesian.model.outcome import (
    Fetched,
    NetworkFault,
    NetworkFaultKind,
    Nonsense,
    Outcome,
    Refusal,
    Refused,
)
from artesian.refresh.exchange import Exchange
from artesian.refresh.judge import bounded
from artesian.refresh.pipeline import STEP
from artesian.refresh.plane import Plane, acquaint
from artesian.refresh.record import Record, Trouble, confirmed, due
from artesian.refresh.schedule import batch, order
from artesian.refresh.settle import is_audit_due
from artesian.refresh.upstream import ANONYMOUS, Key, NotNow
from artesian.sources import sweep as queries
from artesian.sources.sweep import Swept

__all__ = ["sweep"]

# Fewer are asked for by themselves: a query costs a point, and so does one request.
FEWEST = 2
# A host with fewer packages isn't worth it: most conditional requests about them cost nothing at all.
FEWEST_OF_HOST = 8

# Points are an account of their own; these aren't.
_OF_HOST = (Refusal.BAD_CREDENTIAL, Refusal.SECONDARY_LIMIT)

_Records: TypeAlias = Sequence[Record]


async def sweep(plane: Plane, host: str) -> None:
    """Confirm the packages of a host that didn't change, and mark those that did, if enough of them are due."""
    exchange = plane.exchange
    key = exchange.access.key(host)
    if key.credential == ANONYMOUS or exchange.access.query(host, ()) is None:
        return  # strangers may not ask so, nor may anybody ask other forges
    with exchange.memory.transaction():
        upstream = exchange.upstream(key)
        records = acquaint(plane)
    if upstream.probed_at is None or not upstream.is_well:
        return
    candidates = _candidates(plane, host, records)
    size = queries.REPOSITORIES
    if len(candidates) < FEWEST:
        return
    # One more than the steady pace asks for, so that no small rest is left to be asked for one by one.
    count = 1 + batch(-(-len(candidates) // size), step=STEP, interval=plane.interval)
    for number in range(count):
        part = candidates[number * size : (number + 1) * size]
        if not part or not await _ask(plane, key, part):
            return


def _candidates(plane: Plane, host: str, records: Mapping[PackageName, Record]) -> _Records:
    """Choose what to ask about: all that would be due within half an interval, if any is due now."""
    now = plane.exchange.clock.now()
    own = {name: record for name, record in records.items() if _is_fit(plane, host, record, now)}
    dues = [due(record, now=now) for record in own.values()]
    packages = sum(one.host == host for one in plane.wanted.values())
    if packages < FEWEST_OF_HOST or not order(dues, now=now, interval=plane.interval):
        return ()
    return tuple(own[name] for name in order(dues, now=now, interval=plane.interval / 2))


def _is_fit(plane: Plane, host: str, record: Record, now: datetime) -> bool:
    """Tell whether a query is of use: nothing is wrong with a package, and nothing new is known of it already.

    One that was never fetched is asked about once, so that the list to come has a fingerprint from before it.
    """
    wanted = plane.wanted[record.name]
    source = wanted.definition.source
    if wanted.host != host or source.kind is not SourceKind.GITHUB or source.base_url is not None:
        return False
    if record.trouble is not Trouble.NONE or record.withheld or record.is_changed:
        return False
    if record.fingerprint and is_audit_due(record, now=now):
        return False
    return record.swept_at is None or not now - plane.interval / 2 < record.swept_at <= now


async def _ask(plane: Plane, core: Key, records: _Records) -> bool:
    """Ask about these; False: it is no use to ask on."""
    exchange = plane.exchange
    names: defaultdict[str, list[PackageName]] = defaultdict(list)
    for one in records:  # two packages may have one repository
        names[plane.wanted[one.name].definition.source.repository].append(one.name)
    repositories = tuple(names)
    request = exchange.access.query(core.host, repositories)
    assert request is not None
    key = exchange.access.key(f"{core.host}/graphql")
    outcome = await exchange.ask(
        request, key=key, mark=lambda at: _mark(exchange, (one.name for one in records), at)
    )
    if not isinstance(outcome, Fetched):
        _share(exchange, core, outcome)
        if isinstance(outcome, Refused) and outcome.reason is Refusal.AUTH_LOST:
            # A query is told nothing of limits; the probe says what they are, and stops the whole host.
            await exchange.ask(exchange.access.probe_of_github(), key=core)
        return False
    swept = queries.parse(outcome.body, repositories)
    if not isinstance(swept, Swept):
        with exchange.memory.transaction():
            exchange.report(key, _bounded(swept, now=exchange.clock.now()))
        return False
    now = exchange.clock.now()
    with exchange.memory.transaction():
        for repository, fingerprint in swept.fingerprints.items():
            for name in names[repository]:
                record = exchange.memory.record(name)
                if record is not None and record.session == exchange.memory.session:
                    exchange.memory.save(confirmed(record, fingerprint, now=now))
    return True


def _bounded(told: Refused | Nonsense, *, now: datetime) -> Refused | Nonsense:
    """Hold the times of an answer's body to what those of headers are held to."""
    if told.rate is not None:
        told = replace(
            told, rate=replace(told.rate, resets_at=bounded(told.rate.resets_at, now=now))
        )
    if isinstance(told, Refused) and told.until is not None:
        return replace(told, until=bounded(told.until, now=now))
    return told


def _mark(exchange: Exchange, names: Iterable[PackageName], at: datetime) -> None:
    """Write down what is asked about now, and by whom."""
    memory = exchange.memory
    for name in names:
        record = memory.record(name)
        if record is not None:
            memory.save(replace(record, session=memory.session, swept_at=at))


def _share(exchange: Exchange, core: Key, outcome: Outcome | NotNow) -> None:
    """Tell the whole host what holds for all that is asked there: of a credential, of its limits, of the way to it."""
    match outcome:
        case Refused(reason=reason) if reason in _OF_HOST:
            pass
        case NetworkFault(kind=kind) if kind is not NetworkFaultKind.TIMEOUT:
            pass
        case _:
            return
    with exchange.memory.transaction():
        exchange.report(core, outcome)
