"""What an operator should be told of: from the state of everything to alerts, by key; and what changed. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from artesian.model.health import Alert, LoopHealth
from artesian.model.outcome import NetworkFaultKind, Refusal
from artesian.refresh.package_alerts import of_packages
from artesian.refresh.record import Record
from artesian.refresh.upstream import Key, Upstream

__all__ = ["Facts", "alerts", "changes"]

# A host that answered well so lately is nobody's business: what was fetched before is served.
UNREACHABLE_AFTER = timedelta(minutes=15)
EXPIRES_IN = (timedelta(days=2), timedelta(days=7), timedelta(days=21))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that alerts are made of. `records` are by host; `broken` says why a host's credential can't be used."""

    now: datetime
    upstreams: Mapping[Key, Upstream] = field(default_factory=dict)
    records: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    loops: Mapping[str, LoopHealth] = field(default_factory=dict)
    silent: Sequence[str] = ()  # loops without a heartbeat
    broken: Mapping[str, str] = field(default_factory=dict)
    idle: str = ""
    doubts: Sequence[str] = ()  # of the settings
    problems: Sequence[str] = ()  # of the catalogue
    missing: int = 0  # packages in force that the catalogue lacks, too many to be true
    rebuilt_at: datetime | None = None  # when the memory had to be begun anew


def alerts(facts: Facts) -> Mapping[str, Alert]:
    """Make all alerts that the facts call for."""
    found = (
        *_of_writer(facts),
        *_of_upstreams(facts),
        *(
            alert
            for host, records in facts.records.items()
            for alert in of_packages(host, records, now=facts.now)
        ),
    )
    return {alert.key: alert for alert in found}


def changes(
    before: Mapping[str, Alert], after: Mapping[str, Alert]
) -> tuple[Mapping[str, Alert], tuple[Alert, ...], tuple[Alert, ...]]:
    """Tell what is in force now (with the time of its beginning), what was raised, and what was cleared."""
    lasting = {
        key: replace(alert, since=before[key].since) if key in before else alert
        for key, alert in after.items()
    }
    raised = tuple(alert for key, alert in lasting.items() if key not in before)
    cleared = tuple(alert for key, alert in before.items() if key not in after)
    return lasting, raised, cleared


def _of_writer(facts: Facts) -> Iterator[Alert]:
    now = facts.now
    if facts.idle:
        yield Alert(
            key="idle",
            what="nothing is refreshed",
            why=facts.idle,
            todo="put it right; what was fetched before is served meanwhile",
            since=now,
        )
    for name, loop in facts.loops.items():
        if loop.error and not facts.idle:
            yield Alert(
                key=f"loop:{name}",
                what=f"the writer's loop {name} fails",
                why=loop.error,
                todo="see the log; it is tried again by itself",
                since=now,
            )
    for name in facts.silent:
        yield Alert(
            key=f"silent:{name}",
            what=f"the writer's loop {name} is silent since {_at(facts.loops[name].beat_at)}",
            why="it hangs, or ended without a word",
            todo="restart the writer, and report it",
            since=now,
        )
    if facts.doubts and not facts.idle:
        yield Alert(
            key="settings",
            what="the settings became doubtful, so those before are kept",
            why=facts.doubts[0],
            todo="run `artesian doctor`; they are read again by themselves",
            since=now,
        )
    if facts.problems:
        yield Alert(
            key="catalogue",
            what=f"the catalogue has {len(facts.problems)} problems",
            why=facts.problems[0],
            todo="run `artesian check`; packages that can't be read stay as they are",
            since=now,
        )
    if facts.missing:
        yield Alert(
            key="catalogue_shrunk",
            what=f"the catalogue lacks {facts.missing} packages that are served",
            why="that is more than half of them, so it is taken for damaged, and nothing is dropped",
            todo="restore it; if it is meant, take them out in smaller steps",
            since=now,
        )
    if facts.rebuilt_at is not None and now - facts.rebuilt_at < timedelta(hours=1):
        yield Alert(
            key="memory_rebuilt",
            what="the writer's memory was damaged or locked, and is begun anew",
            why="state.sqlite3 couldn't be used; it lies beside as state.sqlite3.aside",
            todo="check the disk; this costs some requests, and nothing else",
            since=now,
        )


def _of_upstreams(facts: Facts) -> Iterator[Alert]:
    for host, why in facts.broken.items():
        yield Alert(
            key=f"token:{host}",
            what=f"the token for {host} can't be used, so it is asked nothing",
            why=why,
            todo="put the token right; it is read again by itself",
            since=facts.now,
        )
    for (host, _), upstream in facts.upstreams.items():
        if "/" in host:
            continue  # a part of a host, which we can do without
        alert = _of_refusal(host, upstream, facts.now) or _of_fault(host, upstream, facts.now)
        if alert is not None:
            yield alert
        yield from _of_token(host, upstream, facts.now)


def _of_refusal(host: str, upstream: Upstream, now: datetime) -> Alert | None:
    retry = f"the next try is at {_at(upstream.breaker.until)}, or at once by `artesian breaker auto {host}`"
    match upstream.refusal:
        case Refusal.AUTH_LOST:
            return Alert(
                key=f"auth_lost:{host}",
                what=upstream.message,
                why="its answers are those for strangers: the token isn't sent, is lost on the way, or is a lesser one",
                todo=f"check the token, and every proxy on the way; {retry}",
                since=now,
            )
        case Refusal.BAD_CREDENTIAL:
            return Alert(
                key=f"bad_credential:{host}",
                what=upstream.message,
                why="the token is wrong, expired or revoked, and asking with it again would lock its owner out",
                todo=f"put a valid token in its place: it is read by itself; {retry}",
                since=now,
            )
        case Refusal.PRIMARY_LIMIT:
            return Alert(
                key=f"limited:{host}",
                what=upstream.message,
                why="others use the same token or address, or the limit is lower than was expected",
                todo=f"nothing is asked until {_at(upstream.breaker.until)}; a token of its own helps",
                since=now,
            )
        case _:
            return None


def _of_fault(host: str, upstream: Upstream, now: datetime) -> Alert | None:
    if upstream.is_well or upstream.failing_since is None:
        return None
    since = f"it fails since {_at(upstream.failing_since)}: {upstream.message}"
    match upstream.fault:
        case NetworkFaultKind.TLS:
            return Alert(
                key=f"tls:{host}",
                what=f"{host} can't be trusted: its certificate doesn't hold",
                why=since,
                todo="check this machine's clock and certificates, and who answers in its place",
                since=now,
            )
        case "nonsense":
            return Alert(
                key=f"nonsense:{host}",
                what=f"{host} answers with something else than data",
                why=since,
                todo="see what stands in its place: a portal that wants a login, a proxy, a retired version of its API",
                since=now,
            )
        case _ if now - (upstream.succeeded_at or upstream.failing_since) >= UNREACHABLE_AFTER:
            return Alert(
                key=f"unreachable:{host}",
                what=f"{host} can't be asked",
                why=since,
                todo="see its status page, and this machine's network; it is tried again by itself",
                since=now,
            )
        case _:
            return None


def _of_token(host: str, upstream: Upstream, now: datetime) -> Iterator[Alert]:
    ends_at = upstream.token_expires_at
    if ends_at is None:
        return
    stage = next((stage for stage in EXPIRES_IN if ends_at - now <= stage), None)
    if stage is not None:
        yield Alert(
            key=f"token_expires:{host}:{stage.days}",
            what=f"the token for {host} ends on {ends_at:%Y-%m-%d %H:%M} UTC",
            why=f"{host} says so with each answer",
            todo="make a new one and put it in its place: it is read by itself",
            since=now,
        )


def _at(when: datetime | None) -> str:
    return "some time" if when is None else f"{when:%Y-%m-%d %H:%M} UTC"
