"""Looks at the ports: free, or ours answering."""

import http.client
from collections.abc import Iterator
from contextlib import closing

from artesian.doctor.finding import Finding, fine, skipped, wrong
from artesian.listening import PortInUse, listen
from artesian.settings import Settings

__all__ = ["look_at_ports"]

_PATIENCE_S = 2.0
_ANSWER_BYTES = 100_000


def look_at_ports(settings: Settings) -> Iterator[Finding]:
    """Tell of each port whether it can be had, or whether Artesian has it already."""
    yield _look(
        "port",
        "port",
        settings.host,
        settings.port,
        path="/livez",
        ours=b"alive\n",
        off="a free one is taken",
    )
    for subject, name, port in (
        ("metrics of the reader", "metrics_port", settings.metrics_port),
        ("metrics of the writer", "writer_metrics_port", settings.writer_metrics_port),
    ):
        host = settings.metrics_host
        yield _look(
            subject, name, host, port, path="/metrics", ours=b"artesian_build_info", off="off"
        )


def _look(  # noqa: PLR0913 - one look, all that it needs
    subject: str, setting: str, host: str, port: int, *, path: str, ours: bytes, off: str
) -> Finding:
    if port == 0:
        return skipped(subject, f"`{setting}` is 0: {off}")
    try:
        listen(host, port).close()
    except PortInUse as error:
        if ours in _ask(host, port, path):
            return fine(subject, f"{host} port {port}: Artesian answers there")
        return wrong(
            subject,
            str(error).partition(";")[0],
            f"set `{setting}` to a free one, end what has it, or see whether the address is this machine's",
        )
    return fine(subject, f"{host} port {port} is free")


def _ask(host: str, port: int, path: str) -> bytes:
    """Get a path from this machine; empty if nobody answers in HTTP."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - to translate it
    try:
        connection = http.client.HTTPConnection(reached, port, timeout=_PATIENCE_S)
        with closing(connection):
            connection.request("GET", path)
            return connection.getresponse().read(_ANSWER_BYTES)
    except (OSError, http.client.HTTPException, UnicodeError):
        return b""
