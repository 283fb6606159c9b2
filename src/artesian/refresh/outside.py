"""What the writer is given from outside, and what its loops share: the plane they work on, or why there is none."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import NamedTuple

from artesian.clock import Clock
from artesian.model.credential import Secret
from artesian.model.health import Alert
from artesian.net import Transport
from artesian.observe import Observer
from artesian.refresh.access import Access
from artesian.refresh.notify import State
from artesian.refresh.plane import Plane
from artesian.settings import Loaded
from artesian.store.disk import Disk
from artesian.store.files import Files

__all__ = ["Connection", "Outside", "Situation"]


class Connection(NamedTuple):
    """A way to upstreams, and how to close it."""

    transport: Transport
    close: Callable[[], Coroutine[None, None, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Everything that a test or the simulator brings in place of the real thing.

    tell: runs the operator's command for an alert; session: tells this process from every other, ever.
    """

    load: Callable[[], Loaded]
    connect: Callable[[Access], Connection]
    tell: Callable[[str, Alert, State, tuple[Secret, ...]], Awaitable[None]]
    seed: Files
    disk: Disk
    clock: Clock
    jitter: Callable[[], float]
    observer: Observer
    pid: int
    session: str


@dataclass(slots=True)
class Situation:
    """Changed by `configure` alone. `idle` says why `plane` is None; is_sole: no other writer is at work here."""

    plane: Plane | None = None
    idle: str = ""
    is_sole: bool = False
    on_alert: str = ""
    doubts: tuple[str, ...] = ()  # of the settings, where they became doubtful while it works
    problems: tuple[str, ...] = ()  # of the catalogue

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """List the tokens in use, which nobody may be shown."""
        if self.plane is None:
            return ()
        credentials = self.plane.exchange.access.credentials
        return tuple(credential.secret for credential in credentials.values())
