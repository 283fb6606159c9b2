"""The command line as a program: its version, what a mistake in the call is, and closed standard streams."""

import subprocess
import sys

import pytest

from artesian import __version__

ARTESIAN = f"'{sys.executable}' -m artesian.cli.main"


def run(line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f"{ARTESIAN} {line}"],
        capture_output=True,
        check=False,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


def test_it_tells_its_version() -> None:
    """--version is one line."""
    ran = run("--version")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"artesian {__version__}\n", "")


@pytest.mark.parametrize(
    "line",
    [
        "--what",
        "what",
        "classify --what",
        "classify what",
        "pick -x",
        "sim run --jobs 0",
        "sim random --jobs 0",
        "sim random --seeds 0",
        "sim random --hours 0",
        "sim random --hours nan",
        "replay 1003 --page /no/such/folder/x.html",
        "replay 1003 --page /",
    ],
)
def test_a_mistake_in_the_call(line: str) -> None:
    """An option, command, argument or value that can't be is status 64 (2 is free for answers), and nothing is done."""
    ran = run(line)
    assert (ran.returncode, ran.stdout) == (64, "")
    assert "Traceback" not in ran.stderr
    assert "Usage: " in ran.stderr


@pytest.mark.parametrize("command", ["classify", "detect", "pick"])
@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&-", ">&- 2>&-", "| true"])
def test_closed_streams(closed: str, command: str) -> None:
    """Started without a standard stream, or left by its reader, a filter ends without a word."""
    ran = run(f"{command} {closed}")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    lines = f"yes '{{}}' | head -n 100 | {ARTESIAN} {command} {closed.replace('<&-', '')}"
    ended = subprocess.run(["sh", "-c", lines], capture_output=True, check=False, timeout=60)
    assert ended.stderr == b""
