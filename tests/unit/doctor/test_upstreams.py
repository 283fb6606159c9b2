"""What the doctor says of upstreams: every outcome, in words, with what to do; never a token."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from artesian.definitions.load import Catalogue
from artesian.doctor.finding import Finding, Verdict
from artesian.doctor.upstreams import hosts_of, look_at_tokens, look_at_upstream
from artesian.model.credential import Credential, parse_token
from artesian.model.definition import Command, Definition, Recipe, Source, SourceKind
from artesian.model.header import Received, Scheme
from artesian.model.names import PackageName
from artesian.model.outcome import NetworkFault, NetworkFaultKind, Request, Response
from artesian.refresh.access import Access

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
TOKEN = "ghp_" + "a1B2" * 9
HOST = "api.github.com"
GITHUB = Source(kind=SourceKind.GITHUB, repository="a/b")
GITEA = Source(kind=SourceKind.GITEA, repository="a/b", base_url="https://git.example")


class Answering:
    """A Transport that gives one answer, and keeps what it was asked."""

    def __init__(self, answer: Response | NetworkFault) -> None:
        self.answer = answer
        self.asked: list[Request] = []

    async def send(self, request: Request) -> Response | NetworkFault:
        self.asked.append(request)
        return self.answer


def access(*, has_token: bool = True) -> Access:
    """Make who we are: with a token for GitHub, or nobody."""
    secret = parse_token(TOKEN, origin="a test")
    credential = Credential(host=HOST, scheme=Scheme.BEARER, secret=secret, expected_limit=5000)
    return Access(user_agent="test", credentials={HOST: credential} if has_token else {})


def response(
    status: int = 200,
    headers: dict[Received, str] | None = None,
    *,
    body: bytes = b"{}",
    url: str = f"https://{HOST}/rate_limit",
    is_credentialed: bool = True,
) -> Response:
    """Make an answer."""
    return Response(
        url=url, status=status, headers=headers or {}, body=body, is_credentialed=is_credentialed
    )


def limit(of: int, remaining: int = 12) -> dict[Received, str]:
    """Write the headers of a limit."""
    resets = int((NOW + timedelta(minutes=30)).timestamp())
    return {
        Received.RATE_LIMIT: str(of),
        Received.RATE_REMAINING: str(remaining),
        Received.RATE_RESET: str(resets),
    }


def looked(
    answer: Response | NetworkFault, *, has_token: bool = True, source: Source = GITHUB
) -> tuple[Finding, ...]:
    """Look at one upstream that answers so."""
    us = access(has_token=has_token)
    host = us.host(source)
    findings = asyncio.run(look_at_upstream(host, source, us, Answering(answer), lambda: NOW))
    for finding in findings:
        assert TOKEN[-8:] not in finding.found + finding.todo
        assert bool(finding.todo) or finding.verdict is not Verdict.WRONG
    return findings


@pytest.mark.parametrize(
    ("answer", "verdict", "found"),
    [
        (response(headers=limit(5000)), Verdict.OK, "5,000 requests an hour (expected at least 5,000), 12 left"),
        (response(headers=limit(15_000)), Verdict.OK, "15,000 requests an hour"),
        (response(), Verdict.OK, "states no limit"),
        (response(headers=limit(60)), Verdict.WRONG, "not reaching api.github.com: limit 60, expected at least 5000"),
        (response(401), Verdict.WRONG, "refuses our credential (401)"),
        (response(403, limit(5000, 0)), Verdict.WRONG, "all 5000 requests of this hour are used"),
        (response(429), Verdict.WRONG, "asks us to slow down"),
        (response(403), Verdict.WRONG, "forbids it"),
        (response(404), Verdict.OK, "has no limits"),
        (response(404, url=f"https://{HOST}/repos/a/b"), Verdict.NOTE, "404"),
        (response(502), Verdict.WRONG, "it answers 502"),
        (response(headers={Received.CONTENT_TYPE: "text/html"}), Verdict.WRONG, "a web page"),
        (response(is_credentialed=False), Verdict.WRONG, "the token isn't sent"),
    ],
)  # fmt: skip
def test_answers(answer: Response, verdict: Verdict, found: str) -> None:
    """It is told what limit we see and what was expected, or what is wrong and what to do."""
    finding, *_ = looked(answer)
    assert finding.verdict is verdict
    assert found in finding.found


@pytest.mark.parametrize("kind", NetworkFaultKind)
def test_no_answer(kind: NetworkFaultKind) -> None:
    """For each way in which the network fails it is told what to look at."""
    (finding,) = looked(NetworkFault(kind=kind, message="api.github.com: it failed"))
    assert finding.verdict is Verdict.WRONG
    assert "it failed" in finding.found


def test_without_a_token() -> None:
    """Nobody's limit is told, and is no fault."""
    finding, *_ = looked(response(headers=limit(60), is_credentialed=False), has_token=False)
    assert finding.verdict is Verdict.OK
    assert "without a token: 60 requests an hour, 12 left" in finding.found


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(90, Verdict.OK), (20, Verdict.NOTE), (1, Verdict.WRONG), (-1, Verdict.WRONG)],
)
def test_a_token_that_ends(days: int, verdict: Verdict) -> None:
    """When a token ends is told; soon is a note, in two days is wrong."""
    ends_at = NOW + timedelta(days=days)
    header = {Received.TOKEN_EXPIRATION: f"{ends_at:%Y-%m-%d %H:%M:%S} UTC"}
    _, finding = looked(response(headers=header))
    assert finding.verdict is verdict
    assert f"{ends_at:%Y-%m-%d}" in finding.found


@pytest.mark.parametrize(
    ("skew_s", "verdict", "found"),
    [
        (0, Verdict.OK, "agrees"),
        (100, Verdict.OK, "agrees"),
        (-7200, Verdict.WRONG, "2 hours ahead of"),
        (7200, Verdict.WRONG, "2 hours behind"),
    ],
)
def test_the_clock(skew_s: int, verdict: Verdict, found: str) -> None:
    """The clock is compared with the host's own."""
    date = format_datetime(NOW + timedelta(seconds=skew_s), usegmt=True)
    _, finding = looked(response(headers={Received.DATE: date}))
    assert finding.verdict is verdict
    assert found in finding.found


@pytest.mark.parametrize(
    "date",
    ["", "yesterday", "Thu, 99 Jan 2026 12:00:00 GMT", f"Fri, 02 Jan 2026 12:00:00 +{'9' * 14}"],
)
def test_a_date_that_is_none(date: str) -> None:
    """A header that is no date says nothing."""
    assert len(looked(response(headers={Received.DATE: date}))) == 1


def test_other_forges_are_asked_for_a_list() -> None:
    """A host that can't be asked for its limit is asked for the releases of a package."""
    (finding,) = looked(response(body=b"[]", is_credentialed=False), source=GITEA)
    assert finding.verdict is Verdict.OK
    assert "states no limit" in finding.found


def test_a_broken_token_is_not_tried() -> None:
    """Where a token can't be sent nobody is asked, and that is told twice: of the token and of the host."""
    us = Access(user_agent="test", broken={HOST: "the token from X is empty"})
    (token,) = look_at_tokens(us)
    transport = Answering(response())
    (host,) = asyncio.run(look_at_upstream(HOST, GITHUB, us, transport, lambda: NOW))
    assert (token.verdict, host.verdict) == (Verdict.WRONG, Verdict.WRONG)
    assert transport.asked == []


def test_tokens() -> None:
    """A token that can be sent is told without its text; none at all is a note."""
    (well,) = look_at_tokens(access())
    assert (well.verdict, HOST in well.subject) == (Verdict.OK, True)
    assert TOKEN not in repr(well)
    (none,) = look_at_tokens(access(has_token=False))
    assert none.verdict is Verdict.NOTE


def test_each_host_is_asked_once() -> None:
    """GitHub is always among the hosts, and each other host stands there once."""
    definitions = tuple(
        Definition(
            name=PackageName(name),
            title=name,
            source=source,
            recipe=Recipe(commands=(Command(name=name, file=name),)),
        )
        for name, source in (("a", GITEA), ("b", GITEA), ("c", GITHUB))
    )
    hosts = hosts_of(Catalogue(definitions=definitions, problems=()), access())
    assert list(hosts) == [HOST, "git.example"]
