"""An upstream on loopback that serves what a test gives it, and misbehaves as told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

__all__ = ["Upstream", "serve"]


@dataclass(kw_only=True)
class Upstream:
    """A web server of this test: what it sends by path, and what it was asked for."""

    url: str
    files: dict[str, bytes] = field(default_factory=dict)
    lies: dict[str, list[bytes]] = field(
        default_factory=dict
    )  # sent instead, one a request, until used up
    cut: dict[str, int] = field(
        default_factory=dict
    )  # after so many bytes the connection breaks, once
    has_ranges: bool = True
    asked: list[str] = field(default_factory=list)

    def add(self, path: str, data: bytes) -> str:
        """Serve `data` at `path`; return its URL."""
        self.files[path] = data
        return f"{self.url}/{path}"


@contextmanager
def serve() -> Iterator[Upstream]:
    """Run an Upstream on a free port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    upstream = Upstream(url=f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = _handler(upstream)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield upstream
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(upstream: Upstream) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.lstrip("/")
            span = self.headers.get("Range", "") if upstream.has_ranges else ""
            upstream.asked.append(f"{path} {span}".strip())
            data = upstream.files.get(path)
            if data is None:
                self.send_error(404)
                return
            if upstream.lies.get(path):
                data = upstream.lies[path].pop(0)
            start = int(span.removeprefix("bytes=").rstrip("-")) if span else 0
            if span and start >= len(data):
                self.send_error(416)
                return
            self.send_response(206 if span else 200)
            self.send_header("Content-Length", str(len(data) - start))
            if span:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.end_headers()
            end = upstream.cut.pop(path, len(data))
            self.wfile.write(data[start:end])

        def log_message(self, *_: object) -> None:
            pass

    return Handler
