"""The publishers with an index of their own, simulated: a few versions each, shaped as theirs are. Pure.

`http://HOST/PATH` is answered by its host and path; on a real socket by the path alone, `/HOST/PATH`, so that
`base_url = http://127.0.0.1:PORT/HOST/PATH` leads there.
"""

import hashlib
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from artesian.model.definition import Source
from artesian.sim import indexes
from artesian.sim.wire import Answer, Fields, Wire, header_of
from artesian.sources.publishers import PUBLISHERS

__all__ = ["BODIES", "answer", "documents"]

_JSON, _HTML, _XML = "application/json", "text/html; charset=utf-8", "text/xml"
_REFS = "application/x-git-upload-pack-advertisement"
# Those that answer a conditional request with 304.
_VALIDATING = (
    "nodejs.org",
    "unofficial-builds.nodejs.org",
    "ziglang.org",
    "releases.hashicorp.com",
    "julialang-s3.julialang.org",
    "storage.googleapis.com",
    "googlechromelabs.github.io",
    "index.example.com",
)


def answer(wire: Wire) -> Answer | None:
    """Answer a request for a document of a publisher; None: it is for somebody else."""
    for place in (f"{wire.host}{wire.path}", wire.path.removeprefix("/")):
        if place in BODIES:
            return _found(wire, place, *BODIES[place])
    hosts = {wire.host, wire.path.removeprefix("/").partition("/")[0]}
    return Answer(status=404, reason="Not Found") if hosts & _HOSTS else None


def documents(source: Source) -> Mapping[str, bytes]:
    """Fetch all documents of a source, as a writer would."""
    found: dict[str, bytes] = {}
    while urls := PUBLISHERS[source.kind].documents(source, found):
        for url in urls:
            parts = urlsplit(url)
            found[url] = BODIES[f"{parts.netloc}{parts.path}"][1]
    return found


def _found(wire: Wire, place: str, kind: str, body: bytes) -> Answer:
    headers: Fields = (("content-type", kind),)
    if place.startswith(_VALIDATING):
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = (*headers, ("etag", etag))
        if header_of(wire.headers, "if-none-match") == etag:
            return Answer(status=304, reason="Not Modified", headers=headers)
    return Answer(status=200, reason="OK", headers=headers, body=body)


def _json(value: object) -> tuple[str, bytes]:
    return _JSON, msgspec.json.encode(value)


_MARIADB = "downloads.mariadb.org/rest-api/mariadb"
_FLUTTER = "storage.googleapis.com/flutter_infra_release/releases/releases"
_CHROME = "googlechromelabs.github.io/chrome-for-testing"

# Host and path → media type and body.
BODIES: Mapping[str, tuple[str, bytes]] = {
    "nodejs.org/download/release/index.json": _json(indexes.node(is_official=True)),
    "unofficial-builds.nodejs.org/download/release/index.json": _json(
        indexes.node(is_official=False)
    ),
    **{
        f"nodejs.org/download/release/{version}/SHASUMS256.txt": (
            "text/plain",
            indexes.node_sums(version),
        )
        for version in ("v23.1.0", "v22.10.0", "v20.18.0")
    },
    "go.dev/dl/": _json(indexes.go()),
    "ziglang.org/download/index.json": _json(indexes.zig()),
    "releases.hashicorp.com/terraform/index.json": _json(indexes.hashicorp()),
    "julialang-s3.julialang.org/bin/versions.json": _json(indexes.julia()),
    f"{_FLUTTER}_linux.json": _json(indexes.flutter("linux", "tar.xz")),
    f"{_FLUTTER}_macos.json": _json(indexes.flutter("macos", "zip")),
    f"{_FLUTTER}_windows.json": _json(indexes.flutter("windows", "zip")),
    f"{_CHROME}/known-good-versions-with-downloads.json": _json(indexes.chrome()),
    f"{_CHROME}/last-known-good-versions.json": _json(
        {"channels": {"Stable": {"channel": "Stable", "version": "130.0.6723.69"}}}
    ),
    f"{_MARIADB}/": _json(indexes.mariadb_lines()),
    f"{_MARIADB}/11.7": _json(indexes.mariadb("11.7.1")),
    f"{_MARIADB}/11.6": _json(indexes.mariadb("11.6.2")),
    f"{_MARIADB}/11.4": _json(indexes.mariadb("11.4.4")),
    f"{_MARIADB}/10.11": _json(indexes.mariadb("10.11.10")),
    "sourceforge.net/projects/gpgosx/rss": (_XML, indexes.gnupg()),
    "iterm2.com/downloads.html": (_HTML, indexes.iterm2()),
    "git.example.com/acme/vim-rocket.git/info/refs": (_REFS, indexes.tagged()),
    "git.example.com/acme/untagged.git/info/refs": (_REFS, indexes.refs()),
    "index.example.com/rockets.json": _json(indexes.rockets()),
    "index.example.com/rockets.html": (_HTML, indexes.page()),
}
_HOSTS = frozenset(place.partition("/")[0] for place in BODIES)
