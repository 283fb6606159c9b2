"""What an exchange came to → what to remember of the package: the list admitted, the failure counted. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

import msgspec
from msgspec.structs import replace

from artesian.model.outcome import (
    Gone,
    NetworkFault,
    NetworkFaultKind,
    Nonsense,
    NotModified,
    Refused,
    ServerFault,
)
from artesian.model.release import RawRelease
from artesian.refresh.admit import (
    CHANGED_WAIT,
    Admitted,
    Quarantined,
    Suspicion,
    admit,
    is_settled,
)
from artesian.refresh.record import Known, Listing, Older, Record, Trouble, digest
from artesian.sources.checksums import with_checksums

__all__ = [
    "MAX_PAGES",
    "Result",
    "Settled",
    "accept",
    "is_audit_due",
    "settle",
    "settle_older",
    "wants_audit",
]

Result: TypeAlias = Listing | NotModified | Gone | Refused | ServerFault | NetworkFault | Nonsense

MAX_PAGES = 30  # of a history: 3,000 releases; the longest seen, a nightly a day, has 2,400
AUDIT = timedelta(days=7)  # how long "not modified" is believed: a broken cache may say it for ever
SWEPT_AUDIT = timedelta(
    hours=24
)  # how long a query is believed: it looks at two releases of each package


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What to write down: the record; the releases, where they changed; the list, where it was set aside.

    is_healed: an earlier list had been set aside, and this one needn't be.
    """

    record: Record
    known: Known | None = None
    set_aside: Listing | None = None
    is_healed: bool = False


def settle(
    record: Record,
    known: Known,
    result: Result,
    *,
    rolling: Collection[str],
    is_host_well: bool,
    now: datetime,
) -> Settled:
    """Take in a first page, or why there is none."""
    match result:
        case Listing():
            return _admit(record, known, result, rolling=rolling, now=now)
        case NotModified():
            return Settled(record=_checked(record, now=now))
        case Gone(status=status):
            why = f"its upstream answers {status}: deleted, renamed or made private"
            return Settled(record=_troubled(record, Trouble.GONE, why))
        case Nonsense(reason=why):
            return _faulty(record, Trouble.NONSENSE, why, is_host_well=is_host_well)
        case Refused(message=why):
            return _faulty(record, Trouble.REFUSED, why, is_host_well=is_host_well)
        case ServerFault(status=status):
            why = f"its upstream answers {status}"
            return _faulty(record, Trouble.FAULT, why, is_host_well=is_host_well)
        case NetworkFault(kind=NetworkFaultKind.REDIRECT, message=why):
            return _faulty(record, Trouble.REDIRECT, why, is_host_well=is_host_well)
        case NetworkFault(message=why):
            return _faulty(record, Trouble.FAULT, why, is_host_well=is_host_well)
        case _ as unreachable:
            assert_never(unreachable)


def settle_older(record: Record, known: Known, older: Older, result: Result) -> Settled:
    """Take in one more page of the history; what goes wrong with it may go better next time."""
    match result:
        case Listing(window=window, next_url=next_url):
            tags = {release.tag for release in known.releases} - known.rebuilt
            has_news = any(release.tag not in tags for release in window)
            is_endless = next_url is not None and (older.pages >= MAX_PAGES or not has_news)
            following = None
            if next_url is not None and not is_endless:
                following = Older(url=next_url, pages=older.pages + 1)
            more = _with_older(known, window)
            read = replace(
                record, known=digest(more), older=following, has_endless_history=is_endless
            )
            return Settled(record=read, known=more)
        case Nonsense() | Gone() | NotModified():
            return Settled(record=replace(record, older=None))
        case Refused() | ServerFault() | NetworkFault():
            return Settled(record=record)
        case _ as unreachable:
            assert_never(unreachable)


def accept(
    record: Record,
    known: Known,
    window: tuple[RawRelease, ...],
    *,
    is_whole: bool,
    rolling: Collection[str],
    now: datetime,
) -> Settled:
    """Take a list that was set aside, by order of an operator."""
    listing = Listing(window=window, size_bytes=0)
    admitted = admit(
        known.releases,
        window,
        is_whole=is_whole,
        size_bytes=0,
        rolling=rolling,
        now=now,
        is_accepted=True,
    )
    assert isinstance(admitted, Admitted)
    return _admitted(replace(record, may_lose=True), known, listing, admitted, now=now)


def wants_audit(record: Record, known: Known, *, now: datetime) -> bool:
    """Tell whether to ask without a validator: it is time to, or a changed file has waited long enough."""
    if is_audit_due(record, now=now):
        return True
    return any(now - one.since >= CHANGED_WAIT for one in known.admitted.pending)


def is_audit_due(record: Record, *, now: datetime) -> bool:
    """Tell whether the whole list must be looked at, whatever says that nothing changed."""
    longest = SWEPT_AUDIT if record.fingerprint else AUDIT
    return record.audited_at is None or not now - longest < record.audited_at <= now


def _admit(
    record: Record, known: Known, listing: Listing, *, rolling: Collection[str], now: datetime
) -> Settled:
    def judged(*, is_accepted: bool) -> Admitted | Quarantined:
        return admit(
            known.releases,
            listing.window,
            is_whole=listing.is_whole,
            size_bytes=listing.size_bytes,
            pending=known.admitted.pending,
            rolling=rolling,
            now=now,
            is_partial=bool(known.rebuilt),
            is_accepted=is_accepted,
        )

    verdict = judged(is_accepted=False)
    if isinstance(verdict, Admitted):
        return _admitted(record, known, listing, verdict, now=now)
    suspicion = _suspicion(record.suspicion, listing.window, now=now)
    if verdict.may_settle and is_settled(suspicion, now=now):
        settled = judged(is_accepted=True)
        assert isinstance(settled, Admitted)
        return _admitted(replace(record, may_lose=True), known, listing, settled, now=now)
    troubled = _troubled(record, Trouble.QUARANTINED, verdict.reason)
    return Settled(record=replace(troubled, suspicion=suspicion), set_aside=listing)


def _suspicion(
    before: Suspicion | None, window: tuple[RawRelease, ...], *, now: datetime
) -> Suspicion:
    sha256 = digest(window)
    if before is None or before.sha256 != sha256:
        return Suspicion(sha256=sha256, since=now)
    return replace(before, fetches=before.fetches + 1)


def _admitted(
    record: Record, known: Known, listing: Listing, admitted: Admitted, *, now: datetime
) -> Settled:
    tags = frozenset(release.tag for release in listing.window)
    kept = frozenset(release.tag for release in admitted.releases)
    remembered = Known(
        admitted=admitted,
        rebuilt=(known.rebuilt - tags) & kept,
        summed=(known.summed | listing.summed) & kept,
    )
    is_joined = any(
        release.tag in tags and release.tag not in known.rebuilt for release in known.releases
    )
    older = record.older
    if listing.is_whole:
        older = None
    elif not is_joined and listing.next_url is not None:
        # The first time, or so much is new that the known history doesn't meet it.
        older = Older(url=listing.next_url)
    checked = replace(
        _checked(record, now=now),
        known=digest(remembered),
        skipped=listing.skipped,
        withheld=admitted.withheld,
        validator=listing.validator,
        audited_at=now if listing.is_audit else record.audited_at,
        older=older,
        has_endless_history=record.has_endless_history and is_joined,
        moved_to=listing.moved_to,
    )
    return Settled(
        record=checked,
        known=None if checked.known == record.known else remembered,
        is_healed=record.suspicion is not None,
    )


def _with_older(known: Known, page: tuple[RawRelease, ...]) -> Known:
    """Add a page of the history to the known releases; where they were rebuilt, the page knows better."""
    held = {release.tag: release for release in known.releases}
    read = {release.tag: release for release in reversed(page)}
    better = {
        tag: _with_known_digests(release, held.get(tag))
        for tag, release in read.items()
        if tag not in held or tag in known.rebuilt
    }
    releases = (
        *(better.get(release.tag, release) for release in known.releases),
        *(release for tag, release in better.items() if tag not in held),
    )
    admitted = replace(known.admitted, releases=releases)
    return replace(known, admitted=admitted, rebuilt=known.rebuilt - frozenset(read))


def _with_known_digests(release: RawRelease, known: RawRelease | None) -> RawRelease:
    if known is None:
        return release
    digests = {asset.name: asset.sha256 for asset in known.assets if asset.sha256 is not None}
    return with_checksums(release, digests)


def _checked(record: Record, *, now: datetime) -> Record:
    return replace(
        record,
        checked_at=now,
        failures=0,
        gone_times=0,
        trouble=Trouble.NONE,
        why="",
        suspicion=None,
        fingerprint=record.seen,
    )


def _troubled(record: Record, trouble: Trouble, why: str) -> Record:
    return replace(
        record,
        failures=record.failures + 1,
        gone_times=record.gone_times + 1 if trouble is Trouble.GONE else 0,
        trouble=trouble,
        why=why,
        validator=None,  # then the next answer is a whole one, which can be compared with this one
    )


def _faulty(record: Record, trouble: Trouble, why: str, *, is_host_well: bool) -> Settled:
    """Count a fault against the package only while its host is well: else all wait, and none is put off for it."""
    failures = record.failures + 1 if is_host_well else record.failures
    counted = replace(record, failures=failures, gone_times=0, trouble=trouble, why=why)
    return Settled(record=counted)
