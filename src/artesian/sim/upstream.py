"""A small real upstream on loopback: release downloads over http and https, with faults on request.

It serves a folder under the paths that GitHub uses (`/OWNER/NAME/releases/download/TAG/FILE`), with Range and
redirects, and keeps a list of what was asked. Run alone: `python -m artesian.sim.upstream FOLDER --port 9000`.
"""

import argparse
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from artesian.sim.certificate import Certificate, make_certificate
from artesian.sim.faults import Fault, Request, Upstream

__all__ = ["serving"]

_BLOCK_BYTES = 64 * 1024
_SLOW_PAUSE_S = 0.05  # between blocks: about 1.3 MB/s, a tool of 2 MB takes under two seconds
_HANG_LIMIT_S = 600.0  # a hanging answer ends with the server, or after this
# BusyBox wget names no signature algorithms; RFC 5246 then means SHA-1, which OpenSSL does at level 0 alone.
_CIPHERS = "DEFAULT:@SECLEVEL=0"
_STATUS = {
    Fault.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Fault.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Fault.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
}


class _Server(ThreadingHTTPServer):
    """Threads that don't outlive the process, a listen queue for load, and TLS in the connection's own thread."""

    daemon_threads = True
    request_queue_size = 128
    upstream: Upstream
    context: ssl.SSLContext | None = None

    def finish_request(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        assert isinstance(request, socket.socket)
        try:
            if self.context is None:
                _Handler(request, client_address, self)
                return
            with self.context.wrap_socket(request, server_side=True) as secure:
                _Handler(secure, client_address, self)
        except OSError:  # the client went away, or distrusts the certificate: its own affair
            return


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from the upstream's folder."""

    protocol_version = "HTTP/1.1"
    server_version = "upstream"
    sys_version = ""
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
        """Stay silent: what was asked is in Upstream.requests."""

    def _answer(self) -> None:
        upstream = self.server.upstream
        path = unquote(urlsplit(self.path).path)
        fault = upstream.take(
            Request(
                method=self.command,
                path=path,
                range=self.headers.get("Range"),
                user_agent=self.headers.get("User-Agent"),
            )
        )
        if fault in _STATUS:
            self._refuse(_STATUS[fault])
        elif path in upstream.redirects:
            self._redirect(upstream.redirects[path])
        elif (file := _inside(upstream.root, path)) is None:
            self._refuse(HTTPStatus.NOT_FOUND)
        else:
            self._send(file.read_bytes(), fault)

    def _refuse(self, status: HTTPStatus) -> None:
        body = f"{status.phrase}\n".encode()
        self.send_response(status)
        if status is HTTPStatus.TOO_MANY_REQUESTS:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._write(body)

    def _redirect(self, location: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, content: bytes, fault: Fault | None) -> None:
        if fault is Fault.WRONG_BYTES:
            middle = len(content) // 2
            content = content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]
        if fault is Fault.SHORT:
            content = content[: len(content) // 2]
        start = _first_byte(self.headers.get("Range"), len(content))
        self.send_response(HTTPStatus.OK if start is None else HTTPStatus.PARTIAL_CONTENT)
        if start is not None:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            content = content[start:]
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self._send_body(content, fault)

    def _send_body(self, content: bytes, fault: Fault | None) -> None:
        half = content[: len(content) // 2]
        match fault:
            case Fault.TRUNCATED:
                self._write(half)
                self.close_connection = True
            case Fault.RESET:
                self._write(half)
                self._reset()
            case Fault.HANG:
                self._write(half)
                self.server.upstream.stopping.wait(_HANG_LIMIT_S)
                self.close_connection = True
            case Fault.SLOW:
                for offset in range(0, len(content), _BLOCK_BYTES):
                    self._write(content[offset : offset + _BLOCK_BYTES])
                    self.server.upstream.stopping.wait(_SLOW_PAUSE_S)
            case _:
                self._write(content)

    def _write(self, body: bytes) -> None:
        if self.command != "HEAD":
            self.wfile.write(body)
            self.wfile.flush()

    def _reset(self) -> None:
        linger = struct.pack("ii", 1, 0)  # closing with a zero linger time sends RST instead of FIN
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True


def _inside(root: Path, path: str) -> Path | None:
    file = (root / path.lstrip("/")).resolve()
    return file if file.is_relative_to(root.resolve()) and file.is_file() else None


def _first_byte(header: str | None, size_bytes: int) -> int | None:
    """Read `bytes=N-`, the only range that downloaders ask for; others are answered whole."""
    if header is None or not header.startswith("bytes=") or not header.endswith("-"):
        return None
    number = header.removeprefix("bytes=").removesuffix("-")
    return int(number) if number.isdecimal() and int(number) < size_bytes else None


@contextmanager
def serving(
    root: Path, *, port: int = 0, certificate: Certificate | None = None
) -> Iterator[Upstream]:
    """Serve `root` on 127.0.0.1 (port 0: any free one) in threads, over https with a certificate, until left."""
    server = _Server(("127.0.0.1", port), _Handler)
    scheme = "http" if certificate is None else "https"
    server.upstream = Upstream(root, f"{scheme}://127.0.0.1:{server.server_address[1]}")
    if certificate is not None:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(certificate.file, certificate.key)
        server.context.set_ciphers(_CIPHERS)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield server.upstream
    finally:
        server.upstream.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve a folder until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m artesian.sim.upstream", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument(
        "--tls", type=Path, metavar="DIR", help="serve https with a new certificate kept in DIR"
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="FAULT=GLOB",
        help=f"one of {', '.join(Fault)}; repeatable",
    )
    options = parser.parse_args()
    certificate = make_certificate(options.tls) if options.tls else None
    with serving(options.folder, port=options.port, certificate=certificate) as upstream:
        for text in options.fault:
            fault, _, glob = text.partition("=")
            upstream.fail(glob, Fault(fault))
        print(f"Serving {options.folder} at {upstream.base_url}; stop with Ctrl-C", flush=True)  # noqa: T201
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
