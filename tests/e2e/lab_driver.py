"""Inside the lab, with systemd as PID 1: kill the service again and again under load, and write down what that did.

`python -m tests.e2e.lab_driver FILE`, as root; the report is JSON.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from threading import Event

from tests.e2e.load import CLOCK, Kill, Load, Outcome, kill, longest_gap_s, pressing, unexplained

UNIT = "artesian.service"
ORIGIN = "http://127.0.0.1:8080"
CLIENTS = 4
KILLS = 10
PACE_S = 1.0
STEP_S = 0.02
LIMIT_S = 30.0


def systemctl(*words: str) -> str:
    """Ask systemd."""
    return subprocess.run(
        ["systemctl", *words], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()


def main_process() -> int:
    """Tell the id of the parent of both planes; 0: there is none."""
    return int(systemctl("show", "--value", "--property=MainPID", UNIT))


def plane(word: bytes) -> int:
    """Tell the id of the process of a plane, by a word of its command; 0: there is none."""
    parent = main_process()
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
    except FileNotFoundError:
        return 0
    return next((pid for pid, command in commands.items() if word in command.split(b"\0")), 0)


def reader() -> int:
    """Tell the id of the reader; 0: there is none."""
    return plane(b"web")


def writer() -> int:
    """Tell the id of the writer; 0: there is none."""
    return plane(b"refresh")


def user_of(pid: int) -> int:
    """Tell whose a process is."""
    return Path(f"/proc/{pid}").stat().st_uid


def report_of_writer() -> Mapping[str, object]:
    """Read what the writer says of itself, once it has said it."""
    health = Path("/var/lib/artesian/data/health.json")
    wait_until(health.exists, "the writer's report")
    found: Mapping[str, object] = json.loads(health.read_text())
    return {"idle": found.get("idle", ""), "generation": found.get("generation")}


def wait_until(is_so: Callable[[], object], what: str) -> float:
    """Wait for something; tell how long it took."""
    began_s = CLOCK.monotonic_s()
    while not is_so():
        if CLOCK.monotonic_s() - began_s > LIMIT_S:
            raise SystemExit(f"waited in vain: {what}\n{systemctl('show', UNIT)}")
        Event().wait(STEP_S)
    return CLOCK.monotonic_s() - began_s


def wait_for_answers(load: Load) -> float:
    """Wait until every client may have been answered anew; tell how long it took."""
    before = len(load.having(Outcome.ANSWERED))
    return wait_until(lambda: len(load.having(Outcome.ANSWERED)) > before + CLIENTS, "answers")


def kill_again_and_again(find: Callable[[], int], then: Callable[[], object]) -> list[Kill]:
    """Kill what `find` finds once a second, or when `then` is done if that takes longer; tell when."""
    kills: list[Kill] = []
    victim = 0
    for _ in range(KILLS):
        wait_until(lambda: find() not in {0, victim}, "something to kill")  # noqa: B023 - called at once
        victim = find()
        # What is left of a service is ended by systemd a moment after its main process.
        kills.append(kill(victim, dying_s=1.0 if find is main_process else 0.0))
        Event().wait(PACE_S)
        then()
    return kills


def figures(load: Load, kills: list[Kill]) -> Mapping[str, object]:
    """Sum up what clients met."""
    return {
        **{outcome.value: load.count()[outcome] for outcome in Outcome},
        "unexplained": len(unexplained(load, kills)),
        "longest_gap_s": round(longest_gap_s(load), 2),
        "kills": len(kills),
        "kills_took_s": round(kills[-1].began_s - kills[0].began_s, 2) if kills else 0,
    }


def killed(find: Callable[[], int]) -> Mapping[str, object]:
    """Kill processes under load; they must come back."""
    with pressing(ORIGIN, clients=CLIENTS, patience_s=LIMIT_S) as load:
        wait_for_answers(load)
        # A reader must answer in between, however slow the machine is; the whole of it gets no time to.
        then = partial(wait_for_answers, load) if find is reader else int
        kills = kill_again_and_again(find, then)
        back_s = wait_for_answers(load)
    return {**figures(load, kills), "answers_again_after_s": round(back_s, 2)}


def commanded(*words: str) -> Mapping[str, object]:
    """Have systemd do something under load."""
    with pressing(ORIGIN, clients=CLIENTS, patience_s=LIMIT_S) as load:
        wait_for_answers(load)
        systemctl(*words)
        wait_for_answers(load)
    return figures(load, [])


def hung() -> Mapping[str, object]:
    """Stop the parent, as if it hung: the watchdog must replace it."""
    before = main_process()
    os.kill(before, signal.SIGSTOP)
    took_s = wait_until(lambda: main_process() not in {0, before}, "the watchdog")
    with pressing(ORIGIN, clients=1, patience_s=LIMIT_S) as load:
        wait_for_answers(load)
    return {"replaced_after_s": round(took_s, 2)}


def main(report: str) -> None:
    """Do everything in turn, and report."""
    for find in (reader, writer):
        wait_until(find, "both planes")
    found = {
        "writer": report_of_writer(),
        "loads": {
            "main": killed(main_process),
            "reader": killed(reader),
            "reload": commanded("reload", UNIT),
            "restart": commanded("restart", UNIT),
        },
        "hang": hung(),
        "state": systemctl("is-active", UNIT),
        "restarts": int(systemctl("show", "--value", "--property=NRestarts", UNIT)),
        "users": [user_of(find()) for find in (main_process, reader, writer)],
    }
    Path(report).write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
