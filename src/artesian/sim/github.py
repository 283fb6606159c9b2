"""GitHub's REST API as one pure state machine: (world, ledger, request, now) → (ledger, answer).

It has two faces: sim/network.py in memory, sim/github_server.py on a socket. What it answers follows
GitHub's documents and recordings; tests validate it against GitHub's own OpenAPI description.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qs

from artesian.sim.bodies import error, limits, page
from artesian.sim.github_answers import edge_limit, no_user_agent, not_modified, reply, secondary
from artesian.sim.graphql import answer_query
from artesian.sim.ledger import Ledger, attempt, is_locked, point, take, window
from artesian.sim.wire import Answer, Fields, Wire, header_of
from artesian.sim.world import Repository, Token, World, find

__all__ = ["HOST", "answer"]

HOST = "api.github.com"
VERSIONS = frozenset({"2022-11-28", "2026-03-10"})
ANONYMOUS_LIMIT = 60
_DOCS = "https://docs.github.com/rest"
_RATE_DOCS = f"{_DOCS}/overview/resources-in-the-rest-api#rate-limiting"
_NOT_FOUND_DOCS = f"{_DOCS}/releases/releases#list-releases"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Caller:
    """Who asks, and what is theirs."""

    account: str
    limit: int
    graphql_limit: int
    token: Token | None
    address: str


def answer(
    world: World, ledger: Ledger, wire: Wire, now: datetime, *, base_url: str = f"https://{HOST}"
) -> tuple[Ledger, Answer]:
    """Answer one request. `base_url`: the root that links and redirects name."""
    if not header_of(wire.headers, "user-agent"):
        return ledger, no_user_agent(now)
    caller, ledger = _authenticate(world, ledger, wire, now)
    if isinstance(caller, Answer):
        return ledger, caller
    ledger, slowed = point(ledger, caller.account, now)
    if slowed is not None:
        return ledger, secondary(now, (slowed - now).total_seconds(), _rate(ledger, caller, now))
    version = header_of(wire.headers, "x-github-api-version")
    if version is not None and version not in VERSIONS:
        body = error(
            400,
            f'"{version}" is not a valid API version.',
            f"{_DOCS}/about-the-rest-api/api-versions",
        )
        return ledger, reply(400, body, now, _rate(ledger, caller, now))
    if wire.path == "/rate_limit" and wire.method == "GET":
        return ledger, _limits(ledger, caller, now)
    if wire.path == "/graphql" and wire.method == "POST":
        return _graphql(world, ledger, caller, wire, now)
    return _core(world, ledger, caller, wire, now, base_url)


def _authenticate(
    world: World, ledger: Ledger, wire: Wire, now: datetime
) -> tuple[_Caller | Answer, Ledger]:
    given = header_of(wire.headers, "authorization")
    address = f"address {wire.peer}"
    if given is None:
        return _Caller(
            account=address, limit=ANONYMOUS_LIMIT, graphql_limit=0, token=None, address=wire.peer
        ), ledger
    scheme, _, text = given.partition(" ")
    token = world.tokens.get(text) if scheme.lower() in ("bearer", "token") else None
    if is_locked(ledger, wire.peer, now):
        body = error(
            403, "Maximum number of login attempts exceeded. Please try again later.", _DOCS
        )
        return reply(403, body, now, ()), ledger
    if token is None or (token.expires_at is not None and now >= token.expires_at):
        ledger = attempt(ledger, wire.peer, now)
        body = error(401, "Bad credentials", _DOCS)
        return reply(401, body, now, ()), ledger
    return _Caller(
        account=f"user {token.user_id}",
        limit=token.limit,
        graphql_limit=token.graphql_limit,
        token=token,
        address=wire.peer,
    ), ledger


def _core(
    world: World, ledger: Ledger, caller: _Caller, wire: Wire, now: datetime, base_url: str
) -> tuple[Ledger, Answer]:
    if window(ledger, caller.account, now).used >= caller.limit:
        return ledger, _exhausted(ledger, caller, now)
    before, ledger = ledger, take(ledger, caller.account, now)
    rate = _rate(ledger, caller, now)
    if wire.method != "GET":
        return ledger, reply(404, error(404, "Not Found", _DOCS), now, rate)
    repository = _repository(world, wire.path)
    if isinstance(repository, int):
        url = f"{base_url}/repositories/{repository}/releases" + (wire.query and f"?{wire.query}")
        body = error(
            301,
            "Moved Permanently",
            f"{_DOCS}/guides/best-practices-for-using-the-rest-api#follow-redirects",
        )
        return ledger, reply(301, body, now, (("location", url), *rate))
    if repository is None:
        return ledger, reply(404, error(404, "Not Found", _NOT_FOUND_DOCS), now, rate)
    size, number = _paging(wire.query)
    body = page(base_url, repository, number, size, now)
    etag = _etag(body, caller)
    extra = (*_link(base_url, repository, wire.query, number, size), *_cached(etag, caller), *rate)
    if etag in _bare(header_of(wire.headers, "if-none-match")):
        # Free, but only for those who say who they are.
        kept = before if caller.token is not None else ledger
        return kept, not_modified(etag, now, _rate(kept, caller, now))
    return ledger, reply(200, body, now, extra)


def _repository(world: World, path: str) -> Repository | int | None:
    """Find what a path speaks of; an int: it was renamed, ask by that id."""
    match path.split("/"):
        case ["", "repos", owner, name, "releases"]:
            found = find(world, f"{owner}/{name}")
            renamed = world.renamed.get(f"{owner}/{name}".lower())
            if found is None and renamed in world.repositories:
                return renamed
            return found
        case ["", "repositories", number, "releases"] if number.isdecimal():
            return world.repositories.get(int(number))
        case _:
            return None


def _paging(query: str) -> tuple[int, int]:
    values = parse_qs(query)

    def number(name: str, default: int, most: int) -> int:
        text = values.get(name, [""])[0]
        return min(max(1, int(text)), most) if text.isdecimal() else default

    return number("per_page", 30, 100), number("page", 1, 10_000)


def _link(base_url: str, repository: Repository, query: str, number: int, size: int) -> Fields:
    """Name the other pages by the repository's id; nothing if one page is enough."""
    count = sum(release.published_at is not None for release in repository.releases)
    last = max(1, -(-count // size))
    if last == 1:
        return ()
    kept = "".join(
        f"{name}={values[0]}&" for name, values in parse_qs(query).items() if name != "page"
    )
    root = f"{base_url}/repositories/{repository.id}/releases?{kept}page="
    pages = []
    if number > 1:
        pages.append((number - 1, "prev"))
    if number < last:
        pages += [(number + 1, "next"), (last, "last")]
    if number > 1:
        pages.append((1, "first"))
    return (("link", ", ".join(f'<{root}{at}>; rel="{name}"' for at, name in pages)),)


def _etag(body: bytes, caller: _Caller) -> str:
    """Make a validator that is another one for each credential, as GitHub's is."""
    who = "" if caller.token is None else caller.token.text
    return hashlib.sha256(who.encode() + b"\n" + body).hexdigest()


def _cached(etag: str, caller: _Caller) -> Fields:
    scope, vary = (
        ("public", "Accept")
        if caller.token is None
        else ("private", "Accept, Authorization, Cookie, X-GitHub-OTP")
    )
    return (
        ("cache-control", f"{scope}, max-age=60, s-maxage=60"),
        ("etag", f'W/"{etag}"'),
        ("vary", f"{vary},Accept-Encoding, Accept, X-Requested-With"),
    )


def _exhausted(ledger: Ledger, caller: _Caller, now: datetime) -> Answer:
    if caller.token is None:
        return edge_limit(caller.address, now)
    message = f"API rate limit exceeded for user ID {caller.token.user_id}."
    return reply(403, error(403, message, _RATE_DOCS), now, _rate(ledger, caller, now))


def _limits(ledger: Ledger, caller: _Caller, now: datetime) -> Answer:
    core = _account(ledger, caller.account, caller.limit, now)
    graphql = _account(ledger, f"graphql {caller.account}", caller.graphql_limit, now)
    extra = (("cache-control", "no-cache"), *_rate(ledger, caller, now))
    return reply(200, limits(core, graphql), now, extra)


def _graphql(
    world: World, ledger: Ledger, caller: _Caller, wire: Wire, now: datetime
) -> tuple[Ledger, Answer]:
    if caller.token is None:
        body = error(
            401,
            "This endpoint requires you to be authenticated.",
            "https://docs.github.com/graphql/guides/forming-calls-with-graphql#authenticating-with-graphql",
        )
        # Zeros all over, as observed: they are no statement about anybody's limit.
        nobody = replace(caller, account="nobody", limit=0)
        return ledger, reply(401, body, now, _rate(ledger, nobody, now, "graphql"))
    account = f"graphql {caller.account}"
    left = caller.graphql_limit - window(ledger, account, now).used
    resets_at = window(ledger, account, now).resets_at
    body, cost = answer_query(
        world, wire.body, left=left, limit=caller.graphql_limit, resets_at=resets_at
    )
    ledger = take(ledger, account, now, cost)
    return ledger, reply(
        200,
        body,
        now,
        _rate(ledger, replace(caller, account=account, limit=caller.graphql_limit), now, "graphql"),
    )


def _account(ledger: Ledger, account: str, limit: int, now: datetime) -> dict[str, int]:
    present = window(ledger, account, now)
    used = min(present.used, limit)
    reset = int(present.resets_at.timestamp())
    return {"limit": limit, "used": used, "remaining": limit - used, "reset": reset}


def _rate(ledger: Ledger, caller: _Caller, now: datetime, resource: str = "core") -> Fields:
    """Tell the caller's account, and when its token ends."""
    account = _account(ledger, caller.account, caller.limit, now)
    numbers = tuple((f"x-ratelimit-{name}", str(value)) for name, value in account.items())
    end = caller.token.expires_at if caller.token is not None else None
    expires: Fields = (
        ()
        if end is None
        else (("github-authentication-token-expiration", f"{end:%Y-%m-%d %H:%M:%S} UTC"),)
    )
    return (*numbers, ("x-ratelimit-resource", resource), *expires)


def _bare(etags: str | None) -> set[str]:
    """Read If-None-Match for a weak comparison: without W/ and quotes."""
    return {one.strip().removeprefix("W/").strip('"') for one in (etags or "").split(",")}
