"""What an installer carries besides its table: files and pieces, as quoted texts, and the records that speak of them.

Texts are ASCII: yash reads its script in the character set of the locale, and fails in C at what isn't. Others are
written in octal, for `printf %b`.
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256

import msgspec

from artesian.model.definition import Definition
from artesian.model.query import Row
from artesian.model.release import Format
from artesian.render.quote import quote
from artesian.render.table import Unlistable, ascii_text, url_word, version_word, word

__all__ = ["Carried", "assignment", "carry", "is_plain"]

# What a shell reads as itself between quotes, whatever the locale: printable ASCII, tab and line feed.
_ASCII = re.compile(rb"[\t\n -~]*")
_NOT_ASCII = re.compile(rb"[^\t\n -~]")
_CODE = re.compile(r"[\\'\"$`]")
# Pieces end in a mark that tells whether all of it was read: a shell whose locale lacks a character stops there.
_MARK = b"\n#."


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """Assignments for the head of a script, and the records of a package's section."""

    assignments: tuple[str, ...]
    records: tuple[str, ...]


def is_plain(definition: Definition | None, rows: Sequence[Row]) -> bool:
    """Tell whether a package needs no more than bodies/install.sh: commands from what is downloaded."""
    return all(
        row.asset.format not in (Format.GIT, Format.FILES)
        and row.recipe.commands
        and not row.recipe.links
        for row in rows
    ) and not (definition and (definition.files or definition.piece or definition.elsewhere))


def carry(
    definition: Definition | None, rows: Sequence[Row], *, is_needed: bool, first: int
) -> Carried:
    """Write what a package's recipe doesn't say; its texts are numbered from `first`. Raise Unlistable, Unquotable.

    Without rows its releases aren't fetched yet: then the script tells that where it comes to it.
    """
    records = ["needed"] if is_needed else []
    piece = definition.piece if definition else ""
    if piece or any(row.asset.format is Format.GIT for row in rows):
        records += _releases(rows)
    if definition is None:
        return Carried(assignments=(), records=tuple(records))
    provided = definition.provides
    if not rows:
        records.append(" ".join(("unfetched", word(definition.name), *definition.os)))
        provided = provided or tuple(command.name for command in definition.recipe.commands)
    records += [f"provides {word(name)}" for name in provided]
    records += [f"elsewhere {line}" for line in ascii_text(definition.elsewhere).splitlines()]
    if not rows:
        return Carried(assignments=(), records=tuple(records))
    texts: list[str] = []
    for file in definition.files:
        form, text = _text(file.content)
        records.append(f"file {first + len(texts)} {form} {_path(file.name)}")
        texts.append(text)
    if piece:
        records += _names(rows)
        content = piece.encode()
        form, text = _text(content + _MARK)
        when = "after" if _has_install(definition, rows) else "alone"
        digest = sha256(content).hexdigest()[:16]
        records.append(f"piece {first + len(texts)} {form} {when} {digest}")
        texts.append(text)
    assignments = (assignment(f"_text_{number}", text) for number, text in enumerate(texts, first))
    return Carried(assignments=tuple(assignments), records=tuple(records))


def assignment(name: str, text: str) -> str:
    """Write the assignment of a text, and a word to shellcheck where it might take the text for code."""
    hint = "# shellcheck disable=SC1003,SC2016,SC2089\n" if _CODE.search(text) else ""
    return f"{hint}{name}={quote(text)}\n"


def _has_install(definition: Definition, rows: Sequence[Row]) -> bool:
    """Tell whether there is something to put in place before the piece is run; if not, the piece does it all."""
    return bool(definition.files) or any(row.recipe.commands or row.recipe.links for row in rows)


def _releases(rows: Sequence[Row]) -> Iterator[str]:
    for release in {row.release.version: row.release for row in rows}.values():
        date = "-" if release.published_at is None else release.published_at.date().isoformat()
        lts = "lts" if release.is_lts else "-"
        version = version_word(release.version)
        yield f"release {version} {_path(word(release.tag))} {release.channel} {lts} {date}"


def _names(rows: Sequence[Row]) -> Iterator[str]:
    """Tell pieces how a file is called, where its URL doesn't."""
    for asset in dict.fromkeys(row.asset for row in rows):
        for url in map(url_word, asset.urls):
            if url.rpartition("/")[2] != asset.name:
                yield f"asset {url} {_path(asset.name)}"


def _text(content: bytes) -> tuple[str, str]:
    if _ASCII.fullmatch(content):
        return "text", content.decode()
    octal = _NOT_ASCII.sub(_octal, content.replace(b"\\", b"\\\\"))
    return "octal", octal.decode()


def _octal(found: re.Match[bytes]) -> bytes:
    return b"\\0%03o" % found[0][0]


def _path(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise Unlistable(text)
    return text
