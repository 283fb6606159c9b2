"""Cheat sheets: Markdown becomes a page's HTML, and nothing in it can do harm."""

import pytest

from artesian.render.sheet import sheet


def test_a_sheet_becomes_html_without_its_title() -> None:
    """The page has a title; commands, tables and links are kept."""
    html = sheet(
        "# rg\n\nFinds text.\n\n## Use\n\n```sh\nrg 'a<b'\n```\n\n| path | what |\n|---|---|\n| `x` | y |\n\n"
        "[fd](/fd)\n"
    )
    assert html.startswith("<p>Finds text.</p>")
    for part in ("<h2>Use</h2>", "rg 'a&lt;b'", "<table>", "<code>x</code>", '<a href="/fd"'):
        assert part in html


def test_front_matter_isnt_shown() -> None:
    """What Webi's sheets begin with is for programs."""
    assert sheet("---\ntitle: x\n---\n\nText.\n") == "<p>Text.</p>\n"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://elsewhere.example/x.png)",
        "<a href='/' onclick='alert(1)'>x</a>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_nothing_in_a_sheet_can_do_harm(text: str) -> None:
    """No script, no image of another server, no address that is a program."""
    html = str(sheet(text)).lower()
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert "<a href='/' onclick" not in html
