"""The part of GitHub's GraphQL API that a sweep over many repositories needs, with its cost in points. Pure.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from artesian.sim.graphql_query import BadQuery, Field, parse_query
from artesian.sim.world import Published, Repository, Upload, World, find

__all__ = ["answer_query"]

# The most that `first` may ask for, as GitHub says; and nodes that a query may name in all.
_MOST = 100
_MOST_NODES = 500_000

_Row = dict[str, Any]


class _Posted(msgspec.Struct):
    query: str
    variables: dict[str, Any] | None = None


def answer_query(
    world: World, body: bytes, *, left: int, limit: int, resets_at: datetime
) -> tuple[bytes, int]:
    """Answer one POST; and tell its cost. Errors come with status 200, beside what could be answered."""
    try:
        posted = msgspec.json.decode(body, type=_Posted)
        fields = parse_query(posted.query, posted.variables or {})
        cost = _cost(fields)
    except (msgspec.DecodeError, BadQuery) as error:
        return _encode({"errors": [{"message": str(error)}]}), 0
    if cost > left:
        limited = {"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 1."}
        return _encode({"errors": [limited]}), 0
    rate = {
        "cost": cost,
        "limit": limit,
        "remaining": left - cost,
        "used": limit - left + cost,
        "resetAt": _time(resets_at),
        "nodeCount": _nodes(fields),
    }
    data: _Row = {}
    errors: list[_Row] = []
    try:
        for field in fields:
            data[field.key] = _top(world, field, rate, errors)
    except BadQuery as error:
        return _encode({"errors": [{"message": str(error)}]}), 1
    return _encode({"data": data} | ({"errors": errors} if errors else {})), cost


def _top(world: World, field: Field, rate: _Row, errors: list[_Row]) -> _Row | None:
    if field.name == "rateLimit":
        return _pick(field, rate, "RateLimit")
    if field.name != "repository":
        raise BadQuery(f"Field '{field.name}' doesn't exist on type 'Query'")
    name = f"{field.arguments.get('owner')}/{field.arguments.get('name')}"
    found = find(world, name) or world.repositories.get(world.renamed.get(name.lower(), -1))
    if found is None:
        message = f"Could not resolve to a Repository with the name '{name}'."
        errors.append({"type": "NOT_FOUND", "path": [field.key], "message": message})
        return None
    return _repository(field, found)


def _repository(field: Field, repository: Repository) -> _Row:
    visible = [one for one in repository.releases if one.published_at is not None]
    visible.sort(key=lambda one: (one.created_at, one.id), reverse=True)
    row = {
        "id": f"R_{repository.id}",
        "databaseId": repository.id,
        "name": repository.name.partition("/")[2],
        "nameWithOwner": repository.name,
    }
    connections = {
        "releases": lambda one: _connection(one, [_release(release) for release in visible])
    }
    return _pick(field, row, "Repository", connections)


def _release(release: Published) -> Callable[[Field], _Row]:
    row = {
        "id": f"RE_{release.id}",
        "databaseId": release.id,
        "tagName": release.tag,
        "isDraft": release.published_at is None,
        "isPrerelease": release.is_prerelease,
        "createdAt": _time(release.created_at),
        "publishedAt": _time(release.published_at),
        "updatedAt": _time(release.updated_at),
    }
    uploads = [_upload(upload) for upload in release.uploads]
    connections = {"releaseAssets": lambda one: _connection(one, uploads)}
    return lambda field: _pick(field, row, "Release", connections)


def _upload(upload: Upload) -> Callable[[Field], _Row]:
    row = {
        "id": f"RA_{upload.id}",
        "name": upload.name,
        "size": upload.size_bytes,
        "createdAt": _time(upload.created_at),
        "updatedAt": _time(upload.updated_at),
    }
    return lambda field: _pick(field, row, "ReleaseAsset")


def _connection(field: Field, nodes: list[Callable[[Field], _Row]]) -> _Row:
    shown = nodes[: _first(field)]
    made: _Row = {}
    for part in field.selection:
        match part.name:
            case "nodes":
                made[part.key] = [node(part) for node in shown]
            case "totalCount":
                made[part.key] = len(nodes)
            case "pageInfo":
                page = {"hasNextPage": len(shown) < len(nodes), "endCursor": str(len(shown))}
                made[part.key] = _pick(part, page, "PageInfo")
            case _:
                raise BadQuery(f"Field '{part.name}' doesn't exist on a connection")
    return made


def _pick(
    field: Field,
    row: Mapping[str, Any],
    kind: str,
    connections: Mapping[str, Callable[[Field], _Row]] | None = None,
) -> _Row:
    made: _Row = {}
    for part in field.selection:
        if part.name == "__typename":
            made[part.key] = kind
        elif connections and part.name in connections:
            made[part.key] = connections[part.name](part)
        elif part.name in row:
            made[part.key] = row[part.name]
        else:
            raise BadQuery(f"Field '{part.name}' doesn't exist on type '{kind}'")
    return made


def _first(field: Field) -> int:
    first = field.arguments.get("first")
    if not isinstance(first, int) or not 1 <= first <= _MOST:
        raise BadQuery(
            f"You must provide a `first` value of 1 to {_MOST} to paginate the `{field.name}` connection."
        )
    return first


def _connections(fields: tuple[Field, ...], times: int = 1) -> Iterator[tuple[int, int]]:
    """List (how often a connection is asked for, how many nodes each time)."""
    for field in fields:
        if field.name in ("releases", "releaseAssets"):
            first = _first(field)
            yield times, first
            yield from _connections(field.selection, times * first)
        else:
            yield from _connections(field.selection, times)


def _cost(fields: tuple[Field, ...]) -> int:
    if _nodes(fields) > _MOST_NODES:
        raise BadQuery(
            "By the time this query traverses to the last connection, it is requesting too many nodes"
        )
    return max(1, round(sum(times for times, _ in _connections(fields)) / 100))


def _nodes(fields: tuple[Field, ...]) -> int:
    return sum(times * first for times, first in _connections(fields))


def _time(when: datetime | None) -> str | None:
    return None if when is None else f"{when:%Y-%m-%dT%H:%M:%SZ}"


def _encode(value: _Row) -> bytes:
    return msgspec.json.encode(value)
