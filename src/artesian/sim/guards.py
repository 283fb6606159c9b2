"""Our guards, and how to run without one of them: so that it can be shown what each is for.

For the replay and its tests alone. No setting leads here, and nothing outside of this simulator imports it.
"""

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from msgspec.structs import replace

from artesian.net import Limits
from artesian.refresh.admit import Admitted
from artesian.sim.plan import Pace

__all__ = ["SCENARIO_OF", "Guard", "without"]

_ENDLESS_S = 1e9


class Guard(StrEnum):
    """All that stands between an upstream's bad day and ours."""

    WIRE_TRUTH = "wire-truth"
    BREAKER = "breaker"
    BUDGET = "budget"
    RETRY_AFTER = "retry-after"
    SCHEDULE = "schedule"
    MEMORY = "memory"
    ADMIT = "admit"
    HOLD = "hold"
    AUDIT = "audit"
    BOUND_CREDENTIAL = "bound-credential"
    REDIRECTS = "redirects"
    DEADLINE = "deadline"
    LOOPS = "loops"


# The scenario that fails without it.
SCENARIO_OF = {
    Guard.WIRE_TRUTH: "r01-header-misspelt",
    Guard.BREAKER: "u01-github-down-36-minutes",
    Guard.BUDGET: "a01-no-token",
    Guard.RETRY_AFTER: "r03-retry-after",
    Guard.SCHEDULE: "r07-restart-storm",
    Guard.MEMORY: "r07-restart-storm-while-limited",
    Guard.ADMIT: "u07-an-empty-list",
    Guard.HOLD: "h01-half-uploaded",
    Guard.AUDIT: "u12-not-modified-for-ever",
    Guard.BOUND_CREDENTIAL: "u19-one-forge-broken",
    Guard.REDIRECTS: "u14-redirect-elsewhere",
    Guard.DEADLINE: "u03-one-hangs",
    Guard.LOOPS: "p01-a-step-raises",
}


@dataclass(frozen=True, slots=True)
class _Gap:
    """What stands in a guard's place: `make` gets what was there."""

    module: str
    name: str
    make: Callable[[Any], Any]


def _always(answer: object) -> Callable[[Any], Any]:
    return lambda _there: lambda *_args, **_named: answer


def _first_and_true(_there: object) -> Any:
    return lambda first, **_named: (first, True)


def _admit_all(_there: object) -> Any:
    return lambda _known, window, **_named: Admitted(releases=tuple(window))


def _unheld(_there: object) -> Any:
    return lambda snapshot, _raw, **_named: (snapshot, None)


def _patient(there: Limits) -> Limits:
    return replace(there, connect_s=_ENDLESS_S, first_byte_s=_ENDLESS_S, whole_s=_ENDLESS_S)


def _to_anyone(_there: object) -> Any:
    return lambda transport, _url: next(iter(transport.credentials.values()), None)


def _unforgiving(_there: object) -> Any:
    async def failed(_worker: object, loop: Any) -> bool:
        await loop.step()
        return False

    return failed


def _forgetful(there: Any) -> Any:
    def made(path: Any, *, session: str, **named: Any) -> Any:
        return there(path.with_name(f"state-{session}.sqlite3"), session=session, **named)

    return made


_GAPS: dict[Guard, tuple[_Gap, ...]] = {
    Guard.WIRE_TRUTH: (
        _Gap("artesian.refresh.judge", "lost", _always(None)),
        _Gap("artesian.refresh.fetch", "lost", _always(None)),
    ),
    Guard.BREAKER: (_Gap("artesian.refresh.breaker", "admit", _first_and_true),),
    Guard.BUDGET: (_Gap("artesian.refresh.budget", "spend", _first_and_true),),
    Guard.RETRY_AFTER: (_Gap("artesian.refresh.judge", "_retry_after", _always(None)),),
    Guard.SCHEDULE: (_Gap("artesian.refresh.schedule", "due_at", _always(None)),),
    Guard.MEMORY: (_Gap("artesian.writer", "Memory", _forgetful),),
    Guard.ADMIT: (
        _Gap("artesian.refresh.settle", "admit", _admit_all),
        _Gap("artesian.refresh.make", "loss", _always("")),
    ),
    Guard.HOLD: (_Gap("artesian.refresh.make", "hold_back", _unheld),),
    Guard.AUDIT: (_Gap("artesian.refresh.fetch", "wants_audit", _always(False)),),
    Guard.BOUND_CREDENTIAL: (
        _Gap("artesian.sim.network", "MemoryTransport.credential_for", _to_anyone),
    ),
    Guard.REDIRECTS: (_Gap("artesian.sim.network", "may_follow", _always(True)),),
    Guard.DEADLINE: (_Gap("artesian.sim.network", "LIMITS", _patient),),
    Guard.LOOPS: (_Gap("artesian.refresh.worker", "Worker._failed", _unforgiving),),
}


def _set(module: str, name: str, value: object) -> _Gap:
    return _Gap(module, name, lambda _there: value)


# Two loops that have nothing to do on a stage, once a second: half of what an hour would cost.
_USUAL = (
    _set("artesian.writer", "TELL_S", 5.0),
    _set("artesian.writer", "FEED_S", 300.0),
)
_RELAXED = (
    *_USUAL,
    _set("artesian.writer", "REPORT_S", 15.0),
    _set("artesian.writer", "CONFIGURE_S", 60.0),
    _set("artesian.sim.watch", "LOOK_S", 30.0),
    _set("artesian.sim.scenario", "EVERY_S", 15.0),
)
_SLOW = (
    *_USUAL,
    _set("artesian.writer", "REPORT_S", 60.0),
    _set("artesian.writer", "CONFIGURE_S", 300.0),
    _set("artesian.refresh.steps", "STEP", timedelta(seconds=60)),
    _set("artesian.sim.watch", "LOOK_S", 60.0),
    _set("artesian.sim.scenario", "EVERY_S", 60.0),
)
_PACES = {Pace.USUAL: _USUAL, Pace.RELAXED: _RELAXED, Pace.SLOW: _SLOW}


@contextmanager
def without(guard: Guard | None, *, pace: Pace = Pace.USUAL) -> Iterator[None]:
    """Run without a guard (None: with all of them), at the simulator's pace."""
    gaps = _PACES[pace] if guard is None else (*_PACES[pace], *_GAPS[guard])
    there = []
    try:
        for gap in gaps:
            holder, name = _holder(gap)
            there.append((holder, name, getattr(holder, name)))
            setattr(holder, name, gap.make(getattr(holder, name)))
        yield
    finally:
        for holder, name, before in reversed(there):
            setattr(holder, name, before)


def _holder(gap: _Gap) -> tuple[Any, str]:
    holder: Any = importlib.import_module(gap.module)
    *outer, name = gap.name.split(".")
    for part in outer:
        holder = getattr(holder, part)
    return holder, name
