"""Which of many GitHub repositories changed, asked in one GraphQL query: a few points for what costs a request each.

It only says *that* something changed. GitHub's GraphQL schema has neither digests nor `immutable`, so REST stays the
source. https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from artesian.model.header import GZIP, Header, MediaType
from artesian.model.instant import instant
from artesian.model.outcome import Nonsense, RateLimit, Refusal, Refused, Request
from artesian.sources.github import HOST
from artesian.sources.lenient import UNREADABLE

__all__ = ["REPOSITORIES", "Swept", "parse", "plan"]

# One point a hundred connections: 33 repositories with their two releases make 99. GitHub gives up after ten seconds,
# and then takes points for it, so a query stays well below that.
REPOSITORIES = 33
RELEASES = 2  # the newest, and the one before: late uploads go there
ASSETS = 100  # the most that GitHub gives; a release with more changes its first hundred as well

_NAME = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """A fingerprint for each repository that answered; the rest is `missing` (renamed, private, not told)."""

    fingerprints: Mapping[str, str]
    missing: tuple[str, ...] = ()
    cost: int = 1  # points
    rate: RateLimit | None = None


_Count = Annotated[int, msgspec.Meta(ge=0)]


class _Rate(msgspec.Struct, rename="camel"):
    limit: _Count
    cost: _Count
    remaining: _Count
    reset_at: datetime


class _Error(msgspec.Struct):
    type: object = None
    message: object = None


class _Answer(msgspec.Struct):
    data: dict[str, msgspec.Raw] | None = None
    errors: list[_Error] | None = None


def plan(repositories: Sequence[str], *, user_agent: str) -> Request:
    """Ask about at most REPOSITORIES repositories (`owner/name`) at once."""
    parts = " ".join(
        f"r{number}:{_repository(name)}" for number, name in enumerate(repositories[:REPOSITORIES])
    )
    query = f"query{{rateLimit{{limit cost remaining resetAt}} {parts}}}"
    return Request(
        url=f"https://{HOST}/graphql",
        headers={
            Header.ACCEPT: MediaType.GITHUB,
            Header.ACCEPT_ENCODING: GZIP,
            Header.CONTENT_TYPE: MediaType.JSON,
            Header.USER_AGENT: user_agent,
        },
        body=json.dumps({"query": query}).encode(),
    )


def parse(body: bytes, repositories: Sequence[str]) -> Swept | Refused | Nonsense:
    """Read the answer to `plan(repositories)`; an error about one repository costs only that one."""
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except UNREADABLE as error:
        return Nonsense(reason=f"not an answer to a query: {error}")
    data, errors = answer.data or {}, answer.errors or []
    rate, cost = _rate(data)
    if any("RATE_LIMIT" in str(error.type) for error in errors):
        return Refused(
            reason=Refusal.PRIMARY_LIMIT,
            message=f"{HOST}: the points of this hour are used up",
            until=rate.resets_at if rate else None,
            rate=rate,
        )
    found = {
        name: hashlib.sha256(bytes(data[key])).hexdigest()
        for key, name in ((f"r{number}", name) for number, name in enumerate(repositories))
        if key in data and bytes(data[key]).strip() != b"null"
    }
    if not found and errors:
        return Nonsense(reason=f"the query failed: {str(errors[0].message)[:200]}", rate=rate)
    missing = tuple(name for name in repositories if name not in found)
    return Swept(fingerprints=found, missing=missing, cost=cost, rate=rate)


def _repository(name: str) -> str:
    """Write the part about one repository. A name that GitHub can't have is asked for as nothing, and so is missing."""
    owner, _, repository = name.partition("/") if _NAME.fullmatch(name) else ("-", "/", "-")
    return (
        f'repository(owner:"{owner}",name:"{repository}"){{'
        f"releases(first:{RELEASES},orderBy:{{field:CREATED_AT,direction:DESC}}){{nodes{{"
        f"tagName updatedAt isPrerelease releaseAssets(first:{ASSETS}){{nodes{{id updatedAt size}}}}"
        "}}}"
    )


def _rate(data: Mapping[str, msgspec.Raw]) -> tuple[RateLimit | None, int]:
    if "rateLimit" not in data:
        return None, 1
    try:
        rate = msgspec.json.decode(data["rateLimit"], type=_Rate)
    except UNREADABLE:
        return None, 1
    resets_at = instant(rate.reset_at)
    if resets_at is None:
        return None, rate.cost
    limit = RateLimit(limit=rate.limit, remaining=rate.remaining, resets_at=resets_at)
    return limit, rate.cost
