"""Tells an operator's own command of an alert: JSON on standard input, the same in the environment, and a deadline."""

import asyncio
import os
import shlex
import signal
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum

import msgspec

from artesian.errors import Unavailable
from artesian.model.credential import Secret, redact
from artesian.model.health import Alert
from artesian.settings import ALERT_VARIABLES

__all__ = ["CommandFailed", "State", "run_command"]

# A command that mails or posts takes seconds; one that hangs must not keep the next alert from being told.
DEADLINE_S = 30.0


class State(StrEnum):
    """What happened to an alert."""

    RAISED = "raised"
    CLEARED = "cleared"


class CommandFailed(Unavailable):
    """The operator's command didn't do."""

    def __init__(self, command: str, why: str) -> None:
        super().__init__(f"on_alert: {command[:80]}: {why}", retry_after_s=60)


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    state: State
    alert: Alert


async def run_command(
    command: str,
    alert: Alert,
    state: State,
    *,
    environment: Mapping[str, str],
    secrets: tuple[Secret, ...] = (),
    deadline_s: float = DEADLINE_S,
) -> None:
    """Run the command once; raise CommandFailed."""
    text = redact(msgspec.json.encode(_Told(state=state, alert=alert)).decode(), secrets)
    told = msgspec.json.decode(text, type=_Told).alert
    words = (state.value, told.key, told.what, told.why, told.todo)
    variables = dict(zip(ALERT_VARIABLES, words, strict=True))
    try:
        program, *arguments = shlex.split(command) or [""]
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**environment, **variables},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise CommandFailed(command, str(error)) from error
    try:
        async with asyncio.timeout(deadline_s):
            await process.communicate(text.encode())
    except TimeoutError as error:
        raise CommandFailed(command, f"not done after {deadline_s:.0f} s") from error
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with whatever it has started
            await process.wait()
    if process.returncode:
        raise CommandFailed(command, f"ended with {process.returncode}")
