"""How a reader ends: told to, it answers everyone who is connected once more, then lets uvicorn stop."""

import asyncio
import signal
import socket
from dataclasses import dataclass, field

import uvicorn

from artesian.clock import Clock
from artesian.listening import has_waiting, hush
from artesian.systemd import Asked, Manager, Order
from artesian.web.connections import Connections

__all__ = ["Leaving"]

_START_STEP_S = 0.01
# How often, and how many times, it is looked whether a client still waits to be accepted.
_EMPTY_STEP_S = 0.05
_EMPTY_STEPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What is needed to end. `is_last`: no other process holds the socket for those who wait at it."""

    server: uvicorn.Server
    connections: Connections
    listening: socket.socket
    is_last: bool
    manager: Manager
    clock: Clock
    asked: Asked = field(default_factory=Asked)

    async def attend(self) -> None:
        """Say that we serve, wait until we are to end, and see that nobody who is connected is forgotten."""
        manager = self.manager
        while not self.server.started:
            await self.clock.sleep(_START_STEP_S)
        leave = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):  # in place of uvicorn's own
            loop.add_signal_handler(number, self._obey, leave)
        if manager.channel is not None:
            loop.add_reader(manager.channel, leave.set)  # a parent says nothing: this is its end
        manager.notifier.ready()
        await leave.wait()
        if manager.channel is not None:
            loop.remove_reader(manager.channel)
        manager.notifier.stopping()
        self._drain()
        if self.is_last:
            hush(self.listening)
            for _ in range(_EMPTY_STEPS):
                await self.clock.sleep(_EMPTY_STEP_S)
                if not has_waiting(self.listening):
                    break
        self.server.should_exit = True

    def _obey(self, leave: asyncio.Event) -> None:
        """Do what a signal to stop means."""
        leave.set()
        if self.asked.hear(self.clock.monotonic_s()) is Order.AT_ONCE:
            self.server.force_exit = self.server.should_exit = True

    def _drain(self) -> None:
        """Answer each client that is connected once more, then let it go."""
        self.connections.is_draining = True
        last = (b"connection", b"close")
        self.server.config.encoded_headers.append(last)  # from the next second on …
        self.server.server_state.default_headers.append(last)  # … and from now on
