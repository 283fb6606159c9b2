"""Tokens: read strictly, bound to one host, and never shown."""

import re

import msgspec

from artesian.errors import Invalid
from artesian.model.header import Scheme

__all__ = ["Credential", "InvalidToken", "Secret", "parse_token", "redact"]

# GitHub's prefixes, https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
# and GitLab's `glpat-`. Since 2026-04 a `ghs_` token is some 520 characters long and holds dots.
_TOKENS = re.compile(r"gh[pousr]_[A-Za-z0-9._-]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}")
_SHOWN = "[redacted]"
_QUOTES = "\"'`\u201c\u201d\u2018\u2019"  # straight, and as word processors write them


class InvalidToken(Invalid):
    """A token that would be sent broken."""

    def __init__(self, origin: str, why: str) -> None:
        super().__init__(
            f"the token from {origin} {why}: write the bare token, nothing else, and try again"
        )


class Secret:
    """A text that shows itself only to `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return f"Secret({_SHOWN})"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def reveal(self) -> str:
        """Give the text away; only net.py may call this."""
        return self._text


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """A token and the one host that may see it. `expected_limit`: the hourly limit its host should grant it."""

    host: str
    scheme: Scheme
    secret: Secret
    expected_limit: int | None

    @property
    def identity(self) -> str:
        """Name it in budgets and breakers without telling it: the host and the last four characters."""
        return f"{self.host}:…{self.secret.reveal()[-4:]}"


def parse_token(text: str, *, origin: str) -> Secret:
    """Read a token as a file or variable holds it; raise InvalidToken (which never quotes it)."""
    if text.startswith("\ufeff"):
        raise InvalidToken(origin, "begins with a byte order mark")
    token = text.strip(" \t\r\n")
    if not token:
        raise InvalidToken(origin, "is empty")
    if "\n" in token or "\r" in token:
        raise InvalidToken(origin, "has more than one line")
    if any(quote in token for quote in _QUOTES):
        raise InvalidToken(origin, "has quotes in it")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise InvalidToken(origin, "has a space or an unprintable character in it")
    return Secret(token)


def redact(text: str, secrets: tuple[Secret, ...] = ()) -> str:
    """Blot out every token in `text`: those given, and whatever looks like one."""
    for secret in secrets:
        text = text.replace(secret.reveal(), _SHOWN)
    return _TOKENS.sub(_SHOWN, text)
