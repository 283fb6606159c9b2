"""Alerts about packages: one each, or one for all where many have the same trouble. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from artesian.model.health import Alert
from artesian.refresh.record import Record, Trouble

__all__ = ["of_packages"]

# A package may have a bad moment; after so many failures in a row it is more than that.
FAILURES = 3
# Of a kind of trouble that more packages have, one alert tells of all.
MANY = 5
GONE_SHARE = 0.5  # of a host's packages: then it isn't they that went


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A trouble that packages have."""

    key: str
    holds: Callable[[Record], bool]
    what: str
    why: Callable[[Record], str]
    todo: str


_KINDS = (
    _Kind(
        key="gone",
        holds=lambda one: one.trouble is Trouble.GONE and one.failures >= FAILURES,
        what="is gone upstream",
        why=lambda one: one.why,
        todo="what was fetched before is served; correct its source, or remove the package",
    ),
    _Kind(
        key="quarantined",
        holds=lambda one: one.trouble is Trouble.QUARANTINED or bool(one.set_aside),
        what="has new releases that were set aside",
        why=lambda one: one.set_aside or one.why,
        todo="look at them: `artesian quarantine show NAME`, then accept or drop",
    ),
    _Kind(
        key="broken",
        holds=lambda one: (
            one.trouble in (Trouble.NONSENSE, Trouble.FAULT) and one.failures >= FAILURES
        ),
        what="can't be read from its upstream",
        why=lambda one: one.why,
        todo="see what its source answers; what was fetched before is served",
    ),
    _Kind(
        key="unmade",
        holds=lambda one: one.unmade is not None,
        what="can't be published as it is now",
        why=lambda one: "" if one.unmade is None else one.unmade.why,
        todo="report it, with what its source answers; what was published before is served",
    ),
    _Kind(
        key="redirect",
        holds=lambda one: one.trouble is Trouble.REDIRECT,
        what="is sent to another host, which wasn't followed",
        why=lambda one: one.why,
        todo="see where its upstream has gone; no credential was sent there",
    ),
    _Kind(
        key="history",
        holds=lambda one: one.has_endless_history,
        what="has a history without an end",
        why=lambda _: "its pages lead in a circle, or are more than anyone would read",
        todo="nothing is lost but its oldest versions; see what its source answers",
    ),
    _Kind(
        key="immutable",
        holds=lambda one: any(file.is_alarm for file in one.withheld),
        what="has files that changed although their release can't",
        why=lambda one: "; ".join(file.reason for file in one.withheld if file.is_alarm)[:300],
        todo="don't trust them before its author has explained it; they aren't served",
    ),
)


def of_packages(host: str, records: Sequence[Record], *, now: datetime) -> Iterator[Alert]:
    """Make the alerts about the packages that one host lists."""
    gone = [one for one in records if one.trouble is Trouble.GONE and one.failures >= FAILURES]
    if len(gone) > MANY and len(gone) > GONE_SHARE * len(records):
        yield Alert(
            key=f"gone_everywhere:{host}",
            what=f"{host} says that {len(gone)} of {len(records)} packages don't exist",
            why="so it is the question rather than the packages: the version of its API may have been retired",
            todo="update Artesian; what was fetched before is served meanwhile",
            since=now,
        )
        gone = []
    latest = max((one.checked_at for one in records if one.checked_at), default=None)
    for kind in _KINDS:
        found = gone if kind.key == "gone" else [one for one in records if kind.holds(one)]
        if kind.key == "redirect":
            found = [one for one in found if _is_its_own(one, latest)]
        yield from _each_or_all(kind, host, found, now)


def _is_its_own(record: Record, latest: datetime | None) -> bool:
    """Tell whether a trouble is the package's, not its host's: others were well after it, or it lasts."""
    if record.failures >= FAILURES:
        return True
    return bool(latest and record.attempted_at and latest > record.attempted_at)


def _each_or_all(
    kind: _Kind, host: str, records: Sequence[Record], now: datetime
) -> Iterator[Alert]:
    if len(records) > MANY:
        named = ", ".join(one.name for one in records[:MANY])
        what = f"{named} and {len(records) - MANY} more: each {kind.what}"
        yield Alert(
            key=f"{kind.key}:{host}",
            what=what,
            why=kind.why(records[0]),
            todo=kind.todo,
            since=now,
        )
        return
    for one in records:
        yield Alert(
            key=f"{kind.key}:{one.name}",
            what=f"{one.name} {kind.what}",
            why=kind.why(one),
            todo=kind.todo.replace("NAME", one.name),
            since=now,
        )
