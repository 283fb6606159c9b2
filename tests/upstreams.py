"""A forge in memory: a Transport that lists releases as GitHub does, counts what it is asked, and errs when told to."""

import asyncio
import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.clocks import StillClock

from artesian.clock import Clock
from artesian.definitions.load import Catalogue
from artesian.model.credential import Credential, parse_token
from artesian.model.definition import Command, Definition, Recipe, Source, SourceKind
from artesian.model.header import Header, Received, Scheme
from artesian.model.names import PackageName
from artesian.model.outcome import NetworkFault, Request, Response
from artesian.observe import Observer
from artesian.refresh.access import Access
from artesian.refresh.exchange import Exchange
from artesian.refresh.memory import FILE, Memory
from artesian.refresh.plane import Plane, wanted_of
from artesian.refresh.present import Present
from artesian.store.disk import Disk, SystemDisk

__all__ = ["HOST", "TOKEN", "Forge", "definition", "github_token", "plane_of", "release"]

HOST = "api.github.com"
TOKEN = "ghp_" + "a1B2" * 9

Answer = Response | NetworkFault
START = StillClock().now()


def release(
    tag: str, *files: str, age: timedelta = timedelta(days=30), **more: Any
) -> dict[str, Any]:
    """Write a release as GitHub lists it, `age` before the tests' noon."""
    at = (START - age).isoformat().replace("+00:00", "Z")
    names = files or (f"x-{tag}-linux-amd64.tar.gz", f"x-{tag}-macos-arm64.tar.gz")
    return {
        "tag_name": tag,
        "published_at": at,
        "assets": [asset(tag, name, at) for name in names],
        **more,
    }


def asset(tag: str, name: str, at: str) -> dict[str, Any]:
    """Write a file of a release; its digest follows from its name."""
    return {
        "name": name,
        "browser_download_url": f"https://github.com/o/r/releases/download/{tag}/{name}",
        "size": 1000,
        "digest": f"sha256:{hashlib.sha256(f'{tag}/{name}'.encode()).hexdigest()}",
        "updated_at": at,
    }


class Forge:
    """`repositories` maps owner/name to its releases, newest first. `asked` is what arrived, in order."""

    def __init__(self, clock: Clock, *, limit: int = 5000, credential: Credential | None = None):
        self.clock = clock
        self.repositories: dict[str, list[dict[str, Any]]] = {}
        self.files: dict[str, bytes] = {}
        self.asked: list[Request] = []
        self.limit = limit
        self.credential = credential
        self.fault: Callable[[Request], Answer | None] = lambda _: None
        self.points = 0  # that queries cost
        self.refused = 0  # requests beyond the limit
        self._window: datetime | None = None
        self._used = 0

    @property
    def listed(self) -> list[str]:
        """Name what was asked of the API, without its host."""
        return [one.url.removeprefix(f"https://{HOST}") for one in self.asked if HOST in one.url]

    async def send(self, request: Request) -> Answer:
        self.asked.append(request)
        await asyncio.sleep(0)  # noqa: TID251 - lets others run, as a network would
        answer = self.fault(request)
        return self._answer(request) if answer is None else answer

    def answer(
        self, request: Request, status: int = 200, body: bytes = b"[]", **more: str
    ) -> Response:
        """Build an answer with the headers that every one has."""
        named = {Received(name.replace("_", "-")): value for name, value in more.items()}
        return Response(
            url=request.url,
            status=status,
            headers={Received.CONTENT_TYPE: "application/json", **self._limits(), **named},
            body=body,
            is_credentialed=self.credential is not None,
        )

    def _answer(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        if parts.netloc != HOST:
            body = self.files.get(request.url)
            status = 404 if body is None else 200
            return Response(url=request.url, status=status, headers={}, body=body or b"")
        if parts.path == "/graphql":
            return self._query(request)
        if parts.path == "/rate_limit":
            self._count()
            core = {
                "limit": self.limit,
                "remaining": self.limit - self._used,
                "reset": self._reset(),
            }
            return self.answer(request, body=json.dumps({"resources": {"core": core}}).encode())
        self._count()
        if self._used > self.limit:
            self._used = self.limit
            self.refused += 1
            return self.answer(request, 403, b'{"message": "API rate limit exceeded"}')
        return self.page(request)

    def page(self, request: Request) -> Response:
        """Answer a page of releases, without counting."""
        parts = urlsplit(request.url)
        releases = self.repositories.get(parts.path.split("/repos/")[-1].rpartition("/releases")[0])
        if releases is None:
            return self.answer(request, 404, b'{"message": "Not Found"}')
        number = int(parse_qs(parts.query).get("page", ["1"])[0])
        body = json.dumps(releases[(number - 1) * 100 : number * 100]).encode()
        etag = f'W/"{hashlib.sha256(body + str(self.credential).encode()).hexdigest()}"'
        if request.headers.get(Header.IF_NONE_MATCH) == etag:
            self._used -= self.credential is not None
            return self.answer(request, 304, b"")
        more: dict[str, Any] = {}
        if len(releases) > number * 100:
            base = request.url.partition("&page=")[0]
            more["link"] = f'<{base}&page={number + 1}>; rel="next", <{base}&page=99>; rel="last"'
        return self.answer(request, body=body, etag=etag, **more)

    def _query(self, request: Request) -> Response:
        """Answer a query for a point of its own account: of each repository its newest two releases."""
        self.points += 1
        if self.credential is None:
            return self.answer(request, 401, b"{}")
        query = json.loads(request.body or b"{}")["query"]
        data: dict[str, Any] = {}
        for key, owner, name in re.findall(
            r'(r\d+):repository\(owner:"(.*?)",name:"(.*?)"\)', query
        ):
            releases = self.repositories.get(f"{owner}/{name}")
            nodes = [
                {key: one[key] for key in ("tag_name", "assets")} for one in (releases or [])[:2]
            ]
            data[key] = None if releases is None else {"releases": {"nodes": nodes}}
        body = json.dumps({"data": data}).encode()
        left = str(5000 - self.points)
        return self.answer(request, body=body, x_ratelimit_limit="5000", x_ratelimit_remaining=left)

    def _count(self) -> None:
        now = self.clock.now()
        if self._window is None or now >= self._window + timedelta(hours=1):
            self._window, self._used = now, 0
        self._used += 1

    def _reset(self) -> int:
        return int(((self._window or self.clock.now()) + timedelta(hours=1)).timestamp())

    def _limits(self) -> dict[Received, str]:
        return {
            Received.RATE_LIMIT: str(self.limit),
            Received.RATE_REMAINING: str(max(0, self.limit - self._used)),
            Received.RATE_USED: str(self._used),
            Received.RATE_RESET: str(self._reset()),
        }


def github_token() -> Credential:
    """Make a token for api.github.com."""
    secret = parse_token(TOKEN, origin="a test")
    return Credential(host=HOST, scheme=Scheme.BEARER, secret=secret, expected_limit=5000)


def definition(name: str, **more: Any) -> Definition:
    """Write a definition of one line."""
    fields: dict[str, Any] = {
        "name": PackageName(name),
        "title": name,
        "source": Source(kind=SourceKind.GITHUB, repository=f"o/{name}"),
        "recipe": Recipe(commands=(Command(name=name, file=name),)),
    }
    return Definition(**fields | more)


def plane_of(
    directory: Path,
    forge: Forge,
    *definitions: Definition,
    session: str = "a test",
    disk: Disk | None = None,
    **more: Any,
) -> Plane:
    """Put a write plane together around a forge; the same folder again is the same plane after a restart."""
    credentials = {} if forge.credential is None else {forge.credential.host: forge.credential}
    access = Access(user_agent="artesian/test", credentials=credentials)
    exchange = Exchange(
        transport=forge,
        access=access,
        memory=Memory(directory / FILE, session=session),
        clock=forge.clock,
        jitter=lambda: 0.5,
        observer=Observer(),
    )
    catalogue = Catalogue(definitions=definitions, problems=())
    return Plane(
        directory=directory,
        disk=disk or SystemDisk(),
        present=Present(directory),
        exchange=exchange,
        wanted=wanted_of(catalogue, access),
        **more,
    )
