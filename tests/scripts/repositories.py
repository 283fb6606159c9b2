"""A git repository on loopback, by git's own program for web servers."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.programs import give_up, require

__all__ = ["Repository", "serve_repository"]

# Nothing of the machine's own settings.
_CLEAN = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


@dataclass(frozen=True, kw_only=True)
class Repository:
    """A repository of this test: its URL, and its folder with a work tree."""

    url: str
    folder: Path

    def commit(self, files: Mapping[str, bytes], tag: str = "") -> str:
        """Commit files, tag them (anew), and return the commit."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.git("add", "-A")
        self.git("commit", "--quiet", "--message", "A commit")
        if tag:
            self.git("tag", "--force", "--annotate", "--message", tag, tag)
        return self.git("rev-parse", "HEAD")

    def git(self, *arguments: str) -> str:
        """Run git in the repository."""
        ran = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={"PATH": os.defpath, **_CLEAN},
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout.strip()


@contextmanager
def serve_repository(folder: Path) -> Iterator[Repository]:
    """Serve a new repository on a free port of loopback."""
    require("git")
    backend = _backend()
    folder.mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(folder, backend))
    url = f"http://127.0.0.1:{server.server_address[1]}/owner/tool.git"
    repository = Repository(url=url, folder=folder)
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield repository
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _backend() -> Path:
    found = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True)
    backend = Path(found.stdout.strip()) / "git-http-backend"
    if not backend.exists():
        give_up(f"needs {backend} (of git)")
    return backend


def _handler(folder: Path, backend: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _answer(self, body: bytes) -> None:
            path, _, query = self.path.partition("?")
            if not path.startswith("/owner/tool.git/"):
                self.send_error(404)
                return
            variables = {
                "PATH": os.defpath,
                **_CLEAN,
                "GIT_PROJECT_ROOT": str(folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": f"/.git/{path.removeprefix('/owner/tool.git/')}",
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "safe.directory",
                "GIT_CONFIG_VALUE_0": "*",
            }
            ran = subprocess.run(
                [str(backend)], input=body, env=variables, capture_output=True, check=False
            )
            head, _, content = ran.stdout.partition(b"\r\n\r\n")
            lines = [line.decode().partition(": ") for line in head.split(b"\r\n") if line]
            status = next((value for name, _, value in lines if name == "Status"), "200 OK")
            self.send_response(int(status.split()[0]))
            for name, _, value in lines:
                if name != "Status":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
