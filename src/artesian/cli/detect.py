"""`artesian detect`: what User-Agents say about their hosts."""

import sys

import msgspec
import typer

from artesian.resolve.detect import detect

__all__ = ["detect_command"]


def detect_command() -> None:
    """Read one User-Agent a line; write {"os", "arch", "libc", "kind"} for each, null where it doesn't say."""
    for line in sys.stdin.buffer:
        text = line.rstrip(b"\r\n").decode("utf-8", "replace")
        typer.echo(msgspec.json.encode(detect(text)))
