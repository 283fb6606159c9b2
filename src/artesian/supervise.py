"""`artesian up`: the parent of both planes, that holds the listening socket and starts again what ends.

What happens when is decided in restarts.py; here are the signals and the words for people.
"""

import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from artesian.children import Child, spawn
from artesian.clock import Clock
from artesian.listening import has_waiting, hush
from artesian.restarts import (
    Action,
    Beat,
    Ended,
    Event,
    Leave,
    Plane,
    Policy,
    Ready,
    Reload,
    Start,
    Stop,
    Tick,
    step,
)
from artesian.systemd import Asked, Manager, Order

__all__ = ["Member", "supervise"]

# The parent looks at its planes so often when nothing happens; it is woken by whatever does.
_STEP_S = 1.0
# At the end: how long clients who are connected already may wait to be accepted, and how often it is looked.
_EMPTY_S = 1.0
_EMPTY_STEP_S = 0.05

_Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One plane to run. A command that serves is given `--supervised` and the descriptor to listen on."""

    name: str
    command: tuple[str, ...]
    policy: Policy
    niceness: int = 0

    @property
    def is_serving(self) -> bool:
        """Tell whether clients wait for it."""
        return self.policy.is_serving


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """A run of a plane: its number and its process."""

    member: Member
    number: int
    child: Child


@dataclass(slots=True)
class _Supervisor:
    members: Sequence[Member]
    listening: socket.socket
    manager: Manager
    clock: Clock
    tell: _Tell
    selector: selectors.BaseSelector
    planes: dict[str, Plane] = field(default_factory=dict)
    running: list[_Running] = field(default_factory=list)
    was_ready: bool = False  # once: what a reader says of itself is for people the first time only
    is_reloading: bool = False
    asked: Asked = field(default_factory=Asked)  # to stop
    is_hasty: bool = False  # told again to stop: what won't end by itself is ended
    leave_s: float | None = None  # when the reader is asked to leave at the latest; None: we go on

    def run(self) -> None:
        """Supervise until told to stop."""
        self.planes = {member.name: Plane(policy=member.policy) for member in self.members}
        with _signals() as woken:
            self.selector.register(woken, selectors.EVENT_READ)
            while not self._is_over():
                for member in self.members:
                    self._happen(member, Tick())
                for key, _ in self.selector.select(self._patience_s()):
                    if isinstance(key.data, _Running):
                        self._hear(key.data)
                for number in _drained(woken):
                    self._obey(number)
                self._reap()
                self._empty()

    def _is_over(self) -> bool:
        planes = self.planes.values()
        return all(plane.is_stopping and not plane.runs for plane in planes)

    def _patience_s(self) -> float:
        if self.leave_s is not None:
            return _EMPTY_STEP_S
        now_s = self.clock.monotonic_s()
        due = (plane.next_s - now_s for plane in self.planes.values() if plane.next_s is not None)
        return max(min(due, default=_STEP_S), 0.001) if self.planes else _STEP_S

    def _happen(self, member: Member, event: Event) -> None:
        """Let an event happen to a plane, and do what it leads to."""
        now_s = self.clock.monotonic_s()
        self.planes[member.name], actions = step(self.planes[member.name], event, now_s)
        for action in actions:
            self._do(member, action)

    def _do(self, member: Member, action: Action) -> None:
        if isinstance(action, Start):
            self._start(member, action.number)
            return
        for each in self.running:
            if each.member is member and each.number == action.number:
                if isinstance(action, Leave):
                    each.child.leave()
                elif each.child.kill() and not self.is_hasty:
                    self.tell(f"The {member.name} doesn't answer, or won't end; killing it.")

    def _start(self, member: Member, number: int) -> None:
        listening = self.listening.fileno()
        serving = ("--supervised", str(listening)) if member.is_serving else ()
        passed = (listening,) if member.is_serving else ()
        try:
            child = spawn((*member.command, *serving), passed, member.niceness)
        except (OSError, subprocess.SubprocessError) as error:
            self._end(member, number, f"can't be started ({error})")
            return
        running = _Running(member=member, number=number, child=child)
        self.running.append(running)
        self.selector.register(child.channel, selectors.EVENT_READ, running)

    def _hear(self, running: _Running) -> None:
        member = running.member
        for line in running.child.lines():
            name, _, value = line.partition("=")
            match name:
                case "READY":
                    self._happen(member, Ready(running.number))
                    if member.is_serving:
                        self.was_ready = True
                        self._tell_ready()
                case "WATCHDOG":
                    self._happen(member, Beat(running.number))
                    # So systemd hears of a hanging reader, and of a hanging parent.
                    if member.is_serving:
                        self.manager.notifier.feed()
                case "STATUS" if not self.was_ready:
                    self.tell(value)
                case _:
                    pass
        if running.child.is_mute:
            self._forget(running)

    def _forget(self, running: _Running) -> None:
        with suppress(KeyError):  # it was mute before its end
            self.selector.unregister(running.child.channel)

    def _tell_ready(self) -> None:
        self.is_reloading = False
        self.manager.notifier.ready()
        self._tell_status()

    def _obey(self, number: int) -> None:
        """Do what a signal means."""
        # Where there is a terminal it means that this is gone.
        if number == signal.SIGHUP and not sys.stdin.isatty():
            self._reload()
        elif number in {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}:
            order = self.asked.hear(self.clock.monotonic_s())
            if order is Order.STOP:
                self._stop()
            elif order is Order.AT_ONCE:
                self._end_at_once()

    def _reload(self) -> None:
        """Replace all processes, the reader only once its successor is ready."""
        if self.asked.first_s is not None:
            return
        self.tell("Reloading: new processes take over.")
        self.is_reloading = True
        self.manager.notifier.reloading(self.clock.monotonic_s())
        for member in self.members:
            self._happen(member, Reload())

    def _stop(self) -> None:
        """Begin to end: nobody new, and whoever is connected is still accepted."""
        self.tell("Stopping: requests under way are finished first.")
        self.manager.notifier.stopping()
        hush(self.listening)
        self.leave_s = self.clock.monotonic_s() + _EMPTY_S
        for member in self.members:
            if not member.is_serving:
                self._happen(member, Stop())

    def _end_at_once(self) -> None:
        """Wait for nobody any more."""
        self.tell("Told again to stop: ending at once.")
        self.leave_s, self.is_hasty = None, True
        for member in (*self.members, *self.members):
            self._happen(member, Stop())

    def _empty(self) -> None:
        """Ask the reader to leave once nobody waits to be accepted."""
        if self.leave_s is None:
            return
        if self.clock.monotonic_s() < self.leave_s and has_waiting(self.listening):
            return
        self.leave_s = None
        for member in self.members:
            if member.is_serving:
                self._happen(member, Stop())

    def _reap(self) -> None:
        for running in list(self.running):
            how = running.child.ending()
            if how is None:
                continue
            self._hear(running)  # its last words
            self._forget(running)
            self.running.remove(running)
            running.child.channel.close()
            self._end(running.member, running.number, how)

    def _end(self, member: Member, number: int, how: str) -> None:
        before = self.planes[member.name]
        self._happen(member, Ended(number))
        plane = self.planes[member.name]
        is_expected = all(run.number != number for run in before.staying)
        if not is_expected:
            self.tell(f"The {member.name} {how}; {_follows(plane, self.clock.monotonic_s())}.")
        if self.is_reloading and plane.staying and member.is_serving:
            self._tell_ready()  # the old one stays: that was it
        elif not is_expected:
            self._tell_status()

    def _tell_status(self) -> None:
        words = [
            f"{name} {'runs' if plane.staying else 'is started again'}"
            for name, plane in self.planes.items()
        ]
        self.manager.notifier.status("; ".join(words))


def supervise(
    members: Sequence[Member],
    listening: socket.socket,
    *,
    manager: Manager,
    clock: Clock,
    tell: _Tell,
) -> None:
    """Run the planes until SIGTERM or Ctrl-C; SIGHUP replaces their processes by new ones."""
    with selectors.DefaultSelector() as selector:
        _Supervisor(members, listening, manager, clock, tell, selector).run()


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """Turn signals into bytes on a socket; their numbers."""
    ours, theirs = socket.socketpair()
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
    with ours, theirs:
        ours.setblocking(False)
        theirs.setblocking(False)
        before = {number: signal.signal(number, lambda *_: None) for number in numbers}
        old = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        try:
            yield ours
        finally:
            signal.set_wakeup_fd(old)
            for number, handler in before.items():
                signal.signal(number, handler)


def _drained(woken: socket.socket) -> bytes:
    try:
        return woken.recv(4096)
    except BlockingIOError:
        return b""


def _follows(plane: Plane, now_s: float) -> str:
    if plane.is_stopping:
        return "so be it"
    if plane.next_s is None:
        return "the other one stays"
    pause_s = plane.next_s - now_s
    return "starting it again" if pause_s <= 0 else f"starting it again in {pause_s:.1f} s"
