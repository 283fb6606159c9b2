"""When a process is started again: a pure function (plane, event, now) → (plane, actions).

A plane is the reader or the writer; each process that runs for it is a run, with a number. Knows no processes and no
clock: `now_s` is monotonic.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

__all__ = [
    "READER",
    "WRITER",
    "Action",
    "Beat",
    "Ended",
    "Event",
    "Kill",
    "Leave",
    "Plane",
    "Policy",
    "Ready",
    "Reload",
    "Run",
    "Start",
    "Stop",
    "Tick",
    "step",
]

# A run that has been well for so long pays nothing for the troubles of those before it.
_HEALTHY_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How one plane is kept running."""

    first_s: float  # pause before a failed run is followed by the next; doubled each time …
    longest_s: float  # … up to this
    is_serving: bool  # clients wait: one that worked is followed at once, and replaced only by one that works
    leave_s: float  # from being asked to leave to being killed
    start_s: float = 60.0  # to become ready
    silent_s: float = 10.0  # without a heartbeat: it hangs


READER = Policy(first_s=0.1, longest_s=2.0, is_serving=True, leave_s=20.0)
# It asks upstreams with deadlines of its own, and tells itself which of its loops is late; this is for the rest.
WRITER = Policy(first_s=1.0, longest_s=60.0, is_serving=False, leave_s=10.0, silent_s=300.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One process of a plane."""

    number: int
    started_s: float
    beat_s: float
    ready_s: float | None = None
    left_s: float | None = None  # when it was asked to leave


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """What runs, and when the next run starts (None: nothing is to be started)."""

    policy: Policy
    runs: tuple[Run, ...] = ()
    next_s: float | None = float("-inf")
    pause_s: float = 0.0  # of the last failure; 0: none lately
    numbers: int = 0  # given so far
    is_stopping: bool = False

    @property
    def staying(self) -> tuple[Run, ...]:
        """Runs that weren't asked to leave: one, none, or a second one that is to replace the first."""
        return tuple(run for run in self.runs if run.left_s is None)


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A run says that it works."""

    number: int


@dataclass(frozen=True, slots=True)
class Beat:
    """A run says that it still works."""

    number: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A run is over, or couldn't be started."""

    number: int


@dataclass(frozen=True, slots=True)
class Reload:
    """Runs are to be replaced by new ones."""


@dataclass(frozen=True, slots=True)
class Stop:
    """All is to end; said twice: at once."""


@dataclass(frozen=True, slots=True)
class Start:
    """Start a process as the run of this number."""

    number: int


@dataclass(frozen=True, slots=True)
class Leave:
    """Ask a run to finish what it does and go."""

    number: int


@dataclass(frozen=True, slots=True)
class Kill:
    """End a run without asking."""

    number: int


Event: TypeAlias = Tick | Ready | Beat | Ended | Reload | Stop
Action: TypeAlias = Start | Leave | Kill
_Step: TypeAlias = tuple[Plane, tuple[Action, ...]]


def step(plane: Plane, event: Event, now_s: float) -> _Step:
    """Tell what an event leads to."""
    match event:
        case Tick():
            return _tick(plane, now_s)
        case Ready(number):
            return _ready(plane, number, now_s)
        case Beat(number):
            return _changed(plane, number, beat_s=now_s), ()
        case Ended(number):
            return _ended(plane, number, now_s), ()
        case Reload():
            return _reload(plane, now_s)
        case Stop():
            return _stop(plane, now_s)
        case _:
            assert_never(event)


def _tick(plane: Plane, now_s: float) -> _Step:
    killed = tuple(Kill(run.number) for run in plane.runs if _is_overdue(run, plane.policy, now_s))
    # Two readers share a socket without harm; of writers there is one at a time.
    is_free = plane.policy.is_serving or not plane.runs
    if plane.next_s is None or plane.next_s > now_s or not is_free:
        return plane, killed
    number = plane.numbers + 1
    run = Run(number=number, started_s=now_s, beat_s=now_s)
    plane = replace(plane, runs=(*plane.runs, run), next_s=None, numbers=number)
    return plane, (*killed, Start(number))


def _is_overdue(run: Run, policy: Policy, now_s: float) -> bool:
    if run.left_s is not None:
        return now_s - run.left_s > policy.leave_s
    if run.ready_s is None:
        return now_s - run.started_s > policy.start_s
    return now_s - run.beat_s > policy.silent_s


def _ready(plane: Plane, number: int, now_s: float) -> _Step:
    """Let the newest run that works replace the ones before it."""
    plane = _changed(plane, number, beat_s=now_s, ready_s=now_s)
    if number not in {run.number for run in plane.staying}:
        return plane, ()
    return _leave(plane, [run for run in plane.staying if run.number < number], now_s)


def _ended(plane: Plane, number: int, now_s: float) -> Plane:
    over = next(run for run in plane.runs if run.number == number)
    plane = replace(plane, runs=tuple(run for run in plane.runs if run is not over))
    if over.left_s is not None or plane.staying or plane.is_stopping:
        return plane  # it was to go, or the run that it was to replace stays
    policy = plane.policy
    pause_s = plane.pause_s
    if over.ready_s is not None:
        if now_s - over.ready_s >= _HEALTHY_S:
            pause_s = 0.0
        if policy.is_serving:
            return replace(plane, next_s=now_s, pause_s=pause_s)
    pause_s = min(max(pause_s * 2, policy.first_s), policy.longest_s)
    return replace(plane, next_s=now_s + pause_s, pause_s=pause_s)


def _reload(plane: Plane, now_s: float) -> _Step:
    if plane.is_stopping:
        return plane, ()
    kept = plane.policy.is_serving  # until the next one is ready, if it ever is
    going = [run for run in plane.staying if not (kept and run.ready_s is not None)]
    return _leave(replace(plane, next_s=now_s), going, now_s)


def _stop(plane: Plane, now_s: float) -> _Step:
    if plane.is_stopping:
        return plane, tuple(Kill(run.number) for run in plane.runs)
    plane = replace(plane, is_stopping=True, next_s=None)
    return _leave(plane, list(plane.staying), now_s)


def _leave(plane: Plane, going: list[Run], now_s: float) -> _Step:
    for run in going:
        plane = _changed(plane, run.number, left_s=now_s)
    return plane, tuple(Leave(run.number) for run in going)


def _changed(plane: Plane, number: int, **values: float) -> Plane:
    """Change the run of a number, if it still runs."""
    runs = tuple(
        replace(run, **values) if run.number == number else run  # type: ignore[arg-type]
        for run in plane.runs
    )
    return replace(plane, runs=runs)
