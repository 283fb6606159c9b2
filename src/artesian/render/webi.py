"""What Webi's clients read: lists of builds as JSON and in columns, the sitemap, the `webi` script. Knows no HTTP."""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal
from urllib.parse import quote as percent_encode
from xml.sax.saxutils import escape

import msgspec

from artesian.render.quote import quote

__all__ = ["Build", "Detection", "as_json", "as_table", "client", "sitemap"]

_HEADER = (
    *("VERSION", "LTS", "CHANNEL", "RELEASE_DATE", "OS", "ARCH", "EXT", "HASH", "URL"),
    *("_", "LIBC"),
)


class Build(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One build of one release, in Webi's keys and words; a build that doesn't exist has the channel `error`."""

    name: str
    version: str
    git_tag: str | None = None
    git_commit_hash: str | None = None
    lts: bool | Literal["-"]
    channel: str
    date: str  # YYYY-MM-DD; 1970-01-01 where unknown
    os: str
    arch: str
    ext: str
    download: str
    libc: str
    hash: str | None = None  # sha256, lower-case hex
    comment: str | None = None


class Detection(msgspec.Struct, frozen=True, kw_only=True):
    """What a User-Agent was taken for, in Webi's keys and words; `error` where it says nothing."""

    unix: str  # commands that ask for this
    windows: str
    ua: str
    user_agent: str
    os: str
    arch: str
    libc: str


def as_json(document: Sequence[Build] | Detection, *, is_pretty: bool) -> bytes:
    """Write builds as a bare array, indented where people read it."""
    body = msgspec.json.encode(document)
    return msgspec.json.format(body, indent=2) + b"\n" if is_pretty else body


def as_table(builds: Iterable[Build], *, is_pretty: bool) -> bytes:
    """Write builds as lines of eleven columns between tabs; the head of it where people read it."""
    head = (_HEADER,) if is_pretty else ()
    lines = ("\t".join(map(_cell, row)) for row in (*head, *map(_columns, builds)))
    return "".join(f"{line}\n" for line in lines).encode(errors="replace")


def _columns(build: Build) -> tuple[str, ...]:
    return (
        build.version,
        "lts" if build.lts is True else "-",
        build.channel,
        build.date,
        build.os,
        build.arch,
        build.ext,
        build.hash or "-",
        build.download,
        build.comment or "",
        build.libc,
    )


def _cell(text: str) -> str:
    """Keep text within its column."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def sitemap(origin: str, names: Iterable[str]) -> bytes:
    """List the pages of packages (sitemaps.org), one a line: Webi's clients read it by lines."""
    urls = (escape(f"{origin}/{percent_encode(name)}") for name in names)
    lines = "".join(f"<url><loc>{url}</loc></url>\n" for url in urls)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{lines}</urlset>\n"
    ).encode()


def client(origin: str) -> str:
    """Render the `webi` script: one quoted assignment of where it comes from, and the static file."""
    return f"#!/bin/sh\n_origin={quote(origin)}\n\n{_body()}"


@cache
def _body() -> str:
    return files("artesian.render").joinpath("bodies/webi.sh").read_text("utf-8")
