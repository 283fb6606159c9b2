"""Webi's README.md: what its front matter says, and the cheat sheet below it. Reads any text without a complaint."""

import re
from collections.abc import Mapping

import msgspec

__all__ = ["Sheet", "read_sheet"]

_FENCE = re.compile(r"---[ \t]*")
_FIELD = re.compile(r"([A-Za-z][\w-]*)[ \t]*:(?:[ \t]+(.*))?")
_BLOCK = re.compile(r"[|>][+-]?\d?")
# What a page shows in one line, or as a heading.
_LONGEST = 300


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The fields, each in one line (empty: not written); alias_line: where `alias` stands, counted from 1."""

    title: str = ""
    homepage: str = ""
    tagline: str = ""
    description: str = ""
    alias: str = ""
    alias_line: int = 1
    body: str = ""


def read_sheet(text: str) -> Sheet:
    """Split a README.md into what is said about the package, and the rest."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    end = _end(lines)
    if end is None:
        return Sheet(body="\n".join(lines))
    places, fields = _fields(lines[1:end])
    return Sheet(
        title=fields.get("title", ""),
        homepage=fields.get("homepage", ""),
        tagline=fields.get("tagline", ""),
        description=fields.get("description", ""),
        alias=fields.get("alias", ""),
        alias_line=places.get("alias", 1),
        body="\n".join(lines[end + 1 :]).lstrip("\n"),
    )


def _end(lines: list[str]) -> int | None:
    """Find the line that closes the front matter; None: there is none."""
    if not _FENCE.fullmatch(lines[0]):
        return None
    return next((at for at, line in enumerate(lines) if at and _FENCE.fullmatch(line)), None)


def _fields(lines: list[str]) -> tuple[Mapping[str, int], Mapping[str, str]]:
    """Read `key: value`, and blocks that are indented below their key."""
    places: dict[str, int] = {}
    found: dict[str, list[str]] = {}
    key = ""
    for number, line in enumerate(lines, 2):
        field = _FIELD.fullmatch(line)
        if field:
            key = field[1].lower()
            places[key] = number
            value = (field[2] or "").strip()
            found[key] = [] if _BLOCK.fullmatch(value) else [value]
        elif key and line[:1] in (" ", "\t"):
            found[key].append(line.strip())
    return places, {name: _one_line(parts) for name, parts in found.items()}


def _one_line(parts: list[str]) -> str:
    text = " ".join(part for part in parts if part)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    shown = "".join(character if character.isprintable() else " " for character in text)
    return re.sub(" +", " ", shown).strip()[:_LONGEST].strip()
