"""`artesian up` with real processes that are killed, told to leave and reloaded, under load."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest
from tests.e2e.load import CLOCK, Kill, Load, Outcome, kill, longest_gap_s, pressing, unexplained
from tests.stores import put, seen

from artesian.sim.server import free_port, running_server
from artesian.systemd import ECHO_S

CHECKOUT = Path(__file__).parents[2]
LIMIT_S = 20.0
STEP_S = 0.02
# For the whole minute: KILLS_S=60.
KILLS_S = float(os.environ.get("KILLS_S", "6"))  # noqa: TID251 - how long a test takes
PACE_S = 1.0
CLIENTS = 6
SLEEPER = ("sleep", "1000")


@dataclass(frozen=True, slots=True)
class Family:
    """A running `artesian up` and its children, seen from outside."""

    origin: str
    port: int
    pid: int
    data: Path
    said: Path

    def children(self) -> Mapping[str, int]:
        """Find the process of each plane; one that is just being started may be missing."""
        found = {}
        for text in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split():
            try:
                command = Path(f"/proc/{text}/cmdline").read_bytes().split(b"\0")
            except FileNotFoundError:
                continue
            found["reader" if b"--supervised" in command else "writer"] = int(text)
        return found

    def count_descriptors(self) -> int:
        """Count what the parent has open."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def find(self, name: str, but: int = 0) -> int:
        """Wait for a process of the plane that isn't `but`, and give its id."""
        wait_until(lambda: self.children().get(name, but) != but, f"no {name}")
        return self.children()[name]

    def wait_for_words(self, words: str) -> None:
        """Wait until it has told people so."""
        wait_until(lambda: words in self.said.read_text(), words)


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for something that must come soon."""
    until_s = CLOCK.monotonic_s() + LIMIT_S
    while not is_so():
        if CLOCK.monotonic_s() > until_s:
            pytest.fail(f"waited in vain: {what}")
        Event().wait(STEP_S)


def is_over(pid: int) -> bool:
    """Tell whether a process has ended, be it not yet reaped."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_for_end(pid: int) -> None:
    """Wait until a process has ended."""
    wait_until(lambda: is_over(pid), f"end of process {pid}")


@contextmanager
def family(folder: Path, *writer: str, silent_s: float = 10) -> Iterator[Family]:
    """Run the real reader, and the writer of a command, until left."""
    data, said = folder / "data", folder / "said"
    data.mkdir()
    put(data, rg="1.0", fd="1.0")
    port = free_port()
    given = (str(data), str(port), str(silent_s), *writer)
    planes = [sys.executable, "-m", "tests.e2e.supervised", *given]
    with running_server(
        ["sh", "-c", 'exec "$@" >"$0" 2>&1', str(said), *planes], port, cwd=CHECKOUT
    ) as origin:
        yield Family(origin, port, child_with(str(data)), data, said)


def child_with(word: str) -> int:
    """Find the child of this process that has a word in its command."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return next(
        int(pid) for pid in children if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Family]:
    """Both planes, for tests that leave them running; the writer sleeps."""
    with family(tmp_path_factory.mktemp("running"), *SLEEPER) as running:
        yield running


@pytest.fixture
def ending(tmp_path: Path) -> Iterator[Family]:
    """Both planes, for a test that ends them."""
    with family(tmp_path, *SLEEPER) as ending:
        yield ending


def asking(running: Family) -> socket.socket:
    """Connect and send a request, without waiting for the answer."""
    client = socket.create_connection(("127.0.0.1", running.port), timeout=LIMIT_S)
    client.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return client


def wait_for_answers(load: Load) -> None:
    """Wait until clients have been answered anew."""
    before = len(load.having(Outcome.ANSWERED))
    wait_until(lambda: len(load.having(Outcome.ANSWERED)) > before + CLIENTS, "answers")


def report(load: Load, of: str) -> None:
    """Show the figures of a load where pytest is run with -s."""
    figures = dict(sorted((str(outcome), count) for outcome, count in load.count().items()))
    sys.stdout.write(f"\n{of}: {figures}, longest gap {longest_gap_s(load):.2f} s\n")


def test_killed_in_turn(tmp_path: Path) -> None:
    """With reader and writer killed in turn every second, only requests in flight in a killed reader are lost."""
    kills: dict[str, list[Kill]] = {"reader": [], "writer": []}
    numbers = []
    publishing = (sys.executable, "-m", "tests.e2e.republisher", str(tmp_path / "data"))
    with (
        family(tmp_path, *publishing) as running,
        pressing(running.origin, clients=CLIENTS) as load,
    ):
        descriptors = running.count_descriptors()
        until_s = CLOCK.monotonic_s() + KILLS_S
        while CLOCK.monotonic_s() < until_s:
            name = "reader" if len(kills["reader"]) == len(kills["writer"]) else "writer"
            victim = running.find(name)
            kills[name].append(kill(victim))
            wait_for_end(victim)
            found = seen(running.data)
            assert found, "the store loads"
            number, versions = found
            numbers.append(number)
            assert len(set(versions.values())) == 1, "of one generation, whole"
            Event().wait(PACE_S)
            wait_for_answers(load)  # a second is enough, unless the machine is very busy
        running.find("writer")
        assert running.count_descriptors() == descriptors
    lost = load.having(Outcome.LOST)
    report(load, f"kill -9 of {len(kills['reader'])} readers, {len(kills['writer'])} writers")
    assert load.having(Outcome.REFUSED, Outcome.WRONG) == []
    assert unexplained(load, kills["reader"]) == []
    assert len(lost) <= CLIENTS * len(kills["reader"])
    assert numbers == sorted(numbers)
    assert numbers[-1] > numbers[0] + len(kills["writer"]), "the writer came on in between"


def test_killed_as_soon_as_it_is_there(running: Family) -> None:
    """A reader killed faster than it can start answers nobody, but loses nobody either: they wait, and are answered."""
    kills = []
    victim = 0
    with pressing(running.origin, clients=CLIENTS, patience_s=LIMIT_S) as load:
        until_s = CLOCK.monotonic_s() + 2
        while CLOCK.monotonic_s() < until_s:
            victim = running.find("reader", but=victim)
            kills.append(kill(victim))
        wait_for_answers(load)
    report(load, f"kill -9 of {len(kills)} readers as soon as they were there")
    assert unexplained(load, kills) == []
    assert load.having(Outcome.REFUSED, Outcome.WRONG) == []
    assert len(load.having(Outcome.LOST)) <= CLIENTS


def test_those_who_wait_are_answered_by_the_next(running: Family) -> None:
    """A client that is connected but not accepted when the reader is killed is answered by the next reader."""
    reader = running.find("reader")
    os.kill(reader, signal.SIGSTOP)
    with asking(running) as client:
        os.kill(reader, signal.SIGKILL)
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
    running.wait_for_words("The reader was ended by SIGKILL; starting it again.")


@contextmanager
def pressing_both(running: Family) -> Iterator[tuple[Load, Load]]:
    """Have clients ask on a new connection for each request, and others on kept ones."""
    with (
        pressing(running.origin, clients=CLIENTS // 2) as new,
        pressing(running.origin, clients=CLIENTS // 2, is_kept_alive=True) as kept,
    ):
        yield new, kept


def test_readers_that_leave_lose_nobody(running: Family) -> None:
    """Whoever tells the reader alone to leave costs no request, on new connections or on kept ones."""
    with pressing_both(running) as loads:
        for _ in range(2):
            Event().wait(PACE_S / 2)
            reader = running.find("reader")
            os.kill(reader, signal.SIGTERM)
            running.find("reader", but=reader)
            wait_for_end(reader)
        wait_for_answers(loads[0])
    for load, of in zip(loads, ("new", "kept"), strict=True):
        report(load, f"SIGTERM of 2 readers, {of} connections")
        assert set(load.count()) == {Outcome.ANSWERED}


def test_reloads_lose_nobody(running: Family) -> None:
    """SIGHUP replaces reader and writer; nobody waits for it, nothing is lost."""
    before = running.children()
    with pressing_both(running) as loads:
        os.kill(running.pid, signal.SIGHUP)
        wait_for_end(before["reader"])
        wait_for_end(before["writer"])
        running.find("writer")
    after = running.children()
    assert after["reader"] != before["reader"]
    assert after["writer"] != before["writer"]
    for load, of in zip(loads, ("new", "kept"), strict=True):
        report(load, f"SIGHUP, {of} connections")
        assert set(load.count()) == {Outcome.ANSWERED}


def test_a_stop_loses_nobody(ending: Family) -> None:
    """Told to stop under load, it answers everyone who got through, then refuses; nothing of it remains."""
    children = ending.children().values()
    with pressing(ending.origin, clients=CLIENTS) as load:
        Event().wait(PACE_S / 2)
        os.kill(ending.pid, signal.SIGTERM)
        wait_for_end(ending.pid)
    report(load, "SIGTERM")
    assert load.having(Outcome.LOST, Outcome.WRONG) == []
    assert len(load.having(Outcome.ANSWERED)) > CLIENTS
    assert all(is_over(child) for child in children)


def test_a_request_under_way_is_finished(ending: Family) -> None:
    """A client that has connected but not asked yet may still ask, and is told that the connection closes."""
    with socket.create_connection(("127.0.0.1", ending.port), timeout=LIMIT_S) as client:
        Event().wait(PACE_S / 5)
        os.kill(ending.pid, signal.SIGTERM)
        ending.wait_for_words("Stopping")
        Event().wait(PACE_S / 2)
        client.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = client.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"\r\nconnection: close\r\n" in answer.lower()


def test_a_stop_that_comes_twice_at_once(ending: Family) -> None:
    """Some tell a process and its group to stop, one right after the other; answers are finished all the same."""
    with socket.create_connection(("127.0.0.1", ending.port), timeout=LIMIT_S) as client:
        Event().wait(PACE_S / 5)
        os.kill(ending.pid, signal.SIGTERM)
        ending.wait_for_words("Stopping")
        os.kill(ending.pid, signal.SIGTERM)
        Event().wait(PACE_S / 2)
        client.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.makefile("rb").read().startswith(b"HTTP/1.1 200")
    wait_for_end(ending.pid)
    assert "killing" not in ending.said.read_text()


def test_a_second_stop_doesnt_wait(ending: Family) -> None:
    """Told again to stop after a while, it doesn't wait for a process that hangs, and says so."""
    reader = ending.find("reader")
    os.kill(reader, signal.SIGSTOP)
    os.kill(ending.pid, signal.SIGINT)
    ending.wait_for_words("Stopping")
    Event().wait(ECHO_S + STEP_S)
    os.kill(ending.pid, signal.SIGINT)
    wait_for_end(ending.pid)
    assert is_over(reader)
    said = ending.said.read_text()
    assert "Told again to stop: ending at once" in said
    assert "doesn't answer" not in said


def test_children_end_with_their_parent(ending: Family) -> None:
    """Killed itself, the parent leaves nobody behind: reader and writer end, and the port is free."""
    children = ending.children()
    os.kill(ending.pid, signal.SIGKILL)
    for child in children.values():
        wait_for_end(child)
    with pytest.raises(ConnectionRefusedError):
        asking(ending)


@pytest.mark.parametrize(
    ("writer", "words"),
    [
        (("no-such-program",), "The writer can't be started"),
        (("false",), "The writer ended with status 1; starting it again in 0.2 s."),
        (("sh", "-c", "kill -SEGV $$"), "The writer was ended by SIGSEGV"),
    ],
)
def test_a_writer_that_cant_run(tmp_path: Path, writer: tuple[str, ...], words: str) -> None:
    """A writer that can't start costs no request; people are told."""
    with family(tmp_path, *writer) as running, pressing(running.origin, clients=1) as load:
        running.wait_for_words(words)
        wait_for_answers(load)
    assert set(load.count()) == {Outcome.ANSWERED}
    assert "serves 2 packages" in running.said.read_text()


def test_a_hanging_reader_is_replaced(tmp_path: Path) -> None:
    """A reader that stops without ending is killed after a while; those who wait for it are answered by the next."""
    with family(tmp_path, *SLEEPER, silent_s=2) as running:
        os.kill(running.find("reader"), signal.SIGSTOP)
        with asking(running) as client:
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
        running.wait_for_words("The reader doesn't answer, or won't end; killing it.")


@pytest.mark.parametrize("times", [1, 2])
def test_the_read_plane_alone_loses_nobody(tmp_path: Path, times: int) -> None:
    """`artesian web` told to stop under load, once or twice at once, answers everyone who got through."""
    port = free_port()
    artesian = Path(sys.executable).parent / "artesian"
    command = [str(artesian), "web", "--port", str(port), "--data", str(tmp_path)]
    with (
        running_server(command, port) as origin,
        pressing(origin, clients=CLIENTS) as load,
    ):
        Event().wait(PACE_S / 2)
        pid = child_with(str(tmp_path))
        with socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S) as client:
            Event().wait(PACE_S / 5)
            os.kill(pid, signal.SIGTERM)
            for _ in range(times - 1):
                Event().wait(PACE_S / 5)
                os.kill(pid, signal.SIGTERM)
            Event().wait(PACE_S / 5)
            client.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.makefile("rb").read().startswith(b"HTTP/1.1 200")
        wait_for_end(pid)
    report(load, "SIGTERM of artesian web")
    assert load.having(Outcome.LOST, Outcome.WRONG) == []
    assert len(load.having(Outcome.ANSWERED)) > CLIENTS


def test_a_port_in_use_is_told(running: Family) -> None:
    """A second one on the same port ends with one line that says why, and what to do."""
    artesian = Path(sys.executable).parent / "artesian"
    done = subprocess.run(
        [artesian, "up", "--port", str(running.port)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"port {running.port}: Address already in use; choose another with --port" in done.stderr
