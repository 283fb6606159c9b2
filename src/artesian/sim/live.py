"""Asks a real host what the simulated one takes for granted: the same contract, on an operator's network."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from artesian.model.definition import Source, SourceKind
from artesian.model.header import Header, MediaType, Received
from artesian.model.outcome import NetworkFault, Request, Response
from artesian.model.release import Listed
from artesian.net import Transport
from artesian.refresh.judge import read_rate_limit
from artesian.sources import github

__all__ = ["Check", "check_live"]

_AGENT = "artesian/contract"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One expectation, and what was found instead (empty: it holds), or why the host couldn't be asked."""

    what: str
    found: str = ""
    is_silent: bool = False


async def check_live(
    transport: Transport, source: Source, *, has_token: bool, now: datetime
) -> tuple[Check, ...]:
    """Send six requests about `source`, which should have more than two releases; compare the answers."""
    plan = github.plan(source, user_agent=_AGENT)
    first = await transport.send(_small(plan))
    if isinstance(first, NetworkFault):
        return (_status("a list of releases is 200", first, 200),)
    checks = [*_list(first, source, has_token=has_token, now=now)]
    etag = first.headers.get(Received.ETAG)
    if etag is not None:
        again = github.plan(source, user_agent=_AGENT, etag=etag)
        checks.append(_status("an unchanged list is 304", await transport.send(_small(again)), 304))
    probe = await transport.send(github.probe(source, user_agent=_AGENT))
    checks.extend(_probe(probe, has_token=has_token))
    nobody = Source(
        kind=SourceKind.GITHUB,
        repository="artesian-has-no-such/repository",
        base_url=source.base_url,
    )
    missing = await transport.send(github.plan(nobody, user_agent=_AGENT))
    checks.append(_status("a repository that isn't there is 404", missing, 404))
    slash = msgspec.structs.replace(
        plan, url=plan.url.replace("/releases?per_page=100", "/releases/")
    )
    checks.append(_status("a slash at the end is 404", await transport.send(slash), 404))
    if source.base_url is not None:  # an Enterprise server has it elsewhere, and isn't swept
        return tuple(checks)
    query = Request(
        url=f"{github.api_url(source)}/graphql",
        headers={Header.CONTENT_TYPE: MediaType.JSON, Header.USER_AGENT: _AGENT},
        body=b'{"query":"{rateLimit{cost remaining limit resetAt}}"}',
    )
    asked = await transport.send(query)
    wanted = 200 if has_token else 401
    checks.append(_status(f"GraphQL answers {wanted}", asked, wanted))
    return tuple(checks)


def _small(request: Request) -> Request:
    return msgspec.structs.replace(request, url=request.url.replace("per_page=100", "per_page=2"))


def _list(answer: Response, source: Source, *, has_token: bool, now: datetime) -> Iterator[Check]:
    yield _status("a list of releases is 200", answer, 200)
    listed = github.parse(answer.body)
    if not isinstance(listed, Listed):
        yield Check(what="its body is a list of releases", found=listed.reason)
        return
    skipped = "; ".join(one.reason for one in listed.skipped)
    yield Check(what="every release in it can be read", found=skipped)
    link = answer.headers.get(Received.LINK, "")
    is_by_number = "/repositories/" in link and 'rel="next"' in link and "per_page=2" in link
    yield Check(
        what="its Link names the next page by the repository's number",
        found="" if is_by_number else link or "no Link",
    )
    etag = answer.headers.get(Received.ETAG, "")
    yield Check(what="it has a validator", found="" if etag else "no ETag")
    rate = read_rate_limit(answer.headers, now=now)
    if rate is None:
        yield Check(what="it tells the limit", found="no x-ratelimit headers")
        return
    is_right = rate.limit > 60 if has_token else rate.limit == 60
    yield Check(
        what=f"its limit is {'more than ' if has_token else ''}60",
        found="" if is_right else str(rate.limit),
    )
    sent = "" if answer.is_credentialed is has_token else f"to {source.repository}: not as meant"
    yield Check(what="the credential went out as meant", found=sent)


def _probe(answer: Response | NetworkFault, *, has_token: bool) -> Iterator[Check]:
    yield _status("GET /rate_limit is 200", answer, 200)
    if isinstance(answer, Response):
        rate = github.parse_probe(answer.body)
        found = "no resources.core" if rate is None else ""
        if rate is not None and has_token and rate.limit <= 60:
            found = f"limit {rate.limit}"
        yield Check(what="it tells the limit of core", found=found)


def _status(what: str, answer: Response | NetworkFault, status: int) -> Check:
    if isinstance(answer, NetworkFault):
        return Check(what=what, found=answer.message, is_silent=True)
    return Check(what=what, found="" if answer.status == status else str(answer.status))
