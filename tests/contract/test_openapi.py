"""The JSON API keeps what /openapi.json promises: schemathesis asks a real server, with good and bad input."""

import subprocess
import sys
from pathlib import Path

from artesian.sim.server import command_line, free_port, running_server

LIMIT_S = 120


def test_answers_are_what_is_promised(tmp_path: Path) -> None:
    """Every operation answers as documented: status, media type, body, methods, malformed input; and no incident."""
    port = free_port()
    log = tmp_path / "log"
    command = ["sh", "-c", 'exec "$@" 2>"$0"', str(log), *command_line(tmp_path / "none", port)]
    with running_server(command, port) as origin:
        # 503 is documented (a package that isn't fetched yet), so a fault of ours shows in the log alone.
        asked = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", f"{origin}/openapi.json"),
                *("--exclude-checks", "not_a_server_error", "--generation-deterministic"),
                *("--max-examples", "40", "--no-color"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    assert asked.returncode == 0, asked.stdout + asked.stderr
    assert "Tested: 10" in asked.stdout
    assert "error.incident" not in log.read_text()
