"""What GitHub's answers mean: each row of its rules, with headers and texts as people quoted them in public issues."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from artesian.model.header import Received
from artesian.model.outcome import (
    Fetched,
    Gone,
    Nonsense,
    NotModified,
    Outcome,
    Refusal,
    Refused,
    Response,
    ServerFault,
)
from artesian.refresh.judge import AUTH_WAIT, MAX_WAIT, SECONDARY_WAIT, Promise, judge

NOW = datetime(2024, 6, 5, 18, 39, tzinfo=UTC)
RESET = NOW + timedelta(minutes=20)
PROMISED = Promise(host="api.github.com", expected_limit=5000)
ANONYMOUS = Promise(host="api.github.com")
ENTERPRISE = Promise(host="github.example.com", expected_limit=5000)
JSON = {Received.CONTENT_TYPE: "application/json; charset=utf-8"}
HTML = {Received.CONTENT_TYPE: "text/html; charset=utf-8"}


def limits(limit: int, remaining: int, reset: datetime = RESET) -> dict[Received, str]:
    """Headers as GitHub sends them."""
    return {
        Received.RATE_LIMIT: str(limit),
        Received.RATE_REMAINING: str(remaining),
        Received.RATE_RESET: str(int(reset.timestamp())),
        Received.RATE_USED: str(limit - remaining),
    }


def answer(
    status: int, headers: dict[Received, str] | None = None, body: bytes = b"[]"
) -> Response:
    """Build a response of the releases route."""
    return Response(
        url="https://api.github.com/repos/o/r/releases?per_page=100",
        status=status,
        headers=headers or {},
        body=body,
    )


def refusal(outcome: Outcome) -> tuple[Refusal, datetime | None]:
    """Take the two fields that decide what happens next."""
    assert isinstance(outcome, Refused), outcome
    return outcome.reason, outcome.until


# https://github.com/geerlingguy/ansible-role-node_exporter/pull/21: the edge's answer has no x-ratelimit headers.
VARNISH = b'{"message":"API rate limit exceeded for 192.0.2.1. (But here\'s the good news: ...)"}\n'
# https://github.com/app-sre/github-mirror/pull/62
SECONDARY = b'{"message": "You have exceeded a secondary rate limit. Please wait a few minutes"}'
# https://github.com/inaka/erlang-github/pull/27
ABUSE = b'{"message": "You have triggered an abuse detection mechanism and have been temporarily"}'

REFUSED = [
    pytest.param(
        PROMISED,
        answer(200, JSON | limits(60, 59)),
        Refusal.AUTH_LOST,
        AUTH_WAIT,
        id="header misspelt",
    ),
    pytest.param(
        PROMISED,
        answer(403, JSON | limits(60, 0)),
        Refusal.AUTH_LOST,
        AUTH_WAIT,
        id="misspelt, used up",
    ),
    pytest.param(
        PROMISED,
        answer(304, limits(60, 10)),
        Refusal.AUTH_LOST,
        AUTH_WAIT,
        id="misspelt, not modified",
    ),
    pytest.param(
        PROMISED,
        answer(200, JSON | limits(1000, 999)),
        Refusal.AUTH_LOST,
        AUTH_WAIT,
        id="other tier",
    ),
    pytest.param(PROMISED, answer(401, JSON), Refusal.BAD_CREDENTIAL, AUTH_WAIT, id="dead token"),
    pytest.param(
        PROMISED,
        answer(401, JSON, b'{"message": "This endpoint requires you to be authenticated."}'),
        Refusal.AUTH_LOST,
        AUTH_WAIT,
        id="misspelt, a query",
    ),
    pytest.param(
        PROMISED,
        answer(401, JSON | limits(0, 0)),  # https://github.com/hcengineering/platform/issues/5104
        Refusal.BAD_CREDENTIAL,
        AUTH_WAIT,
        id="dead token, limit 0",
    ),
    pytest.param(
        PROMISED,
        answer(403, JSON | limits(5000, 0)),  # https://github.com/vercel/hyper/issues/880
        Refusal.PRIMARY_LIMIT,
        RESET - NOW,
        id="primary",
    ),
    pytest.param(
        PROMISED,
        answer(429, JSON | limits(5000, 0)),
        Refusal.PRIMARY_LIMIT,
        RESET - NOW,
        id="primary, 429",
    ),
    pytest.param(
        ANONYMOUS,
        answer(403, JSON | limits(60, 0)),
        Refusal.PRIMARY_LIMIT,
        RESET - NOW,
        id="anonymous",
    ),
    pytest.param(
        ANONYMOUS, answer(403, JSON, VARNISH), Refusal.PRIMARY_LIMIT, MAX_WAIT, id="address limit"
    ),
    pytest.param(
        PROMISED,
        answer(403, JSON | limits(5000, 4928), ABUSE),
        Refusal.SECONDARY_LIMIT,
        SECONDARY_WAIT,
        id="abuse, old words",
    ),
    pytest.param(
        PROMISED,
        answer(403, JSON | limits(5000, 4000), SECONDARY),
        Refusal.SECONDARY_LIMIT,
        SECONDARY_WAIT,
        id="secondary without a time",
    ),
    pytest.param(
        PROMISED,
        answer(429, JSON | {Received.RETRY_AFTER: "120"}, SECONDARY),
        Refusal.SECONDARY_LIMIT,
        timedelta(seconds=120),
        id="secondary, seconds",
    ),
    pytest.param(
        PROMISED,
        answer(429, JSON | {Received.RETRY_AFTER: "7200"}, SECONDARY),
        Refusal.SECONDARY_LIMIT,
        timedelta(seconds=7200),
        id="a long Retry-After is not clamped",
    ),
    pytest.param(
        PROMISED,
        answer(429, JSON | {Received.RETRY_AFTER: "Wed, 05 Jun 2024 18:39:08 GMT"}, SECONDARY),
        Refusal.SECONDARY_LIMIT,
        timedelta(seconds=8),
        id="secondary, date",
    ),
    pytest.param(
        PROMISED,
        answer(429, JSON | {Received.RETRY_AFTER: "soon"}),
        Refusal.SECONDARY_LIMIT,
        SECONDARY_WAIT,
        id="secondary, garbage",
    ),
    pytest.param(
        PROMISED,
        answer(429, JSON | {Received.RETRY_AFTER: "Wed, 05 Jun 2019 18:39:08 -0000"}),
        Refusal.SECONDARY_LIMIT,
        SECONDARY_WAIT,
        id="secondary, in the past",
    ),
    pytest.param(
        PROMISED,
        answer(429, JSON | {Received.RETRY_AFTER: f"Wed, 05 Jun 2024 18:39:08 +{'9' * 14}"}),
        Refusal.SECONDARY_LIMIT,
        SECONDARY_WAIT,
        id="secondary, a zone that can't be",
    ),
    pytest.param(
        PROMISED,
        answer(403, JSON | limits(5000, 0) | {Received.RETRY_AFTER: "1800"}),
        Refusal.PRIMARY_LIMIT,
        timedelta(minutes=30),
        id="the later of reset and Retry-After",
    ),
    pytest.param(
        ANONYMOUS,
        answer(403, JSON | limits(60, 0, NOW - timedelta(days=1))),
        Refusal.PRIMARY_LIMIT,
        timedelta(seconds=1),
        id="reset in the past",
    ),
    pytest.param(
        ANONYMOUS,
        answer(403, JSON | limits(60, 0, NOW + timedelta(days=900))),
        Refusal.PRIMARY_LIMIT,
        MAX_WAIT,
        id="reset in the far future",
    ),
    pytest.param(
        ANONYMOUS,
        answer(403, JSON | limits(60, 0) | {Received.RATE_RESET: "9" * 18}),
        Refusal.PRIMARY_LIMIT,
        MAX_WAIT,
        id="reset beyond every calendar",
    ),
    pytest.param(
        ANONYMOUS,
        answer(403, JSON | limits(60, 0) | {Received.RATE_RESET: "never"}),
        Refusal.PRIMARY_LIMIT,
        MAX_WAIT,
        id="reset is garbage",
    ),
    pytest.param(
        PROMISED,
        answer(403, JSON | limits(5000, 4000), b'{"message": "Must have push access"}'),
        Refusal.FORBIDDEN,
        None,
        id="forbidden",
    ),
]


@pytest.mark.parametrize(("promise", "response", "reason", "wait"), REFUSED)
def test_refusals(
    promise: Promise, response: Response, reason: Refusal, wait: timedelta | None
) -> None:
    """Each way of being refused is told apart, and says for how long."""
    until = None if wait is None else NOW + wait
    assert refusal(judge(response, promise, now=NOW)) == (reason, until)


def test_a_stranger_who_is_not_let_in() -> None:
    """A 401 to a request without a credential says nothing of one: this repository wants one."""
    outcome = judge(answer(401, JSON), ANONYMOUS, now=NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.until) == (Refusal.FORBIDDEN, None)
    assert (
        outcome.message == "api.github.com asks us to authenticate (401), and has no token of ours"
    )
    brought = replace(answer(401, JSON), is_credentialed=True)
    assert refusal(judge(brought, ANONYMOUS, now=NOW))[0] is Refusal.BAD_CREDENTIAL


def test_lost_credentials_are_named() -> None:
    """The alert of the incident says what happened in one line."""
    outcome = judge(answer(200, JSON | limits(60, 12)), PROMISED, now=NOW)
    assert isinstance(outcome, Refused)
    assert outcome.message == (
        "credentials are not reaching api.github.com: limit 60, expected at least 5000"
    )


ALONE = [
    {},
    {Received.RATE_REMAINING: ""},
    {Received.RATE_REMAINING: "-1"},
    {Received.RATE_REMAINING: "60, 60"},
    {Received.RATE_LIMIT: "60, 60", Received.RATE_REMAINING: "59"},
    {Received.RATE_LIMIT: " 60 "},
    {Received.RATE_LIMIT: "5000, 60"},
    {Received.RATE_LIMIT: "0"},
    {Received.RATE_LIMIT: "0", Received.RATE_REMAINING: "0", Received.RATE_RESET: "0"},
]


@pytest.mark.parametrize("headers", ALONE, ids=lambda headers: str(list(headers.values())))
@pytest.mark.parametrize("status", [200, 304])
def test_the_limit_alone_tells_who_we_are(status: int, headers: dict[Received, str]) -> None:
    """What the limit says of our credential holds whatever became of the headers beside it."""
    told = JSON | {Received.RATE_LIMIT: "60"} | headers
    assert refusal(judge(answer(status, told), PROMISED, now=NOW))[0] is Refusal.AUTH_LOST
    assert not isinstance(judge(answer(status, told), ANONYMOUS, now=NOW), Refused)


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_limit_of_nothing_with_an_error(status: int) -> None:
    """It is no statement about our credential where nothing was answered."""
    outcome = judge(answer(status, JSON | limits(0, 0)), PROMISED, now=NOW)
    assert not (isinstance(outcome, Refused) and outcome.reason is Refusal.AUTH_LOST)


FINE = [
    pytest.param(PROMISED, limits(5000, 4999), id="token"),
    pytest.param(PROMISED, {Received.RATE_LIMIT: "5000, 5000"}, id="said twice"),
    pytest.param(PROMISED, {Received.RATE_LIMIT: "many"}, id="no number"),
    pytest.param(PROMISED, {Received.RATE_LIMIT: "-1"}, id="no count"),
    pytest.param(PROMISED, limits(15000, 1), id="a better tier than expected"),
    pytest.param(ANONYMOUS, limits(60, 3), id="anonymous by configuration"),
    pytest.param(ENTERPRISE, {}, id="an enterprise host without limits"),
    pytest.param(PROMISED, {Received.RATE_LIMIT: "5000"}, id="half of the headers"),
]


@pytest.mark.parametrize(("promise", "headers"), FINE)
def test_data(promise: Promise, headers: dict[Received, str]) -> None:
    """A good answer whose limits are as promised is data."""
    link = '<https://api.github.com/repositories/1/releases?page=2>; rel="next", <https://x/>; rel="last"'
    more = JSON | headers | {Received.LINK: link, Received.ETAG: 'W/"1"'}
    outcome = judge(answer(200, more), promise, now=NOW)
    assert isinstance(outcome, Fetched)
    assert outcome.next_url == "https://api.github.com/repositories/1/releases?page=2"
    assert outcome.etag == 'W/"1"'
    assert outcome.body == b"[]"


def test_the_last_page_has_no_next() -> None:
    """A Link header that names only other pages ends the walk."""
    link = '<https://api.github.com/repositories/1/releases?page=1>; rel="first"'
    outcome = judge(answer(200, JSON | {Received.LINK: link}), ANONYMOUS, now=NOW)
    assert isinstance(outcome, Fetched)
    assert outcome.next_url is None


OTHERS = [
    pytest.param(304, limits(5000, 4968), NotModified, id="not modified"),
    pytest.param(404, JSON | limits(5000, 4968), Gone, id="deleted or private"),
    pytest.param(410, JSON, Gone, id="gone"),
    pytest.param(500, JSON, ServerFault, id="Server Error after ten seconds"),
    pytest.param(503, HTML | limits(5000, 4968), ServerFault, id="the unicorn page"),
    pytest.param(200, HTML, Nonsense, id="captive portal"),
    pytest.param(400, JSON, Nonsense, id="API version retired"),
    pytest.param(301, JSON, Nonsense, id="a redirect that was not followed"),
]


@pytest.mark.parametrize(("status", "headers", "kind"), OTHERS)
def test_other_answers(status: int, headers: dict[Received, str], kind: type) -> None:
    """Everything else falls into a class of its own."""
    assert type(judge(answer(status, headers), PROMISED, now=NOW)) is kind


def test_a_fault_may_name_its_end() -> None:
    """A 503 with Retry-After is left alone until then."""
    outcome = judge(answer(503, {Received.RETRY_AFTER: "90"}), PROMISED, now=NOW)
    assert isinstance(outcome, ServerFault)
    assert outcome.until == NOW + timedelta(seconds=90)
