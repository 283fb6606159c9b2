"""The writer's report of itself, health.json: gathered from the memory and the loops, replaced by rename."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import msgspec

from artesian.model.credential import Secret, redact
from artesian.model.health import LoopHealth, PackageHealth, UpstreamHealth, WriterHealth
from artesian.model.snapshot import Generation
from artesian.refresh.breaker import Breaker, Force
from artesian.refresh.plane import Plane, acquaint
from artesian.refresh.record import Record, Trouble
from artesian.refresh.upstream import Key, Upstream
from artesian.store.disk import Disk, NotPublished

__all__ = ["FILE", "describe", "in_use", "package_health", "upstream_health", "write_report"]

FILE = "health.json"
# A host that lists nothing (any more) is told of for so long after it was last asked.
FORGOTTEN = timedelta(days=1)


def describe(
    plane: Plane,
    present: Generation,
    upstreams: Mapping[Key, Upstream],
    loops: Mapping[str, LoopHealth],
    *,
    pid: int,
) -> WriterHealth:
    """Gather the report, without alerts, inside a transaction."""
    access = plane.exchange.access
    packages = {
        name: package_health(record)
        for name, record in acquaint(plane).items()
        if _is_remarkable(record)
    }
    asked = [upstream_health(key, upstream) for key, upstream in upstreams.items()]
    broken = [
        UpstreamHealth(host=host, credential="broken", breaker="open", reason=reason)
        for host, reason in access.broken.items()
    ]
    return WriterHealth(
        written_at=plane.exchange.clock.now(),
        pid=pid,
        generation=present.number,
        upstreams=(*asked, *broken),
        packages=packages,
        loops=loops,
    )


def in_use(plane: Plane) -> Mapping[Key, Upstream]:
    """Return the upstreams that were asked of late, as those who we are now, inside a transaction."""
    access, now = plane.exchange.access, plane.exchange.clock.now()
    return {
        key: upstream
        for key, upstream in plane.memory.upstreams().items()
        if access.key(key.host) == key
        and key.host not in access.broken
        and (key.host in plane.hosts or now - upstream.budget.started_at < FORGOTTEN)
    }


def package_health(record: Record) -> PackageHealth:
    """Tell how a package is."""
    is_suspect = record.trouble is Trouble.QUARANTINED
    unmade = "" if record.unmade is None else record.unmade.why
    return PackageHealth(
        checked_at=record.checked_at,
        failures=max(record.failures, 1) if unmade else record.failures,
        trouble=unmade or record.why,
        held_until=record.assembly.held_until if record.assembly else None,
        withheld=tuple(f"{one.tag}/{one.name}: {one.reason}" for one in record.withheld),
        quarantined=record.why if is_suspect else record.set_aside,
        skipped=record.skipped,
    )


def upstream_health(key: Key, upstream: Upstream) -> UpstreamHealth:
    """Tell how an upstream is."""
    breaker, budget = upstream.breaker, upstream.budget
    return UpstreamHealth(
        host=key.host,
        credential=key.credential,
        breaker=_position(breaker),
        reason=_reason(upstream),
        until=breaker.until,
        limit=budget.limit,
        remaining=budget.remaining,
        resets_at=budget.resets_at,
        foreign=budget.foreign,
        succeeded_at=upstream.succeeded_at,
        token_expires_at=upstream.token_expires_at,
    )


def write_report(
    directory: Path, disk: Disk, report: WriterHealth, secrets: tuple[Secret, ...]
) -> None:
    """Replace health.json, with no token in it; raise NotPublished."""
    text = redact(msgspec.json.encode(report).decode(), secrets)
    temporary = directory / f"{FILE}.new"
    try:
        disk.write(temporary, text.encode())
        disk.rename(temporary, directory / FILE)
    except OSError as error:
        raise NotPublished(directory, error.strerror or str(error)) from error


def _position(breaker: Breaker) -> str:
    return breaker.position.value if breaker.forced is Force.NONE else breaker.forced.value


def _reason(upstream: Upstream) -> str:
    if upstream.breaker.forced is not Force.NONE:
        return f"held {upstream.breaker.forced.value} by an operator"
    return "" if upstream.is_well else upstream.breaker.reason


def _is_remarkable(record: Record) -> bool:
    is_held = record.assembly is not None and record.assembly.held_until is not None
    told = (record.failures, record.why, record.skipped, record.withheld, record.set_aside)
    return is_held or record.unmade is not None or any(told)
