"""What the doctor says of ports: free, ours, another's."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from artesian.doctor.finding import Finding, Verdict
from artesian.doctor.ports import look_at_ports
from artesian.settings import Settings
from artesian.sim.server import free_port


def looked(**settings: object) -> list[Finding]:
    """Look at the three ports; those not given are switched off."""
    given = {"port": 0, "metrics_port": 0, "writer_metrics_port": 0, **settings}
    return list(look_at_ports(Settings(**given)))  # type: ignore[arg-type]


@contextmanager
def answering(data: bytes) -> Iterator[int]:
    """Listen on a free port, and answer the first client with these bytes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(data)

        thread = Thread(target=answer, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


def test_free_and_off() -> None:
    """A free port is well, and 0 is left out."""
    findings = looked(port=free_port())
    assert [one.verdict for one in findings] == [Verdict.OK, Verdict.SKIPPED, Verdict.SKIPPED]


@pytest.mark.parametrize(
    ("setting", "body", "verdict"),
    [
        ("port", b"alive\n", Verdict.OK),
        ("port", b"<html>", Verdict.WRONG),
        ("metrics_port", b"artesian_build_info{} 1\n", Verdict.OK),
        ("metrics_port", b"alive\n", Verdict.WRONG),
        ("writer_metrics_port", b"artesian_build_info{} 1\n", Verdict.OK),
    ],
)
def test_taken(setting: str, body: bytes, verdict: Verdict) -> None:
    """A port where Artesian answers is well, one where something else does is wrong."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    with answering(head + body) as port:
        (finding,) = (
            one for one in looked(**{setting: port}) if one.verdict is not Verdict.SKIPPED
        )
    assert finding.verdict is verdict
    assert (setting in finding.todo) == (verdict is Verdict.WRONG)


def test_something_that_speaks_no_http() -> None:
    """What answers with other bytes is another program."""
    with answering(b"SSH-2.0-x\r\n") as port:
        assert looked(port=port)[0].verdict is Verdict.WRONG


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_an_address_that_is_not_ours(host: str) -> None:
    """An address of another machine, and none at all, can't be listened on."""
    assert looked(host=host, port=free_port())[0].verdict is Verdict.WRONG
