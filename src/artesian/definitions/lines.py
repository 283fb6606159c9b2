"""Find the line of every key in a TOML text, which the standard library's parser doesn't tell.

The text must have been parsed before: this leans on its being valid, and is run only where something is to report.
"""

import re
import tomllib
from collections.abc import Mapping

import msgspec

__all__ = ["Path", "line_of", "locate"]

Path = tuple[str | int, ...]  # ("when", 0, "versions")

_TOKEN = re.compile(
    r"""
      \"{3} (?: \\. | [^\\] )*? \"{3,5}     # strings: three quotes first
    | '{3} .*? '{3,5}
    | " (?: \\. | [^"\\] )* "
    | ' [^']* '
    | \# [^\n]*
    | [A-Za-z0-9_-]+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


class _Token(msgspec.Struct, frozen=True):
    text: str
    line: int


def locate(text: str) -> Mapping[Path, int]:
    """Map the path of every key and array element to its line, counted from 1."""
    tokens = _tokens(text)
    lines: dict[Path, int] = {}
    tables: dict[Path, int] = {}  # how many [[tables]] of a path there were
    here: Path = ()
    at = 0
    while at < len(tokens):
        if tokens[at].text == "\n":
            at += 1
        elif tokens[at].text == "[":
            is_array = tokens[at + 1].text == "["
            keys, end = _keys(tokens, at + 1 + is_array)
            here = _header(keys, tables, is_array=is_array)
            for length in range(1, len(here) + 1):
                lines.setdefault(here[:length], tokens[at].line)
            at = end + 1 + is_array
        else:
            at = _pair(tokens, at, here, lines)
    return lines


def line_of(path: Path, lines: Mapping[Path, int]) -> int:
    """Tell the line of `path`, or of the nearest thing around it that was written."""
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path, 1)


def _tokens(text: str) -> list[_Token]:
    tokens = []
    line = 1
    for match in _TOKEN.finditer(text):
        text_here = match[0]
        if text_here not in " \t\r" and not text_here.startswith("#"):
            tokens.append(_Token(text_here, line))
        line += text_here.count("\n")
    tokens.append(_Token("\n", line))
    return tokens


def _header(keys: Path, tables: dict[Path, int], *, is_array: bool) -> Path:
    """Make the path of a [table] or [[table]] out of its keys, with the index of each [[table]] on the way."""
    path: Path = ()
    for position, key in enumerate(keys):
        path = (*path, key)
        if is_array and position == len(keys) - 1:
            tables[path] = tables.get(path, 0) + 1
        if path in tables:
            path = (*path, tables[path] - 1)
    return path


def _keys(tokens: list[_Token], at: int) -> tuple[Path, int]:
    """Read a dotted key; return its parts and the position of what ends it (`=` or `]`)."""
    keys: Path = ()
    while tokens[at].text not in "=]":
        text = tokens[at].text
        if text != ".":
            keys = (*keys, tomllib.loads(f"key = {text}")["key"] if text[0] in "\"'" else text)
        at += 1
    return keys, at


def _pair(tokens: list[_Token], at: int, here: Path, lines: dict[Path, int]) -> int:
    line = tokens[at].line
    keys, at = _keys(tokens, at)
    for length in range(1, len(keys) + 1):
        lines.setdefault((*here, *keys[:length]), line)
    return _value(tokens, at + 1, (*here, *keys), lines)


def _value(tokens: list[_Token], at: int, path: Path, lines: dict[Path, int]) -> int:
    opened = tokens[at].text
    if opened not in "[{":
        while tokens[at].text not in ",]}\n":
            at += 1
        return at
    at += 1
    index = 0
    while tokens[at].text not in "]}":
        if tokens[at].text in ",\n":
            at += 1
        elif opened == "{":
            at = _pair(tokens, at, path, lines)
        else:
            lines[*path, index] = tokens[at].line
            at = _value(tokens, at, (*path, index), lines)
            index += 1
    return at + 1
