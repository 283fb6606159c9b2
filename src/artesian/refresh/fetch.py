"""What a package asks of its upstream: what lists its releases, the checksum files in it, a page of its history.

It decides nothing about data: what comes back is a page of releases, or one of the ways not to have one.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from msgspec.structs import replace

from artesian.model.definition import Source, SourceKind
from artesian.model.names import PackageName
from artesian.model.outcome import Fetched, Gone, Nonsense, Refused
from artesian.model.release import RawRelease
from artesian.refresh.access import Access
from artesian.refresh.apart import parse_apart
from artesian.refresh.documents import Collected, collect, read_validator
from artesian.refresh.exchange import Exchange
from artesian.refresh.judge import lost
from artesian.refresh.record import Known, Listing, Older, Record
from artesian.refresh.settle import Result, wants_audit
from artesian.refresh.upstream import ANONYMOUS, NotNow
from artesian.sources import checksums, github
from artesian.sources.fields import split_url

__all__ = ["fetch", "fetch_older"]

# Checksum files are read of the newest releases, a few at a time: who installs, installs these.
SUMMED_RELEASES = 10
SUMMED_AT_ONCE = 3
SUM_FILES = 12
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


async def fetch(
    exchange: Exchange, source: Source, record: Record, known: Known | None
) -> Result | NotNow:
    """Ask for the newest page of releases of a package, and for the checksum files that are new on it."""
    host = exchange.access.host(source)
    refused = await _probe(exchange, source, host)
    if refused is not None:
        return refused
    now = exchange.clock.now()
    etags = _etags(exchange.access, source, record, known, now=now)
    collected = await collect(
        exchange, source, etags, lambda at: _mark(exchange, record.name, attempted_at=at)
    )
    if not isinstance(collected, Collected):
        return collected
    listing = await _read(exchange, source, collected)
    if not isinstance(listing, Listing):
        return listing
    summed = await _with_checksums(exchange, source, listing, known or Known())
    return replace(summed, is_audit=not etags)


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
    return await _read(exchange, source, Collected(fetched={request.url: outcome}))


def _etags(
    access: Access, source: Source, record: Record, known: Known | None, *, now: datetime
) -> Mapping[str, str]:
    """Give the validators of all documents, unless there is nothing to compare with or it is time to look."""
    validator = record.validator
    if validator is None or known is None or wants_audit(record, known, now=now):
        return {}
    if record.is_changed:  # a query has seen it change: "not modified" would be wrong
        return {}
    (url, *_) = access.documents(source, {})
    key = access.key(urlsplit(access.list_releases(source).url).netloc)
    if (validator.url, validator.credential) != (url, key.credential):
        return {}
    return {validator.url: validator.etag, **validator.others}


async def _read(exchange: Exchange, source: Source, collected: Collected) -> Listing | Nonsense:
    """Read what was fetched; a page that leads to another host leads nowhere."""
    url, first = next(iter(collected.fetched.items()))
    next_url = first.next_url if exchange.access.has_pages(source) else None
    if source.kind is SourceKind.HTML:
        listed = await parse_apart(source, collected.bodies)
    else:
        listed = exchange.access.parse(source, collected.bodies, is_last=next_url is None)
    if isinstance(listed, Nonsense):
        return listed
    following = split_url(next_url or url)
    if following is None or following[:2] != urlsplit(url)[:2]:
        place = repr(next_url)[:80] if following is None else following.netloc
        return Nonsense(reason=f"its next page is said to be at {place}")
    moved = [one.url for one in collected.fetched.values() if one.was_moved]
    return Listing(
        window=listed.releases,
        size_bytes=collected.size_bytes,
        skipped=len(listed.skipped),
        unread=listed.skipped,
        next_url=next_url,
        validator=read_validator(exchange, source, collected),
        moved_to=moved[0] if moved else "",
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
        limit = None if rate is None else rate.limit
        missing = lost(limit, exchange.access.promise(host), now=exchange.clock.now(), rate=rate)
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
        for release in sorted(listing.window, key=_published_at, reverse=True)[:SUMMED_RELEASES]
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


def _published_at(release: RawRelease) -> datetime:
    """Order releases by their dates: the newest of each line, not the highest versions; without dates as listed."""
    return release.published_at or _LONG_AGO


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
