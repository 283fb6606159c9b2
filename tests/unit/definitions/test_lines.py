"""Lines of keys in TOML."""

import tomllib
from collections.abc import Iterator

import pytest

from artesian.definitions.lines import Path, line_of, locate

TEXT = '''\
# a comment = with = signs
source = "github:a/b"   # and [brackets]

notes = """
not = "a key"
[nor.a.table]
\\""" "quotes" ""\\"
"""
aliases = [
  "one",  # first
  'two',
  ["nested", { deep = 1 }],
]
a."b.c" = { x = 1, "y z" = [1, 2], w.v = 1979-05-27 07:32:00Z }

[ tags ]
"prefix" = 'it''s' # '''
TEXT = (
    TEXT.replace("'it''s' #", "'x' #").rstrip(" ")
    + """
match = \'\'\'
\\d+ = [
\'\'\'

[[when]]
os = []
[[ when ]]
  versions = "<1"
[when.completions]
bash = ["x"]
[[when.deep]]
k = -1.5e3
[[when.deep]]
k = inf
"""
)

CASES: tuple[tuple[Path, int], ...] = (
    (("source",), 2),
    (("notes",), 4),
    (("aliases",), 9),
    (("aliases", 0), 10),
    (("aliases", 1), 11),
    (("aliases", 2, 1, "deep"), 12),
    (("a", "b.c"), 14),
    (("a", "b.c", "y z", 1), 14),
    (("a", "b.c", "w", "v"), 14),
    (("tags",), 16),
    (("tags", "prefix"), 17),
    (("tags", "match"), 18),
    (("when",), 22),
    (("when", 0), 22),
    (("when", 0, "os"), 23),
    (("when", 1), 24),
    (("when", 1, "versions"), 25),
    (("when", 1, "completions"), 26),
    (("when", 1, "completions", "bash", 0), 27),
    (("when", 1, "deep", 0, "k"), 29),
    (("when", 1, "deep", 1, "k"), 31),
)


@pytest.mark.parametrize(("path", "line"), CASES)
def test_every_key_and_element_has_its_line(path: Path, line: int) -> None:
    """A key, a quoted or dotted one, an element and a table are found where they stand."""
    assert line_of(path, locate(TEXT)) == line


def test_what_is_not_written_has_the_line_of_what_is_around_it() -> None:
    """A missing key is reported at its table, a missing table at the first line."""
    lines = locate(TEXT)
    assert line_of(("when", 1, "test"), lines) == 24
    assert line_of(("nothing",), lines) == 1


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_no_key_is_missed(ending: str) -> None:
    """Every path of the parsed document has a line, whatever the line endings."""
    text = TEXT.replace("\n", ending)
    lines = locate(text)
    assert [path for path in _paths(tomllib.loads(text)) if path not in lines] == []


def _paths(value: object, here: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*here, key)
            yield from _paths(each, (*here, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield (*here, index)
            yield from _paths(each, (*here, index))
