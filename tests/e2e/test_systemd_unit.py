"""The unit as operators install it: systemd understands every line of it, and real systemd keeps it answering."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.lab_driver import CLIENTS
from tests.programs import give_up, require

CHECKOUT = Path(__file__).parents[2]
UNIT = CHECKOUT / "ops" / "systemd" / "artesian.service"
SYSTEMD = Path("/lib/systemd/systemd")
LAB_S = 240

# What `systemd-analyze verify` may say; anything else may be a misspelt line, for which it exits with 0.
ALLOWED = (re.compile(r"^$"),)

LAB_TARGET = """\
[Unit]
Requires=driver.service
"""
DRIVER = """\
[Unit]
Wants=artesian.service
After=artesian.service
SuccessAction=exit-force
FailureAction=exit-force

[Service]
Type=oneshot
WorkingDirectory=/lab/checkout
Environment=PYTHONDONTWRITEBYTECODE=1
StandardOutput=append:/lab/results/driver.log
StandardError=inherit
ExecStart=/opt/artesian/bin/python -m tests.e2e.lab_driver /lab/results/report.json
"""
DROP_IN = """\
[Service]
StandardOutput=append:/lab/results/artesian.log
StandardError=inherit
# As the unit, but sooner.
WatchdogSec=4
"""


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    """systemd-analyze has nothing to say about the unit: no misspelt key, no value that it drops."""
    assert verify(tmp_path, UNIT.read_text()) == []


def test_a_misspelt_line_would_be_seen(tmp_path: Path) -> None:
    """The check sees a key that systemd doesn't know, which systemd itself only warns of."""
    wrong = UNIT.read_text().replace("StartLimitIntervalSec=", "StartLimitIntervallSec=")
    (line,) = verify(tmp_path, wrong)
    assert "StartLimitIntervallSec" in line


def verify(folder: Path, text: str) -> list[str]:
    """Check a unit, with a program that exists in place of /opt/artesian; give the lines that aren't allowed."""
    require("systemd-analyze")
    unit = folder / "artesian.service"
    unit.write_text(text.replace("/opt/artesian/bin/artesian up", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=yes", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = (done.stdout + done.stderr).splitlines()
    return [line for line in said if not any(allowed.match(line) for allowed in ALLOWED)]


def test_it_is_confined(tmp_path: Path) -> None:
    """By systemd's own measure, 0 to 10, what the service could do to its machine stays below 1.5."""
    require("systemd-analyze")
    unit = shutil.copy(UNIT, tmp_path)
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=15", "--no-pager", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_keeps_answering_under_real_systemd(tmp_path: Path) -> None:
    """Killed 20 times in 20 s, reloaded, restarted and hung, the unit goes on, and only requests in flight are lost."""
    report = run_lab(tmp_path)
    sys.stdout.write(f"\n{json.dumps(report, indent=1)}\n")
    for name, found in report["loads"].items():
        assert found["refused"] == found["wrong"] == found["unexplained"] == 0, name
        assert found["answered"] > 0, name
        assert found["lost"] <= CLIENTS * found["kills"], name

    killed = report["loads"][
        "main"
    ]  # as soon as it was back: it had no time to answer, and others waited
    assert killed["kills"] == 10
    assert killed["kills_took_s"] < 20
    assert killed["answers_again_after_s"] < 15
    killed = report["loads"]["reader"]
    assert killed["kills"] == 10
    assert killed["answered"] > CLIENTS * killed["kills"], "it answered in between"

    assert report["hang"]["replaced_after_s"] < 15, "the watchdog ended what hung"
    assert report["writer"]["idle"] == "", "as confined as it is, it can write"
    assert report["state"] == "active"
    assert report["restarts"] >= 1
    assert all(user > 0 for user in report["users"]), "no process is root's"


def run_lab(folder: Path) -> Mapping[str, Any]:
    """Run the unit and what tests it under real systemd; give the report."""
    require("unshare", "script", "ip")
    if not SYSTEMD.exists():
        give_up("needs systemd (Debian: apt-get install systemd)")
    if os.geteuid() != 0:
        give_up("needs root, for namespaces of its own")
    units, results = folder / "units", folder / "results"
    (units / "artesian.service.d").mkdir(parents=True)
    results.mkdir()
    (units / "artesian.service.d" / "lab.conf").write_text(DROP_IN)
    (units / "lab.target").write_text(LAB_TARGET)
    (units / "driver.service").write_text(DRIVER)
    shutil.copy(UNIT, units)
    script = CHECKOUT / "scripts" / "lab" / "systemd_lab.sh"
    done = subprocess.run([script, sys.executable, units, results, str(LAB_S)], check=False)
    if not (results / "report.json").exists():
        said = "\n".join(file.read_text(errors="replace")[-3000:] for file in results.iterdir())
        pytest.fail(f"the lab ended with {done.returncode}:\n{said}")
    found: Mapping[str, Any] = json.loads((results / "report.json").read_text())
    return found
