"""Scenarios drawn from a seed: any faults and events in the first hours, then a long calm in which all must heal."""

from collections.abc import Callable
from typing import Any

from artesian.sim.chance import Random, chance
from artesian.sim.plan import Credentials, Do, Event, Expected, Pace, Plan, Scene
from artesian.sim.trouble import Kind, Trouble

__all__ = ["HOURS", "random_plan"]

HOURS = 9.0  # of one run
_FAULTS_FROM_S = 1800.0
_FAULTS_TO_S = 10_800.0
_LONGEST_FAULT_S = 3600.0
# A package that failed for hours is put off for hours, too.
_CALM_FROM_S = 26_000.0

_HOSTS = ("*", "api.github.com", "api.github.com", "gitea.example.com", "gitlab.com")


def random_plan(seed: int) -> Plan:
    """Draw a scenario; the same seed gives the same one."""
    random = chance(f"plan {seed}")
    scene = Scene(
        packages=random.randint(4, 14),
        gitea=random.choice((0, 0, 1)),
        gitlab=random.choice((0, 0, 1)),
        releases=random.randint(2, 5),
        changes_per_hour=random.choice((0.0, 1.0, 4.0)),
        downloads_per_hour=random.choice((0.0, 0.0, 5.0)),
        credentials=random.choice((Credentials.GOOD,) * 4 + (Credentials.NONE,)),
        limit=random.choice((5000, 5000, 1000)),
        is_filled=random.random() < 0.9,
        has_digests=random.random() < 0.8,
    )
    faults = tuple(_fault(random, scene) for _ in range(random.randint(1, 7)))
    drawn = [_events(random, scene) for _ in range(random.randint(0, 6))]
    # Of an object that nothing stands behind there is nothing to serve.
    events = tuple(
        event
        for script in drawn
        for event in script
        if scene.is_filled or event.do is not Do.DAMAGE_OBJECT
    )
    # A damaged object is replaced with the package's next release only; till then an older one serves.
    behind = frozenset({Do.DELETE, Do.REPLACE_FILE, Do.DAMAGE_OBJECT})
    gone = {event.name for event in events if event.do in behind}
    return Plan(
        name=f"random-{seed}",
        title="drawn from a seed",
        lasts_s=HOURS * 3600,
        pace=Pace.RELAXED,
        seed=seed,
        scene=scene,
        faults=faults,
        events=events,
        expect=Expected(
            may_alert=("*",),
            is_cleared=False,
            fresh_after_s=_CALM_FROM_S,
            ages=tuple(sorted(gone)),
        ),
    )


def _package(random: Random, scene: Scene) -> str:
    return f"p{random.randrange(scene.packages):02}"


def _fault(random: Random, scene: Scene) -> Trouble:
    starts_s = random.uniform(_FAULTS_FROM_S, _FAULTS_TO_S - _LONGEST_FAULT_S)
    length_s = random.choice((30.0, 300.0, 1800.0, _LONGEST_FAULT_S))
    is_one = random.random() < 0.4
    kind, fields = random.choice(_KINDS)
    return Trouble(
        kind=kind,
        host=random.choice(_HOSTS),
        path=f"*/{_package(random, scene)}/releases" if is_one else "*",
        starts_s=starts_s,
        ends_s=starts_s + length_s,
        share=random.choice((1.0, 1.0, 0.5, 0.1)),
        period_s=random.choice((None, None, None, 20.0, 300.0)),
        **fields,
    )


_KINDS: tuple[tuple[Kind, dict[str, Any]], ...] = (
    (Kind.NO_NAME, {}),
    (Kind.REFUSE, {}),
    (Kind.BLACKHOLE, {}),
    (Kind.BAD_TLS, {}),
    (Kind.RESET, {}),
    (Kind.HANG, {}),
    (Kind.DRIP, {}),
    (Kind.TRUNCATE, {}),
    (Kind.DELAY, {"delay_s": 2.0, "spread_s": 20.0}),
    (Kind.RENAME_HEADER, {"name": "Authorization", "value": "Authentication"}),
    (Kind.STRIP_HEADER, {"name": "Authorization"}),
    (Kind.STATUS, {"status": 500}),
    (Kind.STATUS, {"status": 502}),
    (Kind.STATUS, {"status": 503, "retry_after_s": 600}),
    (Kind.STATUS, {"status": 404}),
    (Kind.SECONDARY, {}),
    (Kind.SECONDARY, {"status": 429, "retry_after_s": 900}),
    (Kind.HTML, {}),
    (Kind.BODY, {"value": "[]"}),
    (Kind.BODY, {"value": "{}"}),
    (Kind.BODY, {"value": ""}),
    (Kind.CUT, {}),
    (Kind.CORRUPT, {}),
    (Kind.REPLACE, {"name": '"assets":', "value": '"files":'}),
    (Kind.REPLACE, {"name": '"size":', "value": '"size":"'}),
    (Kind.NOT_MODIFIED, {}),
    (Kind.REDIRECT, {"value": "https://elsewhere.example.com/", "status": 302}),
    (Kind.REDIRECT, {"value": "/login", "status": 302}),
    (Kind.LOOP, {}),
    (Kind.GROW, {"factor": 30}),
)


def _events(random: Random, scene: Scene) -> tuple[Event, ...]:
    at_s = random.uniform(_FAULTS_FROM_S, _FAULTS_TO_S)
    return random.choice(_SCRIPTS)(random, at_s, _package(random, scene))


def _once(do: Do, *, value: str = "", count: int = 1) -> Callable[..., tuple[Event, ...]]:
    def script(random: Random, at_s: float, name: str) -> tuple[Event, ...]:
        del random
        return (Event(at_s=at_s, do=do, name=name, value=value, count=count),)

    return script


def _upload(random: Random, at_s: float, name: str) -> tuple[Event, ...]:
    return (
        Event(at_s=at_s, do=Do.BEGIN_RELEASE, name=name),
        Event(at_s=at_s + random.uniform(60, 3000), do=Do.FINISH_RELEASE, name=name),
    )


def _disk(random: Random, at_s: float, name: str) -> tuple[Event, ...]:
    state = random.choice(("full", "read-only", "sync"))
    ends_s = at_s + random.uniform(10, 1800)
    return (
        Event(at_s=at_s, do=Do.DISK, name=name, value=state),
        Event(at_s=ends_s, do=Do.DISK, name=name, value="ok"),
    )


def _rename(random: Random, at_s: float, name: str) -> tuple[Event, ...]:
    del random
    return (Event(at_s=at_s, do=Do.RENAME, name=name, value=f"acme/moved-{name}"),)


_SCRIPTS: tuple[Callable[..., tuple[Event, ...]], ...] = (
    _upload,
    _upload,
    _disk,
    _once(Do.KILL_WRITER),
    _once(Do.KILL_WRITER),
    _once(Do.RESTART_WRITERS, count=20),
    _once(Do.KILL_READER),
    _once(Do.CONSUME, count=900),
    _once(Do.CONSUME, count=6000),
    _once(Do.RAISE, count=3),
    _once(Do.STALL, value="5m"),
    _once(Do.DAMAGE_OBJECT),
    _once(Do.LOSE_CURRENT),
    _once(Do.DAMAGE_MEMORY),
    _once(Do.LOSE_MEMORY),
    _once(Do.LOSE_BODIES),
    _once(Do.SECOND_WRITER),
    _once(Do.REPLACE_FILE, value="x86_64-unknown-linux"),
    _once(Do.DELETE),
    _rename,
    _once(Do.COLD_CLIENTS, count=20),
)
