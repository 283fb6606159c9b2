"""`artesian add` as a program of its own, asking simulated forges on real sockets."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from artesian.definitions.load import load_catalogue
from artesian.sim.server import free_port

TOKEN = "ghp_" + "a1B2" * 9
LIMIT_S = 60
ARTESIAN = (sys.executable, "-P", "-m", "artesian.cli.main", "add")


@pytest.fixture(scope="module")
def upstream() -> Iterator[str]:
    """Run a simulated GitHub that knows a token; give its API's address."""
    port = free_port()
    command = (sys.executable, "-P", "-m", "artesian.sim.github_server", "--token", TOKEN)
    with subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield f"http://127.0.0.1:{port}/api/v3"
        process.terminate()


def add(
    url: str, folder: Path, *arguments: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, with these settings alone."""
    kept = {
        name: value
        for name, value in os.environ.items()  # noqa: TID251 - the environment of a child
        if not name.startswith("ARTESIAN_")
    }
    return subprocess.run(
        [*ARTESIAN, *arguments],
        env={**kept, "ARTESIAN_GITHUB_URL": url, **settings},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def test_a_definition_is_written_and_explained(upstream: str, tmp_path: Path) -> None:
    """One file, which reads back; the table of hosts; never a second time without being told to."""
    done = add(upstream, tmp_path, "acme/rocket", ARTESIAN_GITHUB_TOKEN=TOKEN)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == "Wrote catalogue/rocket/package.toml"
    assert lines[2].split() == ["hosts", "version", "asset"]
    assert any(
        line.split()
        == [
            *[
                "linux/amd64,",
                "android/amd64",
                "1.2.0",
                "rocket-1.2.0-x86_64-unknown-linux-musl.tar.gz",
            ],
            *["verified", "by", "sha256,", "libc", "none"],
        ]
        for line in lines
    )
    assert "command: rocket (assumed from the package's name)" in lines
    file = tmp_path / "catalogue/rocket/package.toml"
    assert file.read_text().startswith('source = "github:acme/rocket"\n')
    loaded = load_catalogue(tmp_path / "catalogue")
    assert (loaded.problems, [one.name for one in loaded.definitions]) == ((), ["rocket"])
    file.write_text('source = "github:acme/rocket"\naliases = ["anvil"]\n')
    again = add(upstream, tmp_path, "acme/rocket")
    assert again.returncode == 1
    assert again.stderr.startswith("artesian: catalogue/rocket/package.toml is there already")
    taken = add(upstream, tmp_path, "acme/anvil")
    assert taken.stderr.startswith("artesian: anvil is an alias of rocket in this catalogue")
    assert add(upstream, tmp_path, "acme/rocket", "--force").returncode == 0
    assert "aliases" not in file.read_text()


def test_a_dry_run_writes_nothing(upstream: str, tmp_path: Path) -> None:
    """It prints the file instead."""
    done = add(upstream, tmp_path, "acme/anvil", "anv", "--catalogue", "mine", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith('source = "github:acme/anvil"\ntitle = "anvil"\n')
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("source", "settings", "said"),
    [
        ("acme/nothing", {}, "has nothing of this name (404)"),
        ("acme/rocket", {"ARTESIAN_GITHUB_TOKEN": "ghp_" + "x" * 36}, "refuses our credential"),
        ("acme/rocket", {"ARTESIAN_GITHUB_TOKEN": "two words"}, "the token from"),
        ("acme/rocket", {"ARTESIAN_GITHUB_UR": "x"}, "did you mean ARTESIAN_GITHUB_URL?"),
        ("acme/rocket", {"ARTESIAN_GITHUB_URL": "http://127.0.0.1:1"}, "nobody answers there"),
    ],
)
def test_why_there_is_no_answer(
    upstream: str, tmp_path: Path, source: str, settings: dict[str, str], said: str
) -> None:
    """One line says what to do, and nothing is written."""
    done = add(upstream, tmp_path, source, **settings)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
