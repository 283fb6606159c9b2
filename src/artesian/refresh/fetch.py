"""What a package asks of its upstream: a page of releases, the checksum files on it, a page of its history.

It decides nothing about data: what comes back is a page of releases, or one of the ways not to have one.
"""

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit

from msgspec.structs import replace

from artesian.model.definition import Source
from artesian.model.names import PackageName
from artesian.model.outcome import Fetched, Gone, Nonsense, NotModified, Refused, Request
from artesian.model.release import RawRelease
from artesian.refresh.access import Access
from artesian.refresh.exchange import Exchange
from artesian.refresh.judge import lost
from artesian.refresh.record import Known, Listing, Older, Record, Validator
from artesian.refresh.settle import Result, wants_audit
from artesian.refresh.upstream import ANONYMOUS, NotNow
from artesian.sources import checksums, github

__all__ = ["fetch", "fetch_older"]

# Checksum files are read of the newest releases, a few at a time: who installs, installs these.
SUMMED_RELEASES = 10
SUMMED_AT_ONCE = 3
SUM_FILES = 12


async def fetch(
    exchange: Exchange, source: Source, record: Record, known: Known | None
) -> Result | NotNow:
    """Ask for the newest page of releases of a package, and for the checksum files that are new on it."""
    host = exchange.access.host(source)
    refused = await _probe(exchange, source, host)
    if refused is not None:
        return refused
    now = exchange.clock.now()
    etag = _etag(exchange.access, source, record, known, now=now)
    request = exchange.access.list_releases(source, etag=etag)
    outcome = await exchange.ask(
        request, mark=lambda at: _mark(exchange, record.name, attempted_at=at)
    )
    if isinstance(outcome, NotModified) and etag is None:
        return Nonsense(reason=f"{host} says not modified, and wasn't asked that")
    if not isinstance(outcome, Fetched):
        return outcome
    listing = _read(exchange, source, outcome, request)
    if not isinstance(listing, Listing):
        return listing
    summed = await _with_checksums(exchange, source, listing, known or Known())
    return replace(summed, is_audit=etag is None)


async def fetch_older(
    exchange: Exchange, source: Source, record: Record, older: Older
) -> Result | NotNow:
    """Ask for one more page of the history of a package."""
    request = exchange.access.list_releases(source, page_url=older.url)
    outcome = await exchange.ask(
        request, mark=lambda at: _mark(exchange, record.name, deepened_at=at)
    )
    if not isinstance(outcome, Fetched):
        return outcome
    return _read(exchange, source, outcome, request)


def _etag(
    access: Access, source: Source, record: Record, known: Known | None, *, now: datetime
) -> str | None:
    """Give the validator that holds for this request, unless there is nothing to compare with or it is time to look."""
    validator = record.validator
    if validator is None or known is None or wants_audit(record, known, now=now):
        return None
    if record.is_changed:  # a query has seen it change: "not modified" would be wrong
        return None
    request = access.list_releases(source)
    key = access.key(urlsplit(request.url).netloc)
    holds = (validator.url, validator.credential) == (request.url, key.credential)
    return validator.etag if holds else None


def _read(
    exchange: Exchange, source: Source, fetched: Fetched, request: Request
) -> Listing | Nonsense:
    """Read a page; one that leads to another host leads nowhere."""
    listed = exchange.access.parse(source, fetched.body)
    if isinstance(listed, Nonsense):
        return listed
    asked, following = urlsplit(request.url), urlsplit(fetched.next_url or request.url)
    if asked[:2] != following[:2]:
        return Nonsense(reason=f"its next page is said to be at {following.netloc}")
    credential = exchange.access.key(asked.netloc).credential
    validator = None
    if fetched.etag is not None:
        validator = Validator(url=request.url, credential=credential, etag=fetched.etag)
    return Listing(
        window=listed.releases,
        size_bytes=len(fetched.body),
        skipped=len(listed.skipped),
        next_url=fetched.next_url,
        validator=validator,
        moved_to=fetched.url if fetched.was_moved else "",
    )


async def _probe(exchange: Exchange, source: Source, host: str) -> NotNow | None:
    """Try a credential, before its first use, on the question what it is worth; None: go on."""
    broken = exchange.access.broken.get(host)
    if broken is not None:
        return NotNow(reason=broken)
    key = exchange.access.key(host)
    with exchange.memory.transaction():
        is_known = exchange.upstream(key).probed_at is not None
    request = exchange.access.probe(source)
    if is_known or request is None or key.credential == ANONYMOUS:
        return None
    outcome = await exchange.ask(request)
    if isinstance(outcome, Fetched):
        rate = github.parse_probe(outcome.body)
        missing = lost(rate, exchange.access.promise(host), now=exchange.clock.now())
        if missing is None:
            return None
        with exchange.memory.transaction():
            exchange.report(key, missing)
        outcome = missing
    if isinstance(outcome, Refused):
        return NotNow(reason=outcome.message, until=outcome.until)
    return outcome if isinstance(outcome, NotNow) else None


async def _with_checksums(
    exchange: Exchange, source: Source, listing: Listing, known: Known
) -> Listing:
    """Fill in the digests that the newest releases publish as files. What couldn't be read is asked for again."""
    wanted = {
        release.tag: files
        for release in listing.window[:SUMMED_RELEASES]
        if release.tag not in known.summed and (files := checksums.find(release))
    }
    digests: dict[str, dict[str, str]] = {}
    is_complete, count = True, 0
    for tag, files in list(wanted.items())[:SUMMED_AT_ONCE]:
        digests[tag] = {}
        for file in files[: SUM_FILES - count]:
            count += 1
            request = exchange.access.download(source, file.url)
            outcome = None if request is None else await exchange.ask(request)
            if isinstance(outcome, Fetched):
                digests[tag].update(checksums.parse(file.name, outcome.body))
            elif outcome is not None and not isinstance(outcome, Gone):
                is_complete = False
    return replace(
        listing,
        window=_filled(listing.window, digests),
        summed=frozenset(digests) if is_complete else frozenset[str](),
        # The next answer must be a whole one, then, for the files to be asked for again.
        validator=listing.validator if is_complete else None,
    )


def _filled(
    window: Collection[RawRelease], digests: dict[str, dict[str, str]]
) -> tuple[RawRelease, ...]:
    return tuple(
        checksums.with_checksums(release, digests.get(release.tag, {})) for release in window
    )


def _mark(exchange: Exchange, name: PackageName, **stamps: object) -> None:
    """Write down that a package is asked for now, and by whom."""
    memory = exchange.memory
    record = memory.record(name)
    if record is not None:
        memory.save(replace(record, session=memory.session, **stamps))
