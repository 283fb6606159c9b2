"""A real reader: how it starts, answers real downloaders, takes new generations, and ends."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest
from tests.programs import require
from tests.stores import put

from artesian.sim.server import ALONE

LIMIT_S = 20
ARTESIAN = str(Path(sys.executable).parent / "artesian")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A running reader on a port that the kernel chose."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def say(self, data: bytes) -> bytes:
        """Send raw bytes on a new connection, and read until it closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT_S) as connection:
            connection.sendall(data)
            return _rest(connection)

    def get(self, path: str) -> bytes:
        """Get a path; return header and body."""
        return self.say(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())

    def wait(self) -> int:
        return self.process.wait(LIMIT_S)


def _rest(connection: socket.socket) -> bytes:
    received = b""
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except ConnectionResetError:
        pass
    return received


@contextmanager
def _running(
    folder: Path, environment: Mapping[str, str] | None = None, command: str = "up"
) -> Iterator[Reader]:
    log = folder / "log"
    given = {name: value for name, value in os.environ.items() if not name.startswith("ARTESIAN_")}  # noqa: TID251
    with log.open("w") as errors:
        process = subprocess.Popen(
            [ARTESIAN, command, "--port", "0", "--data", str(folder / "data")],
            env=given | dict(setting.split("=", 1) for setting in ALONE) | dict(environment or {}),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    with process:
        assert process.stdout is not None
        first, line = process.stdout.readline(), process.stdout.readline()
        assert first.startswith("Artesian serves the seed's "), first + log.read_text()
        assert line.startswith("Try: curl -sSL http://127.0.0.1:"), first + line + log.read_text()
        port = int(line.partition("127.0.0.1:")[2].partition("/")[0])
        try:
            yield Reader(process=process, port=port, log=log)
        finally:
            if process.poll() is None:
                process.kill()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader with the seed."""
    with _running(tmp_path_factory.mktemp("reader")) as running:
        yield running


@pytest.mark.parametrize("fetch", ["curl -sSL", "wget -qO-", "busybox wget -qO-"])
@pytest.mark.parametrize("path", ["rgg", "rg@99", "rg!", "rg,nope", "nope.sh"])
def test_an_error_fails_the_pipe(reader: Reader, fetch: str, path: str) -> None:
    """With each downloader an error piped to sh fails, and says on standard error what is wrong."""
    require(fetch.split(maxsplit=1)[0])
    command = f"{fetch} '{reader.origin}/{path}' | sh"
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert done.returncode in {64, 69}, done.stderr
    assert "artesian: " in done.stderr
    assert done.stdout == ""


def test_the_whole_script_arrives(reader: Reader) -> None:
    """Packed or not, curl gets the complete script."""
    require("curl")
    url = f"{reader.origin}/rg"
    plain, packed = (
        subprocess.run(["curl", "-sS", *more, url], capture_output=True, check=True).stdout
        for more in ([], ["--compressed"])
    )
    assert plain == packed
    assert plain.rstrip().endswith(b'{ main "$@"; exit; }')


def test_the_reader_writes_nothing(tmp_path: Path) -> None:
    """The read plane alone doesn't make a data directory that isn't there, whatever it is asked."""
    with _running(tmp_path, command="web") as reader:
        assert b"200 OK" in reader.get("/rg.sh")
        assert reader.get("/nope.sh")
    assert not (tmp_path / "data").exists()


def test_any_bytes_leave_it_alive(reader: Reader) -> None:
    """Bytes that are no HTTP are refused, and the next client is answered."""
    for data in (
        b"\x00" * 100,
        b"\x16\x03\x01\x02\x00\x01",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /%00%0d%0aX:y HTTP/1.1\r\nHost: a\r\n\r\nGET",
        b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /rg HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        b"GET /rg HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"POST /rg HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"y" * 20_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 6000 + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ):
        answer = reader.say(data)
        assert answer.startswith(b"HTTP/1.1 4"), (data, answer)
        assert b" 500 " not in answer
    assert reader.get("/livez").endswith(b"alive\n")


def test_http_1_0_without_a_host(reader: Reader) -> None:
    """The oldest clients, which name no host, get their script."""
    assert reader.say(b"GET /rg HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_a_new_generation_is_served_soon(tmp_path: Path) -> None:
    """What is published while a reader runs is served without a restart, in place of the seed."""
    with _running(tmp_path) as reader:
        put(tmp_path / "data", rg="99.0.0")
        for _ in range(LIMIT_S * 10):
            if b"99.0.0" in reader.get("/rg"):
                return
            Event().wait(0.1)
        pytest.fail("the new generation was never served")


def test_slow_clients_are_cut(tmp_path: Path) -> None:
    """A header that doesn't arrive in time ends its connection; the limit is a setting."""
    with _running(tmp_path, {"ARTESIAN_HEADER_TIMEOUT_S": "0.2"}, "web") as reader:
        assert reader.say(b"GET / HTTP/1.1\r\nHost:").startswith(b"HTTP/1.1 408")


def test_bad_settings_dont_stop_it(tmp_path: Path) -> None:
    """A bad value and a misspelt name are told in the log, and the reader runs."""
    wrong = {"ARTESIAN_CONNECTIONS": "many", "ARTESIAN_PUBLIK_URL": "https://a.example"}
    with _running(tmp_path, wrong) as reader:
        log = reader.log.read_text()
        assert "connections" in log
        assert "ARTESIAN_PUBLIC_URL" in log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_drains_and_ends_well(tmp_path: Path, number: signal.Signals) -> None:
    """After SIGTERM or Ctrl-C a request on its way is answered, and the process ends with 0."""
    with (
        _running(tmp_path, {"ARTESIAN_DRAIN_S": "5"}) as reader,
        socket.create_connection(("127.0.0.1", reader.port), timeout=LIMIT_S) as idle,
        socket.create_connection(("127.0.0.1", reader.port), timeout=LIMIT_S) as busy,
    ):
        busy.sendall(b"GET /rg HTTP/1.1\r\nHost: a\r\n\r\n")
        assert busy.recv(15) == b"HTTP/1.1 200 OK"
        reader.process.send_signal(number)
        assert b'{ main "$@"; exit; }' in _rest(busy)
        assert _rest(idle) == b""
        assert reader.wait() == 0


def test_a_taken_port_is_told(reader: Reader, tmp_path: Path) -> None:
    """If the port is in use, one line says so, and how to choose another."""
    done = subprocess.run(
        [ARTESIAN, "up", "--port", str(reader.port), "--data", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 1
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr
