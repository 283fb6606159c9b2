"""When processes are started again: histories of a plane on a clock of numbers, as tables."""

from dataclasses import replace
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artesian.restarts import (
    READER,
    WRITER,
    Action,
    Beat,
    Ended,
    Event,
    Kill,
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

History: TypeAlias = list[tuple[float, Event, list[Action]]]


def follow(policy: Policy, history: History) -> Plane:
    """Check that each event, at its time, leads to its actions."""
    plane = Plane(policy=policy)
    for now_s, event, expected in history:
        plane, actions = step(plane, event, now_s)
        assert list(actions) == expected, f"{event} at {now_s}"
    return plane


def pauses(policy: Policy, ran_s: float, *, is_ready: bool, count: int) -> list[float]:
    """Measure the pause after each of so many runs that end after the same time."""
    plane, now_s, measured = Plane(policy=policy), 0.0, []
    for number in range(1, count + 1):
        plane, actions = step(plane, Tick(), now_s)
        assert actions == (Start(number),)
        if is_ready:
            plane, _ = step(plane, Ready(number), now_s)
        now_s += ran_s
        plane, _ = step(plane, Ended(number), now_s)
        assert plane.next_s is not None
        measured.append(round(plane.next_s - now_s, 6))
        now_s = plane.next_s
    return measured


@pytest.mark.parametrize(
    ("policy", "ran_s", "is_ready", "expected"),
    [
        (READER, 0.5, True, [0, 0, 0, 0, 0, 0, 0]),
        (READER, 0.5, False, [0.1, 0.2, 0.4, 0.8, 1.6, 2, 2]),
        (READER, 61, False, [0.1, 0.2, 0.4, 0.8, 1.6, 2, 2]),
        (WRITER, 0.5, False, [1, 2, 4, 8, 16, 32, 60, 60]),
        (WRITER, 59, False, [1, 2, 4, 8, 16, 32, 60, 60]),
        (WRITER, 59, True, [1, 2, 4, 8, 16, 32, 60, 60]),
        (WRITER, 60, True, [1, 1, 1]),
    ],
)
def test_pauses(policy: Policy, ran_s: float, *, is_ready: bool, expected: list[float]) -> None:
    """A reader that was ready is followed at once; other ends cost pauses that double, until a minute of health."""
    assert pauses(policy, ran_s, is_ready=is_ready, count=len(expected)) == expected


def test_a_minute_of_health_forgives() -> None:
    """A reader that failed often, then was well for a minute, pays the first pause again; one well for less doesn't."""
    for well_s, pause_s in ((59.0, 0.8), (60.0, 0.1)):
        plane = replace(Plane(policy=READER), pause_s=0.4)
        plane, _ = step(plane, Tick(), 0)
        plane, _ = step(plane, Ready(1), 0)
        plane, _ = step(plane, Ended(1), well_s)
        plane, _ = step(plane, Tick(), well_s)
        plane, _ = step(plane, Ended(2), well_s)
        assert plane.next_s == well_s + pause_s


HISTORIES: dict[str, tuple[Policy, History]] = {
    "one that waits is not started early": (
        WRITER,
        [(0, Tick(), [Start(1)]), (5, Ended(1), []), (5.9, Tick(), []), (6, Tick(), [Start(2)])],
    ),
    "a reader without a heartbeat is killed and followed at once": (
        READER,
        [
            (0, Tick(), [Start(1)]),
            (1, Ready(1), []),
            (9, Beat(1), []),
            (19, Tick(), []),
            (19.1, Tick(), [Kill(1)]),
            (19.2, Ended(1), []),
            (19.2, Tick(), [Start(2)]),
        ],
    ),
    "a reader that doesn't become ready is killed": (
        READER,
        [(0, Tick(), [Start(1)]), (60, Tick(), []), (60.1, Tick(), [Kill(1)])],
    ),
    "a writer may take its time between heartbeats": (
        WRITER,
        [
            (0, Tick(), [Start(1)]),
            (1, Ready(1), []),
            (300, Tick(), []),
            (302, Tick(), [Kill(1)]),
            (302, Ended(1), []),
            (303, Tick(), [Start(2)]),
        ],
    ),
    "a reload keeps the reader until the next one is ready": (
        READER,
        [
            (0, Tick(), [Start(1)]),
            (1, Ready(1), []),
            (2, Reload(), []),
            (2, Tick(), [Start(2)]),
            (3, Ready(2), [Leave(1)]),
            (4, Ended(1), []),
            (5, Tick(), []),
        ],
    ),
    "a reload with a broken successor changes nothing": (
        READER,
        [
            (0, Tick(), [Start(1)]),
            (1, Ready(1), []),
            (2, Reload(), []),
            (2, Tick(), [Start(2)]),
            (3, Ended(2), []),
            (9, Tick(), []),
        ],
    ),
    "the old reader ends during a reload: its successor is there already": (
        READER,
        [
            (0, Tick(), [Start(1)]),
            (1, Ready(1), []),
            (2, Reload(), []),
            (2, Tick(), [Start(2)]),
            (3, Ended(1), []),
            (3, Tick(), []),
            (4, Ended(2), []),
            (4, Tick(), []),
            (4.1, Tick(), [Start(3)]),
        ],
    ),
    "of two reloads the later one counts": (
        READER,
        [
            (0, Tick(), [Start(1)]),
            (1, Ready(1), []),
            (2, Reload(), []),
            (2, Tick(), [Start(2)]),
            (3, Reload(), [Leave(2)]),
            (3, Tick(), [Start(3)]),
            (3.5, Ready(2), []),
            (4, Ready(3), [Leave(1)]),
        ],
    ),
    "a reload never runs two writers": (
        WRITER,
        [
            (0, Tick(), [Start(1)]),
            (2, Reload(), [Leave(1)]),
            (2, Tick(), []),
            (3, Ended(1), []),
            (3, Tick(), [Start(2)]),
        ],
    ),
    "a reload ends a pause": (
        WRITER,
        [(0, Tick(), [Start(1)]), (5, Ended(1), []), (5.1, Reload(), []), (5.1, Tick(), [Start(2)])],
    ),
    "one that won't leave is killed": (
        WRITER,
        [
            (0, Tick(), [Start(1)]),
            (1, Stop(), [Leave(1)]),
            (11, Tick(), []),
            (11.1, Tick(), [Kill(1)]),
        ],
    ),
    "after a stop nothing is started": (
        READER,
        [
            (0, Tick(), [Start(1)]),
            (1, Stop(), [Leave(1)]),
            (1, Reload(), []),
            (2, Ended(1), []),
            (99, Tick(), []),
        ],
    ),
    "a stop in a pause": (
        WRITER,
        [(0, Tick(), [Start(1)]), (1, Ended(1), []), (1, Stop(), []), (99, Tick(), [])],
    ),
    "a second stop doesn't wait": (
        WRITER,
        [(0, Tick(), [Start(1)]), (1, Stop(), [Leave(1)]), (2, Stop(), [Kill(1)])],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HISTORIES)
def test_histories(name: str) -> None:
    """Each history leads to its actions."""
    follow(*HISTORIES[name])


EVENTS = st.one_of(
    st.sampled_from([Tick(), Tick(), Tick(), Reload()]),
    st.builds(Ready, st.integers(1, 5)),
    st.builds(Beat, st.integers(1, 5)),
    st.builds(Ended, st.integers(1, 5)),
)


@given(
    policy=st.sampled_from([READER, WRITER]),
    events=st.lists(st.tuples(st.floats(0, 30), EVENTS), max_size=40),
)
def test_never_gives_up(policy: Policy, events: list[tuple[float, Event]]) -> None:
    """Whatever happens short of a stop, within the longest pause something runs, and never two writers."""
    plane, now_s = Plane(policy=policy), 0.0
    for after_s, event in events:
        now_s += after_s
        if isinstance(event, Ended) and event.number not in {run.number for run in plane.runs}:
            continue
        plane, _ = step(plane, event, now_s)
        assert policy.is_serving or len(plane.runs) <= 1
    later_s = now_s + policy.longest_s
    for run in plane.runs:
        if run.left_s is not None:  # those end, by themselves or killed
            plane, _ = step(plane, Ended(run.number), now_s)
    plane, _ = step(plane, Tick(), later_s)
    assert plane.staying
