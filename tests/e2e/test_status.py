"""How the service is, through real processes: readers with any health.json, metrics of both planes, the doctor."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.stores import put

from artesian.clock import SystemClock
from artesian.model.health import Alert, PackageHealth, WriterHealth
from artesian.model.names import PackageName
from artesian.sim.github_server import Server, listening
from artesian.sim.server import free_port, running_server
from artesian.sim.world import Token, World, add, publish

ARTESIAN = str(Path(sys.executable).parent / "artesian")
LIMIT_S = 40
TOKEN = "ghp_" + "a1B2c3D4" * 4 + "x9Qz"
BROWSER = {"User-Agent": "Mozilla/5.0 Firefox/128.0", "Accept": "text/html"}
DAY = timedelta(days=1)


def get(url: str, headers: Mapping[str, str] | None = None) -> bytes:
    """Get a URL of this machine."""
    with urlopen(Request(url, headers=dict(headers or {})), timeout=LIMIT_S) as answer:  # noqa: S310
        data: bytes = answer.read()
        return data


def until(what: Callable[[], Any]) -> Any:
    """Wait for something that soon is so; fail if it never is."""
    for _ in range(LIMIT_S * 10):
        found = what()
        if found:
            return found
        Event().wait(0.1)
    raise AssertionError(f"never so: {what}")


def environment(**settings: object) -> dict[str, str]:
    """Make the environment of a process: nothing of ours but these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARTESIAN_")}  # noqa: TID251
    return kept | {f"ARTESIAN_{name.upper()}": str(value) for name, value in settings.items()}


@contextmanager
def reader(folder: Path, **settings: object) -> Iterator[str]:
    """Run a reader on `folder`/data; give its origin once it has judged how it is."""
    port = free_port()
    command = [ARTESIAN, "web", "--port", str(port), "--data", str(folder / "data")]
    given = {"metrics_port": 0, **settings}
    words = ["env", *(f"ARTESIAN_{name.upper()}={value}" for name, value in given.items())]
    with running_server([*words, *command], port) as origin:
        until(lambda: status_of(origin))
        yield origin


def status_of(origin: str) -> dict[str, Any]:
    """Ask how the service is; empty before it is known."""
    try:
        found: dict[str, Any] = json.loads(get(f"{origin}/v1/status"))
    except HTTPError:
        return {}
    return found


def samples(text: bytes) -> dict[str, float]:
    """Read metrics with Prometheus' own parser: `name{label=value}` → value."""
    return {
        each.name
        + "".join(f"{{{name}={value}}}" for name, value in sorted(each.labels.items())): each.value
        for family in text_string_to_metric_families(text.decode())
        for each in family.samples
    }


def report(age: timedelta = timedelta(0), **facts: Any) -> bytes:
    """Write a report of that age that is well but for these facts."""
    written_at = SystemClock().now() - age
    return msgspec.json.encode(WriterHealth(written_at=written_at, pid=1, **facts))


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _of_another(path: Path) -> None:
    """Give the file to somebody else, or at least take it from us."""
    path.write_bytes(report())
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)
    path.chmod(0)


KINDS: Mapping[str, tuple[Callable[[Path], object], frozenset[str]]] = {
    "absent": (lambda _: None, frozenset({"absent"})),
    "young": (lambda path: path.write_bytes(report()), frozenset({"working"})),
    "old": (lambda path: path.write_bytes(report(DAY)), frozenset({"silent"})),
    "of the future": (lambda path: path.write_bytes(report(-DAY)), frozenset({"silent"})),
    "idle": (lambda path: path.write_bytes(report(idle="no disk")), frozenset({"idle"})),
    "empty": (lambda path: path.touch(), frozenset({"unreadable"})),
    "garbage": (lambda path: path.write_bytes(os.urandom(5000)), frozenset({"unreadable"})),
    "bottomless": (lambda path: path.write_bytes(b"[" * 1_000_000), frozenset({"unreadable"})),
    "huge": (lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 10**10), frozenset({"unreadable"})),
    "a pipe": (_fifo, frozenset({"unreadable"})),
    "a folder": (lambda path: path.mkdir(), frozenset({"unreadable"})),
    "a link": (lambda path: path.symlink_to("/dev/zero"), frozenset({"unreadable"})),
    # The superuser reads it all the same.
    "another's": (_of_another, frozenset({"working", "unreadable"})),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_any_report_is_judged(kind: str, tmp_path: Path) -> None:
    """Whatever lies in health.json, the reader starts, answers, is ready, and says what it makes of the writer."""
    put(tmp_path / "data", rg="14")
    make, states = KINDS[kind]
    make(tmp_path / "data" / "health.json")
    with reader(tmp_path) as origin:
        status = status_of(origin)
        assert status["writer"]["state"] in states
        assert get(f"{origin}/readyz") == b"ready\n"
        assert b"14" in get(f"{origin}/rg")
        page = get(f"{origin}/status", BROWSER).decode()
        assert status["level"].capitalize() in page
        assert status["writer"]["state"] in page
        assert get(f"{origin}/status").decode().startswith(f"# {status['level']}: ")


def test_what_the_writer_says_is_shown_soon(tmp_path: Path) -> None:
    """A new report is judged within seconds; a package page then says what is set aside, and no token is shown."""
    put(tmp_path / "data", rg="14")
    with reader(tmp_path) as origin:
        assert b"set aside" not in get(f"{origin}/rg", BROWSER)
        evil = f"<b>{TOKEN}</b>"
        alert = Alert(
            key="auth_lost:x",
            what=f"it broke {evil}",
            why=evil,
            todo=evil,
            since=SystemClock().now(),
        )
        health = {PackageName("rg"): PackageHealth(quarantined=evil)}
        new = tmp_path / "data" / "health.json.new"
        new.write_bytes(report(packages=health, alerts=(alert,)))
        new.replace(tmp_path / "data" / "health.json")
        until(lambda: b"set aside" in get(f"{origin}/rg", BROWSER))
        pages = [get(f"{origin}{path}", BROWSER) for path in ("/rg", "/status", "/v1/status")]
        for page in (*pages, get(f"{origin}/status")):
            assert TOKEN.encode() not in page
        assert b"It broke &lt;b&gt;[redacted]&lt;/b&gt;" in pages[1]


def test_metrics_of_a_reader(tmp_path: Path) -> None:
    """Counters follow what is asked; the public address has no metrics."""
    port = free_port()
    put(tmp_path / "data", rg="14")
    with reader(tmp_path, metrics_port=port) as origin:
        scrape = f"http://127.0.0.1:{port}/metrics"
        before = samples(until(lambda: get(scrape)))
        for _ in range(3):
            get(f"{origin}/rg")
        with pytest.raises(HTTPError):
            get(f"{origin}/nope")
        after = samples(get(scrape))
        with pytest.raises(HTTPError):
            get(f"{origin}/metrics")
    kept, error = "artesian_answers_total{kind=kept}", "artesian_answers_total{kind=error}"
    assert after[kept] - before[kept] == 2
    assert after[error] - before[error] == 1
    assert after["artesian_events_total{event=error.UnknownPackage}"] == 1
    assert after["artesian_generation"] == 1
    assert after["artesian_writer_state{state=absent}"] == 1
    assert after["artesian_packages{level=frozen}"] == 1
    assert 0 <= after["artesian_loop_beat_age_seconds{loop=watch}"] < 10


def test_a_taken_metrics_port_stops_nobody(tmp_path: Path) -> None:
    """Two readers with one port for metrics both serve."""
    port = free_port()
    put(tmp_path / "data", rg="14")
    with (
        reader(tmp_path, metrics_port=port) as one,
        reader(tmp_path, metrics_port=port) as other,
    ):
        assert get(f"{one}/readyz") == get(f"{other}/readyz") == b"ready\n"


@asynccontextmanager
async def github(*tokens: Token) -> AsyncIterator[Server]:
    """Run a GitHub that knows these tokens and one repository."""
    clock = SystemClock()
    world = add(World.empty(tokens), "acme/rocket", clock.now())
    world = publish(world, "acme/rocket", "v1.0.0", clock.now())
    async with listening(world, clock) as server:
        yield server


def of_writer(folder: Path, server: Server | None, **settings: object) -> dict[str, str]:
    """Make the environment of a writer that has one package, at `server` (none: nobody listens there)."""
    package = folder / "catalogue" / "rocket"
    package.mkdir(parents=True, exist_ok=True)
    (package / "package.toml").write_text('source = "github:acme/rocket"\n')
    base_url = f"http://127.0.0.1:{free_port()}" if server is None else server.base_url
    return environment(
        data_dir=folder / "data",
        catalogue=folder / "catalogue",
        github_url=f"{base_url}/api/v3",
        **{
            "metrics_port": 0,
            "writer_metrics_port": 0,
            "port": 0,
            "github_token": TOKEN,
            **settings,
        },
    )


async def asked(command: list[str], given: dict[str, str]) -> tuple[int, str]:
    """Run a command while this process goes on; give its exit status and all its output."""
    process = await asyncio.create_subprocess_exec(
        *command, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    async with asyncio.timeout(LIMIT_S):
        output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


def test_a_real_writer_is_seen(tmp_path: Path) -> None:
    """A writer's metrics and its report tell its upstream, limits and loops, and nothing of its token."""
    port = free_port()

    async def work() -> bytes:
        async with github(Token(text=TOKEN)) as server:
            given = of_writer(tmp_path, server, writer_metrics_port=port)
            process = await asyncio.create_subprocess_exec(
                ARTESIAN, "refresh", env=given, stderr=subprocess.PIPE
            )
            try:
                return await asyncio.to_thread(until, lambda: _scraped(port))
            finally:
                process.terminate()
                _, log = await process.communicate()
                assert TOKEN.encode() not in log

    text = asyncio.run(work())
    found = samples(text)
    netloc = next(name for name in found if name.startswith("artesian_upstream_limit"))
    assert found[netloc] == 5000
    assert "{credential=token}" in netloc
    assert found["artesian_idle"] == 0
    assert found["artesian_loop_restarts_total{loop=report}"] == 0
    with reader(tmp_path) as origin:
        status = status_of(origin)
        shown = get(f"{origin}/status", BROWSER) + get(f"{origin}/v1/status")
    assert status["writer"]["state"] == "working"
    assert status["upstreams"][0]["limit"] == 5000
    rocket = next(one for one in status["packages"] if one["name"] == "rocket")
    assert rocket["level"] == "fresh"
    for told in (text, shown):
        assert TOKEN[-4:].encode() not in told


def _scraped(port: int) -> bytes:
    """Scrape a writer; empty until it knows its upstream's limit and has published."""
    try:
        text = get(f"http://127.0.0.1:{port}/metrics")
    except OSError:
        return b""
    is_known = b"artesian_upstream_success_age_seconds{" in text
    return text if is_known and b"artesian_generation 0.0" not in text else b""


@pytest.mark.parametrize("is_json", [False, True])
def test_the_doctor_finds_all_well(tmp_path: Path, *, is_json: bool) -> None:
    """With a good token it says what limit the token sees and what was expected, and exits with 0."""

    async def work() -> tuple[int, str]:
        async with github(Token(text=TOKEN)) as server:
            command = [ARTESIAN, "doctor", *(["--json"] if is_json else [])]
            return await asked(command, of_writer(tmp_path, server))

    code, output = asyncio.run(work())
    assert code == 0, output
    assert "5,000 requests an hour (expected at least 5,000)" in output
    assert "it agrees with that of 127.0.0.1" in output
    assert TOKEN[-4:] not in output
    if is_json:
        document = json.loads(output)
        assert document["is_well"] is True
        assert {one["verdict"] for one in document["findings"]} <= {"ok", "note", "skipped"}
    else:
        assert output.endswith("All is well.\n")


@pytest.mark.parametrize(
    ("settings", "knows", "words", "found"),
    [
        ({}, False, [], "refuses our credential (401)"),
        ({"github_token": f"'{TOKEN}'"}, True, [], "has quotes in it"),
        ({"github_token": ""}, True, [], "is empty"),
        ({"expected_limit": 15000}, True, [], "limit 5000, expected at least 15000"),
        ({"github_tokn": TOKEN}, True, ["--offline"], "did you mean ARTESIAN_GITHUB_TOKEN?"),
        ({"connections": "many"}, True, ["--offline"], "setting connections"),
        ({"port": 70000}, True, ["--offline"], "setting port"),
        ({"catalogue": "/none"}, True, ["--offline"], "catalogue"),
        ({"data_dir": "/dev/null/data"}, True, ["--offline"], "data directory"),
        ({"host": "192.0.2.1", "port": 8080}, True, ["--offline"], "192.0.2.1 port 8080"),
    ],
)
def test_the_doctor_finds_what_is_wrong(
    tmp_path: Path, settings: dict[str, object], knows: bool, words: list[str], found: str
) -> None:
    """What is wrong is told with what to do, exits with 1, and shows no token."""

    async def work() -> tuple[int, str]:
        async with github(*([Token(text=TOKEN)] if knows else [])) as server:
            given = of_writer(tmp_path, server) | environment(**settings)
            return await asked([ARTESIAN, "doctor", *words], given)

    code, output = asyncio.run(work())
    assert code == 1, output
    (wrong,) = (
        line + next_line
        for line, next_line in zip(output.splitlines(), output.splitlines()[1:], strict=False)
        if line.startswith("wrong") and found in line
    )
    assert "→" in wrong
    assert TOKEN not in output
    assert "Traceback" not in output


def test_the_doctor_without_a_network(tmp_path: Path) -> None:
    """Where nobody listens it says which host can't be reached; --offline asks nobody, and says so."""
    given = of_writer(tmp_path, None)
    code, output = asyncio.run(asked([ARTESIAN, "doctor"], given))
    assert code == 1
    assert "see this machine's network" in output
    code, output = asyncio.run(asked([ARTESIAN, "doctor", "--offline"], given))
    assert code == 0
    assert "not asked, for --offline was given" in output


def test_the_doctor_knows_its_own(tmp_path: Path) -> None:
    """A port where a reader answers is well; one of another program is not."""
    put(tmp_path / "data", rg="14")
    with reader(tmp_path) as origin:
        port = origin.rpartition(":")[2]
        given = of_writer(tmp_path, None)
        command = [ARTESIAN, "doctor", "--offline", "--port", port]
        code, output = asyncio.run(asked(command, given))
        assert "Artesian answers there" in output
        assert "generation 1 of 1 packages, all whole" in output
        assert code == 0, output
        code, output = asyncio.run(asked(command, given | environment(metrics_port=port)))
        assert code == 1, output
