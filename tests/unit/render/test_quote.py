"""One shell word, whatever the text; what no shell word can hold is refused."""

import pytest

from artesian.render.quote import Unquotable, quote, url_path


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "''"),
        ("rg", "'rg'"),
        ("it's", r"'it'\''s'"),
        ("a\nb", "'a\nb'"),
        ('$(id) `id` \\ " !', "'$(id) `id` \\ \" !'"),
        ("é\N{ROCKET}", "'é\N{ROCKET}'"),
    ],
)
def test_text_becomes_one_word(text: str, word: str) -> None:
    """Single quotes hold everything but themselves."""
    assert quote(text) == word


@pytest.mark.parametrize("text", ["\0", "a\0b", "\udc80", "x\ud800"])
def test_what_no_word_can_hold_is_refused(text: str) -> None:
    """NUL ends a word, and a lone surrogate has no bytes: both are errors, not approximations."""
    with pytest.raises(Unquotable, match="can't stand in a script"):
        quote(text)


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("rg@14.1,jq", "rg@14.1,jq"),
        ("rg@>=13,<14", "rg@%3E=13,%3C14"),
        ("rg@^1,jq@~1.7", "rg@%5E1,jq@~1.7"),
        ("rg@a b'$(id)", "rg@a%20b%27%24%28id%29"),
        ("\udc80", "%ED%B2%80"),
    ],
)
def test_what_is_asked_for_can_be_pasted(asked: str, path: str) -> None:
    """In a printed one-liner nothing is a word of the shell's own."""
    assert url_path(asked) == path
