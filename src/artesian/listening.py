"""The listening socket: opened, taken over from another process, and emptied before its end."""

import ctypes
import errno
import os
import select
import socket
import struct
import sys
from contextlib import suppress

from artesian.errors import Unavailable
from artesian.systemd import Manager

__all__ = ["PortInUse", "adopt", "has_waiting", "hush", "listen", "open_socket"]

# Connections that wait to be accepted; the kernel caps it at net.core.somaxconn, 4096 on any recent Linux.
_BACKLOG = 2048
# How names of sockets begin that we had systemd keep; others are of a socket unit.
_STORED = "http-"
# Linux: <asm-generic/socket.h>. Python's socket module has no names for them.
_SO_ATTACH_FILTER = 26
_SO_DETACH_FILTER = 27
# Classic BPF, (code, jump if true, jump if false, operand): drop segments with SYN and without ACK, take all others.
_ONLY_OLD_ACQUAINTANCES = (
    (0x30, 0, 0, 13),  # load the byte of flags of the TCP header
    (0x54, 0, 0, 0x12),  # keep SYN and ACK of it
    (0x15, 0, 1, 0x02),  # SYN alone?
    (0x06, 0, 0, 0),  # drop
    (0x06, 0, 0, 0xFFFFFFFF),  # take
)


class PortInUse(Unavailable):
    """The address to listen on can't be had."""

    def __init__(self, host: str, port: int, reason: str, option: str = "--host") -> None:
        super().__init__(
            f"can't listen on {host} port {port}: {reason}; choose another with {option}",
            retry_after_s=0,
        )


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket; raise PortInUse."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else "no host has this name"  # of getaddrinfo
        option = "--port" if number in {errno.EADDRINUSE, errno.EACCES} else "--host"
        raise PortInUse(host, port, reason, option) from error
    except UnicodeError as error:
        raise PortInUse(host, port, str(error)) from error


def adopt(number: int) -> socket.socket | None:
    """Take over a descriptor that was inherited; None, and it stays as it was, if it is no listening socket."""
    try:
        adopted = socket.socket(fileno=number)
    except OSError:
        return None
    try:
        if adopted.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            adopted.set_inheritable(False)
            _speak(adopted)
            return adopted
    except OSError:
        pass
    adopted.detach()
    return None


def open_socket(host: str, port: int, manager: Manager) -> socket.socket:
    """Take the listening socket that systemd keeps for us or opened for us, else open one; raise PortInUse."""
    wanted = _stored_name(host, port)
    for number, name in manager.sockets.items():
        found = adopt(number)
        if found is None:
            continue
        if name == wanted or not name.startswith(_STORED):
            return found
        found.close()  # it was opened for another address, before the settings changed
        manager.notifier.discard(name)
    opened = listen(host, port)
    manager.notifier.store(wanted, opened.fileno())
    return opened


def hush(listening: socket.socket) -> None:
    """Let the kernel ignore new clients, as far as it can: they ask again in a second; handshakes under way go on.

    Without it, those who were connected but not yet accepted when the socket closes would see a reset.
    """
    if sys.platform != "linux":
        return
    program = b"".join(struct.pack("HBBI", *line) for line in _ONLY_OLD_ACQUAINTANCES)
    kept = ctypes.create_string_buffer(program)
    count = len(_ONLY_OLD_ACQUAINTANCES)
    with suppress(OSError):  # then a few clients at the end are lost, no more
        listening.setsockopt(
            socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", count, ctypes.addressof(kept))
        )


def has_waiting(listening: socket.socket) -> bool:
    """Tell whether a client is connected and not accepted yet; nobody is at a socket that is closed by now."""
    if listening.fileno() < 0:
        return False
    poll = select.poll()
    poll.register(listening, select.POLLIN)
    return bool(poll.poll(0))


def _speak(listening: socket.socket) -> None:
    """Undo `hush`: a socket outlives the processes that it was hushed by."""
    if sys.platform == "linux":
        with suppress(OSError):  # it wasn't hushed
            listening.setsockopt(socket.SOL_SOCKET, _SO_DETACH_FILTER, 0)


def _stored_name(host: str, port: int) -> str:
    """Name a socket for systemd to keep, by what it was opened for: colons and controls can't be in it."""
    safe = "".join(each if each.isascii() and each.isalnum() else "." for each in host)
    return f"{_STORED}{safe}-{port}"[:255]
