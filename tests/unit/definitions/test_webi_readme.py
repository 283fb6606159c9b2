"""The front matter of Webi's README.md."""

import pytest

from artesian.definitions.webi_readme import Sheet, read_sheet

WHOLE = """\
---
title: ripgrep
homepage: https://github.com/BurntSushi/ripgrep
tagline: |
  ripgrep: searches folders
  of text.
description: >-
  It is fast.
alias: "rg"
linux: true
---

## Cheat Sheet

---

Text.
"""


def test_the_fields_and_what_stands_below() -> None:
    """A block is one line, quotes are taken off, and the sheet begins after the front matter."""
    assert read_sheet(WHOLE) == Sheet(
        title="ripgrep",
        homepage="https://github.com/BurntSushi/ripgrep",
        tagline="ripgrep: searches folders of text.",
        description="It is fast.",
        alias="rg",
        alias_line=9,
        body="## Cheat Sheet\n\n---\n\nText.\n",
    )
    assert read_sheet("\ufeff" + WHOLE.replace("\n", "\r\n")) == read_sheet(WHOLE)


@pytest.mark.parametrize(
    "text", ["", "# rg\n", "---\ntitle: rg\n", "\n---\ntitle: rg\n---\n", "title: rg\n---\n"]
)
def test_a_text_without_front_matter_is_all_sheet(text: str) -> None:
    """Nothing is guessed from what isn't between two lines of three dashes at the start."""
    assert read_sheet(text) == Sheet(body=text)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title:", ""),
        ("title: a: b", "a: b"),
        ("title:x", ""),
        ("Title: A", "A"),
        ("title: 'a b'", "a b"),
        ("title: a\x1b[2Jb\u202ec", "a [2Jb c"),
        ("  title: a", ""),
        ("title: " + "x" * 400, "x" * 300),
        ("title: a\ntitle: b", "b"),
        ("title: |\n\n  a\n\n  b", "a b"),
    ],
)
def test_odd_lines(line: str, title: str) -> None:
    """A field is one line that a page can show, whatever was written."""
    assert read_sheet(f"---\n{line}\n---\n").title == title
