"""Tokens as files and variables hold them: trimmed, refused with a clear reason, and bound to their host."""

from pathlib import Path
from typing import Any

import pytest

from artesian.model.header import Scheme
from artesian.refresh.tokens import read_access
from artesian.refresh.upstream import ANONYMOUS, Key
from artesian.settings import Settings

GITHUB = "api.github.com"
PAT = "ghp_" + "a1B2" * 9
LONG = "ghs_" + "a1.B-2_" * 74


def settings(**more: Any) -> Settings:
    """Write settings."""
    return Settings.model_validate(more)


@pytest.mark.parametrize("text", [PAT, LONG, f"{PAT}\n", f"  {PAT}\r\n", f"\n{PAT}"])
def test_good_tokens(tmp_path: Path, text: str) -> None:
    """White space around a token is cut off; any length and dots are fine."""
    file = tmp_path / "token"
    file.write_text(text, newline="")
    for access in (
        read_access(settings(github_token_file=file)),
        read_access(settings(github_token=text)),
    ):
        credential = access.credentials[GITHUB]
        assert credential.secret.reveal() == text.strip()
        assert (credential.scheme, credential.expected_limit) == (Scheme.BEARER, 5000)
        assert access.broken == {}


BAD = [
    pytest.param(f"\ufeff{PAT}".encode(), "byte order mark", id="marked"),
    pytest.param(f'"{PAT}"'.encode(), "quotes", id="quoted"),
    pytest.param(f"{PAT}\n{PAT}".encode(), "more than one line", id="two"),
    pytest.param(f"GITHUB_TOKEN={PAT} ".encode() + b"x", "a space", id="an assignment"),
    pytest.param(b"\n", "is empty", id="empty"),
    pytest.param(PAT.encode() + b"x" * 10_000, "longer than", id="too long"),
    pytest.param(b"\n" * 10_000 + PAT.encode(), "longer than", id="too far down"),
    pytest.param(b"\xff\xfe" + PAT.encode(), "is no text", id="no text"),
]


@pytest.mark.parametrize(("data", "why"), BAD)
def test_bad_tokens(tmp_path: Path, data: bytes, why: str) -> None:
    """A token that would be sent broken isn't sent: its host is told of, and the reason never quotes it."""
    file = tmp_path / "token"
    file.write_bytes(data)
    access = read_access(settings(github_token_file=file))
    assert access.credentials == {}
    assert why in access.broken[GITHUB]
    assert PAT not in access.broken[GITHUB]


def test_a_missing_file(tmp_path: Path) -> None:
    """A file that isn't there isn't the same as no token."""
    access = read_access(settings(github_token_file=tmp_path / "none"))
    assert "can't be read: No such file" in access.broken[GITHUB]


def test_other_forges(tmp_path: Path) -> None:
    """Each forge has its own token, sent after its own word, and a broken one is a matter of that forge alone."""
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text(PAT)
    bad.write_text("'x'")
    access = read_access(
        settings(
            gitea_token_files={"codeberg.org": good, "git.example": bad},
            gitlab_token_files={"gitlab.com": good},
        )
    )
    schemes = {host: one.scheme for host, one in access.credentials.items()}
    assert schemes == {"codeberg.org": Scheme.TOKEN, "gitlab.com": Scheme.BEARER}
    assert set(access.broken) == {"git.example"}
    assert access.key(GITHUB) == Key(GITHUB, ANONYMOUS)


def test_an_enterprise_server() -> None:
    """Its token goes to it and to nobody else."""
    access = read_access(settings(github_url="https://ghe.example/api/v3", github_token=PAT))
    assert set(access.credentials) == {"ghe.example"}


def test_the_user_agent() -> None:
    """It names us, and whom to write to where that is known."""
    assert read_access(settings()).user_agent.startswith("artesian/")
    told = read_access(settings(contact="ops@example.com")).user_agent
    assert told.endswith(" (+ops@example.com)")


def test_equal_settings_give_equal_access() -> None:
    """Nothing is connected anew while nothing changed."""
    first, second = (read_access(settings(github_token=PAT)) for _ in range(2))
    assert first == second
    assert first != read_access(settings(github_token=f"{PAT}x"))
