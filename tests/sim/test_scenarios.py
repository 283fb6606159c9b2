"""Every scenario, by our own writer in virtual time: what must come of it, and the invariants that hold in all."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from artesian.settings import shipped
from artesian.sim.plan import Plan, load_plan, load_plans
from artesian.sim.scenario import run_plan

PLANS = load_plans(shipped("scenarios"))
# Rows of the catalogue of faults that the simulator shows; the others need real processes, disks or clients.
COVERED = {
    *(f"U{number}" for number in range(1, 20)),
    *(f"R{number}" for number in range(1, 10)),
    *("A1", "A2", "A3", "A4", "A5", "A7", "A8"),
    *(f"N{number}" for number in range(1, 8)),
    *("S1", "S2", "S3", "S4", "S6", "S7", "S8", "S11", "S12"),
    *("P1", "P2", "P3", "P7", "P8", "P9", "C1", "C3", "K1"),
}


@pytest.mark.parametrize("plan", PLANS, ids=[plan.name for plan in PLANS])
def test_scenario(plan: Plan) -> None:
    """Nothing that is promised breaks, and clients get usable answers all the while."""
    report = run_plan(plan)
    assert report.is_good, report.failure()
    assert report.usable_share == 1.0 or not plan.scene.is_filled


def test_the_catalogue_of_faults_is_covered() -> None:
    """Each row that can be simulated has a scenario, and no scenario names a row that isn't there."""
    assert {row for plan in PLANS for row in plan.covers} == COVERED


def history(name: str, hash_seed: str) -> str:
    """Run a scenario in a process of its own; return the hash of its history."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from artesian.sim.plan import load_plan\n"
        "from artesian.sim.scenario import run_plan\n"
        "print(run_plan(load_plan(Path(sys.argv[1]))).history)\n"
    )
    file = shipped("scenarios") / f"{name}.toml"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}  # noqa: TID251 - of a child
    done = subprocess.run(
        [sys.executable, "-c", script, str(file)],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    return done.stdout.strip()


def test_the_same_seed_gives_the_same_history() -> None:
    """Whatever the order of Python's sets and the load of the machine; another seed gives another history."""
    name = "u05-reset-in-the-body"
    first = history(name, "1")
    assert first == history(name, "2")
    other = run_plan(load_plan(shipped("scenarios") / f"{name}.toml"), seed=2)
    assert other.history != first


def test_a_failure_tells_how_to_see_it_again(tmp_path: Path) -> None:
    """The seed and all options are printed, and the options can be read again."""
    file = tmp_path / "impossible.toml"
    file.write_text(
        'title = "an alert that never comes"\nlasts = "20m"\n[scene]\npackages = 2\n'
        '[expect]\nalerts = ["never"]\n'
    )
    report = run_plan(load_plan(file), seed=7)
    assert report.broken == ("I8: no alert never (at 1200 s)",)
    assert "impossible, seed 7:" in report.failure()
    assert '"packages":2' in report.failure()


def test_the_table_of_faults_is_current() -> None:
    """The page is what scripts/list_faults.py writes, and each fault is shown by something that exists."""
    root = shipped("scenarios").parent
    spec = importlib.util.spec_from_file_location("list_faults", root / "scripts/list_faults.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (root / "docs/reference/faults.md").read_text("utf-8") == module.page()
    shown = {row for plan in PLANS for row in plan.covers}
    for fault, (_, _, tests) in module.FAULTS.items():
        assert fault in shown or tests, fault
        assert all((root / test).is_file() for test in tests), fault
