"""The sweep: one query about many repositories, and an answer that may be partial."""

import json
from datetime import UTC, datetime

import pytest

from artesian.model.header import Header
from artesian.model.outcome import Nonsense, Refusal, Refused
from artesian.sources import sweep
from artesian.sources.sweep import Swept

NAMES = ("BurntSushi/ripgrep", "sharkdp/fd", "gone/away")
RATE = {"limit": 5000, "cost": 1, "remaining": 4990, "resetAt": "2024-06-05T19:39:00Z"}


def repository(size: int = 7) -> dict[str, object]:
    """Answer for one repository, as the schema says."""
    asset = {"id": "RA_1", "updatedAt": "2024-06-05T18:39:00Z", "size": size}
    release = {
        "tagName": "14.1.1",
        "updatedAt": "2024-06-05T18:39:00Z",
        "isPrerelease": False,
        "releaseAssets": {"nodes": [asset]},
    }
    return {"releases": {"nodes": [release]}}


def answer(data: object, errors: object = None) -> bytes:
    """Encode an answer."""
    return json.dumps({"data": data, **({"errors": errors} if errors else {})}).encode()


def swept(body: bytes) -> Swept:
    """Parse; fail on a refusal."""
    result = sweep.parse(body, NAMES)
    assert isinstance(result, Swept), result
    return result


def test_the_query() -> None:
    """All repositories are asked for at once, by an authorised POST of JSON to one address."""
    request = sweep.plan(NAMES, user_agent="a")
    assert request.url == "https://api.github.com/graphql"
    assert request.headers[Header.CONTENT_TYPE] == "application/json"
    assert request.body is not None
    query = json.loads(request.body)["query"]
    assert 'r0:repository(owner:"BurntSushi",name:"ripgrep")' in query
    assert query.count("releases(first:2") == 3
    assert query.count("{") == query.count("}")


def test_no_name_can_change_the_query() -> None:
    """A name with quotes or braces is asked for as nothing."""
    request = sweep.plan(['x"){id}}/y', "a/b"], user_agent="a")
    assert request.body is not None
    query = json.loads(request.body)["query"]
    assert 'r0:repository(owner:"-",name:"-")' in query
    assert query.count("{") == query.count("}")


def test_a_change_changes_the_fingerprint() -> None:
    """The same state has the same fingerprint; another file size has another."""
    same = [swept(answer({"rateLimit": RATE, "r0": repository()})).fingerprints for _ in range(2)]
    other = swept(answer({"rateLimit": RATE, "r0": repository(8)})).fingerprints
    assert same[0] == same[1]
    assert same[0] != other


def test_partial_answers_are_accepted() -> None:
    """A repository that is gone costs only itself; the cost is read from the answer."""
    errors = [{"type": "NOT_FOUND", "path": ["r2"], "message": "Could not resolve"}]
    data = {"rateLimit": RATE | {"cost": 2}, "r0": repository(), "r1": repository(), "r2": None}
    result = swept(answer(data, errors))
    assert set(result.fingerprints) == set(NAMES[:2])
    assert result.missing == ("gone/away",)
    assert result.cost == 2
    assert result.rate is not None
    assert result.rate.remaining == 4990


def test_used_up_points_are_a_refusal() -> None:
    """The limit comes with status 200: the body tells."""
    errors = [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]
    result = sweep.parse(answer(None, errors), NAMES)
    assert isinstance(result, Refused)
    assert result.reason is Refusal.PRIMARY_LIMIT
    told = sweep.parse(answer({"rateLimit": RATE}, errors), NAMES)
    assert isinstance(told, Refused)
    assert told.until is not None


OPTIONAL = [
    {"errors": None},
    {"errors": []},
    {"errors": [{"type": None, "message": None, "path": ["r2"]}]},
    {"errors": [{"type": 7}]},
]


@pytest.mark.parametrize("more", OPTIONAL, ids=repr)
def test_odd_errors_cost_nothing(more: dict[str, object]) -> None:
    """What answered beside an error counts, whatever the error looks like."""
    body = json.dumps({"data": {"rateLimit": RATE, "r0": repository()}, **more}).encode()
    assert set(swept(body).fingerprints) == {NAMES[0]}


RESETS = [
    ("2024-06-05T19:39:00Z", datetime(2024, 6, 5, 19, 39, tzinfo=UTC)),
    ("2024-06-05T19:39:00", datetime(2024, 6, 5, 19, 39, tzinfo=UTC)),
    ("9999-12-31T23:59:59Z", None),
    ("9999-12-31T23:59:59-23:59", None),
    (None, None),
]


@pytest.mark.parametrize(("text", "resets_at"), RESETS)
def test_when_points_come_back(text: str | None, resets_at: datetime | None) -> None:
    """A time without a zone is UTC; one that can't be meant is none."""
    errors = [{"type": "RATE_LIMITED"}]
    told = sweep.parse(answer({"rateLimit": RATE | {"resetAt": text}}, errors), NAMES)
    assert isinstance(told, Refused)
    assert told.until == resets_at


NONSENSE = [
    b"",
    b"[]",
    b'{"data": []}',
    b"<html>",
    b'{"data": ' + b"[" * 100_000,
    b'{"errors": [{"message": "\xff"}]}',
    answer(None, [{"message": "Something went wrong"}]),
    answer({"r0": None}, [{"message": "timeout"}]),
]


@pytest.mark.parametrize("body", NONSENSE, ids=lambda body: repr(body[:30]))
def test_nonsense(body: bytes) -> None:
    """An answer about no repository at all is nonsense, never "nothing changed"."""
    assert isinstance(sweep.parse(body, NAMES), Nonsense)


@pytest.mark.parametrize("rate", [None, {}, {"limit": "many"}, RATE | {"remaining": -1}], ids=repr)
def test_an_odd_rate_is_left_out(rate: object) -> None:
    """What isn't said of the budget costs a point at least."""
    result = swept(answer({"rateLimit": rate, "r0": repository()}))
    assert (result.rate, result.cost) == (None, 1)
    assert swept(answer({"r0": repository()})).cost == 1
