"""The whole write plane in virtual time: what it does when settings, tokens, disks or other writers aren't as hoped."""

import asyncio
import io
import json
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.stores import seen
from tests.upstreams import HOST, TOKEN, Forge, release

from artesian.inbox import DemandFile, inbox_of
from artesian.model.credential import Secret, redact
from artesian.model.health import Alert, WriterHealth
from artesian.model.names import PackageName
from artesian.model.outcome import Request, Response
from artesian.observe import Observer, log_to_stderr
from artesian.refresh.access import Access
from artesian.refresh.notify import State
from artesian.refresh.outside import Connection, Outside
from artesian.refresh.record import demand
from artesian.settings import Loaded, Settings
from artesian.sim.clock import VirtualClock, run
from artesian.store.disk import SystemDisk
from artesian.store.files import DirectoryFiles
from artesian.writer import Writer

MINUTE_S = 60.0
RG = PackageName("rg")


class FullDisk(SystemDisk):
    """A disk without a free byte, while `is_full`."""

    def __init__(self) -> None:
        self.is_full = False

    def write(self, file: Path, data: bytes) -> None:
        if self.is_full:
            raise OSError(28, "No space left on device")
        super().write(file, data)


@dataclass
class World:
    """What surrounds a writer: a forge, settings that can change, and what it told."""

    folder: Path
    clock: VirtualClock = field(default_factory=VirtualClock)
    settings: dict[str, Any] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    trouble: Exception | None = None
    told: list[tuple[str, State]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    disk: FullDisk = field(default_factory=FullDisk)
    observer: Observer = field(default_factory=Observer)

    def __post_init__(self) -> None:
        self.forge = Forge(self.clock)
        self.forge.repositories = {
            "o/rg": [release("v14")],
            "o/jq": [release("v1.7")],
        }
        for name in ("rg", "jq"):
            file = self.folder / "catalogue" / name / "package.toml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f'source = "github:o/{name}"\n')
        self.accesses: list[Access] = []
        self.starts = 0

    @property
    def data(self) -> Path:
        return self.folder / "home" / "data"

    @property
    def health(self) -> WriterHealth:
        """Read the writer's report."""
        return msgspec.json.decode((self.data / "health.json").read_bytes(), type=WriterHealth)

    def load(self) -> Loaded:
        """Give the settings as they are now."""
        if self.trouble is not None:
            raise self.trouble
        values = {
            "data_dir": self.data,
            "catalogue": (str(self.folder / "catalogue"),),
            "on_alert": "a command",
            **self.settings,
        }
        return Loaded(Settings(**values), self.doubts, self.doubts)

    def connect(self, access: Access) -> Connection:
        """Lead to the forge, which sees the credential that is in use."""
        self.accesses.append(access)
        self.forge.credential = access.credentials.get(HOST)

        async def close() -> None:
            return None

        return Connection(self.forge, close)

    async def tell(
        self, command: str, alert: Alert, state: State, secrets: tuple[Secret, ...]
    ) -> None:
        """Note what an operator's command is told."""
        assert command == "a command"
        self.told.append((alert.key, state))
        self.texts.append(redact(msgspec.json.encode(alert).decode(), secrets))

    def writer(self) -> Writer:
        """Put a writer together, as its process would at its start."""
        self.starts += 1
        outside = Outside(
            load=self.load,
            connect=self.connect,
            tell=self.tell,
            seed=DirectoryFiles(self.folder / "no seed"),
            disk=self.disk,
            clock=self.clock,
            jitter=lambda: 0.5,
            observer=self.observer,
            pid=100 + self.starts,
            session=f"start {self.starts}",
        )
        return Writer(self.data, outside)

    def live(self, *events: tuple[float, Callable[[], object]], for_s: float) -> Writer:
        """Run a writer for some virtual time; each event happens so many seconds after the start."""
        writer = self.writer()

        async def main() -> None:
            task = asyncio.ensure_future(writer.run())
            passed_s = 0.0
            for at_s, event in (*events, (for_s, lambda: None)):
                await self.clock.sleep(at_s - passed_s)
                passed_s = at_s
                event()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        run(main, self.clock)
        return writer


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world with two packages, and no token."""
    return World(tmp_path)


def test_a_quiet_hour(world: World) -> None:
    """It fetches, publishes and reports; nothing is wrong, and nobody is told anything."""
    world.live(for_s=60 * MINUTE_S)
    found = seen(world.data)
    assert found is not None
    assert found[1] == {"rg": "14", "jq": "1.7"}
    health = world.health
    assert (health.idle, health.pid, health.alerts, health.packages) == ("", 101, (), {})
    assert health.generation == found[0]
    assert [(one.host, one.credential, one.breaker) for one in health.upstreams] == [
        (HOST, "anonymous", "closed")
    ]
    assert all(not loop.error and not loop.restarts for loop in health.loops.values())
    assert (world.clock.now() - health.written_at).total_seconds() <= 5
    assert world.told == []
    assert len(world.forge.asked) <= 14


def test_doubtful_settings(world: World) -> None:
    """With settings that can't be meant so it does nothing and says why; put right, it works without a restart."""
    world.doubts = ("environment variable ARTESIAN_GITHUB_TOKN is no setting",)

    def put_right() -> None:
        assert "ARTESIAN_GITHUB_TOKN" in world.health.idle
        assert world.forge.asked == []
        world.doubts = ()

    world.live((MINUTE_S, put_right), for_s=5 * MINUTE_S)
    assert world.told == [("idle", State.RAISED), ("idle", State.CLEARED)]
    assert seen(world.data) is not None
    assert world.health.idle == ""


def test_settings_that_become_doubtful(world: World) -> None:
    """A writer that works goes on with the settings it has, and tells."""
    world.live(
        (MINUTE_S, lambda: setattr(world, "doubts", ("bad",))),
        for_s=30 * MINUTE_S,
    )
    assert world.told == [("settings", State.RAISED)]
    assert world.health.idle == ""
    assert len(world.forge.asked) > 4


def test_a_broken_token(world: World) -> None:
    """A token that would be sent broken isn't sent, nor is anything else to its host, until it is put right."""
    token = world.folder / "token"
    token.write_text('"ghp_quoted"')
    world.settings["github_token_file"] = token

    def put_right() -> None:
        assert world.forge.asked == []
        assert "has quotes in it" in world.health.upstreams[0].reason
        token.write_text(TOKEN + "\n")

    world.live((10 * MINUTE_S, put_right), for_s=15 * MINUTE_S)
    assert world.told == [(f"token:{HOST}", State.RAISED), (f"token:{HOST}", State.CLEARED)]
    assert seen(world.data) is not None


def test_a_token_is_replaced(world: World) -> None:
    """A dead token stops everything, told at once; a new one in its place is used without a restart."""
    token = world.folder / "token"
    token.write_text(TOKEN)
    world.settings["github_token_file"] = token
    good = TOKEN[:-4] + "good"

    def answer(request: Request) -> Response | None:
        credential = world.forge.credential
        is_good = credential is not None and credential.secret.reveal() == good
        return None if is_good else world.forge.answer(request, 401, b"{}")

    world.forge.fault = answer
    world.live((20 * MINUTE_S, lambda: token.write_text(good)), for_s=25 * MINUTE_S)
    assert world.forge.listed[:2] == ["/rate_limit", "/rate_limit"]
    assert world.told == [
        (f"bad_credential:{HOST}", State.RAISED),
        (f"bad_credential:{HOST}", State.CLEARED),
    ]
    assert seen(world.data) is not None


def test_an_alert_outlasts_a_restart(world: World) -> None:
    """A crash loop doesn't tell the same again and again."""
    world.settings["github_token"] = TOKEN
    world.forge.limit = 60
    for _ in range(10):
        world.live(for_s=MINUTE_S)
    assert world.told == [(f"auth_lost:{HOST}", State.RAISED)]
    assert world.forge.listed == ["/rate_limit"]


def test_a_second_writer_waits(world: World) -> None:
    """Of two writers by mistake one works; the other asks nothing, reports nothing, and takes over at its end."""
    first, second = world.writer(), world.writer()

    async def main() -> None:
        one, two = (asyncio.ensure_future(each.run()) for each in (first, second))
        await world.clock.sleep(20 * MINUTE_S)
        assert "another writer" in second.situation.idle
        assert world.health.pid == 101
        one.cancel()
        await asyncio.gather(one, return_exceptions=True)
        count = len(world.forge.asked)
        await world.clock.sleep(20 * MINUTE_S)
        assert world.health.pid == 102
        assert len(world.forge.asked) > count
        two.cancel()
        await asyncio.gather(two, return_exceptions=True)

    run(main, world.clock)
    assert len(world.forge.asked) <= 12


def test_a_full_disk(world: World) -> None:
    """A full disk stops the writer from publishing, not from living; with space again it goes on."""

    def fill() -> None:
        world.disk.is_full = True
        world.forge.repositories["o/rg"].insert(0, release("v15", age=-timedelta(days=200)))

    def check() -> None:
        found = seen(world.data)
        assert found is not None
        assert found[1]["rg"] == "14"
        world.disk.is_full = False

    writer = world.live((5 * MINUTE_S, fill), (60 * MINUTE_S, check), for_s=90 * MINUTE_S)
    found = seen(world.data)
    assert found is not None
    assert found[1]["rg"] == "15"
    assert all(not loop.restarts for loop in writer.worker.loops.values())
    assert len(world.forge.asked) <= 30


def test_an_unusable_directory(world: World) -> None:
    """Where nothing can be written at all, it says so in the log, and tries again."""
    world.data.parent.mkdir(parents=True)
    world.data.write_text("a file where a folder should be")
    world.live((10 * MINUTE_S, world.data.unlink), for_s=20 * MINUTE_S)
    assert world.observer.counts["loop.held_up"] >= 1
    assert seen(world.data) is not None


def test_a_catalogue_that_changes(world: World) -> None:
    """A package more is fetched, one with a mistake stays as it was, and the mistake is told."""
    catalogue = world.folder / "catalogue"

    def change() -> None:
        (catalogue / "jq" / "package.toml").write_text("sauce = 1\n")
        (catalogue / "fd").mkdir()
        (catalogue / "fd" / "package.toml").write_text('source = "github:o/fd"\n')
        world.forge.repositories["o/fd"] = [release("v10")]

    world.live((5 * MINUTE_S, change), for_s=20 * MINUTE_S)
    found = seen(world.data)
    assert found is not None
    assert found[1] == {"rg": "14", "jq": "1.7", "fd": "10"}
    assert world.told == [("catalogue", State.RAISED)]


def test_another_forge_is_another_loop(world: World) -> None:
    """A forge that hangs keeps nobody else waiting."""
    file = world.folder / "catalogue" / "tea" / "package.toml"
    file.parent.mkdir()
    file.write_text('source = "gitea:git.example/o/tea"\n')
    clock = world.clock

    class Hanging:
        """Answers for GitHub, and never for the other."""

        async def send(self, request: Request) -> Any:
            if "git.example" in request.url:
                await clock.sleep(10_000_000)
            return await world.forge.send(request)

    def connect(access: Access) -> Connection:
        connection = World.connect(world, access)
        return Connection(Hanging(), connection.close)

    world.connect = connect  # type: ignore[method-assign]
    writer = world.live(for_s=30 * MINUTE_S)
    found = seen(world.data)
    assert found is not None
    assert found[1] == {"rg": "14", "jq": "1.7", "tea": None}
    assert writer.worker.silent == ("refresh git.example",)
    assert "silent:refresh git.example" in [key for key, _ in world.told]


def test_demand_arrives(world: World) -> None:
    """What readers were asked for is taken from the inbox and counts."""
    file = DemandFile(inbox_of(world.data), 7)
    world.live((MINUTE_S, lambda: file.write({"rg": 100, "unknown": 5})), for_s=4 * MINUTE_S)
    writer = world.writer()
    with writer.memory.transaction():
        record = writer.memory.record(RG)
    assert record is not None
    assert demand(record, now=world.clock.now()) == pytest.approx(100, rel=0.01)
    assert list(inbox_of(world.data).iterdir()) == []


def test_the_memory_is_damaged_while_it_works(world: World) -> None:
    """It begins anew by itself, tells, and asks no more than when it is due."""

    def damage() -> None:
        for file in world.data.glob("state.sqlite3*"):
            file.write_bytes(b"x" * 20_000)

    world.live((5 * MINUTE_S, damage), for_s=60 * MINUTE_S)
    assert ("memory_rebuilt", State.RAISED) in world.told
    assert len(world.forge.asked) <= 16
    assert world.health.idle == ""


class Leak(Exception):
    """An error whose text holds what nobody may see."""


@contextmanager
def caught_log(secrets: Callable[[], tuple[Secret, ...]]) -> Any:
    """Catch what is logged, as a real writer logs."""
    stream, real = io.StringIO(), sys.stderr
    sys.stderr = stream
    try:
        log_to_stderr(is_json=True, redact=lambda line: redact(line, secrets()))
        yield stream
    finally:
        sys.stderr = real


TOKENS = [TOKEN, "ghs_" + "a1.B-2_" * 74, "a-token-of-no-known-kind-0123456789"]


@pytest.mark.parametrize("token", TOKENS)
def test_no_token_is_ever_shown(world: World, token: str) -> None:
    """Not in a log line, not in a traceback, not in the report, not in an alert, whatever goes wrong."""
    world.settings["github_token"] = token
    faults = [Leak(f"could not send Authorization: Bearer {token} anywhere") for _ in range(9)]

    def fault(request: Request) -> Response | None:
        if faults:
            raise faults.pop()
        if len(world.forge.asked) < 12:
            return world.forge.answer(request, 302, f"to {token}".encode(), location=token)
        return world.forge.answer(request, 401, token.encode())

    world.forge.fault = fault
    secret = (Secret(token),)
    with caught_log(lambda: secret) as log:
        world.observer = Observer()
        leak = Leak(f"a setting: {token}")
        world.live((MINUTE_S, lambda: setattr(world, "trouble", leak)), for_s=90 * MINUTE_S)
    assert "loop.failed" in log.getvalue()
    shown = log.getvalue() + (world.data / "health.json").read_text() + "".join(world.texts)
    told = {key for key, _ in world.told}
    assert told == {"loop:configure", f"bad_credential:{HOST}"}
    assert token not in shown
    assert token[4:] not in shown
    assert json.dumps(token)[1:-1] not in shown
