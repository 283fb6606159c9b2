"""What surrounds the static body, and what clients get instead of an installer."""

from importlib.resources import files

import pytest
from tests.reading import package

from artesian.model.names import PackageName
from artesian.model.query import NoMatch
from artesian.model.version import Newest
from artesian.render.quote import Unquotable
from artesian.render.script import Part, error_script, script, throw_script
from artesian.resolve.table import table

BODY = files("artesian.render").joinpath("bodies/install.sh").read_text("utf-8")


def part(name: str, title: str = "", tag: str = "") -> Part:
    rows = table(package("rg"), Newest())
    assert not isinstance(rows, NoMatch)
    return Part(name=PackageName(name), title=title or name, tag=tag, rows=rows[:1])


def test_an_installer_is_data_and_the_static_body() -> None:
    """A trap for half of it, a comment, four assignments, and the body as it stands."""
    head, _, body = script([part("rg", "ripgrep"), part("jq", tag=">=1.7")]).partition("\n\n")
    assert body == BODY.removesuffix("\n")
    assert [line for line in head.splitlines()[3:] if line[:1] in "#_p'"] == [
        "# What it can do: put `-s -- --help` after `sh`. What follows is data; the program comes after it.",
        "_asked='rg,jq@%3E=1.7'",
        "_server=''",
        "_more=''",
        "_table='",
        "package rg -",
        "package jq >=1.7",
        "'",
    ]
    assert head.startswith("#!/bin/sh\n{ trap 'echo ")
    assert "\n# Installs ripgrep, jq into ~/.local" in head


def test_it_names_no_server_unless_told() -> None:
    """The answer is the same whoever serves it; a public URL is the operator's wish."""
    assert "_server='https://tools.example'\n" in script(
        [part("rg")], public_url="https://tools.example"
    )


def test_the_last_line_calls_main() -> None:
    """The body ends as the house says, and the script without a line feed: complete only with its last byte."""
    assert BODY.endswith('\n{ main "$@"; exit; }\n')
    assert script([part("rg")]).endswith('\n{ main "$@"; exit; }')


def test_the_body_is_ascii_and_small() -> None:
    """Yash in the C locale reads ASCII only; an ordinary installer shall be at most 45 kB."""
    assert BODY.isascii()
    assert len(BODY) <= 42_250


@pytest.mark.parametrize("title", ["a\nrm -rf", "a\rb", "é", "\x1b[31m", "\udc80"])
def test_titles_cannot_leave_their_comment(title: str) -> None:
    """A title stands in a comment: what isn't printable ASCII is replaced."""
    lines = script([part("rg", title)]).splitlines()
    assert lines[2].isascii()
    assert lines[2].isprintable()
    assert lines[3].startswith("# What it can do")


def test_a_tag_that_no_script_can_hold() -> None:
    """NUL in what was asked for is an error."""
    with pytest.raises(Unquotable):
        script([part("rg", tag="\0")])


def test_an_error_script() -> None:
    """It prints and fails; controls that could command a terminal are replaced."""
    assert error_script("No 'x'.\n\tNew\x1b[2J\x9b\udc80", status=69) == (
        "#!/bin/sh\n"
        "{ printf '%s\\n' 'No '\\''x'\\''.\n\tNew\N{REPLACEMENT CHARACTER}[2J"
        "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}' >&2; exit 69; }"
    )


def test_a_throw_script() -> None:
    """PowerShell ends a string at typographic quotes too, so each is doubled."""
    assert throw_script("it's \u2018a\u2019 \u201ab\u201b $x `n\x1b") == (
        "throw 'it''s \u2018\u2018a\u2019\u2019 \u201a\u201ab\u201b\u201b $x `n\N{REPLACEMENT CHARACTER}'"
    )
