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


def test_a_catalogue_that_is_no_folder(upstream: str, tmp_path: Path) -> None:
    """One line says what is in the way, with the status of what can't be created."""
    (tmp_path / "file").write_text("")
    for folder, said in (("file", "Not a directory"), ("/proc/x", "No such file or directory")):
        done = add(upstream, tmp_path, "acme/rocket", "--catalogue", folder)
        assert done.returncode == 73, done.stderr
        assert (len(done.stderr.splitlines()), said in done.stderr) == (1, True)


SERVER = """
import http.server, json, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        place = self.path.partition("?")[0].removeprefix("/api/v3")
        if place == "/repos/acme/old/releases":
            self.send_response(301)
            self.send_header("Location", f"http://{self.headers['Host']}/api/v3/repositories/1/releases")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        body = json.dumps(LISTS.get(place, [])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass

def files(repository, *names):
    url = f"https://github.com/{repository}/releases/download/v1"
    return [{"name": name, "browser_download_url": f"{url}/x", "state": "uploaded", "size": 1} for name in names]

LISTS = {
    "/repos/acme/odd/releases": [
        {"tag_name": "v2", "assets": [{"name": "x", "size": "x"}]},
        {"tag_name": "v1", "assets": files("acme/odd", "odd-linux-amd64.zip", "odd\\x1b[31m")},
    ],
    "/repos/acme/bare/releases": [{"tag_name": "v1", "assets": files("acme/bare", "bare")}],
    "/repositories/1/releases": [{"tag_name": "v1", "assets": files("acme/new", "new-linux-amd64.zip")}],
}
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    """Run a forge whose repositories have something odd each; give its API's address."""
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/api/v3"
        process.terminate()


def test_all_that_was_left_out_is_told(odd: str, tmp_path: Path) -> None:
    """Releases that can't be read as well, with the reason; nothing of it commands a terminal."""
    done = add(odd, tmp_path, "acme/odd")
    assert done.returncode == 0, done.stderr
    _, _, unread = done.stdout.partition("\nReleases that can't be read:\n")
    assert unread.rstrip().endswith(": v2")
    assert "odd\N{REPLACEMENT CHARACTER}[31m" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("repository", ["acme/bare", "acme/empty"])
def test_what_cannot_be_installed_is_not_written(odd: str, tmp_path: Path, repository: str) -> None:
    """The report tells why; a definition would be of no use."""
    done = add(odd, tmp_path, repository)
    assert done.returncode == 1
    assert done.stdout.startswith("No release has a build that can be installed.")
    assert done.stderr.splitlines()[-1].endswith("nothing was written")
    assert list(tmp_path.iterdir()) == []


def test_a_repository_that_has_moved(odd: str, tmp_path: Path) -> None:
    """The new name is told, and written."""
    done = add(odd, tmp_path, "acme/old")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "artesian: github:acme/old has moved to github:acme/new\n"
    text = (tmp_path / "catalogue/old/package.toml").read_text()
    assert text.startswith('source = "github:acme/new"\n')
