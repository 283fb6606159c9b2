"""The ASGI edge: kept answers first, then routes, and errors as answers. It holds the generation in force.

A kept answer to a plain GET never comes here: the connection asks `kept` for it and sends it at once.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send

from artesian.clock import Clock
from artesian.errors import ArtesianError, Invalid
from artesian.index import Index, NotFetched
from artesian.observe import Observer
from artesian.web.answers import FRESH, NEGOTIATED, AnswerKey, Answers, Ready, ready
from artesian.web.board import PATHS, Board
from artesian.web.demand import Demand
from artesian.web.failures import (
    Incident,
    MethodNotAllowed,
    MissingHost,
    Overloaded,
    PathTooLong,
    failure_answer,
)
from artesian.web.nearest import Nearest
from artesian.web.negotiate import (
    Form,
    WrongHost,
    accepts_gzip,
    form_for,
    form_of_failure,
    is_wget,
    matches_etag,
    origin_of,
    read_path,
)
from artesian.web.parameters import read_query
from artesian.web.plane import Asked, Serving
from artesian.web.routes import route

__all__ = ["App"]

# Ten packages, each with a name and a version of the longest kind, percent-encoded in part.
_LONGEST_PATH = 4096
# Probes come from machines that know us by address only.
_PROBES = frozenset({b"/livez", b"/readyz"})
# Webi's clients tell here what our installers find out by themselves: the answer is the same.
_WHATEVER_QUERY = b"/api/installers/"
_NO_BODY: dict[str, Any] = {"type": "http.response.body", "body": b""}

_Headers = Mapping[bytes, bytes]


class App:
    """An ASGI application that answers from the generation it was last given."""

    def __init__(
        self,
        index: Index,
        *,
        clock: Clock,
        observer: Observer,
        answers_bytes: int,
        public_url: str = "",
        allowed_hosts: Collection[str] = (),
    ) -> None:
        self._clock = clock
        self._observer = observer
        self.demand = Demand()
        self._answers_bytes = answers_bytes
        self._public_url = public_url
        self._allowed = {*allowed_hosts, urlsplit(public_url).hostname or ""} - {""}
        self._printed_for = lru_cache(maxsize=256)(self._print_for)
        self._board: Board | None = None
        self.replace(index)

    def replace(self, index: Index) -> None:
        """Put a generation in force, for all requests that begin from now on."""
        generation = index.generation
        self.serving = Serving(
            index=index,
            answers=Answers(self._answers_bytes),
            nearest=Nearest([*generation.packages, *generation.aliases], self._clock),
            public_url=self._public_url,
            board=self._board,
        )

    def show(self, board: Board) -> None:
        """Put a judgement in force, for all requests that begin from now on, and drop the answers that it changes."""
        has_news = self._board is None or board.remarks != self._board.remarks
        self.serving.answers.drop(lambda key: key[0] in PATHS or (has_news and key[1] is Form.PAGE))
        self._board = board
        self.serving = replace(self.serving, board=board)

    def taken_demand(self) -> Mapping[str, int]:
        """Return how often each package was asked for since the last time."""
        return {str(name): count for name, count in self.demand.take(self.serving).items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        del receive  # no route takes a body
        headers: _Headers = dict(scope["headers"])
        found = self._respond(scope, headers)
        known = headers.get(b"if-none-match")
        if known is not None and found.etag and matches_etag(known, found.etag):
            self._observer.count("answer.not_modified", scope["raw_path"])
            await send(found.not_modified)
            await send(_NO_BODY)
        else:
            await send(found.start)
            await send(_NO_BODY if scope["method"] == "HEAD" else found.body)

    async def overloaded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request that there is no room for."""
        del receive
        found = self._fail(scope, dict(scope["headers"]), Overloaded())
        await send(found.start)
        await send(found.body)

    def _respond(self, scope: Scope, headers: _Headers) -> Ready:
        try:
            try:
                return self._find(scope, headers)
            except ArtesianError as error:
                return self._fail(scope, headers, error)
        except Exception as error:  # noqa: BLE001 - the ASGI edge: no client ever sees a bare 500
            number = token_hex(4)
            self._observer.fail("error.incident", error, incident=number)
            return self._fail(scope, headers, Incident(number))

    def kept(self, path: bytes, pairs: list[tuple[bytes, bytes]]) -> Ready | None:
        """Return a kept answer to a plain GET; None where there is none, or where more has to be looked at."""
        headers: _Headers = dict(pairs)
        host = headers.get(b"host")
        if not host or len(headers) != len(pairs) or b"if-none-match" in headers:
            return None
        try:
            return self._kept(self.serving, path, headers, self._printed_for(host))
        except WrongHost:
            return None

    def _kept(self, serving: Serving, path: bytes, headers: _Headers, origin: str) -> Ready | None:
        answers = serving.answers
        is_gzip = accepts_gzip(headers.get(b"accept-encoding", b""))
        found = answers.get((path, None, "", is_gzip))
        if found is None:
            form = form_for(headers.get(b"user-agent", b""), headers.get(b"accept", b""))
            found = answers.get((path, form, origin, is_gzip))
        if found is not None:
            self._observer.count("answer.kept", path)
            self.demand.count(path)
        return found

    def _find(self, scope: Scope, headers: _Headers) -> Ready:
        """Return a kept answer, else make one, and keep it if it may be; raise ArtesianError."""
        serving = self.serving
        origin = self._origin(scope, headers)
        path: bytes = scope["raw_path"]
        is_query_void = not scope["query_string"] or path.startswith(_WHATEVER_QUERY)
        is_plain = scope["method"] in {"GET", "HEAD"} and is_query_void
        kept = self._kept(serving, path, headers, origin) if is_plain else None
        if kept is not None:
            return kept
        self._observer.count("answer.made", path)
        _check(scope)
        is_gzip = accepts_gzip(headers.get(b"accept-encoding", b""))
        form = form_for(headers.get(b"user-agent", b""), headers.get(b"accept", b""))
        asked = Asked(
            form=form,
            origin=origin,
            query={} if is_query_void else read_query(scope["query_string"]),
            user_agent=headers.get(b"user-agent", b"").decode("latin-1"),
        )
        answer = route(serving, asked, read_path(path))
        self.demand.count(path)
        made = ready(answer, is_gzip=is_gzip)
        if is_plain and (answer.cache_control == FRESH or path in PATHS):
            is_for_all = answer.vary != NEGOTIATED
            key: AnswerKey = (
                path,
                None if is_for_all else form,
                "" if is_for_all else origin,
                is_gzip,
            )
            serving.answers.put(key, made)
        return made

    def _origin(self, scope: Scope, headers: _Headers) -> str:
        """Tell the origin to print; raise WrongHost or MissingHost."""
        host = headers.get(b"host")
        try:
            if host and len(headers) == len(scope["headers"]):
                return self._printed_for(host)
            hosts = [value for name, value in scope["headers"] if name == b"host"]
            if len(hosts) == 1 and host:
                return self._printed_for(host)
            if not hosts and scope["http_version"] == "1.0":
                return self._own(scope)
            raise MissingHost
        except Invalid:
            if scope["raw_path"] in _PROBES:
                return self._own(scope)
            raise

    def _print_for(self, host: bytes) -> str:
        origin = origin_of(host, allowed=self._allowed, has_public_url=bool(self._public_url))
        return self._public_url or origin

    def _own(self, scope: Scope) -> str:
        """Tell the origin for a client that names none: the public one, else the address it came to."""
        address, port = scope["server"]
        return self._public_url or f"http://{f'[{address}]' if ':' in address else address}:{port}"

    def _fail(self, scope: Scope, headers: _Headers, error: ArtesianError) -> Ready:
        """Make the answer of an error."""
        user_agent = headers.get(b"user-agent", b"")
        try:
            origin = self._origin(scope, headers)
        except ArtesianError:
            origin = self._public_url
        answer = failure_answer(
            error,
            form=form_of_failure(
                scope["raw_path"], form_for(user_agent, headers.get(b"accept", b""))
            ),
            is_wget=is_wget(user_agent),
            origin=origin,
            nearest=self.serving.nearest,
        )
        if isinstance(error, NotFetched):
            self.demand.count(scope["raw_path"])
        self._observer.count(f"error.{type(error).__name__}", scope["raw_path"])
        return ready(answer, is_gzip=accepts_gzip(headers.get(b"accept-encoding", b"")))


def _check(scope: Scope) -> None:
    if scope["method"] not in {"GET", "HEAD"}:
        raise MethodNotAllowed
    if len(scope["raw_path"]) > _LONGEST_PATH:
        raise PathTooLong
