"""A package.toml as written, with the right shapes but nothing inferred. None: not written."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from artesian.definitions.tables import RECIPE

__all__ = [
    "RawAssets",
    "RawCompletions",
    "RawPackage",
    "RawRecipe",
    "RawTags",
    "RawWhen",
    "merged",
    "raw_package",
]

_RECIPE_NAMES = frozenset(key.name for key in RECIPE)


class RawCompletions(msgspec.Struct, frozen=True):
    """`completions`."""

    bash: tuple[str, ...] | None = None
    zsh: tuple[str, ...] | None = None
    fish: tuple[str, ...] | None = None


class RawRecipe(msgspec.Struct, frozen=True):
    """The keys that `[[when]]` may repeat."""

    commands: tuple[str, ...] | dict[str, str] | None = None
    tree: bool | None = None
    man: tuple[str, ...] | None = None
    completions: RawCompletions | None = None
    links: dict[str, str] | None = None
    test: str | Literal[False] | None = None
    expect: str | None = None
    notes: str | None = None


class RawWhen(msgspec.Struct, frozen=True):
    """One `[[when]]`."""

    recipe: RawRecipe
    versions: str | None = None
    os: tuple[str, ...] | None = None


class RawTags(msgspec.Struct, frozen=True):
    """`[tags]`."""

    prefix: str = ""
    match: str = ""
    rewrite: tuple[str, str] | None = None
    rolling: tuple[str, ...] = ()


class RawAssets(msgspec.Struct, frozen=True):
    """`[assets]`."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    os: str | None = None
    platform: dict[str, str] = {}
    libc: dict[str, str] = {}
    level: dict[str, int] = {}


class RawPackage(msgspec.Struct, frozen=True):
    """The whole file."""

    recipe: RawRecipe
    source: str | None = None
    index: dict[str, str] | None = None
    version: str | None = None
    files: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    os: tuple[str, ...] = ()
    elsewhere: str = ""
    refused: str | None = None
    name: str | None = None
    title: str | None = None
    homepage: str | None = None
    description: str = ""
    aliases: tuple[str, ...] = ()
    tags: RawTags = RawTags()
    assets: RawAssets = RawAssets()
    when: tuple[RawWhen, ...] = ()


def raw_package(fitting: Mapping[str, object]) -> RawPackage:
    """Type what `conform` has checked."""
    whens = fitting.get("when", [])
    assert isinstance(whens, list)
    return msgspec.convert(
        {**_grouped(fitting), "when": [_grouped(each) for each in whens]}, RawPackage
    )


def merged(recipe: RawRecipe, exception: RawRecipe) -> RawRecipe:
    """Lay what an exception says over the package's own recipe."""
    names = RawRecipe.__struct_fields__
    said = {name: value for name in names if (value := getattr(exception, name)) is not None}
    return msgspec.structs.replace(recipe, **said)


def _grouped(values: Mapping[str, object]) -> dict[str, object]:
    """Put the keys of a recipe together."""
    return {
        "recipe": {name: value for name, value in values.items() if name in _RECIPE_NAMES},
        **{name: value for name, value in values.items() if name not in _RECIPE_NAMES},
    }
