"""A real server as a child process: started, waited for, stopped."""

import http.client
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from artesian.errors import Unavailable

__all__ = ["ALONE", "NotStarted", "command_line", "free_port", "running_server"]

_START_LIMIT_S = 30
_STOP_LIMIT_S = 10
_PAUSE_S = 0.02


class NotStarted(Unavailable):
    """The server ended, or answered nothing in time, or its port is another's."""

    def __init__(self, command: Sequence[str], reason: str) -> None:
        super().__init__(f"{reason}: {' '.join(command)}", retry_after_s=1)


# Settings of a server that talks to nobody but those who ask it.
ALONE = ("ARTESIAN_CATALOGUE=", "ARTESIAN_METRICS_PORT=0", "ARTESIAN_WRITER_METRICS_PORT=0")


def free_port() -> int:
    """Find a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def command_line(
    data: Path, port: int, command: str = "web", *, executable: Path | None = None
) -> list[str]:
    """Spell a server on a data directory: `web`, the read plane alone, or `up`, beside a writer with nothing to fetch.

    It asks no upstream, and takes no port but its own. executable: another environment's `artesian`.
    """
    artesian = executable or Path(sys.executable).parent / "artesian"
    env = shutil.which("env") or "/usr/bin/env"
    settings = (f"ARTESIAN_DATA_DIR={data}", *ALONE)
    return [env, *settings, str(artesian), command, "--port", str(port)]


@contextmanager
def running_server(command: Sequence[str], port: int, cwd: Path | None = None) -> Iterator[str]:
    """Run a server until left; give its origin once it is ready, or raise NotStarted."""
    if not _is_free(port):
        raise NotStarted(command, f"port {port} is in use")
    process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL)  # noqa: S603 - the caller's command
    try:
        _wait_until_ready(process, command, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(_STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], command: Sequence[str], port: int) -> None:
    for _ in range(int(_START_LIMIT_S / _PAUSE_S)):
        if _is_ready(port):
            return
        if process.poll() is not None:
            break
        Event().wait(_PAUSE_S)
    raise NotStarted(command, "the server did not start")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
