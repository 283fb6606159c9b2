"""What a key of a package.toml is: its shape, meaning, default and an example."""

from enum import StrEnum

import msgspec

__all__ = ["Key", "Shape"]


class Shape(StrEnum):
    """What a value looks like in TOML, in the words of messages and of the reference."""

    TEXT = "text"
    PROSE = "text of any lines"
    FLAG = "true or false"
    TEXTS = "array of texts"
    PAIR = "array of two texts"
    COMMANDS = "array of names, or table of name = file"
    TEST = "text, or false"
    TEXT_BY_GLOB = "table of glob = text"
    NUMBER_BY_GLOB = "table of glob = number"
    TABLE = "table"
    TABLES = "array of tables"


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One key. `default` says in words what stands where it isn't written; `keys` are those inside a table."""

    name: str
    shape: Shape
    meaning: str
    default: str
    example: str
    keys: tuple["Key", ...] = ()
