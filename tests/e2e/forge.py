"""A small forge on a real socket: releases as Gitea lists them, their files, and repositories that git clones."""

import gzip
import io
import json
import os
import subprocess
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.programs import require

__all__ = ["forge"]

_AT = "2026-01-02T03:04:05Z"


@dataclass(frozen=True, slots=True)
class _Release:
    """files: their bytes by name."""

    tag: str
    files: Mapping[str, bytes]


@contextmanager
def forge(folder: Path) -> Iterator[str]:
    """Serve the upstreams of tests/webi.py until left; give their origin. Repositories lie in `folder`."""
    require("git")
    _make_repository(folder / "o" / "vim-release.git", folder / "work")
    releases = {f"o/{name}": found for name, found in _releases().items()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if ".git/" in path:
                self._git()
                return
            found = _answer(releases, path, f"http://{self.headers['host']}")
            self.send_response(404 if found is None else 200)
            self.send_header(
                "content-type",
                "application/json" if "/api/" in path else "application/octet-stream",
            )
            self.send_header("content-length", str(len(found or b"")))
            self.end_headers()
            self.wfile.write(found or b"")

        do_POST = do_GET  # noqa: N815 - the base's name

        def _git(self) -> None:
            """Let git's own program answer, by CGI."""
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            parts = urlsplit(self.path)
            done = subprocess.run(
                ["git", "http-backend"],
                input=body,
                capture_output=True,
                check=True,
                env={
                    "PATH": os.defpath,
                    "GIT_PROJECT_ROOT": str(folder),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "GIT_PROTOCOL": self.headers.get("git-protocol", ""),
                    "PATH_INFO": parts.path,
                    "QUERY_STRING": parts.query,
                    "REQUEST_METHOD": self.command,
                    "CONTENT_TYPE": self.headers.get("content-type", ""),
                    "CONTENT_LENGTH": str(len(body)),
                    # Whoever owns the files.
                    "GIT_CONFIG_COUNT": "1",
                    "GIT_CONFIG_KEY_0": "safe.directory",
                    "GIT_CONFIG_VALUE_0": "*",
                },
            ).stdout
            head, _, content = done.partition(b"\r\n\r\n")
            fields = [line.partition(": ")[::2] for line in head.decode().split("\r\n")]
            status = next((value for name, value in fields if name == "Status"), "200")
            self.send_response(int(status.split(" ")[0]))
            for name, value in fields:
                if name != "Status":
                    self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(releases: Mapping[str, _Release], path: str, origin: str) -> bytes | None:
    match path.strip("/").split("/"):
        case ["api", "v1", "repos", owner, name, "releases"] if f"{owner}/{name}" in releases:
            return _listed(f"{origin}/{owner}/{name}", releases[f"{owner}/{name}"])
        case [owner, name, "releases", "download", *rest] if f"{owner}/{name}" in releases:
            return releases[f"{owner}/{name}"].files.get(rest[-1])
        case [owner, name, "archive", file] if f"{owner}/{name}" in releases:
            release = releases[f"{owner}/{name}"]
            return release.files.get(file) if file == f"{release.tag}.tar.gz" else None
        case _:
            return None


def _listed(base: str, release: _Release) -> bytes:
    files = [
        {
            "name": name,
            "size": len(content),
            "created_at": _AT,
            "browser_download_url": f"{base}/releases/download/{release.tag}/{name}",
        }
        for name, content in release.files.items()
    ]
    one = {
        "tag_name": release.tag,
        "draft": False,
        "prerelease": False,
        "published_at": _AT,
        "assets": files,
    }
    return json.dumps([one]).encode()


def _releases() -> Mapping[str, _Release]:
    """Make each repository's only release."""
    tool = _packed({"tool-1.2.0/tool": _program("tool 1.2.0")})
    tree = _packed(
        {
            "tree-tool-2.0.0/bin/tree-tool": _program("tree-tool 2.0.0"),
            "tree-tool-2.0.0/lib/data": b"data\n",
        }
    )
    return {
        "tool": _Release(
            "tool/v1.2.0",
            _with_sums(
                {"tool-linux.tar.gz": tool, "tool-macos.tar.gz": tool, "other-linux.tar.gz": b""}
            ),
        ),
        "tree": _Release("v2.0.0", {"tree-2.0.0-linux-amd64.tar.gz": tree}),
        "plain": _Release(
            "v3.0.0", {"plain-linux-amd64.tar.gz": _packed({"tool-plain": _program("3.0.0")})}
        ),
        "script": _Release(
            "v1.1.0", {"v1.1.0.tar.gz": _packed({"script/script-tool": _program("1.1.0")})}
        ),
        "windows": _Release("v4.0.0", {"windows-4.0.0-windows-amd64.zip": b"PK"}),
    }


def _with_sums(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    lines = [f"{sha256(content).hexdigest()}  {name}\n" for name, content in files.items()]
    return {**files, "tool-SHA256SUMS.txt": "".join(lines).encode()}


def _program(said: str) -> bytes:
    return f"#!/bin/sh\necho '{said}'\n".encode()


def _packed(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o755
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def _make_repository(bare: Path, work: Path) -> None:
    """Make a repository with a tag, and a commit after it."""
    (work / "plugin").mkdir(parents=True)

    def git(*words: str) -> None:
        config = (
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@example",
            "-c",
            "init.defaultBranch=main",
        )
        subprocess.run(["git", *config, *words], cwd=work, check=True, capture_output=True)

    git("init", "--quiet")
    for text, tag in (("1", "v1.5"), ("2", "")):
        (work / "plugin" / "release.vim").write_text(f"let g:release = {text}\n")
        git("add", ".")
        git("commit", "--quiet", "-m", text)
        if tag:
            git("tag", "-a", tag, "-m", tag)
    git("clone", "--quiet", "--bare", ".", str(bare))
