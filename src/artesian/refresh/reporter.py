"""What the writer's loops tell: the report for readers, and alerts, each once when raised and once when cleared."""

from collections import defaultdict, deque
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from artesian.model.credential import redact
from artesian.model.health import Alert, WriterHealth
from artesian.refresh.alerts import Facts, alerts, changes
from artesian.refresh.database import MemoryFailed
from artesian.refresh.memory import Memory
from artesian.refresh.notify import State
from artesian.refresh.outside import Outside, Situation
from artesian.refresh.plane import Plane, acquaint
from artesian.refresh.publication import lacking
from artesian.refresh.record import Record
from artesian.refresh.report import describe, in_use, write_report
from artesian.refresh.worker import Worker

__all__ = ["Reporter"]

# Alerts that wait for the operator's command; more at once tell nothing more.
UNTOLD = 100


class Reporter:
    """The steps, the alerts in force, and the `last` report."""

    def __init__(
        self, directory: Path, outside: Outside, memory: Memory, worker: Worker, now: Situation
    ) -> None:
        self._directory = directory
        self._outside = outside
        self._memory = memory
        self._worker = worker
        self._now = now
        self._alerts: Mapping[str, Alert] | None = None
        self._untold: deque[tuple[Alert, State]] = deque(maxlen=UNTOLD)
        self.last: WriterHealth | None = None
        self._moved_aside = 0
        self._rebuilt_at: datetime | None = None

    async def report(self) -> None:
        """Replace the report, and note which alerts came and went."""
        if not self._now.is_sole:
            return  # another writer reports
        try:
            health, facts = self._gathered(self._now.plane)
        except MemoryFailed as error:
            health, facts = self._bare(f"the memory can't be used: {error}")
        in_force = self._weigh(facts)
        report = replace(health, alerts=tuple(in_force.values()))
        self.last = report
        write_report(self._directory, self._outside.disk, report, self._now.secrets)

    async def tell(self) -> None:
        """Run the operator's command for what wasn't told yet; raise CommandFailed."""
        while self._untold:
            alert, state = self._untold.popleft()
            if self._now.on_alert:
                await self._outside.tell(self._now.on_alert, alert, state, self._now.secrets)

    def _gathered(self, plane: Plane | None) -> tuple[WriterHealth, Facts]:
        if plane is None:
            return self._bare(self._now.idle)
        with self._memory.transaction():
            present, upstreams = plane.present.generation(), in_use(plane)
            loops = self._worker.loops
            health = describe(plane, present, upstreams, loops, pid=self._outside.pid)
            by_host: defaultdict[str, list[Record]] = defaultdict(list)
            for name, record in acquaint(plane).items():
                by_host[plane.wanted[name].host].append(record)
        idle = self._idle()
        facts = Facts(
            now=health.written_at,
            upstreams=upstreams,
            records=by_host,
            loops=loops,
            silent=self._worker.silent,
            broken=plane.exchange.access.broken,
            idle=idle,
            doubts=self._now.doubts,
            problems=self._now.problems,
            missing=lacking(plane, present),
            rebuilt_at=self._rebuilt(health.written_at),
        )
        return replace(health, idle=idle), facts

    def _bare(self, idle: str) -> tuple[WriterHealth, Facts]:
        now, loops = self._outside.clock.now(), self._worker.loops
        health = WriterHealth(written_at=now, pid=self._outside.pid, idle=idle, loops=loops)
        return health, Facts(now=now, loops=loops, idle=idle)

    def _idle(self) -> str:
        """Say why nothing is refreshed, if all loops that should do it are held up."""
        errors = [
            loop.error for name, loop in self._worker.loops.items() if name.startswith("refresh ")
        ]
        return errors[0] if errors and all(errors) else ""

    def _rebuilt(self, now: datetime) -> datetime | None:
        if self._memory.moved_aside > self._moved_aside:
            self._moved_aside = self._memory.moved_aside
            self._rebuilt_at = now
        return self._rebuilt_at

    def _weigh(self, facts: Facts) -> Mapping[str, Alert]:
        """Note what changed, once each in the log and for the command; also across a restart."""
        before = self._remembered()
        lasting, raised, cleared = changes(before, alerts(facts))
        self._alerts = lasting
        if lasting != before:
            with suppress(MemoryFailed), self._memory.transaction():
                self._memory.save_alerts(lasting)
        for alert in raised:
            self._log(alert)
            self._untold.append((alert, State.RAISED))
        for alert in cleared:
            self._outside.observer.note("alert.cleared", key=alert.key)
            self._untold.append((alert, State.CLEARED))
        return lasting

    def _remembered(self) -> Mapping[str, Alert]:
        if self._alerts is None:
            with suppress(MemoryFailed), self._memory.transaction():
                self._alerts = self._memory.alerts()
        return self._alerts or {}

    def _log(self, alert: Alert) -> None:
        secrets = self._now.secrets
        what, why, todo = (redact(one, secrets) for one in (alert.what, alert.why, alert.todo))
        self._outside.observer.warn("alert.raised", key=alert.key, what=what, why=why, todo=todo)
