"""The wheel, installed alone: catalogue, seed, bodies and templates must be inside."""

import http.client
import subprocess
import sys
import venv
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from artesian.sim.server import command_line, free_port, running_server

CHECKOUT = Path(__file__).parents[2]
LIMIT_S = 300


def run(*command: str | Path) -> None:
    """Run a command that must succeed."""
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def artesian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of an environment that holds the locked dependencies and the wheel, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = ("-m", "pip", "--disable-pip-version-check", "--quiet")
    run(
        sys.executable,
        *pip,
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        folder,
        CHECKOUT,
    )
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    run(python, *pip, "install", "--require-hashes", "-r", CHECKOUT / "requirements" / "run.txt")
    run(python, *pip, "install", "--no-deps", next(folder.glob("*.whl")))
    return folder / "env" / "bin" / "artesian"


def test_the_wheel_serves_alone(artesian: Path, tmp_path: Path) -> None:
    """Started outside the checkout without any data, it answers with scripts, pages and JSON from its seed."""
    port = free_port()
    with running_server(
        command_line(tmp_path / "data", port, "up", executable=artesian), port, cwd=tmp_path
    ) as origin:
        script = get(origin, "/rg", "curl/8.5.0")
        assert script.startswith("#!/bin/sh")
        assert script.rstrip().endswith('{ main "$@"; exit; }')
        assert "ripgrep-" in script
        browser = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
        assert "<html" in get(origin, "/", browser, accept="text/html")
        assert "<html" in get(origin, "/rg", browser, accept="text/html")
        assert '"rg"' in get(origin, "/v1/packages", "curl/8.5.0")


def get(origin: str, path: str, user_agent: str, accept: str = "*/*") -> str:
    """Get a path that must be answered with 200."""
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=10)
    try:
        connection.request("GET", path, headers={"User-Agent": user_agent, "Accept": accept})
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 200, f"{path}: {answer.status}\n{text[:500]}"
        return text
    finally:
        connection.close()
