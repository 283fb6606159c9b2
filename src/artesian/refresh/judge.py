"""Response → Outcome: what an upstream's answer means, checked against what our credential promises.

Pure. Every row of GitHub's own rules is a branch here:
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from artesian.model.header import Header, MediaType, Received
from artesian.model.outcome import (
    Fetched,
    Gone,
    Nonsense,
    NotModified,
    Outcome,
    RateLimit,
    Refusal,
    Refused,
    Request,
    Response,
    ServerFault,
)

__all__ = ["MAX_WAIT", "Promise", "bounded", "judge", "lost", "read_rate_limit", "wants_page"]

# Longest we obey a reset or Retry-After: GitHub's window is an hour; a later date is a broken clock or header.
MAX_WAIT = timedelta(minutes=70)

# How long a credential that was refused or didn't arrive is left alone: several bad attempts lock its owner out.
# https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
AUTH_WAIT = timedelta(hours=1)

# Least wait after a secondary limit without Retry-After, as GitHub asks.
SECONDARY_WAIT = timedelta(seconds=60)

# An anonymous address gets 60 requests an hour from GitHub; a credential that sees no more isn't reaching it.
ANONYMOUS_LIMIT = 60

_NEXT = re.compile(r'<([^<>]+)>\s*;[^,]*\brel="?next"?')


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """What a host owes us: the hourly limit our credential should see; None: anonymous, or a host without limits."""

    host: str
    expected_limit: int | None = None


def judge(response: Response, promise: Promise, *, now: datetime, is_page: bool = False) -> Outcome:
    """Tell what `response` means; a credential that doesn't reach its host outweighs even good data.

    is_page: a web page was asked for.
    """
    rate = read_rate_limit(response.headers, now=now)
    status = response.status
    limit = _limit(response.headers)
    # A limit of 0 comes with some errors and is no statement about the credential's tier; with data it is.
    is_told = limit != 0 or status in (200, 304)
    missing = lost(limit, promise, now=now, rate=rate) if is_told else None
    if status == 401 and promise.expected_limit is not None and _is_anonymous(response):
        return Refused(
            reason=Refusal.AUTH_LOST,
            message=f"credentials are not reaching {promise.host}: it asks us to authenticate",
            until=now + AUTH_WAIT,
            rate=rate,
        )
    if status == 401 and promise.expected_limit is None and not response.is_credentialed:
        return Refused(
            reason=Refusal.FORBIDDEN,
            message=f"{promise.host} asks us to authenticate (401), and has no token of ours",
            rate=rate,
        )
    if status == 401:
        return Refused(
            reason=Refusal.BAD_CREDENTIAL,
            message=f"{promise.host} refuses our credential (401): expired, revoked or mistyped",
            until=now + AUTH_WAIT,
            rate=rate,
        )
    if missing is not None:
        return missing
    if status in (403, 429):
        return _refused(response, promise, rate, now=now)
    if status == 304:
        return NotModified(rate=rate)
    if status in (404, 410):
        return Gone(status=status, rate=rate)
    if status >= 500:
        return ServerFault(status=status, until=_retry_after(response.headers, now=now), rate=rate)
    if status != 200:
        return Nonsense(reason=f"{promise.host} answered {status}", rate=rate)
    return _fetched(response, promise, rate, is_page=is_page)


def wants_page(request: Request) -> bool:
    """Tell whether a request asks for a web page, which is an error page for all others."""
    return request.headers.get(Header.ACCEPT) == MediaType.HTML


def read_rate_limit(headers: Mapping[Received, str], *, now: datetime) -> RateLimit | None:
    """Read the x-ratelimit headers; None unless limit, remaining and reset are all there and numbers."""
    limit = _number(headers.get(Received.RATE_LIMIT))
    remaining = _number(headers.get(Received.RATE_REMAINING))
    reset = _number(headers.get(Received.RATE_RESET))
    if limit is None or remaining is None:
        return None
    return RateLimit(
        limit=limit,
        remaining=remaining,
        resets_at=bounded(_epoch(reset), now=now),
        used=_number(headers.get(Received.RATE_USED)),
    )


def lost(
    limit: int | None, promise: Promise, *, now: datetime, rate: RateLimit | None = None
) -> Refused | None:
    """Tell whether a limit says that our credential doesn't reach its host; None: it says no such thing."""
    expected = promise.expected_limit
    if expected is None or limit is None or (limit > ANONYMOUS_LIMIT and limit >= expected):
        return None
    return Refused(
        reason=Refusal.AUTH_LOST,
        message=f"credentials are not reaching {promise.host}: limit {limit}, expected at least {expected}",
        until=now + AUTH_WAIT,
        rate=rate,
    )


def bounded(when: datetime | None, *, now: datetime) -> datetime:
    """Keep a reset inside (now, now + MAX_WAIT]: one in the past or the far future is a broken clock or header."""
    if when is None or when > now + MAX_WAIT:
        return now + MAX_WAIT
    return max(when, now + timedelta(seconds=1))


def _is_anonymous(response: Response) -> bool:
    """Tell GitHub's 401 to one who brought no credential from that about a bad one (`Bad credentials`)."""
    return b"requires you to be authenticated" in response.body[:2000]


def _refused(
    response: Response, promise: Promise, rate: RateLimit | None, *, now: datetime
) -> Refused:
    wait = _retry_after(response.headers, now=now)
    text = response.body[:2000].decode(errors="replace").lower()
    if rate is not None and rate.limit > 0 and rate.remaining == 0:
        return Refused(
            reason=Refusal.PRIMARY_LIMIT,
            message=f"{promise.host}: all {rate.limit} requests of this hour are used",
            until=max(rate.resets_at, wait) if wait else rate.resets_at,
            rate=rate,
        )
    if wait is not None or response.status == 429 or "secondary" in text or "abuse" in text:
        return Refused(
            reason=Refusal.SECONDARY_LIMIT,
            message=f"{promise.host} asks us to slow down ({response.status})",
            until=wait or now + SECONDARY_WAIT,
            rate=rate,
        )
    if (
        "rate limit exceeded" in text
    ):  # the per-address answer of GitHub's edge has no x-ratelimit headers
        return Refused(
            reason=Refusal.PRIMARY_LIMIT,
            message=f"{promise.host}: the rate limit of this address is used up",
            until=rate.resets_at if rate else now + MAX_WAIT,
            rate=rate,
        )
    return Refused(
        reason=Refusal.FORBIDDEN,
        message=f"{promise.host} forbids it (403)",
        rate=rate,
    )


def _fetched(
    response: Response, promise: Promise, rate: RateLimit | None, *, is_page: bool
) -> Outcome:
    kind = response.headers.get(Received.CONTENT_TYPE, "")
    if kind.partition(";")[0].strip().lower() == MediaType.HTML and not is_page:
        return Nonsense(reason=f"{promise.host} answered a web page instead of data", rate=rate)
    following = _NEXT.search(response.headers.get(Received.LINK, ""))
    return Fetched(
        body=response.body,
        url=response.url,
        etag=response.headers.get(Received.ETAG),
        next_url=following[1] if following else None,
        rate=rate,
        was_moved=response.was_moved,
    )


def _retry_after(headers: Mapping[Received, str], *, now: datetime) -> datetime | None:
    """Read Retry-After, seconds or a date; a wait longer than MAX_WAIT is obeyed, for it is the server's own word."""
    text = headers.get(Received.RETRY_AFTER)
    if text is None:
        return None
    seconds = _number(text)
    if seconds is not None:
        return now + timedelta(seconds=min(seconds, 86_400))
    try:
        when = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a zone may have any number of digits
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return min(when, now + timedelta(days=1)) if when > now else None


def _limit(headers: Mapping[Received, str]) -> int | None:
    """Read the limit alone, for it tells who we are to a host; of several the least: each may be a proxy's."""
    stated = headers.get(Received.RATE_LIMIT, "").split(",")
    return min((one for text in stated if (one := _number(text.strip())) is not None), default=None)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"\d{1,18}", text, re.ASCII) else None


def _epoch(seconds: int | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
