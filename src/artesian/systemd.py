"""What a process tells its service manager (systemd, or `artesian up`), is told by it, and inherits of it.

The words are those of sd_notify(3) and sd_listen_fds(3). Without a manager nothing happens; nothing here ever raises.
"""

import socket
from array import array
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto

__all__ = [
    "ALONE",
    "ECHO_S",
    "SILENT",
    "Asked",
    "Manager",
    "Notifier",
    "Order",
    "of_parent",
    "of_systemd",
]

# Some programs (timeout(1) for one) tell a process to stop, then its whole group: that is one order. Nobody who sees
# that it takes too long is so fast.
ECHO_S = 1.0

_FIRST_FD = 3  # SD_LISTEN_FDS_START
_MOST_FDS = 64

_Send = Callable[[bytes, tuple[int, ...]], None]


@dataclass(frozen=True, slots=True)
class Notifier:
    """Tells a manager how this process is. What can't be told is dropped."""

    send: _Send

    def ready(self) -> None:
        """Say that this process works."""
        self._tell("READY=1")

    def feed(self) -> None:
        """Say that this process still works."""
        self._tell("WATCHDOG=1")

    def status(self, text: str) -> None:
        """Say in words how things are, on one line."""
        self._tell(f"STATUS={' '.join(text.split())}")

    def reloading(self, monotonic_s: float) -> None:
        """Say that a reload began; `ready` ends it."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={int(monotonic_s * 1_000_000)}")

    def stopping(self) -> None:
        """Say that this process is about to end."""
        self._tell("STOPPING=1")

    def store(self, name: str, number: int) -> None:
        """Ask the manager to keep a descriptor, and to pass it to the next process of this service."""
        self._tell("FDSTORE=1", f"FDNAME={name}", fds=(number,))

    def discard(self, name: str) -> None:
        """Ask the manager to close a descriptor that it keeps."""
        self._tell("FDSTOREREMOVE=1", f"FDNAME={name}")

    def _tell(self, *lines: str, fds: tuple[int, ...] = ()) -> None:
        with suppress(OSError):
            self.send("".join(f"{line}\n" for line in lines).encode(), fds)


def _drop(_message: bytes, _fds: tuple[int, ...]) -> None:
    return


SILENT = Notifier(_drop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """Who started this process: how to talk to it, and what it passed on."""

    notifier: Notifier = SILENT
    sockets: Mapping[int, str] = field(default_factory=dict)  # descriptors, with their names
    watchdog_s: float | None = None  # within this time it wants to be fed; None: it doesn't watch
    channel: socket.socket | None = (
        None  # whose end is the end of a parent that must not be survived
    )


ALONE = Manager()


class Order(Enum):
    """What a signal to stop means."""

    STOP = auto()  # finish what is under way
    ECHO = auto()  # nothing new
    AT_ONCE = auto()


@dataclass(slots=True)
class Asked:
    """When this process was first told to stop; None: not yet."""

    first_s: float | None = None

    def hear(self, now_s: float) -> Order:
        """Tell what a signal to stop means that comes now."""
        if self.first_s is None:
            self.first_s = now_s
            return Order.STOP
        return Order.ECHO if now_s - self.first_s < ECHO_S else Order.AT_ONCE


def of_systemd(environment: Mapping[str, str], pid: int) -> Manager:
    """Read what systemd, or nobody, told the process `pid` in its environment."""
    return Manager(
        notifier=_notifier(environment.get("NOTIFY_SOCKET", "")),
        sockets=_sockets(environment, pid),
        watchdog_s=_watchdog_s(environment, pid),
    )


def of_parent(listening: int = -1) -> Manager:
    """Take up what `artesian up` gave this process: a stream to it as standard input, perhaps a listening socket."""
    channel = socket.socket(fileno=0)
    channel.setblocking(False)

    def send(message: bytes, _fds: tuple[int, ...]) -> None:
        channel.send(message)

    passed = {listening: "http"} if listening >= 0 else {}
    return Manager(notifier=Notifier(send), sockets=passed, channel=channel)


def _notifier(address: str) -> Notifier:
    if not address.startswith(("/", "@")):
        return SILENT
    where = "\0" + address[1:] if address.startswith("@") else address

    def send(message: bytes, fds: tuple[int, ...]) -> None:
        passed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", fds))] if fds else []
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.setblocking(False)
            channel.sendmsg([message], passed, 0, where)

    return Notifier(send)


def _sockets(environment: Mapping[str, str], pid: int) -> Mapping[int, str]:
    count = _whole(environment.get("LISTEN_FDS", ""))
    if _whole(environment.get("LISTEN_PID", "")) != pid or not 0 < count <= _MOST_FDS:
        return {}
    names = environment.get("LISTEN_FDNAMES", "").split(":")
    names += ["unknown"] * (count - len(names))
    return dict(zip(range(_FIRST_FD, _FIRST_FD + count), names, strict=False))


def _watchdog_s(environment: Mapping[str, str], pid: int) -> float | None:
    wanted = _whole(environment.get("WATCHDOG_PID", str(pid)))
    limit_us = _whole(environment.get("WATCHDOG_USEC", ""))
    return limit_us / 1_000_000 if limit_us > 0 and wanted == pid else None


def _whole(text: str) -> int:
    """Read a number that isn't negative; -1 if it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1
