"""Golden tests of headers, each by its own name; run as a program, they judge mutants of the constants' module.

`python golden_headers.py SOURCE…`: for each file that stands in for model/header.py a line with the name of the first
golden test that fails. Each mutant gets a process of its own, forked before anything of Artesian is imported.
"""

import asyncio
import gzip
import importlib
import importlib.util
import os
import ssl
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

# Imported before the forks, for it takes a second; none of it is ours.
import httpx2  # noqa: F401
import msgspec

TOKEN = "ghp_" + "a1B2" * 9
RESET = 1767362400  # 2026-01-02 14:00:00 UTC
JSON_OK = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: 2\r\n"
    b"connection: close\r\n\r\n[]"
)


class Mutant:
    """Artesian, imported anew over one form of the constants."""

    def __init__(self) -> None:
        for name in ("net", "sources.github", "sources.gitea", "sources.gitlab", "sources.sweep"):
            setattr(self, name.rpartition(".")[2], importlib.import_module(f"artesian.{name}"))
        self.header: Any = importlib.import_module("artesian.model.header")
        self.outcome: Any = importlib.import_module("artesian.model.outcome")
        self.credential: Any = importlib.import_module("artesian.model.credential")
        self.definition: Any = importlib.import_module("artesian.model.definition")
        self.judge: Any = importlib.import_module("artesian.refresh.judge")
        self.upstream: Any = importlib.import_module("artesian.refresh.upstream")
        self.access: Any = importlib.import_module("artesian.refresh.access")

    net: Any
    github: Any
    gitea: Any
    gitlab: Any
    sweep: Any

    def source(self, kind: str, base_url: str | None) -> Any:
        """Write a source."""
        kinds = self.definition.SourceKind
        return self.definition.Source(kind=kinds(kind), repository="o/r", base_url=base_url)

    def exchange(self, request: Any, *answers: bytes, scheme: str = "") -> tuple[list[str], Any]:
        """Send a request to a raw socket; return the lines that arrived, and what came back."""
        return asyncio.run(self._exchange(request, answers, scheme))

    async def _exchange(
        self, request: Any, answers: tuple[bytes, ...], scheme: str
    ) -> tuple[list[str], Any]:
        arrived: list[bytes] = []
        left = list(answers or (JSON_OK,))

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            arrived.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(left.pop(0))
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        netloc = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        transport = self.net.HttpTransport(
            credentials=self.credentials(netloc, scheme),
            tls=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # made in no time, and of no use here
        )
        url = f"http://{netloc}/" + request.url.partition("://")[2].partition("/")[2]
        here = msgspec.structs.replace(request, url=url)
        received = await transport.send(here)
        await transport.aclose()
        server.close()
        lines = arrived[-1].decode().split("\r\n")
        return [line for line in lines[1:] if line and not line.startswith("Host:")], received

    def credentials(self, netloc: str, scheme: str) -> tuple[Any, ...]:
        """Make a token for this host, sent after the word `scheme`."""
        if not scheme:
            return ()
        secret = self.credential.parse_token(TOKEN, origin="a test")
        word = self.header.Scheme[{"Bearer": "BEARER", "token": "TOKEN"}[scheme]]
        make = self.credential.Credential
        return (make(host=netloc, scheme=word, secret=secret, expected_limit=5000),)

    def answered(self, *lines: str, body: bytes = b"[]", status: str = "200 OK") -> Any:
        """Receive an answer with these header lines."""
        text = "\r\n".join(
            [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *lines]
        )
        request = self.outcome.Request(url="https://host/x")
        return self.exchange(request, f"{text}\r\n\r\n".encode() + body)[1]

    def judged(self, *lines: str, status: str = "200 OK") -> Any:
        """Receive an answer with these header lines, and judge it."""
        now = importlib.import_module("datetime").datetime.fromisoformat("2026-01-02T13:30:00Z")
        promise = self.judge.Promise(host="host")
        return self.judge.judge(self.answered(*lines, status=status), promise, now=now)


def github_list(mutant: Mutant) -> None:
    """GitHub's list of releases is asked for with exactly these lines."""
    request = mutant.github.plan(mutant.source("github", None), user_agent="a/1", etag='W/"x"')
    assert mutant.exchange(request, scheme="Bearer")[0] == [
        "Accept: application/vnd.github+json",
        "Accept-Encoding: gzip",
        "X-GitHub-Api-Version: 2022-11-28",
        "User-Agent: a/1",
        'If-None-Match: W/"x"',
        f"Authorization: Bearer {TOKEN}",
    ]


def gitea_list(mutant: Mutant) -> None:
    """So is Gitea's, whose word before the token is another one."""
    request = mutant.gitea.plan(mutant.source("gitea", "https://h"), user_agent="a/1")
    assert mutant.exchange(request, scheme="token")[0] == [
        "Accept: application/json",
        "Accept-Encoding: gzip",
        "User-Agent: a/1",
        f"Authorization: token {TOKEN}",
    ]


def gitlab_list(mutant: Mutant) -> None:
    """And GitLab's."""
    request = mutant.gitlab.plan(mutant.source("gitlab", None), user_agent="a/1", etag='"x"')
    assert mutant.exchange(request, scheme="Bearer")[0] == [
        "Accept: application/json",
        "Accept-Encoding: gzip",
        "User-Agent: a/1",
        'If-None-Match: "x"',
        f"Authorization: Bearer {TOKEN}",
    ]


def github_query(mutant: Mutant) -> None:
    """A query is posted as JSON."""
    request = mutant.sweep.plan(["o/r"], user_agent="a/1")
    assert "Content-Type: application/json" in mutant.exchange(request, scheme="Bearer")[0]


def download(mutant: Mutant) -> None:
    """A release's file is asked for as it is."""
    access = mutant.access.Access(user_agent="a/1")
    source = mutant.source("github", None)
    request = access.download(source, "https://github.com/o/r/releases/download/v1/SHA256SUMS")
    assert mutant.exchange(request)[0] == ["Accept: */*", "User-Agent: a/1"]


def received_names(mutant: Mutant) -> None:
    """These headers are read, and no others."""
    lines = {
        "content-type": "application/json",
        "date": "Fri, 02 Jan 2026 13:30:00 GMT",
        "etag": '"x"',
        "link": "<https://host/2>",
        "location": "/elsewhere",
        "x-ratelimit-limit": "60",
        "x-ratelimit-remaining": "59",
        "x-ratelimit-reset": str(RESET),
        "x-ratelimit-used": "1",
        "retry-after": "5",
        "github-authentication-token-expiration": "2026-10-07 19:07:53 UTC",
    }
    answer = mutant.answered(*(f"{name}: {value}" for name, value in lines.items()), "x-other: 1")
    assert {str(name): value for name, value in answer.headers.items()} == lines


def judged_good(mutant: Mutant) -> None:
    """A list's validator, next page and rate are found."""
    found = mutant.judged(
        'ETag: W/"x"',
        'Link: <https://host/x?page=2>; rel="next"',
        "Content-Type: application/json",
        "X-RateLimit-Limit: 60",
        "X-RateLimit-Remaining: 58",
        "X-RateLimit-Used: 2",
        f"X-RateLimit-Reset: {RESET}",
    )
    assert (found.etag, found.next_url) == ('W/"x"', "https://host/x?page=2")
    rate = found.rate
    assert (rate.limit, rate.remaining, rate.used) == (60, 58, 2)
    assert rate.resets_at.timestamp() == RESET


def judged_page(mutant: Mutant) -> None:
    """A web page in place of data is nonsense."""
    found = mutant.judged("Content-Type: text/html; charset=utf-8")
    assert type(found).__name__ == "Nonsense"


def judged_wait(mutant: Mutant) -> None:
    """The host's own time to wait is obeyed."""
    found = mutant.judged("Retry-After: 120", status="429 Too Many Requests")
    assert f"{found.until:%H:%M:%S}" == "13:32:00"


def followed(mutant: Mutant) -> None:
    """A permanent redirect is followed."""
    moved = (
        b"HTTP/1.1 301 Moved\r\nlocation: /new\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    )
    request = mutant.outcome.Request(url="https://host/old")
    assert mutant.exchange(request, moved, JSON_OK)[1].url.endswith("/new")


def expiring(mutant: Mutant) -> None:
    """When a token ends is found."""
    answer = mutant.answered("GitHub-Authentication-Token-Expiration: 2026-10-07 19:07:53 UTC")
    text = answer.headers[mutant.header.Received.TOKEN_EXPIRATION]
    assert f"{mutant.upstream.read_expiry(text):%Y-%m-%d %H:%M}" == "2026-10-07 19:07"


def unpacked(mutant: Mutant) -> None:
    """A packed body is unpacked."""
    answer = mutant.answered("Content-Encoding: gzip", body=gzip.compress(b"[1]"))
    assert answer.body == b"[1]"


GOLDEN: Mapping[str, Callable[[Mutant], None]] = {
    test.__name__: test
    for test in (
        github_list, gitea_list, gitlab_list, github_query, download, received_names, judged_good,
        judged_page, judged_wait, followed, expiring, unpacked,
    )
}  # fmt: skip


def failing(source: Path) -> str:
    """Name the first golden test that fails with `source` in place of model/header.py; empty: none does."""
    spec = importlib.util.spec_from_file_location("artesian.model.header", source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["artesian.model.header"] = module
    spec.loader.exec_module(module)
    mutant = Mutant()
    for name, test in GOLDEN.items():
        try:
            test(mutant)
        except Exception:  # noqa: BLE001 - whatever a mutant breaks
            return name
    return ""


def main() -> None:
    """Judge each mutant in a process of its own."""
    for source in sys.argv[1:]:
        sys.stdout.flush()
        if os.fork() == 0:
            sys.stdout.write(f"{failing(Path(source))}\n")
            sys.stdout.flush()
            os._exit(0)
        os.wait()


if __name__ == "__main__":
    main()
