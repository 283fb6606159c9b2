"""One suite over both faces of the simulated GitHub, held to what the real one documents and was recorded to do."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from tests.faces import FACES, TOKEN, Face, Subject, world_with

from artesian.model.definition import Source, SourceKind
from artesian.model.header import Header, MediaType, Received
from artesian.model.outcome import (
    Fetched,
    Gone,
    NetworkFault,
    NetworkFaultKind,
    NotModified,
    Outcome,
    Refusal,
    Refused,
    Request,
    Response,
)
from artesian.model.release import Listed, RawRelease
from artesian.refresh.judge import Promise, judge
from artesian.sim import github as simulated
from artesian.sim.clock import START
from artesian.sim.hosts import GITEA_HOST
from artesian.sim.ledger import ATTEMPTS, Ledger
from artesian.sim.trouble import Kind, Trouble
from artesian.sim.wire import Answer, Wire, header_of
from artesian.sim.world import Published, Token, World, add, edit_release, forget, publish, rename
from artesian.sources import gitea, github, sweep

HERE = Path(__file__).parent
RECORDED = {
    one["what"]: one for one in json.loads((HERE / "answers/github.headers.json").read_text())
}
SCHEMAS = json.loads((HERE / "schemas/github.json").read_text())
NAME = "acme/rocket"
TOOL = "artesian/test"

both = pytest.mark.parametrize("face", FACES, ids=["memory", "socket"])


def world(releases: int = 3, *tokens: Token) -> World:
    """Make a repository with some releases, a day apart."""
    made = add(world_with(*tokens), NAME, START)
    for number in range(releases):
        made = publish(made, NAME, f"v1.{number}.0", START - timedelta(days=releases - number))
    return made


def judged(subject: Subject, answer: Response | NetworkFault, limit: int | None = 5000) -> Outcome:
    """Read an answer as the write plane does."""
    if isinstance(answer, NetworkFault):
        return answer
    promise = Promise(host=subject.netloc, expected_limit=limit)
    return judge(answer, promise, now=subject.clock.now())


def fetched(outcome: Outcome) -> Fetched:
    """Take data; fail on anything else."""
    assert isinstance(outcome, Fetched), outcome
    return outcome


def releases_of(body: bytes) -> tuple[RawRelease, ...]:
    """Read a list of releases."""
    listed = github.parse(body)
    assert isinstance(listed, Listed), listed
    assert listed.skipped == ()
    return listed.releases


def refusal_of(outcome: Outcome) -> Refusal:
    """Take why we were refused."""
    assert isinstance(outcome, Refused), outcome
    return outcome.reason


@both
def test_a_list_of_releases(face: Face) -> None:
    """A list comes newest first, with digests, and says what the credential is worth."""

    async def script(subject: Subject) -> None:
        outcome = fetched(judged(subject, await subject.ask(NAME)))
        newest = releases_of(outcome.body)[0]
        assert newest.tag == "v1.2.0"
        assert all(asset.sha256 for asset in newest.assets)
        assert outcome.rate is not None
        assert (outcome.rate.limit, outcome.rate.remaining, outcome.rate.used) == (5000, 4999, 1)

    face(world(), script)


TIERS = [
    pytest.param(None, None, 60, id="anonymous"),
    pytest.param(TOKEN, 5000, 5000, id="a user's token"),
    pytest.param("ghs_" + "x" * 36, 1000, 1000, id="a token of Actions"),
]


@both
@pytest.mark.parametrize(("token", "expected", "limit"), TIERS)
def test_the_hourly_limit(face: Face, token: str | None, expected: int | None, limit: int) -> None:
    """Every request counts down; behind the last GitHub refuses until the hour is over."""

    async def script(subject: Subject) -> None:
        transport = subject.transport(token)
        account = "address 127.0.0.1" if subject.base_url else "address 192.0.2.1"
        account = account if token is None else f"user {7 if limit == 1000 else 1}"
        subject.hosts.consume(account, limit - 1)
        last = fetched(judged(subject, await transport.send(subject.request(NAME)), expected))
        assert last.rate is not None
        assert (last.rate.limit, last.rate.remaining) == (limit, 0)
        refused = judged(subject, await transport.send(subject.request(NAME)), expected)
        assert refusal_of(refused) is Refusal.PRIMARY_LIMIT
        subject.clock.advance(3601)
        fetched(judged(subject, await transport.send(subject.request(NAME)), expected))

    face(world(3, Token(text="ghs_" + "x" * 36, limit=1000, user_id=7)), script)


@both
def test_a_header_that_does_not_arrive(face: Face) -> None:
    """A misspelt or stripped Authorization is answered like anybody's request: with 200, and a limit of 60."""

    async def script(subject: Subject) -> None:
        renamed = Trouble(kind=Kind.RENAME_HEADER, name="Authorization", value="Authentication")
        stripped = Trouble(kind=Kind.STRIP_HEADER, name="authorization")
        for trouble in (renamed, stripped):
            subject.way((trouble,))
            answer = await subject.ask(NAME)
            assert isinstance(answer, Response)
            assert answer.status == 200
            outcome = judged(subject, answer)
            assert refusal_of(outcome) is Refusal.AUTH_LOST
            assert isinstance(outcome, Refused)
            assert outcome.message.endswith("limit 60, expected at least 5000")

    face(world(), script)


@both
def test_conditional_requests(face: Face) -> None:
    """A 304 is free for those who say who they are, and counts for the anonymous; validators are nobody else's."""

    async def script(subject: Subject) -> None:
        for token, cost in ((TOKEN, 0), (None, 1)):
            limit = None if token is None else 5000
            first = fetched(judged(subject, await subject.ask(NAME, token=token), limit))
            again = judged(subject, await subject.ask(NAME, token=token, etag=first.etag), limit)
            assert isinstance(again, NotModified)
            assert first.rate is not None
            assert again.rate is not None
            assert first.rate.remaining - again.rate.remaining == cost
            other = None if token else TOKEN
            whole = await subject.ask(NAME, token=other, etag=first.etag)
            assert isinstance(whole, Response)
            assert whole.status == 200

    face(world(), script)


@both
def test_downloads_change_the_validator(face: Face) -> None:
    """A list whose files are downloaded is another one each time, though nothing was released."""

    async def script(subject: Subject) -> None:
        first = fetched(judged(subject, await subject.ask("acme/busy")))
        subject.clock.advance(600)
        again = fetched(judged(subject, await subject.ask("acme/busy", etag=first.etag)))
        assert releases_of(first.body) == releases_of(again.body)

    busy = add(world(), "acme/busy", START, downloads_per_hour=60)
    face(publish(busy, "acme/busy", "v1.0.0", START), script)


@both
def test_pages(face: Face) -> None:
    """Links lead through all pages, by the repository's number; one page alone has none."""

    async def script(subject: Subject) -> None:
        transport, seen, url = subject.transport(), [], None
        while True:
            request = subject.request(NAME, page_url=url)
            if url is None:
                request = msgspec.structs.replace(
                    request, url=request.url.replace("per_page=100", "per_page=4")
                )
            outcome = fetched(judged(subject, await transport.send(request)))
            seen += [release.tag for release in releases_of(outcome.body)]
            url = outcome.next_url
            if url is None:
                break
            assert "/repositories/1000/releases?per_page=4&page=" in url
        assert seen == [f"v1.{number}.0" for number in range(9, -1, -1)]

    face(world(10), script)


@both
def test_a_renamed_repository(face: Face) -> None:
    """The old name leads to the new one by 301, and the token goes along."""

    async def script(subject: Subject) -> None:
        answer = await subject.ask(NAME)
        assert isinstance(answer, Response)
        assert answer.was_moved
        assert answer.is_credentialed
        assert fetched(judged(subject, answer)).was_moved

    face(rename(world(), NAME, "acme/comet"), script)


@both
def test_what_is_not_there(face: Face) -> None:
    """A deleted or private repository, another path and a slash at the end: 404."""

    async def script(subject: Subject) -> None:
        for name in (NAME, "acme/other", "acme/rocket/x"):
            assert isinstance(judged(subject, await subject.ask(name)), Gone)

    face(forget(world(), NAME), script)


@both
def test_drafts_and_half_uploaded_releases(face: Face) -> None:
    """A draft is seen by nobody; a file that isn't whole yet is listed, but doesn't count."""

    async def script(subject: Subject) -> None:
        outcome = fetched(judged(subject, await subject.ask(NAME)))
        newest = releases_of(outcome.body)[0]
        assert newest.tag == "v1.2.0"
        assert len(newest.assets) == 4
        assert b'"starter"' in outcome.body

    face(half_uploaded(publish(world(), NAME, "v9.0.0", START, is_draft=True)), script)


def half_uploaded(made: World) -> World:
    """Take the last file of the newest release back to the middle of its upload."""

    def begun(release: Published) -> Published:
        last = replace(release.uploads[-1], is_uploaded=False, digest=None)
        return replace(release, uploads=(*release.uploads[:-1], last))

    return edit_release(made, NAME, "v1.2.0", begun)


@both
def test_bad_credentials(face: Face) -> None:
    """A token that GitHub doesn't know gets 401; after many of them even a good one is refused, by 403."""

    async def script(subject: Subject) -> None:
        bad = subject.transport("ghp_" + "0" * 36)
        for _ in range(ATTEMPTS):
            outcome = judged(subject, await bad.send(subject.request(NAME)))
            assert refusal_of(outcome) is Refusal.BAD_CREDENTIAL
        locked = judged(subject, await subject.ask(NAME))
        assert refusal_of(locked) is Refusal.FORBIDDEN

    face(world(), script)


@both
def test_a_token_that_ends(face: Face) -> None:
    """Its end is told in each answer; from then on it is as unknown as any."""
    token = Token(text="ghp_" + "b" * 36, user_id=2, expires_at=START + timedelta(hours=1))

    async def script(subject: Subject) -> None:
        transport = subject.transport(token.text)
        answer = await transport.send(subject.request(NAME))
        assert isinstance(answer, Response)
        assert answer.headers[Received.TOKEN_EXPIRATION] == "2026-05-31 22:00:00 UTC"
        subject.clock.advance(3600)
        outcome = judged(subject, await transport.send(subject.request(NAME)))
        assert refusal_of(outcome) is Refusal.BAD_CREDENTIAL

    face(world(3, token), script)


@both
def test_the_probe_is_free(face: Face) -> None:
    """`GET /rate_limit` tells the limit and doesn't count."""

    async def script(subject: Subject) -> None:
        probe = github.probe(subject.source(NAME), user_agent=TOOL)
        for _ in range(3):
            outcome = fetched(judged(subject, await subject.transport().send(probe)))
            told = json.loads(outcome.body)["resources"]["core"]
            assert (told["limit"], told["remaining"]) == (5000, 5000)

    face(world(), script)


@both
def test_too_many_in_a_minute(face: Face) -> None:
    """More than 900 points a minute: told to slow down, with most of the hour's requests left."""

    async def script(subject: Subject) -> None:
        transport = subject.transport()
        probe = github.probe(subject.source(NAME), user_agent=TOOL)
        minutes = {"user 1": (subject.clock.now(), 899)}
        subject.hosts.ledger = replace(subject.hosts.ledger, minutes=minutes)
        fetched(judged(subject, await transport.send(probe)))
        outcome = judged(subject, await transport.send(probe))
        assert refusal_of(outcome) is Refusal.SECONDARY_LIMIT
        assert isinstance(outcome, Refused)
        assert outcome.until is not None
        wait_s = (outcome.until - subject.clock.now()).total_seconds()
        assert 58 <= wait_s <= 60
        subject.clock.advance(61)
        fetched(judged(subject, await transport.send(probe)))

    face(world(), script)


QUERY = """query($a: String!) {
  rateLimit { cost remaining }
  one: repository(owner: $a, name: "rocket") { nameWithOwner ...Newest }
  two: repository(owner: "acme", name: "none") { ...Newest }
}
fragment Newest on Repository {
  releases(first: 2, orderBy: {field: CREATED_AT, direction: DESC}) {
    nodes { tagName updatedAt releaseAssets(first: 100) { nodes { id size updatedAt } } }
  }
}"""


@both
def test_graphql(face: Face) -> None:
    """What can be answered is, beside errors, with status 200; points are counted apart from requests."""

    async def script(subject: Subject) -> None:
        posted = json.dumps({"query": QUERY, "variables": {"a": "acme"}}).encode()
        answer = await subject.transport().send(query(subject, posted))
        assert isinstance(answer, Response)
        assert answer.status == 200
        told = json.loads(answer.body)
        assert told["data"]["rateLimit"] == {"cost": 1, "remaining": 4999}
        assert told["data"]["two"] is None
        assert told["errors"][0]["type"] == "NOT_FOUND"
        nodes = told["data"]["one"]["releases"]["nodes"]
        assert [node["tagName"] for node in nodes] == ["v1.2.0", "v1.1.0"]
        assert len(nodes[0]["releaseAssets"]["nodes"]) == 5
        core = fetched(judged(subject, await subject.ask(NAME)))
        assert core.rate is not None
        assert core.rate.remaining == 4999
        subject.hosts.consume("graphql user 1", 5000)
        spent = await subject.transport().send(query(subject, posted))
        assert isinstance(spent, Response)
        assert spent.status == 200
        assert json.loads(spent.body)["errors"][0]["type"] == "RATE_LIMITED"
        alone = await subject.transport(None).send(query(subject, posted))
        assert isinstance(alone, Response)
        assert alone.status == 401

    face(world(), script)


def test_the_sweep() -> None:
    """Our own query is answered: a fingerprint that changes with a late upload, and 33 repositories for a point."""
    names = [f"acme/p{number}" for number in range(33)]
    made = world()
    for name in names[:-1]:
        made = publish(add(made, name, START), name, "v1.0.0", START)

    async def script(subject: Subject) -> None:
        async def swept() -> sweep.Swept:
            answer = await subject.transport().send(sweep.plan(names, user_agent=TOOL))
            assert isinstance(answer, Response)
            read = sweep.parse(answer.body, names)
            assert isinstance(read, sweep.Swept), read
            return read

        before = await swept()
        assert (before.cost, before.missing) == (1, ("acme/p32",))
        subject.hosts.world = publish(subject.hosts.world, "acme/p0", "v1.1.0", START)
        after = await swept()
        changed = {
            name for name in names[:-1] if before.fingerprints[name] != after.fingerprints[name]
        }
        assert changed == {"acme/p0"}
        assert after.rate is not None
        assert after.rate.remaining == 4998

    FACES[0](made, script)


def query(subject: Subject, posted: bytes) -> Request:
    """Make a POST of a query."""
    headers = {Header.CONTENT_TYPE: MediaType.JSON, Header.USER_AGENT: TOOL}
    root = github.api_url(subject.source(NAME))
    return Request(url=f"{root}/graphql", headers=headers, body=posted)


# What happens on the way comes back as the same kind of fault, in memory and over real sockets.
WAYS = [
    pytest.param(Kind.HANG, NetworkFaultKind.TIMEOUT, id="hang"),
    pytest.param(Kind.DRIP, NetworkFaultKind.TIMEOUT, id="drip"),
    pytest.param(Kind.RESET, NetworkFaultKind.RESET, id="reset"),
    pytest.param(Kind.TRUNCATE, NetworkFaultKind.RESET, id="truncate"),
]


@both
@pytest.mark.parametrize(("kind", "fault"), WAYS)
def test_faults_on_the_way(face: Face, kind: Kind, fault: NetworkFaultKind) -> None:
    """A fault of the connection is told by its kind, and the next request works."""

    async def script(subject: Subject) -> None:
        subject.way((Trouble(kind=kind),))
        answer = await subject.ask(NAME)
        assert isinstance(answer, NetworkFault)
        assert answer.kind is fault
        subject.way(())
        fetched(judged(subject, await subject.ask(NAME)))

    face(world(), script)


@both
def test_a_refusal_that_is_cut(face: Face) -> None:
    """A refusal whose body breaks off is a refusal all the same."""

    async def script(subject: Subject) -> None:
        subject.hosts.troubles = (Trouble(kind=Kind.STATUS, status=429, retry_after_s=600),)
        subject.way((*subject.hosts.troubles, Trouble(kind=Kind.TRUNCATE)))
        outcome = judged(subject, await subject.ask(NAME))
        assert isinstance(outcome, Refused)
        assert outcome.until is not None

    face(world(), script)


@both
def test_redirects_to_another_host(face: Face) -> None:
    """Not followed, and so the token doesn't get there."""

    async def script(subject: Subject) -> None:
        elsewhere = f"https://evil.example.com/repos/{NAME}/releases"
        subject.hosts.troubles = (Trouble(kind=Kind.REDIRECT, value=elsewhere, status=302),)
        answer = await subject.ask(NAME)
        assert isinstance(answer, NetworkFault)
        assert answer.kind is NetworkFaultKind.REDIRECT
        assert [seen.host for seen in subject.hosts.seen] == [subject.netloc]

    face(world(), script)


@both
def test_redirects_in_a_circle(face: Face) -> None:
    """Followed until the circle closes; what was followed is told, for the host counts it."""

    async def script(subject: Subject) -> None:
        subject.hosts.troubles = (Trouble(kind=Kind.REDIRECT, value="/login", status=302),)
        answer = await subject.ask(NAME)
        assert isinstance(answer, NetworkFault)
        assert answer.kind is NetworkFaultKind.REDIRECT
        assert len(subject.hosts.seen) == 2 == answer.redirects + 1

    face(world(), script)


@both
def test_a_body_over_the_cap(face: Face) -> None:
    """A list that grew beyond all bounds is not read to its end."""

    async def script(subject: Subject) -> None:
        subject.hosts.troubles = (Trouble(kind=Kind.GROW, factor=50),)
        answer = await subject.ask(NAME)
        assert isinstance(answer, NetworkFault)
        assert answer.kind is NetworkFaultKind.SIZE

    face(world(), script)


def served(made: World, path: str = f"/repos/{NAME}/releases", **wire: Any) -> Answer:
    """Ask the state machine itself."""
    headers = wire.pop("headers", (("user-agent", TOOL),))
    asked = Wire(host=simulated.HOST, path=path, headers=headers, **wire)
    return simulated.answer(made, Ledger.empty(), asked, START)[1]


def authorized(*more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Make the headers of a request with a token."""
    return (("user-agent", TOOL), ("authorization", f"Bearer {TOKEN}"), *more)


def test_headers_as_recorded() -> None:
    """An answer has the headers of the recording, and those that never change have its values."""
    changing = {"date", "etag", "link", "x-github-request-id", "x-ratelimit-reset", "vary"} | {
        f"x-ratelimit-{name}" for name in ("remaining", "used", "limit")
    }
    for what, releases in (
        ("list that fits one page, anonymous", 3),
        ("page of a list, anonymous", 40),
    ):
        recorded = {name.lower(): value for name, value in RECORDED[what]["headers"]}
        ours = dict(served(world(releases)).headers)
        assert set(recorded) - set(ours) == {"accept-ranges"}
        assert {name: ours[name] for name in recorded if name in ours and name not in changing} == {
            name: recorded[name] for name in recorded if name in ours and name not in changing
        }


def test_links_as_recorded() -> None:
    """The first page names the next and the last one, by the repository's number."""
    recorded = dict(RECORDED["page of a list, anonymous"]["headers"])["Link"]
    ours = header_of(served(world(170)).headers, "link")
    assert ours == recorded.replace("212465715", "1000")


def test_a_redirect_as_recorded() -> None:
    """The body of a 301 has the recording's keys, and it costs a request."""
    answer = served(rename(world(), NAME, "acme/comet"), headers=authorized())
    recorded = RECORDED["renamed repository"]
    assert answer.status == 301
    assert set(recorded["body"]) - {"url"} <= set(json.loads(answer.body))
    assert (
        header_of(answer.headers, "location") == "https://api.github.com/repositories/1000/releases"
    )
    assert header_of(answer.headers, "x-ratelimit-used") == "1"


def test_not_modified_as_recorded() -> None:
    """A 304 repeats the validator without W/ and has no body."""
    etag = header_of(served(world()).headers, "etag")
    assert etag is not None
    assert etag.startswith('W/"')
    answer = served(world(), headers=(("user-agent", TOOL), ("if-none-match", etag)))
    assert (answer.status, answer.body) == (304, b"")
    assert header_of(answer.headers, "etag") == etag.removeprefix("W/")
    recorded = dict(RECORDED["not modified, anonymous"]["headers"])
    assert recorded["ETag"].startswith('"')


def test_a_release_has_the_fields_of_the_recording() -> None:
    """Nothing that GitHub sent in 2025 is missing in a release or a file, but what was cut from the recording."""
    recorded = json.loads((HERE / "answers/github.schollz__croc.json").read_text())[0]
    ours = json.loads(served(world()).body)[0]
    cut = {"reactions", "mentions_count", "discussion_url"}
    assert set(recorded) - set(ours) - cut == set()
    assert set(recorded["assets"][0]) - set(ours["assets"][0]) == set()


def test_the_edge_refuses_anonymous_addresses() -> None:
    """Used up without a token: "rate limit exceeded" from Varnish, with no account of it in the headers."""
    ledger, answer = Ledger.empty(), Answer(status=0)
    asked = Wire(
        host=simulated.HOST, path=f"/repos/{NAME}/releases", headers=(("user-agent", TOOL),)
    )
    for _ in range(61):
        ledger, answer = simulated.answer(world(), ledger, asked, START)
    assert (answer.status, answer.reason) == (403, "rate limit exceeded")
    assert header_of(answer.headers, "server") == "Varnish"
    assert not [name for name, _ in answer.headers if name.startswith("x-ratelimit")]
    assert answer.body.startswith(
        b'{"message":"API rate limit exceeded for 192.0.2.1. (But here\'s'
    )
    other = msgspec.structs.replace(asked, peer="192.0.2.2")
    assert simulated.answer(world(), ledger, other, START)[1].status == 200


REFUSED = [
    pytest.param((), {}, 403, id="no User-Agent"),
    pytest.param(authorized(("x-github-api-version", "2021-01-01")), {}, 400, id="unknown version"),
    pytest.param(authorized(), {"path": f"/repos/{NAME}/releases/"}, 404, id="slash at the end"),
    pytest.param(authorized(), {"method": "POST"}, 404, id="no GET"),
]


@pytest.mark.parametrize(("headers", "wire", "status"), REFUSED)
def test_refused(headers: tuple[tuple[str, str], ...], wire: dict[str, str], status: int) -> None:
    """What GitHub doesn't take, this doesn't either."""
    assert served(world(), headers=headers, **wire).status == status


def schema(name: str) -> jsonschema_rs.Draft202012Validator:
    """Make a validator of one of GitHub's schemas; OpenAPI's `nullable` becomes a type."""
    root = {"$ref": f"#/components/schemas/{name}", "components": nullable(SCHEMAS["components"])}
    return jsonschema_rs.Draft202012Validator(root, validate_formats=True)


def nullable(node: Any) -> Any:
    """Translate OpenAPI 3.0's `nullable: true`."""
    if isinstance(node, dict):
        made = {key: nullable(value) for key, value in node.items() if key != "nullable"}
        if node.get("nullable") is True and "type" in made:
            made["type"] = [made["type"], "null"]
        return made
    return [nullable(one) for one in node] if isinstance(node, list) else node


def answers() -> Iterator[tuple[str, Answer]]:
    """Produce an answer of every kind, with the name of its schema."""
    made = publish(world(3), NAME, "v2.0.0", START, is_prerelease=True, is_immutable=True)
    yield "release", served(made)
    yield "release", served(made, headers=authorized())
    yield "rate-limit-overview", served(made, path="/rate_limit")
    yield "rate-limit-overview", served(made, path="/rate_limit", headers=authorized())
    yield "basic-error", served(made, path="/repos/acme/none/releases")
    yield "basic-error", served(rename(made, NAME, "acme/comet"))
    bad = (("user-agent", TOOL), ("authorization", "Bearer nonsense"))
    yield "basic-error", served(made, headers=bad)
    yield "basic-error", served(made, headers=authorized(("x-github-api-version", "1")))
    ledger, answer = Ledger.empty(), Answer(status=0)
    asked = Wire(host=simulated.HOST, path="/rate_limit", headers=authorized())
    for _ in range(901):
        ledger, answer = simulated.answer(made, ledger, asked, START)
    yield "basic-error", answer


def test_every_answer_is_valid() -> None:
    """Whatever the simulated GitHub says agrees with GitHub's own description of its API."""
    for name, answer in answers():
        told = json.loads(answer.body)
        for one in told if isinstance(told, list) else [told]:
            problems = [str(problem) for problem in schema(name).iter_errors(one)]
            assert problems == [], (name, answer.status)


def test_where_the_description_is_behind() -> None:
    """It lacks the state of a file that is only begun, which GitHub's own text on uploads names: nothing else."""
    (newest, *_) = json.loads(served(half_uploaded(world())).body)
    problems = list(schema("release").iter_errors(newest))
    assert [problem.instance for problem in problems] == ["starter"]


def test_a_gitea_refuses_tokens_of_others() -> None:
    """A token of GitHub's sent to a Gitea is refused, as in webi #850: so none may be."""

    async def script(subject: Subject) -> None:
        source = Source(kind=SourceKind.GITEA, repository=NAME, base_url=f"https://{GITEA_HOST}")
        request = gitea.plan(source, user_agent=TOOL)
        answer = await subject.transport().send(request)
        assert isinstance(answer, Response)
        assert (answer.status, answer.is_credentialed) == (200, False)
        listed = gitea.parse(answer.body)
        assert isinstance(listed, Listed)
        assert listed.releases[0].tag == "v1.2.0"
        wrong = (("authorization", "Bearer of-github"),)
        asked = Wire(host=GITEA_HOST, path=f"/api/v1/repos/{NAME}/releases", headers=wrong)
        assert subject.hosts.serve(asked, ()).status == 401

    FACES[0](world(), script)
