"""Looks at the upstreams as the writer asks them: whether they are reached, as whom, with what limit, at what time."""

import email.utils
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import assert_never

from artesian.definitions.load import Catalogue
from artesian.doctor.finding import Finding, fine, note, wrong
from artesian.health.states import EXPIRY_ALARM, EXPIRY_NOTICE
from artesian.model.age import age_words
from artesian.model.definition import Source, SourceKind
from artesian.model.header import Received
from artesian.model.outcome import (
    Fetched,
    Gone,
    NetworkFault,
    NetworkFaultKind,
    Nonsense,
    NotModified,
    Outcome,
    RateLimit,
    Refusal,
    Refused,
    Response,
    ServerFault,
)
from artesian.net import Transport
from artesian.refresh.access import Access
from artesian.refresh.judge import judge, read_rate_limit, wants_page
from artesian.refresh.upstream import read_expiry

__all__ = ["hosts_of", "look_at_tokens", "look_at_upstream"]

# Certificates and limits bear a clock that is this wrong.
SKEW = timedelta(minutes=2)

# What is asked of GitHub names no repository.
_ANY = Source(kind=SourceKind.GITHUB, repository="any/any")

_NETWORK_TODO: Mapping[NetworkFaultKind, str] = {
    NetworkFaultKind.NAME: "see this machine's DNS, and its proxy if it has one; without internet, use --offline",
    NetworkFaultKind.CONNECT: "see this machine's network and firewall, and its proxy if it has one",
    NetworkFaultKind.TLS: "see this machine's clock and certificates, and who answers in its place",
    NetworkFaultKind.TIMEOUT: "see this machine's network; it may be the host: try again",
    NetworkFaultKind.RESET: "see what is on the way: a proxy, a firewall; or the host is ill: try again",
    NetworkFaultKind.REDIRECT: "no credential was sent there; see who redirects, a portal perhaps",
    NetworkFaultKind.SIZE: "see what answers there: it is no list of releases",
    NetworkFaultKind.PROTOCOL: "see what answers there: it speaks no HTTP that we understand",
}
_REFUSED_TODO: Mapping[Refusal, str] = {
    Refusal.AUTH_LOST: "see the token (a lesser one? then set `expected_limit`), and every proxy on the way",
    Refusal.BAD_CREDENTIAL: "put a valid token in its place, and don't try again before: the owner may be locked out",
    Refusal.PRIMARY_LIMIT: "wait for the next hour; see who else uses this token or address",
    Refusal.SECONDARY_LIMIT: "wait some minutes; see who else uses this token or address",
    Refusal.FORBIDDEN: "see the token's rights, and whether the host lets this address in",
}


def hosts_of(catalogue: Catalogue, access: Access) -> Mapping[str, Source]:
    """Find the hosts that are asked, each with a source to ask for; GitHub is one of them in any case."""
    found = {access.host(_ANY): _ANY}
    for definition in catalogue.definitions:
        if not definition.is_own:
            found.setdefault(access.host(definition.source), definition.source)
    return found


def look_at_tokens(access: Access) -> Iterator[Finding]:
    """Tell of each token whether it can be sent; of those that can, whom they are for."""
    for host, why in sorted(access.broken.items()):
        yield wrong(f"token for {host}", why, "until it is right, this host is asked nothing")
    for host in sorted(access.credentials):
        yield fine(f"token for {host}", "it can be sent")
    if not access.credentials and not access.broken:
        yield note(
            "tokens",
            "there are none, so GitHub allows 60 requests an hour",
            "enough for some 100 packages every two hours; for more, set `github_token_file`",
        )


async def look_at_upstream(
    host: str, source: Source, access: Access, transport: Transport, now: Callable[[], datetime]
) -> tuple[Finding, ...]:
    """Ask one host what we are to it."""
    subject = f"upstream {host}"
    if host in access.broken:
        return (wrong(subject, "it isn't asked, for its token can't be used", "see its token"),)
    request = access.probe(source) or access.list_releases(source)
    answer = await transport.send(request)
    if isinstance(answer, NetworkFault):
        return (wrong(subject, answer.message, _NETWORK_TODO[answer.kind]),)
    if host in access.credentials and not answer.is_credentialed:
        url = access.github_url
        return (wrong(subject, f"the token isn't sent, for {url} is not https", "use https"),)
    at = now()
    outcome = judge(answer, access.promise(host), now=at, is_page=wants_page(request))
    limit = _limit(answer, access, host, at)
    found = [_reached(subject, answer, outcome, limit), *_of_expiry(host, answer, at)]
    return (*found, *_of_clock(host, answer, at))


def _reached(subject: str, answer: Response, outcome: Outcome, limit: str) -> Finding:
    match outcome:
        case Fetched() | NotModified():
            return fine(subject, limit)
        case Gone() if answer.url.endswith("/rate_limit"):
            return fine(subject, "it answers, and has no limits")  # an Enterprise server
        case Gone(status=status):
            todo = "a package may be gone; `artesian refresh NAME` tells which"
            return note(subject, f"it answers, with {status} for {answer.url}", todo)
        case Refused(reason=reason, message=message):
            return wrong(subject, message, _REFUSED_TODO[reason])
        case ServerFault(status=status):
            return wrong(subject, f"it answers {status}", "it is ill, not we: see its status page")
        case Nonsense(reason=reason):
            todo = "see what stands in its place: a portal that wants a login, a proxy"
            return wrong(subject, reason, todo)
        case NetworkFault():
            raise AssertionError("an answer is no fault of the network")
        case _ as unreachable:
            assert_never(unreachable)


def _limit(answer: Response, access: Access, host: str, now: datetime) -> str:
    """Say what limit we see there, and what was expected."""
    who = "with the token" if host in access.credentials else "without a token"
    rate: RateLimit | None = read_rate_limit(answer.headers, now=now)
    if rate is None:
        return f"reached {who}; it states no limit"
    expected = access.promise(host).expected_limit
    wanted = "" if expected is None else f" (expected at least {expected:,})"
    return f"reached {who}: {rate.limit:,} requests an hour{wanted}, {rate.remaining:,} left"


def _of_expiry(host: str, answer: Response, now: datetime) -> Iterator[Finding]:
    ends_at = read_expiry(answer.headers.get(Received.TOKEN_EXPIRATION))
    if ends_at is None:
        return
    found, todo = f"it expires on {ends_at:%Y-%m-%d %H:%M} UTC", "put a new one in its place"
    if ends_at - now < EXPIRY_ALARM:
        yield wrong(f"token for {host}", found, todo)
    elif ends_at - now < EXPIRY_NOTICE:
        yield note(f"token for {host}", found, todo)
    else:
        yield fine(f"token for {host}", found)


def _of_clock(host: str, answer: Response, now: datetime) -> Iterator[Finding]:
    try:
        theirs = email.utils.parsedate_to_datetime(answer.headers.get(Received.DATE, ""))
    except (ValueError, OverflowError):  # a zone may have any number of digits
        return
    theirs = theirs.replace(tzinfo=UTC) if theirs.tzinfo is None else theirs
    skew = now - theirs
    if abs(skew) > SKEW:
        which = "ahead of" if skew > timedelta(0) else "behind"
        yield wrong(
            "clock",
            f"it is {age_words(abs(skew))} {which} that of {host}",
            "set it (timedatectl): certificates and limits depend on it",
        )
    else:
        yield fine("clock", f"it agrees with that of {host}")
