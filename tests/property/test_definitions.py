"""Definitions: whatever a package.toml holds, reading it ends with a definition or with mistakes at real lines."""

import tomllib
from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as st

from artesian.definitions.key import Key
from artesian.definitions.keys import PACKAGE
from artesian.definitions.lines import Path, locate
from artesian.definitions.read import read_definition
from artesian.model.definition import Definition
from artesian.settings import shipped

TEXTS = tuple(
    sorted(path.read_text(encoding="utf-8") for path in shipped("catalogue").glob("*/package.toml"))
)


def _examples(keys: tuple[Key, ...]) -> Iterator[str]:
    for key in keys:
        yield key.example
        yield from _examples(key.keys)


LINES = tuple(
    sorted({*_examples(PACKAGE), "[assets]", "[[when]]", "[completions]", "a.b.c = [1, {d = 2}]"})
)


@st.composite
def spoilt_texts(draw: st.DrawFn) -> str:
    """Draw a shipped package.toml with a few characters cut out or put in; narrow: most of it stays valid."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 8)))
        put = draw(
            st.sampled_from(
                (
                    "",
                    "\n",
                    '"',
                    "'",
                    "[",
                    "]",
                    "{",
                    "}",
                    "=",
                    ".",
                    ",",
                    "#",
                    "x",
                    "1",
                    "é",
                    "\\",
                    "*",
                )
            )
        )
        text = text[:start] + put + text[end:]
    return text


@given(st.one_of(spoilt_texts(), st.lists(st.sampled_from(LINES)).map("\n".join), st.text()))
@example("a = " + "[" * 3000 + "]" * 3000)
@example("a = 1" + "0" * 5000)
@example("a = 2024-02-30")
def test_reading_never_raises_and_points_at_lines_that_exist(text: str) -> None:
    """An author is told where to look, whatever was written."""
    found = read_definition("rg", text.encode("utf-8", "surrogatepass"))
    if not isinstance(found, Definition):
        assert found
        assert all(1 <= mistake.line <= text.count("\n") + 1 for mistake in found)


@given(st.one_of(spoilt_texts(), st.lists(st.sampled_from(LINES)).map("\n".join)))
def test_every_path_of_a_valid_text_has_a_line_that_holds_it(text: str) -> None:
    """No key of the parsed document is missed, and the line of each has its name."""
    try:
        document = tomllib.loads(text)
    except ValueError:
        return
    lines = locate(text)
    paths = set(_paths(document))
    assert paths <= set(lines)
    for path in paths:
        key = path[-1]
        assert isinstance(key, int) or key in text.split("\n")[lines[path] - 1]


def _paths(value: object, here: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*here, key)
            yield from _paths(each, (*here, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield (*here, index)
            yield from _paths(each, (*here, index))
