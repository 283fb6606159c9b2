"""Tokens: read strictly, and shown nowhere."""

import pytest

from artesian.model.credential import Credential, InvalidToken, Secret, parse_token, redact
from artesian.model.header import Scheme

TOKEN = "ghp_" + "a1B2" * 9


@pytest.mark.parametrize("text", [TOKEN, f"{TOKEN}\n", f" {TOKEN}\r\n", f"\t{TOKEN}"])
def test_a_token_is_read(text: str) -> None:
    """White space around a token, as files and people leave it, is no part of it."""
    assert parse_token(text, origin="a file").reveal() == TOKEN


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        (f"\ufeff{TOKEN}", "begins with a byte order mark"),
        (f"{TOKEN}\n{TOKEN}", "has more than one line"),
        (f'"{TOKEN}"', "has quotes"),
        (f"\u201c{TOKEN}\u201d", "has quotes"),
        (f"Bearer {TOKEN}", "has a space"),
        (f"{TOKEN}\x1b", "unprintable character"),
        (f"{TOKEN}é", "unprintable character"),
    ],
)
def test_what_would_be_sent_broken(text: str, why: str) -> None:
    """A token with anything around or inside it that can't belong is refused, and isn't quoted in the message."""
    with pytest.raises(InvalidToken, match=why) as caught:
        parse_token(text, origin="a file")
    assert TOKEN not in str(caught.value)
    assert "a file" in str(caught.value)


def test_a_secret_shows_itself_to_nobody() -> None:
    """Neither printing nor formatting tells it; equal ones are equal, also as keys."""
    secret = Secret(TOKEN)
    assert TOKEN not in f"{secret} {secret!r} {[secret]}"
    assert {secret: 1} == {Secret(TOKEN): 1}
    assert secret not in (Secret("other"), TOKEN)


def test_a_credential_is_named_by_its_end() -> None:
    """Four characters tell one token of a host from another, and no more."""
    credential = Credential(
        host="api.github.com", scheme=Scheme.BEARER, secret=Secret(TOKEN), expected_limit=5000
    )
    assert credential.identity == "api.github.com:…a1B2"


@pytest.mark.parametrize("token", [TOKEN, "github_pat_" + "x" * 30, "glpat-" + "x" * 20])
def test_tokens_are_blotted_out(token: str) -> None:
    """Whatever looks like a token of a forge is blotted out of any text, and so is a given one that doesn't."""
    assert redact(f"a {token}, b") == "a [redacted], b"
    assert redact("a s3cret b", (Secret("s3cret"),)) == "a [redacted] b"
