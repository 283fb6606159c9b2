"""`artesian classify`, as a program reads it."""

import io
import json
import subprocess
import sys

import pytest

from artesian.cli.classify import classify_lines

KEYS = ["name", "os", "arch", "level", "libc", "format", "reason"]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (
            b"rg-x86_64-unknown-linux-musl.tar.gz\n",
            ["rg-x86_64-unknown-linux-musl.tar.gz", "linux", "amd64", None, "musl", "tar.gz", None],
        ),
        (
            b"tool_linux_amd64_v3.exe\r\n",
            ["tool_linux_amd64_v3.exe", "linux", "amd64", 3, None, "raw", None],
        ),
        (b"tool.sha256", ["tool.sha256", None, None, None, None, None, "checksum"]),
        (b"\n", ["", None, None, None, None, None, "not a file name"]),
        (
            b"\xff.deb\n",
            ["\ufffd.deb", None, None, None, None, None, "system package (deb)"],
        ),
        (b"\0.deb\n", ["\0.deb", None, None, None, None, None, "not a file name"]),
    ],
)
def test_every_line_is_answered_by_one(line: bytes, values: list[object]) -> None:
    """One name a line in, one JSON object a line out, with the same keys in the same order."""
    out = io.BytesIO()
    classify_lines(io.BytesIO(line), out)
    assert out.getvalue().count(b"\n") == 1
    assert list(json.loads(out.getvalue()).items()) == list(zip(KEYS, values, strict=True))


def test_a_program_can_ask_and_wait() -> None:
    """The command answers each name before it reads the next."""
    command = [sys.executable, "-m", "artesian.cli.main", "classify"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for name in ("k3s-arm64", "rg.1"):
            process.stdin.write(name.encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["name"] == name
        process.stdin.close()
        assert process.wait(timeout=30) == 0
