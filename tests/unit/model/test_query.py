"""Specs as people type them and URLs carry them."""

import pytest

from artesian.errors import Invalid
from artesian.model.names import InvalidName
from artesian.model.query import InvalidSpec, Spec, parse_spec, parse_specs
from artesian.model.version import InvalidTag, parse_tag


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rg", "rg"),
        ("RG@", "rg"),
        ("rg@14", "rg 14"),
        ("duckdns.sh@v1.2", "duckdns.sh 1.2"),
        ("rg,jq@1.7", "rg / jq 1.7"),
        ("rg@>=13,<15,jq@1.7", "rg >=13,<15 / jq 1.7"),
        ("rg@>=13, <15,jq", "rg >=13,<15 / jq"),
        ("node@lts,fd@^8,~8.3", "node lts / fd ^8,~8.3"),
        ("rg@>=13,!=14.0", "rg >=13,!=14.0"),
    ],
)
def test_specs_are_read(text: str, expected: str) -> None:
    """Specs are joined by commas; a comma before a comparison continues the range."""
    specs = [part.split(" ") for part in expected.split(" / ")]
    assert parse_specs(text) == tuple(
        Spec(name=parse_spec(name[0]).name, tag=parse_tag(name[1] if name[1:] else None))
        for name in specs
    )


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", InvalidName),
        ("rg,", InvalidName),
        (",rg", InvalidName),
        ("../etc/passwd", InvalidName),
        ("rg\r\nX: y", InvalidName),
        ("rg\udcff", InvalidName),
        ("rg@@1", InvalidTag),
        ("rg@1@2", InvalidTag),
        ("rg@$(id)", InvalidTag),
        (",".join(["rg"] * 11), InvalidSpec),
    ],
)
def test_malformed_specs_are_refused(text: str, error: type[Invalid]) -> None:
    """Text that can't be a request is refused with a message fit to print."""
    with pytest.raises(error) as caught:
        parse_specs(text)
    assert str(caught.value).isprintable()


def test_ten_specs_are_allowed() -> None:
    """Ten packages fit in one line."""
    assert len(parse_specs(",".join(["rg"] * 10))) == 10
