"""docs/reference/definitions.md: true to the code, and its examples work."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from artesian.definitions.key import Key
from artesian.definitions.keys import PACKAGE
from artesian.definitions.raw import (
    RawAssets,
    RawCompletions,
    RawPackage,
    RawRecipe,
    RawTags,
    RawWhen,
)
from artesian.definitions.read import read_definition
from artesian.definitions.reference import reference
from artesian.definitions.tables import RECIPE
from artesian.model.definition import Definition, Index

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "definitions.md"


def _keys(keys: tuple[Key, ...], table: str = "") -> Iterator[tuple[str, Key]]:
    for key in keys:
        yield table, key
        yield from _keys(key.keys, key.name)


# What [[when]] repeats is there once.
ALL = tuple(
    {(table, key): None for table, key in _keys(PACKAGE) if table != "when" or key not in RECIPE}
)

# What must stand before the example of a key.
BEFORE = {
    "source": 'commands = ["rg", "caddy"]\n',
    "commands": 'source = "github:a/b"\n',
    "test": 'source = "github:a/b"\ncommands = ["caddy"]\n',
    "version": 'files = ["ssh-pubkey"]\n',
    "files": "",
    "packages": "",
    "elsewhere": 'source = "github:a/b"\nos = ["macos"]\n',
    "refused": "",
}


def test_the_page_is_what_the_code_says() -> None:
    """Who changes a key runs scripts/definitions_reference.py."""
    assert PAGE.read_text(encoding="utf-8") == reference()


@pytest.mark.parametrize(("table", "key"), ALL, ids=[f"{table}.{key.name}" for table, key in ALL])
def test_every_key_is_told_with_an_example_that_works(table: str, key: Key) -> None:
    """The example of a key, put where it belongs, is a definition without a mistake."""
    assert f"{key.meaning}\n\n- Value: {key.shape}\n- Default: {key.default}" in reference()
    before = BEFORE.get(key.name, 'source = "github:a/b"\ncommands = ["rg", "caddy"]\n')
    if "index" in (table, key.name):
        before = f'source = "{"html" if key.name == "pattern" else "json"}:https://a.example/b"\n'
    header = {"": "", "completions": "", "when": "[[when]]\ntree = true\n"}.get(
        table, f"[{table}]\n"
    )
    text = f"{before}{header}{key.example}\n"
    contents = {"install.sh" if key.name == "provides" else "ssh-pubkey": b"#!/bin/sh\n"}
    read = read_definition("rg", text.encode(), contents)
    assert isinstance(read, Definition), read


def test_every_key_is_read() -> None:
    """No key stands in the table without a field that takes it, and none is read that isn't in the table."""
    tables: dict[str, set[str]] = {}
    for table, key in _keys(PACKAGE):
        tables.setdefault(table, set()).add(key.name)
    recipe = _fields(RawRecipe)
    assert tables == {
        "": (_fields(RawPackage) - {"recipe"}) | recipe,
        "completions": _fields(RawCompletions),
        "index": _fields(Index),
        "tags": _fields(RawTags),
        "assets": _fields(RawAssets),
        "when": (_fields(RawWhen) - {"recipe"}) | recipe,
    }


def _fields(kind: type[msgspec.Struct]) -> set[str]:
    return {field.name for field in msgspec.structs.fields(kind)}
