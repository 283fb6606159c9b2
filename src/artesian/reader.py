"""Settings → a running read plane: data opened, port bound, loops started. The only place of the reader with tasks."""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TypeAlias, cast

import uvicorn
import uvloop

from artesian.clock import Clock, SystemClock
from artesian.errors import Unavailable
from artesian.index import Index, load_index, refreshed
from artesian.observe import Observer, log_to_stderr
from artesian.settings import Loaded, Settings, shipped
from artesian.store.files import ArchiveFiles, DirectoryFiles
from artesian.store.read import Store
from artesian.web.app import App
from artesian.web.connections import Connection, Connections, Limits
from artesian.web.plane import EMPTY
from artesian.web.sundries import example

__all__ = ["PortInUse", "open_index", "run"]

# How often `current` is looked at, and slow clients are: a second of age or patience more is nothing.
_STEP_S = 1.0
# Names indexed for suggestions at a time (half a millisecond), and the pause for requests in between.
_GROW_COUNT = 50
_GROW_PAUSE_S = 0.01

_Loops: TypeAlias = tuple[Callable[[], Coroutine[None, None, None]], ...]


class PortInUse(Unavailable):
    """The address to listen on can't be had."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"can't listen on {host} port {port}: {reason}; choose another with --port",
            retry_after_s=0,
        )


def open_index(data_dir: Path, seed: Path, clock: Clock) -> Index:
    """Load what the data directory has, else the seed, else an empty generation: a reader always starts."""
    store = Store(DirectoryFiles(data_dir), seed=ArchiveFiles(seed), clock=clock)
    return load_index(store) or Index(generation=EMPTY, backing=store)


def run(loaded: Loaded, tell: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C, then let answers on their way finish. `tell` prints to the operator."""
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
    connections = Connections(limits, clock, observer, app.overloaded)
    server = uvicorn.Server(_configure(app, connections, settings))
    loops = (partial(_watch, app, clock, observer), partial(_sweep, connections, clock, observer))
    with _listen(settings.host, settings.port) as listening:
        _announce(app, listening, settings, tell)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(server, listening, loops))


async def _serve(server: uvicorn.Server, listening: socket.socket, loops: _Loops) -> None:
    # uvicorn takes these signals, drains, and raises them again once it is done: by then there is nothing left to do.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(loop()) for loop in loops]
        await server.serve(sockets=[listening])
        for task in tasks:
            task.cancel()


async def _watch(app: App, clock: Clock, observer: Observer) -> None:
    """Put newer generations in force, and index their names for suggestions."""
    while True:
        try:
            while app.serving.nearest.grow(_GROW_COUNT):
                await clock.sleep(_GROW_PAUSE_S)
            newer = refreshed(app.serving.index)
            if newer is not app.serving.index:
                app.replace(newer)
                observer.note("generation.replaced", number=newer.generation.number)
        except Exception as error:  # noqa: BLE001 - a loop's step: what is in force stays in force
            observer.fail("generation.watch_failed", error)
        await clock.sleep(_STEP_S)


async def _sweep(connections: Connections, clock: Clock, observer: Observer) -> None:
    """Close connections that are too slow."""
    while True:
        try:
            connections.sweep()
        except Exception as error:  # noqa: BLE001 - a loop's step
            observer.fail("connection.sweep_failed", error)
        await clock.sleep(_STEP_S)


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


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise PortInUse(host, port, error.strerror or str(error)) from error


def _announce(
    app: App, listening: socket.socket, settings: Settings, tell: Callable[[str], None]
) -> None:
    """Tell the operator where to look and what to try."""
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    origin = settings.public_url or f"http://{shown}:{port}"
    generation = app.serving.index.generation
    tell(f"Artesian serves {len(generation.packages)} packages at {origin}/")
    tell(f"Try: curl -sSL {origin}/{example(app.serving)} | sh")
