"""Settings → a running write plane: memory, upstreams, loops. Nothing that is wrong ends it; only a signal does."""

import asyncio
import os
import random  # noqa: TID251 - the composition root hands it on as jitter
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace
from prometheus_client.core import Metric

from artesian.clock import SystemClock
from artesian.metrics import Exposition, of_events, of_report
from artesian.model.credential import Secret, redact
from artesian.model.health import Alert
from artesian.net import HttpTransport, Limits
from artesian.observe import Observer, log_to_stderr
from artesian.refresh.access import Access
from artesian.refresh.memory import FILE, Memory
from artesian.refresh.notify import State, run_command
from artesian.refresh.outside import Connection, Outside, Situation
from artesian.refresh.reporter import Reporter
from artesian.refresh.steps import Steps
from artesian.refresh.worker import Loop, Worker
from artesian.scrape import Scraped
from artesian.settings import Loaded, environment_of_commands, proxies_of_environment, shipped
from artesian.store.disk import SystemDisk
from artesian.store.files import ArchiveFiles
from artesian.systemd import ALONE, Manager

__all__ = ["Writer", "connect", "real_outside", "run"]

CONFIGURE_S = 30.0  # after so long a new token or catalogue is seen
REPORT_S = 10.0
INBOX_S = 60.0
TELL_S = 5.0
COLLECT_S = 3600.0
FEED_S = 5.0
EXPOSE_S = 10.0  # a port for metrics that was taken is tried again
# A list over 20 MB goes to quarantine, where an operator sees it; over this it isn't even read.
LIMITS = Limits(body_bytes=40_000_000)


class Writer:
    """The write plane of one data directory, put together and not yet running."""

    def __init__(self, directory: Path, outside: Outside, manager: Manager = ALONE) -> None:
        self.situation = Situation()
        self.worker = Worker(clock=outside.clock, observer=outside.observer, jitter=outside.jitter)
        self.memory = Memory(directory / FILE, session=outside.session)
        self._outside = outside
        self._manager = manager
        parts = (directory, outside, self.memory, self.worker, self.situation)
        self._steps = Steps(*parts)
        self._reporter = Reporter(*parts)

    async def run(self, *more: Loop) -> None:
        """Run all loops, until cancelled."""
        try:
            await self.worker.run(
                Loop(name="configure", step=self._steps.configure, rest_s=CONFIGURE_S),
                Loop(name="report", step=self._reporter.report, rest_s=REPORT_S),
                Loop(name="inbox", step=self._steps.read_inbox, rest_s=INBOX_S),
                Loop(name="tell", step=self._reporter.tell, rest_s=TELL_S),
                Loop(name="collect", step=self._steps.collect, rest_s=COLLECT_S),
                Loop(name="feed", step=self._feed, rest_s=FEED_S),
                *more,
            )
        finally:
            self.memory.close()
            await self._steps.close()

    def metrics(self) -> Iterator[Metric]:
        """Tell monitoring how the writer is; one that has a rival has counters alone."""
        yield from of_events(self._outside.observer.counts)
        if self._reporter.last is not None:
            report = replace(self._reporter.last, loops=self.worker.loops)
            yield from of_report(report, now=self._outside.clock.now())

    async def _feed(self) -> None:
        """Tell whoever started this process that it still works, as long as every loop does."""
        if not self.worker.silent:
            self._manager.notifier.feed()


def run(load: Callable[[], Loaded], manager: Manager = ALONE) -> None:
    """Refresh until SIGTERM, Ctrl-C or the end of the parent. load: reads the settings, again and again."""
    loaded = load()
    observer = Observer()
    writer = Writer(loaded.settings.data_dir, real_outside(load, observer), manager)
    log_to_stderr(
        is_json=not sys.stderr.isatty(),
        redact=lambda line: redact(line, writer.situation.secrets),
    )
    for warning in loaded.warnings:
        observer.warn("settings.wrong", problem=warning)
    host, port = loaded.settings.metrics_host, loaded.settings.writer_metrics_port
    started_at = SystemClock().now()
    text = Exposition("writer", writer.metrics, started_at=started_at).text
    scraped = Scraped(host, port, text, observer=observer)
    with asyncio.Runner() as runner, suppress(asyncio.CancelledError):
        runner.run(_until_told(writer, manager, scraped))


def real_outside(load: Callable[[], Loaded], observer: Observer) -> Outside:
    """Give the writer the real world."""
    clock = SystemClock()
    return Outside(
        load=load,
        connect=connect,
        tell=_tell,
        seed=ArchiveFiles(shipped("seed") / "seed.zip"),
        disk=SystemDisk(),
        clock=clock,
        jitter=random.random,
        observer=observer,
        pid=os.getpid(),
        session=f"{os.getpid()} {clock.now().isoformat()} {random.random()}",  # noqa: S311
    )


def connect(access: Access) -> Connection:
    """Make ready to talk to upstreams with these credentials."""
    transport = HttpTransport(
        credentials=tuple(access.credentials.values()),
        limits=LIMITS,
        proxies=proxies_of_environment(),
    )
    return Connection(transport, transport.aclose)


async def _tell(command: str, alert: Alert, state: State, secrets: tuple[Secret, ...]) -> None:
    environment = environment_of_commands()
    await run_command(command, alert, state, environment=environment, secrets=secrets)


async def _until_told(writer: Writer, manager: Manager, scraped: Scraped) -> None:
    """Run, and end between two steps: what is under way is booked, and nothing is written half."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    if manager.channel is not None:
        loop.add_reader(manager.channel, task.cancel)  # a parent says nothing: this is its end
    manager.notifier.ready()
    try:
        await writer.run(Loop(name="metrics", step=scraped.open, rest_s=EXPOSE_S))
    finally:
        scraped.close()
