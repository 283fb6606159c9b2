"""Listening sockets: opened, kept by a manager, taken over, and emptied at the end. All of them are real."""

import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from artesian.listening import PortInUse, adopt, has_waiting, hush, listen, open_socket
from artesian.systemd import Manager, Notifier

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Heard:
    """A manager that writes down what it is told."""

    messages: list[str] = field(default_factory=list)

    def manager(self, sockets: dict[int, str]) -> Manager:
        def send(message: bytes, fds: tuple[int, ...]) -> None:
            self.messages.append(f"{message.decode()}{len(fds)}")

        return Manager(notifier=Notifier(send), sockets=sockets)


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with listen(HOST, 0) as opened:
        yield opened


def dial(listening: socket.socket, timeout_s: float = 5.0) -> socket.socket:
    return socket.create_connection(listening.getsockname(), timeout=timeout_s)


def duplicate(listening: socket.socket) -> int:
    """Make a descriptor as a child or the next process would have it."""
    return os.dup(listening.fileno())


def test_a_port_in_use_is_told(listening: socket.socket) -> None:
    """The message names the address, the reason and the way out."""
    port = listening.getsockname()[1]
    with pytest.raises(PortInUse, match=f"127.0.0.1 port {port}: .*in use.*--port"):
        listen(HOST, port)


def test_an_impossible_host_is_told() -> None:
    """A host that is none, or another machine's, is told with its own way out."""
    for host in ("no.such.host.invalid", "a" * 300, "::zz", "192.0.2.1"):
        with pytest.raises(PortInUse, match="--host") as caught:
            listen(host, 0)
        assert "Unknown error" not in str(caught.value)


def test_adopts_a_listening_socket_alone(listening: socket.socket) -> None:
    """What isn't a listening socket is left as it was."""
    adopted = adopt(duplicate(listening))
    assert adopted is not None
    with adopted:
        assert adopted.getsockname() == listening.getsockname()
        assert not os.get_inheritable(adopted.fileno())
    with socket.socket() as plain:
        assert adopt(plain.fileno()) is None
        plain.bind((HOST, 0))
    end, other = os.pipe()
    assert adopt(end) is None
    os.close(end)
    os.close(other)
    assert adopt(end) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's filter is of Linux")
def test_hushed(listening: socket.socket) -> None:
    """Who is connected stays and can be accepted; who comes later isn't, until the socket is taken over again."""
    with dial(listening) as early:
        hush(listening)
        with pytest.raises(TimeoutError):
            dial(listening, 0.2)
        assert has_waiting(listening)
        accepted, _ = listening.accept()
        with accepted:
            early.sendall(b"still here")
            assert accepted.recv(100) == b"still here"
    assert not has_waiting(listening)
    again = adopt(duplicate(listening))
    assert again is not None
    with again, dial(again):
        assert has_waiting(again)


def test_opens_and_has_it_kept() -> None:
    """Without an inherited socket one is opened, and the manager is asked to keep it under its address."""
    heard = Heard()
    with open_socket(HOST, 0, heard.manager({})):
        assert heard.messages == ["FDSTORE=1\nFDNAME=http-127.0.0.1-0\n1"]


@pytest.mark.parametrize("name", ["http-127.0.0.1-0", "artesian.socket", "unknown"])
def test_takes_what_is_kept_or_given(listening: socket.socket, name: str) -> None:
    """A socket kept for the same address, or of a socket unit, is taken; other descriptors are passed over."""
    heard = Heard()
    with (
        socket.socket() as plain,
        open_socket(
            HOST, 0, heard.manager({plain.fileno(): name, duplicate(listening): name})
        ) as taken,
    ):
        assert taken.getsockname() == listening.getsockname()
        assert heard.messages == []


def test_a_changed_address(listening: socket.socket) -> None:
    """A socket that was kept for another address is given up for a new one."""
    heard = Heard()
    kept = {duplicate(listening): "http-127.0.0.1-8080"}
    with open_socket(HOST, 0, heard.manager(kept)) as opened:
        assert opened.getsockname() != listening.getsockname()
    assert heard.messages == [
        "FDSTOREREMOVE=1\nFDNAME=http-127.0.0.1-8080\n0",
        "FDSTORE=1\nFDNAME=http-127.0.0.1-0\n1",
    ]


def test_names_are_fit_for_systemd() -> None:
    """An address of IPv6 has no colon in its name."""
    heard = Heard()
    with open_socket("::1", 0, heard.manager({})):
        assert "FDNAME=http-..1-0\n" in heard.messages[0]


def test_nobody_waits_at_a_closed_socket() -> None:
    """A second signal closes the socket while the first is still being answered; that is no error."""
    listening = listen("127.0.0.1", 0)
    listening.close()
    assert not has_waiting(listening)
