"""The operator's command for alerts: what it is told, and that it can't keep anybody waiting."""

import asyncio
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from artesian.model.credential import Secret
from artesian.model.health import Alert
from artesian.refresh.notify import CommandFailed, State, run_command

TOKEN = "a-token-of-no-known-kind-0123456789"  # noqa: S105 - that is what it looks like
ALERT = Alert(
    key="auth_lost:api.github.com",
    what="credentials are not reaching api.github.com",
    why=f"it says {TOKEN}",
    todo="check the token",
    since=datetime(2026, 1, 2, tzinfo=UTC),
)


def tell(folder: Path, body: str, *, deadline_s: float = 10.0) -> None:
    """Run a shell script as the command."""
    script = folder / "tell"
    script.write_text(f"#!/bin/sh\ncd '{folder}'\n{body}\n")
    script.chmod(0o755)
    environment = {"PATH": "/usr/bin:/bin", "MINE": "kept"}
    asyncio.run(
        run_command(
            f"'{script}' one 'two words'",
            ALERT,
            State.RAISED,
            environment=environment,
            secrets=(Secret(TOKEN),),
            deadline_s=deadline_s,
        )
    )


def test_what_it_is_told(tmp_path: Path) -> None:
    """The alert comes as JSON and in variables, beside the environment, without a token."""
    tell(tmp_path, 'cat > input; env > environment; printf "%s|" "$@" > arguments')
    told = json.loads((tmp_path / "input").read_text())
    assert told["state"] == "raised"
    assert told["alert"]["key"] == ALERT.key
    environment = (tmp_path / "environment").read_text().splitlines()
    assert "MINE=kept" in environment
    assert f"ARTESIAN_ALERT_KEY={ALERT.key}" in environment
    assert "ARTESIAN_ALERT_STATE=raised" in environment
    assert "ARTESIAN_ALERT_WHY=it says [redacted]" in environment
    assert (tmp_path / "arguments").read_text() == "one|two words|"
    assert TOKEN not in "".join(file.read_text() for file in tmp_path.iterdir())


def test_a_command_that_does_not_listen(tmp_path: Path) -> None:
    """It needn't read its input."""
    tell(tmp_path, "exec 0<&-; exit 0")


def test_a_command_that_fails(tmp_path: Path) -> None:
    """Its status is told."""
    with pytest.raises(CommandFailed, match="ended with 7"):
        tell(tmp_path, "exit 7")


def test_a_command_that_hangs(tmp_path: Path) -> None:
    """It is ended at its deadline, with whatever it has started."""
    began = time.monotonic()  # noqa: TID251 - a real process
    with pytest.raises(CommandFailed, match="not done after"):
        tell(tmp_path, "sleep 60 & echo $! > child; sleep 60", deadline_s=0.5)
    assert time.monotonic() - began < 10  # noqa: TID251
    child = Path("/proc") / (tmp_path / "child").read_text().strip() / "stat"
    for _ in range(100):
        if not child.exists() or ") Z " in child.read_text():
            return
        time.sleep(0.05)  # a real process has no virtual clock
    pytest.fail("its child lives on")


@pytest.mark.parametrize("command", ["/no/such/command", "an 'open quote", ""])
def test_no_command(command: str) -> None:
    """One that can't be run is an error that names it."""
    with pytest.raises(CommandFailed):
        asyncio.run(run_command(command, ALERT, State.CLEARED, environment={}))
