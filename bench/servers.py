"""Start the servers that are compared, wait for their first answer, and weigh their memory."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from artesian.sim.server import command_line, free_port

HERE = Path(__file__).parent
START_LIMIT_S = 30
STOP_LIMIT_S = 10

# One worker, nothing logged, and connections that stay open as long as the others let them.
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 256; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; default_type text/x-shellscript;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}/static; }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server. `start_s`: from the start of its process to its first whole answer."""

    pid: int
    port: int
    start_s: float

    @property
    def url(self) -> str:
        """Where it answers with the script."""
        return f"http://127.0.0.1:{self.port}/rg.sh"


@contextmanager
def running(command: list[str], port: int, path: str = "/rg.sh") -> Iterator[Server]:
    """Run a server until left; it counts as started when `path` is answered with 200."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        while fetch(port, path) is None:
            if process.poll() is not None or time.perf_counter() - begin > START_LIMIT_S:
                sys.exit(f"bench: did not start: {' '.join(command)}")
            time.sleep(0.002)
        yield Server(pid=process.pid, port=port, start_s=time.perf_counter() - begin)
    finally:
        process.terminate()
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def fetch(port: int, path: str = "/rg.sh") -> bytes | None:
    """Get a path; None while there is no good answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"User-Agent": "curl/8.5.0"})
        answer = connection.getresponse()
        return answer.read() if answer.status == 200 else None
    except OSError:
        return None
    finally:
        connection.close()


@contextmanager
def artesian(data: Path, command: str = "web") -> Iterator[Server]:
    """Run the read plane (`up`: and what looks after it) on a data directory; without one it serves the seed."""
    port = free_port()
    words = command_line(data, port, command)
    with running(words, port) as server:
        yield server


@contextmanager
def bare(body: Path) -> Iterator[Server]:
    """Run the bare ASGI app."""
    port = free_port()
    with running([sys.executable, str(HERE / "bare.py"), str(port), str(body)], port) as server:
        yield server


@contextmanager
def nginx(folder: Path) -> Iterator[Server]:
    """Run nginx over `folder`/static."""
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port))
    with running(["nginx", "-c", str(config), "-p", str(folder)], port) as server:
        yield server


def resident_mb(pid: int) -> float:
    """Sum the resident memory of a process and its descendants."""
    status = Path(f"/proc/{pid}/status").read_text()
    own_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own_kb / 1024 + sum(resident_mb(int(child)) for child in children)
