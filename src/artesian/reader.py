"""Settings → a running read plane: data opened, port bound, loops started. The only place of the reader with tasks."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeAlias, cast

import uvicorn
import uvloop
from prometheus_client.core import Metric

from artesian.clock import Clock, SystemClock
from artesian.inbox import tell_demand
from artesian.index import Index, load_index, refreshed
from artesian.leaving import Leaving
from artesian.listening import adopt, listen
from artesian.metrics import Exposition
from artesian.observe import Observer, log_to_stderr
from artesian.scrape import Scraped
from artesian.settings import Loaded, Settings, shipped
from artesian.store.files import ArchiveFiles, DirectoryFiles
from artesian.store.read import Store
from artesian.store.report import ReportFile
from artesian.systemd import ALONE, Manager
from artesian.web.app import App
from artesian.web.board import look
from artesian.web.connections import Connection, Connections, Limits
from artesian.web.monitor import gather
from artesian.web.plane import EMPTY
from artesian.web.sundries import example

__all__ = ["open_index", "run"]

# How often `current` is looked at, and slow clients are: a second of age or patience more is nothing.
_STEP_S = 1.0
# For so long a thread that reads or judges may keep an answer waiting: a fifth of Python's own, which halves stalls.
_TURN_S = 0.001
# Names indexed for suggestions at a time (half a millisecond), and the pause for requests in between.
_GROW_COUNT = 50
_GROW_PAUSE_S = 0.01
# How often it is judged how the service is; less often where that takes long (thousands of packages: 0.25 s), for
# the threads of one process share a processor.
_JUDGE_S = 10.0
_JUDGE_SHARE = 30
_JUDGE_LONGEST_S = 30.0
# How often a port for metrics that was taken is tried again: the reader before this one may still be leaving.
_EXPOSE_S = 10.0
# A loop that hasn't done its step for so long is stuck: then this process says no more that it works.
_SILENT_S = 10.0

_Loops: TypeAlias = tuple[Callable[[], Coroutine[None, None, None]], ...]


@dataclass(frozen=True, slots=True)
class _Hearts:
    """When each loop last did its step; a dead or stuck one must not go unnoticed."""

    clock: Clock
    beats: dict[str, float] = field(default_factory=dict)

    def beat(self, name: str) -> None:
        self.beats[name] = self.clock.monotonic_s()

    def ages_s(self) -> Mapping[str, float]:
        now_s = self.clock.monotonic_s()
        return {name: now_s - beat_s for name, beat_s in self.beats.items()}

    def are_young(self) -> bool:
        return all(age_s < _SILENT_S for age_s in self.ages_s().values())


def open_index(data_dir: Path, seed: Path, clock: Clock) -> Index:
    """Load what the data directory has, else the seed, else an empty generation: a reader always starts."""
    store = Store(DirectoryFiles(data_dir), seed=ArchiveFiles(seed), clock=clock)
    return load_index(store) or Index(generation=EMPTY, backing=store)


def run(loaded: Loaded, tell: Callable[[str], None], manager: Manager = ALONE) -> None:
    """Serve until SIGTERM, Ctrl-C or the end of the parent, then let answers on their way finish.

    `tell` prints to the operator.
    """
    settings = loaded.settings
    log_to_stderr(is_json=not sys.stderr.isatty())
    observer = Observer(one_in=settings.log_one_in)
    for warning in loaded.warnings:
        observer.warn("settings.wrong", problem=warning)
    clock = SystemClock()
    app = App(
        open_index(settings.data_dir, shipped("seed") / "seed.zip", clock),
        clock=clock,
        observer=observer,
        answers_bytes=settings.answers_bytes,
        public_url=settings.public_url or "",
        allowed_hosts=settings.allowed_hosts,
    )
    limits = Limits(
        connections=settings.connections,
        header_timeout_s=settings.header_timeout_s,
        header_bytes=settings.header_bytes,
    )
    connections = Connections(limits, clock, observer, overloaded=app.overloaded, kept=app.kept)
    server = uvicorn.Server(_configure(app, connections, settings))
    # Until uvicorn's own handlers are in place; it raises what it caught again at its end, when nothing is left to do.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    hearts = _Hearts(clock)
    inherited = _inherited(manager)
    with inherited or listen(settings.host, settings.port) as listening:
        _announce(app, listening, settings, tell)
        leaving = Leaving(
            server=server,
            connections=connections,
            listening=listening,
            is_last=inherited is None,
            manager=manager,
            clock=clock,
        )
        loops = (
            partial(_watch, app, hearts, observer),
            partial(_sweep, connections, hearts, observer),
            partial(_judge, app, ReportFile(settings.data_dir), clock, observer),
            partial(tell_demand, settings.data_dir, app.taken_demand, clock, observer),
            partial(_expose, app, settings, hearts, observer),
            partial(_beat, hearts, manager),
            leaving.attend,
        )
        # All that is there by now stays. A full collection that looked at it again would take 30 ms, without an answer.
        gc.freeze()
        sys.setswitchinterval(_TURN_S)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(server, listening, loops))


async def _serve(server: uvicorn.Server, listening: socket.socket, loops: _Loops) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(loop()) for loop in loops]
        await server.serve(sockets=[listening])
        for task in tasks:
            task.cancel()


async def _beat(hearts: _Hearts, manager: Manager) -> None:
    """Tell whoever started this process that it still works, as long as every loop does."""
    while True:
        if hearts.are_young():
            manager.notifier.feed()
        await hearts.clock.sleep(_STEP_S)


async def _watch(app: App, hearts: _Hearts, observer: Observer) -> None:
    """Put newer generations in force, and index their names for suggestions. They are read in a thread."""
    while True:
        hearts.beat("watch")
        try:
            while app.serving.nearest.grow(_GROW_COUNT):
                hearts.beat("watch")
                await hearts.clock.sleep(_GROW_PAUSE_S)
            newer = await asyncio.to_thread(refreshed, app.serving.index)
            if newer is not app.serving.index:
                app.replace(newer)
                observer.note("generation.replaced", number=newer.generation.number)
        except Exception as error:  # noqa: BLE001 - a loop's step: what is in force stays in force
            observer.fail("generation.watch_failed", error)
        await hearts.clock.sleep(_STEP_S)


async def _judge(app: App, file: ReportFile, clock: Clock, observer: Observer) -> None:
    """Judge how the service is, in a thread: no answer waits. That it still does shows as the judgement's age."""
    while True:
        began_s = clock.monotonic_s()
        try:
            index, now = app.serving.index, clock.now()
            damaged = index.backing.damaged
            app.show(await asyncio.to_thread(look, index.generation, damaged, file, now=now))
        except Exception as error:  # noqa: BLE001 - a loop's step
            observer.fail("status.judge_failed", error)
        took_s = clock.monotonic_s() - began_s
        await clock.sleep(min(max(_JUDGE_S, _JUDGE_SHARE * took_s), _JUDGE_LONGEST_S))


async def _expose(app: App, settings: Settings, hearts: _Hearts, observer: Observer) -> None:
    """Serve metrics."""

    def metrics() -> Iterator[Metric]:
        return gather(app.serving, observer.counts, hearts.ages_s(), now=hearts.clock.now())

    host, port = settings.metrics_host, settings.metrics_port
    scraped = Scraped(
        host,
        port,
        Exposition("reader", metrics, started_at=hearts.clock.now()).text,
        observer=observer,
    )
    try:
        while True:
            await scraped.open()
            await hearts.clock.sleep(_EXPOSE_S)
    finally:
        scraped.close()


async def _sweep(connections: Connections, hearts: _Hearts, observer: Observer) -> None:
    """Close connections that are too slow."""
    while True:
        hearts.beat("sweep")
        try:
            connections.sweep()
        except Exception as error:  # noqa: BLE001 - a loop's step
            observer.fail("connection.sweep_failed", error)
        await hearts.clock.sleep(_STEP_S)


def _configure(app: App, connections: Connections, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", partial(Connection, connections)),
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the client's address is of no interest, and the scheme is public_url's
        timeout_graceful_shutdown=settings.drain_s,
    )


def _inherited(manager: Manager) -> socket.socket | None:
    """Take the first listening socket among what was passed to this process."""
    found = (adopt(number) for number in sorted(manager.sockets))
    return next((each for each in found if each is not None), None)


def _announce(
    app: App, listening: socket.socket, settings: Settings, tell: Callable[[str], None]
) -> None:
    """Tell the operator where to look and what to try."""
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    origin = settings.public_url or f"http://{shown}:{port}"
    generation = app.serving.index.generation
    # The seed's are served until the catalogue's own, of which there may be others, are in force.
    whose = "the seed's " if generation.packages and not generation.number else ""
    tell(f"Artesian serves {whose}{len(generation.packages)} packages at {origin}/")
    tell(f"Try: curl -sSL {origin}/{example(app.serving)} | sh")
