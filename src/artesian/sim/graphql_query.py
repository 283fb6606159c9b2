"""Reads a GraphQL query: fields with aliases, arguments, variables and fragments. Knows no schema."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from artesian.errors import Invalid

__all__ = ["BadQuery", "Field", "parse_query"]

_WORD = re.compile(
    r'(?P<skip>[\s,\ufeff]+|#[^\n]*)|(?P<name>[_A-Za-z]\w*)|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<int>-?\d+)|(?P<sign>\.\.\.|[{}()\[\]:$!=@|])"
)


class BadQuery(Invalid):
    """The query can't be read, or asks for what isn't there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field asked for; `key` is its alias, or its name."""

    key: str
    name: str
    arguments: Mapping[str, Any]
    selection: tuple["Field", ...] = ()


def parse_query(text: str, variables: Mapping[str, Any]) -> tuple[Field, ...]:
    """Read a document with one query; raise BadQuery."""
    reader = _Reader(_words(text), variables)
    start: int | None = None
    while (word := reader.peek()) is not None:
        if word == "fragment":
            reader.next()
            name = reader.next()
            reader.expect("on")
            reader.next()
            reader.fragments[name] = reader.position
        else:
            start = reader.position
            while reader.peek() not in ("{", None):
                reader.next()
            start = reader.position
        reader.skip_block()
    if start is None:
        raise BadQuery("A query is missing")
    reader.position = start
    return reader.selection()


def _words(text: str) -> list[str]:
    words = []
    at = 0
    while at < len(text):
        found = _WORD.match(text, at)
        if found is None:
            raise BadQuery(f'Parse error on "{text[at]}" at {at}')
        if found.lastgroup != "skip":
            words.append(found[0])
        at = found.end()
    return words


class _Reader:
    """A position in the words, and where fragments begin."""

    def __init__(self, words: list[str], variables: Mapping[str, Any]) -> None:
        self._words = words
        self._variables = variables
        self.position = 0
        self.fragments: dict[str, int] = {}

    def peek(self) -> str | None:
        return self._words[self.position] if self.position < len(self._words) else None

    def next(self) -> str:
        word = self.peek()
        if word is None:
            raise BadQuery("Unexpected end of document")
        self.position += 1
        return word

    def expect(self, wanted: str) -> None:
        word = self.next()
        if word != wanted:
            raise BadQuery(f'Parse error on "{word}", expected "{wanted}"')

    def skip_block(self) -> None:
        """Go behind the block that begins here."""
        depth = 0
        while True:
            word = self.next()
            depth += (word == "{") - (word == "}")
            if depth == 0:
                return

    def selection(self) -> tuple[Field, ...]:
        self.expect("{")
        fields: list[Field] = []
        while self.peek() != "}":
            if self.peek() == "...":
                self.next()
                fields.extend(self._fragment(self.next()))
            else:
                fields.append(self._field())
        self.next()
        return tuple(fields)

    def _fragment(self, name: str) -> tuple[Field, ...]:
        if name not in self.fragments:
            raise BadQuery(f"Fragment {name} was used, but not defined")
        here, self.position = self.position, self.fragments[name]
        fields = self.selection()
        self.position = here
        return fields

    def _field(self) -> Field:
        key = name = self.next()
        if self.peek() == ":":
            self.next()
            name = self.next()
        arguments: dict[str, Any] = {}
        if self.peek() == "(":
            self.next()
            while self.peek() != ")":
                argument = self.next()
                self.expect(":")
                arguments[argument] = self._value()
            self.next()
        selection = self.selection() if self.peek() == "{" else ()
        return Field(key=key, name=name, arguments=arguments, selection=selection)

    def _value(self) -> Any:
        word = self.next()
        if word == "$":
            name = self.next()
            if name not in self._variables:
                raise BadQuery(f"Variable ${name} is used, but not given")
            return self._variables[name]
        if word == "{":
            made: dict[str, Any] = {}
            while self.peek() != "}":
                name = self.next()
                self.expect(":")
                made[name] = self._value()
            self.next()
            return made
        if word.startswith('"'):
            return word[1:-1].replace('\\"', '"').replace("\\\\", "\\")
        return int(word) if word.lstrip("-").isdecimal() else word
