"""What a service manager is told, over a real datagram socket, and what is read of its environment."""

import array
import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from artesian.systemd import ALONE, ECHO_S, Asked, Order, of_systemd

PID = 4711


@pytest.fixture
def manager_socket(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket that systemd listens on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        yield listening


def test_messages(manager_socket: socket.socket) -> None:
    """Each message is one datagram in the words of sd_notify."""
    notifier = of_systemd({"NOTIFY_SOCKET": manager_socket.getsockname()}, PID).notifier
    notifier.ready()
    notifier.feed()
    notifier.status("two\nlines")
    notifier.reloading(12.5)
    notifier.stopping()
    notifier.discard("http-a-1")
    assert [manager_socket.recv(1000) for _ in range(6)] == [
        b"READY=1\n",
        b"WATCHDOG=1\n",
        b"STATUS=two lines\n",
        b"RELOADING=1\nMONOTONIC_USEC=12500000\n",
        b"STOPPING=1\n",
        b"FDSTOREREMOVE=1\nFDNAME=http-a-1\n",
    ]


def test_a_socket_is_handed_over(manager_socket: socket.socket) -> None:
    """A descriptor to be kept arrives with its name, and is the same socket."""
    notifier = of_systemd({"NOTIFY_SOCKET": manager_socket.getsockname()}, PID).notifier
    with socket.create_server(("127.0.0.1", 0)) as listening:
        notifier.store("http-a-1", listening.fileno())
        message, ancillary, _, _ = manager_socket.recvmsg(1000, 100)
        assert message == b"FDSTORE=1\nFDNAME=http-a-1\n"
        (level, kind, data) = ancillary[0]
        assert (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
        with socket.socket(fileno=array.array("i", data)[0]) as same:
            assert same.getsockname() == listening.getsockname()


@pytest.mark.skipif(not hasattr(socket, "SO_PASSCRED"), reason="abstract names are of Linux")
def test_an_abstract_address() -> None:
    """An address that begins with @ is a name without a file."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0artesian-test-{os.getpid()}")
        address = "@" + listening.getsockname()[1:].decode()
        of_systemd({"NOTIFY_SOCKET": address}, PID).notifier.ready()
        assert listening.recv(100) == b"READY=1\n"


@pytest.mark.parametrize("address", ["", "relative", "/nowhere/at/all", "vsock:2:1"])
def test_nobody_listens(address: str) -> None:
    """Without a manager, or with one that is gone, telling does nothing."""
    of_systemd({"NOTIFY_SOCKET": address}, PID).notifier.ready()
    ALONE.notifier.ready()


def test_a_full_queue_is_no_wait(manager_socket: socket.socket) -> None:
    """A manager that doesn't read is not waited for."""
    notifier = of_systemd({"NOTIFY_SOCKET": manager_socket.getsockname()}, PID).notifier
    for _ in range(5000):
        notifier.feed()
    assert manager_socket.recv(100) == b"WATCHDOG=1\n"


@pytest.mark.parametrize(
    ("environment", "sockets"),
    [
        ({}, {}),
        ({"LISTEN_PID": "4711", "LISTEN_FDS": "1"}, {3: ""}),
        ({"LISTEN_PID": "4711", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "a:b"}, {3: "a", 4: "b"}),
        ({"LISTEN_PID": "4711", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "a"}, {3: "a", 4: "unknown"}),
        ({"LISTEN_PID": "4712", "LISTEN_FDS": "1"}, {}),
        ({"LISTEN_FDS": "1"}, {}),
        ({"LISTEN_PID": "4711", "LISTEN_FDS": "-1"}, {}),
        ({"LISTEN_PID": "4711", "LISTEN_FDS": "many"}, {}),
        ({"LISTEN_PID": "4711", "LISTEN_FDS": "99999999"}, {}),
        ({"LISTEN_PID": "x", "LISTEN_FDS": "1"}, {}),
    ],
)
def test_sockets(environment: Mapping[str, str], sockets: Mapping[int, str]) -> None:
    """Descriptors that are for this process are listed by their names; nonsense lists none."""
    assert of_systemd(environment, PID).sockets == sockets


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "4711"}, 30),
        ({"WATCHDOG_USEC": "30000000"}, 30),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_watchdog(environment: Mapping[str, str], seconds: float | None) -> None:
    """The time within which systemd wants to be fed is read, if this process is meant."""
    assert of_systemd(environment, PID).watchdog_s == seconds


def test_an_echo_isnt_heard() -> None:
    """The first order to stop counts, a repeat right after it doesn't, one after a while means at once."""
    asked = Asked()
    heard = [asked.hear(at_s) for at_s in (100.0, 100.0, 100.0 + ECHO_S / 2, 101.0 + ECHO_S, 102.0)]
    assert heard == [Order.STOP, Order.ECHO, Order.ECHO, Order.AT_ONCE, Order.AT_ONCE]
