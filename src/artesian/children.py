"""Child processes of `artesian up`: each with a stream to its parent as standard input, and none outlives it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

__all__ = ["Child", "spawn"]

# Longer lines than this are no message of a child of ours.
_LONGEST_LINE = 4096
_PR_SET_PDEATHSIG = 1  # Linux: <linux/prctl.h>


@dataclass(slots=True)
class Child:
    """A process, and our end of its stream. `is_mute`: it has closed its own."""

    process: subprocess.Popen[bytes]
    channel: socket.socket
    is_mute: bool = False
    is_killed: bool = False
    _heard: bytes = b""

    def lines(self) -> list[str]:
        """Read what it said, as far as the lines are whole."""
        try:
            while piece := self.channel.recv(_LONGEST_LINE):
                self._heard += piece
            self.is_mute = True
        except BlockingIOError:
            pass
        except ConnectionError:
            self.is_mute = True
        *whole, rest = self._heard.split(b"\n")
        self._heard = rest[:_LONGEST_LINE]
        return [line.decode(errors="replace") for line in whole]

    def leave(self) -> None:
        """Ask it to finish what it does and go."""
        self.process.terminate()

    def kill(self) -> bool:
        """End it, and whatever it started; False if that was done before."""
        if self.is_killed or self.process.poll() is not None:
            return False
        self.is_killed = True
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return True

    def ending(self) -> str | None:
        """Tell in words how it ended; None if it runs."""
        status = self.process.poll()
        if status is None:
            return None
        if status >= 0:
            return f"ended with status {status}"
        try:
            return f"was ended by {signal.Signals(-status).name}"
        except ValueError:
            return f"was ended by signal {-status}"


def spawn(command: Sequence[str], passed: tuple[int, ...], niceness: int) -> Child:
    """Start a process that inherits the descriptors `passed`; raise OSError or SubprocessError."""
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                stdin=theirs.fileno(),
                pass_fds=passed,
                process_group=0,  # Ctrl-C is for the parent; it asks its children in order
                preexec_fn=_prepare(niceness),  # noqa: PLW1509 - there are no threads here
            )
    except (OSError, subprocess.SubprocessError):
        ours.close()
        raise
    ours.setblocking(False)
    return Child(process, ours)


def _prepare(niceness: int) -> Callable[[], None]:
    """Make what a child does before it becomes its program: on Linux it won't survive its parent.

    Elsewhere it sees the end of the stream that is its standard input.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    parent = os.getpid()

    def prepare() -> None:
        with suppress(OSError):  # it isn't worth a plane
            os.nice(niceness)
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
            if os.getppid() != parent:  # it ended in between
                os._exit(0)

    return prepare
