"""An installer is a comment, a block of quoted assignments, and the static file bodies/install.sh as it stands.

Packages that are more than commands out of an archive get bodies/kinds.sh and piece.sh between its functions.

What a client that asked for a script gets instead of one is here too: error scripts for sh and PowerShell.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec

from artesian.model.definition import Definition
from artesian.model.names import PackageName
from artesian.model.query import Row
from artesian.render.carried import assignment, carry, is_plain
from artesian.render.quote import quote, url_path
from artesian.render.table import listing

__all__ = ["Part", "error_script", "script", "throw_script"]

# Control characters but tab and line feed, C1 and lone surrogates: what could command a terminal, or isn't text.
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# What may not stand in a comment: whatever isn't a printable character of ASCII.
_NOT_PLAIN = re.compile("[^ -~]")
# PowerShell takes the typographic single quotes for plain ones; doubled, each stands for itself.
_POWERSHELL_QUOTE = re.compile("(['\u2018\u2019\u201a\u201b])")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One package of an installer: the tag that was asked for (empty: none) and the table of all hosts."""

    name: PackageName
    title: str
    tag: str = ""
    rows: tuple[Row, ...]  # none: its releases are not fetched yet
    is_needed: bool = False  # only on hosts where its commands are missing
    definition: Definition | None = None  # what its recipe doesn't say: files, piece, elsewhere


def script(parts: Sequence[Part], *, public_url: str = "") -> str:
    """Render the installer of `parts`, in their order; it names no server but `public_url`. Raise Invalid."""
    named = [part for part in parts if not part.is_needed]
    asked = ",".join(f"{part.name}@{part.tag}" if part.tag else part.name for part in named)
    titles = ", ".join(_NOT_PLAIN.sub("?", part.title) for part in named)
    table, texts = "", list[str]()
    for part in parts:
        carried = carry(part.definition, part.rows, is_needed=part.is_needed, first=len(texts) + 1)
        table += listing(part.name, part.tag, part.rows, carried.records)
        texts += carried.assignments
    more = _more(parts)
    return (
        "#!/bin/sh\n"
        # Whatever of a script comes, and however a shell takes its end for the whole: it fails, and says why.
        "{ trap 'echo \"error: only a part of the installer came; try again\" >&2; exit 75' EXIT; }\n"
        f"# Installs {titles} into ~/.local, without root: download, verify, test, link.\n"
        "# What it can do: put `-s -- --help` after `sh`. What follows is data; the program comes after it.\n"
        f"_asked={quote(url_path(asked))}\n"
        f"_server={quote(public_url)}\n"
        f"_more={quote('more' if more else '')}\n"
        f"{assignment('_table', chr(10) + table)}{''.join(texts)}"
        f"\n{_body(more)}"
    )


def _more(parts: Sequence[Part]) -> tuple[str, ...]:
    """Name the further bodies that these packages need: none for commands out of archives."""
    if any(part.rows and part.definition and part.definition.piece for part in parts):
        return ("kinds", "piece")
    if any(
        part.is_needed or not part.rows or not is_plain(part.definition, part.rows)
        for part in parts
    ):
        return ("kinds",)
    return ()


def error_script(message: str, *, status: int) -> str:
    """Render a sh script that prints `message` to standard error and exits with `status` (1–125)."""
    # In braces and without a last line feed: cut anywhere, it is a syntax error and fails as well.
    return f"#!/bin/sh\n{{ printf '%s\\n' {quote(_printable(message))} >&2; exit {status}; }}"


def throw_script(message: str) -> str:
    """Render a PowerShell script that throws `message`."""
    return "throw '" + _POWERSHELL_QUOTE.sub(r"\1\1", _printable(message)) + "'"


def _printable(message: str) -> str:
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", message)


@cache
def _body(more: tuple[str, ...]) -> str:
    """Read the static body, without its last line feed: then the script isn't complete before its last byte.

    Further bodies come before its end, so that a script cut anywhere is still an unclosed group.
    """
    body, end, call = _read("install").removesuffix("\n").rpartition("\n}\n")
    return body + "".join(f"\n{_read(name)}" for name in more) + end + call


def _read(name: str) -> str:
    return files("artesian.render").joinpath(f"bodies/{name}.sh").read_text("utf-8")
