"""A scenario as a value, read from TOML: a world, what goes wrong in it and when, and what must come of it."""

import re
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from artesian.errors import Invalid, NotFound
from artesian.sim.trouble import Trouble

__all__ = [
    "BadScenario",
    "Credentials",
    "Do",
    "Event",
    "Expected",
    "NoSuchScenario",
    "Pace",
    "Plan",
    "Requests",
    "Scene",
    "load_plan",
    "load_plans",
    "seconds",
]

_DURATION = re.compile(r"(-?\d+(?:\.\d+)?) ?(s|m|h|d)")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


class BadScenario(Invalid):
    """A scenario's file says something that no scenario can mean."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file}: {why}")


class NoSuchScenario(NotFound):
    """No scenario has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no scenario is called {name}; `artesian sim list` names them")


class Credentials(StrEnum):
    """How the writer stands with GitHub."""

    NONE = "none"
    GOOD = "good"
    UNKNOWN = "unknown"  # GitHub doesn't know the token
    ENDING = "ending"  # good until `token_ends`
    BROKEN = "broken"  # its file can't be read as a token, so nothing is sent


class Pace(StrEnum):
    """How often the writer tells of itself, and all is looked at. What is due, and when, doesn't depend on it."""

    USUAL = "usual"
    RELAXED = "relaxed"  # for thousands of hours
    SLOW = "slow"  # where days must pass; for a few packages only


class Do(StrEnum):
    """What can be made to happen. `name`, `value` and `count` are fields of Event."""

    # in the world
    RELEASE = "release"  # package `name` gets its next version, whole
    BEGIN_RELEASE = "begin-release"  # … with its first file alone, as large projects upload
    FINISH_RELEASE = "finish-release"
    REPLACE_FILE = "replace-file"  # of the newest release: another digest under the same name
    SEAL = "seal"  # the newest release is flagged immutable
    RENAME = "rename"  # the repository is called `value` from now on
    DELETE = "delete"  # the repository
    DROP_RELEASES = "drop-releases"  # all but the newest `count`
    CONSUME = "consume"  # somebody else uses up `count` requests of our account
    # with our processes
    KILL_WRITER = "kill-writer"  # it starts again a second later
    RESTART_WRITERS = "restart-writers"  # `count` times, two seconds apart
    KILL_READER = "kill-reader"
    SECOND_WRITER = "second-writer"  # somebody starts another by mistake
    NEW_TOKEN = "new-token"  # noqa: S105 - a good one, as the operator writes it into its place
    RAISE = "raise"  # the writer's next steps raise what nobody expected, `count` times
    STALL = "stall"  # the writer's loops stand still for `value`
    # with the disk
    DISK = "disk"  # `value`: full, read-only, sync (which fails), ok
    DAMAGE_OBJECT = "damage-object"  # of package `name`: a bit of its bytes flips
    LOSE_CURRENT = "lose-current"
    DAMAGE_MEMORY = "damage-memory"
    LOSE_MEMORY = "lose-memory"
    LOCK_MEMORY = "lock-memory"  # for `value`
    LOSE_BODIES = "lose-bodies"  # validators stay, what they validate is gone
    # with clients and clocks
    CLIENTS = "clients"  # `count` times as many as usual
    UNKNOWN_NAMES = "unknown-names"  # `count` questions for packages that nobody has
    COLD_CLIENTS = "cold-clients"  # `count` at once, to a reader that has just started
    CLOCK = "clock"  # the wall clock jumps by `value`


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that happens at a time."""

    at_s: float
    do: Do
    name: str = "p00"
    value: str = ""
    count: int = 1


class Scene(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where it plays. Packages are called p00, p01, …; the last ones live elsewhere."""

    packages: int = 12
    gitea: int = 0
    gitlab: int = 0
    publishers: tuple[str, ...] = ()  # sources of the last packages; those have no events
    releases: int = 4
    changes_per_hour: float = 2.0
    downloads_per_hour: float = 0.0
    credentials: Credentials = Credentials.GOOD
    limit: int = 5000
    interval_s: int = 600  # how old the data of a package may get
    token_ends_s: float = 0.0
    is_filled: bool = True  # the data directory, as after a long good time
    has_digests: bool = True
    start: str = ""  # the wall time at the start; empty: the evening before a new month


class Requests(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many requests an upstream may see within a time."""

    host: str = "api.github.com"
    from_s: float = 0.0
    to_s: float
    most: int
    least: int = 0


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must come of it, beyond the invariants, which hold in every scenario."""

    alerts: tuple[str, ...] = ()  # their keys; no others may be raised
    alert_text: str = ""  # what one of them says
    alert_within_s: float = 60.0  # after `alert_from_s`
    alert_from_s: float | None = None
    may_alert: tuple[str, ...] = ()  # (globs) may be raised, needn't
    is_cleared: bool = True  # at the end no alert is left
    left: tuple[str, ...] = ()  # alerts that are still there at the end, for a good reason
    fresh_after_s: float | None = None  # from when on all is fresh again; None: it needn't be
    ages: tuple[str, ...] = ()  # packages that may be stale at the end
    requests: tuple[Requests, ...] = ()
    quarantined: tuple[str, ...] = ()
    served: dict[str, str] = {}  # package → version at the end
    withheld: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole scenario. `covers`: rows of the catalogue of faults in docs/explanation."""

    name: str
    title: str
    covers: tuple[str, ...] = ()
    lasts_s: float
    pace: Pace = Pace.USUAL
    seed: int = 1
    scene: Scene = Scene()
    faults: tuple[Trouble, ...] = ()
    events: tuple[Event, ...] = ()
    expect: Expected = Expected()


def seconds(text: str | float) -> float:
    """Read a duration: `36m`, `1.5 h`, `90s`, `2d`, or a number of seconds."""
    if not isinstance(text, str):
        return float(text)
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no duration: write 90s, 36m, 1.5h or 2d")
    return float(found[1]) * _SECONDS[found[2]]


# Names in the file whose values are durations, and what they are called inside.
_TIMES = {
    "lasts": "lasts_s",
    "at": "at_s",
    "from": "from_s",
    "to": "to_s",
    "token_ends": "token_ends_s",
    "alert_within": "alert_within_s",
    "alert_from": "alert_from_s",
    "fresh_after": "fresh_after_s",
    "period": "period_s",
    "delay": "delay_s",
    "spread": "spread_s",
}


def load_plan(file: Path) -> Plan:
    """Read one scenario; raise BadScenario."""
    try:
        raw = _timed(tomllib.loads(file.read_text("utf-8")))
        raw["name"] = file.stem
        for fault in raw.get("faults", ()):
            fault["starts_s"] = fault.pop("from_s", 0.0)
            fault["ends_s"] = fault.pop("to_s", None)
        return msgspec.convert(raw, Plan)
    except (ValueError, msgspec.ValidationError) as error:
        raise BadScenario(file.name, str(error)) from error


def load_plans(folder: Path) -> tuple[Plan, ...]:
    """Read all scenarios of a folder, in the order of their names."""
    return tuple(load_plan(file) for file in sorted(folder.glob("*.toml")))


def _timed(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            _TIMES.get(key, key): seconds(value)
            if key in _TIMES and isinstance(value, str)
            else _timed(value)
            for key, value in node.items()
        }
    return [_timed(one) for one in node] if isinstance(node, list) else node
