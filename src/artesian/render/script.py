"""An installer is a comment, a block of quoted assignments, and the static file bodies/install.sh as it stands.

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
from artesian.render.quote import quote
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
    rows: tuple[Row, ...]
    is_needed: bool = False  # only on hosts where its commands are missing
    definition: Definition | None = None  # what its recipe doesn't say: files, piece, elsewhere


def script(parts: Sequence[Part], *, public_url: str = "") -> str:
    """Render the installer of `parts`, in their order; it names no server but `public_url`. Raise Invalid."""
    asked = ",".join(f"{part.name}@{part.tag}" if part.tag else part.name for part in parts)
    table = "".join(listing(part.name, part.tag, part.rows) for part in parts)
    titles = ", ".join(_NOT_PLAIN.sub("?", part.title) for part in parts)
    return (
        "#!/bin/sh\n"
        f"# Installs {titles} into ~/.local, without root: download, verify, test, link.\n"
        "# What it can do: put `-s -- --help` after `sh`. What follows is data; the program comes after it.\n"
        f"_asked={quote(asked)}\n"
        f"_server={quote(public_url)}\n"
        f"_table={quote(chr(10) + table)}\n"
        f"\n{_body()}"
    )


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
def _body() -> str:
    """Read the static body, without its last line feed: then the script isn't complete before its last byte."""
    return (
        files("artesian.render").joinpath("bodies/install.sh").read_text("utf-8").removesuffix("\n")
    )
