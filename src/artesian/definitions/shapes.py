"""Check parsed TOML against the table of keys: unknown keys, wrong shapes. What is left holds no surprises."""

import difflib
from collections.abc import Iterable, Mapping

import msgspec

from artesian.definitions.key import Key, Shape
from artesian.definitions.keys import PACKAGE
from artesian.definitions.lines import Path

__all__ = ["Fault", "conform", "did_you_mean", "near"]


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with the value at `path`, in words for its author."""

    path: Path
    message: str


def near(word: str, known: Iterable[str]) -> str:
    """Tell the nearest known word, if any is near: `; did you mean 'x'?`"""
    found = difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    return f"; did you mean '{found[0]}'?" if found else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Tell the nearest known word, or all of them."""
    words = sorted(known)
    return near(word, words) or f"; known: {', '.join(words)}"


def conform(
    values: Mapping[str, object], keys: tuple[Key, ...], faults: list[Fault], here: Path = ()
) -> dict[str, object]:
    """Return what has a known key and the right shape; add the rest to `faults`."""
    by_name = {key.name: key for key in keys}
    fitting: dict[str, object] = {}
    for name, value in values.items():
        path = (*here, name)
        key = by_name.get(name)
        if key is None:
            faults.append(Fault(path, _unknown(name, by_name, here)))
        elif not _has_shape(value, key.shape):
            faults.append(Fault(path, f"{name} must be {_article(key.shape)}, not {_kind(value)}"))
        elif (bad := _unprintable(value, key.shape)) is not None:
            faults.append(
                Fault(
                    (*path, *bad),
                    f"{name} has a character that can't be seen (or more than one line)",
                )
            )
        elif isinstance(value, dict) and key.shape is Shape.TABLE:
            fitting[name] = conform(value, key.keys, faults, path)
        elif isinstance(value, list) and key.shape is Shape.TABLES:
            fitting[name] = [
                conform(each, key.keys, faults, (*path, index)) for index, each in enumerate(value)
            ]
        else:
            fitting[name] = value
    return fitting


def _unknown(name: str, known: Mapping[str, Key], here: Path) -> str:
    is_slip = difflib.get_close_matches(name, known, n=1, cutoff=0.9)
    if here and here[0] == "when" and any(key.name == name for key in PACKAGE) and not is_slip:
        return f"'{name}' is the same for all versions and systems; [[when]] can't change it"
    for table in PACKAGE:
        if not here and table.keys and name in {key.name for key in table.keys}:
            return f"'{name}' belongs into [{table.name}]"
    return f"unknown key '{name}'{did_you_mean(name, known)}"


def _has_shape(value: object, shape: Shape) -> bool:  # noqa: C901 - one line a shape
    match shape:
        case Shape.TEXT | Shape.PROSE:
            return isinstance(value, str)
        case Shape.FLAG:
            return isinstance(value, bool)
        case Shape.TEXTS:
            return _are(str, value)
        case Shape.PAIR:
            return _are(str, value) and isinstance(value, list) and len(value) == 2
        case Shape.COMMANDS:
            return _are(str, value) or _map_to(str, value)
        case Shape.TEST:
            return isinstance(value, str) or value is False
        case Shape.TEXT_BY_GLOB:
            return _map_to(str, value)
        case Shape.NUMBER_BY_GLOB:
            return _map_to(int, value)
        case Shape.TABLE:
            return isinstance(value, dict)
        case Shape.TABLES:
            return _are(dict, value)


def _are(kind: type, value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, kind) for each in value)


def _map_to(kind: type, value: object) -> bool:
    return isinstance(value, dict) and all(type(each) is kind for each in value.values())


def _unprintable(value: object, shape: Shape) -> Path | None:
    """Find text with characters that could hide what it does (control, direction, line separators)."""
    if isinstance(value, str):
        shown = value.replace("\n", "").replace("\t", "") if shape is Shape.PROSE else value
        return None if shown.isprintable() else ()
    if isinstance(value, dict) and shape is not Shape.TABLE:
        return next(
            ((key,) for key, each in value.items() if not f"{key}{each}".isprintable()), None
        )
    if isinstance(value, list) and shape is not Shape.TABLES:
        return next(((index,) for index, each in enumerate(value) if not each.isprintable()), None)
    return None


def _article(shape: Shape) -> str:
    return (
        f"an {shape}"
        if shape.startswith("array")
        else f"a {shape}"
        if shape.startswith("table")
        else shape
    )


def _kind(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list() if all(isinstance(each, str) for each in value):
            return f"an array of {len(value)}"
        case list():
            return f"an array that holds {next(_kind(each) for each in value if not isinstance(each, str))}"
        case dict():
            return "a table"
        case _:
            return "a date or time"
