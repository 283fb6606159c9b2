"""Makes the events of a scenario happen: to the world, our processes, the disk, clients and clocks."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from artesian.model.names import PackageName
from artesian.refresh.memory import FILE
from artesian.sim.disk import DiskState
from artesian.sim.edits import EDITS, apply, newest_tag
from artesian.sim.ours import Process
from artesian.sim.plan import Do, Event, seconds
from artesian.sim.scene import LONG_TOKEN, NEW_TOKEN, USER_ID
from artesian.sim.stage import Stage
from artesian.store.encoding import CURRENT, object_path

__all__ = ["Director"]

_CRASHES_S = 2.0  # between two crashes of a storm


@dataclass(slots=True)
class Director:
    """Has what events act on."""

    stage: Stage
    writer: Process
    group: asyncio.TaskGroup
    others: list[Process] = field(default_factory=list)

    async def end(self) -> None:
        """End every process of ours."""
        for process in (self.writer, *self.others):
            await process.kill()

    async def run(self) -> None:
        """Let the plan's events and the scene's random releases happen, each at its time."""
        for event in sorted((*self.stage.plan.events, *self._changes()), key=_time):
            await self.stage.clock.sleep(max(0.0, event.at_s - self.stage.clock.monotonic_s()))
            self.stage.note(f"{event.do} {event.name} {event.value} {event.count}")
            await self._happen(event)

    def _changes(self) -> list[Event]:
        """Draw when packages get new releases, whole at once."""
        plan, random = self.stage.plan, self.stage.random
        count = round(plan.scene.changes_per_hour * plan.lasts_s / 3600)
        return [
            Event(
                at_s=random.random() * plan.lasts_s,
                do=Do.RELEASE,
                name=random.choice(self.stage.names),
            )
            for _ in range(count)
        ]

    async def _happen(self, event: Event) -> None:
        if event.do in EDITS:
            self._edit(event)
            return
        await _ACTIONS[event.do](self, event)

    def _edit(self, event: Event) -> None:
        stage, hosts = self.stage, self.stage.hosts
        hosts.world = apply(
            hosts.world, stage.clock.now(), event.do, event.name, event.value, event.count
        )
        if event.do in (Do.RELEASE, Do.BEGIN_RELEASE, Do.FINISH_RELEASE):
            tag = newest_tag(hosts.world, event.name)
            if tag:
                stage.release(event.name, tag, is_whole=event.do is not Do.BEGIN_RELEASE)

    async def consume(self, event: Event) -> None:
        self.stage.hosts.consume(f"user {USER_ID}", event.count)

    async def kill_writer(self, event: Event) -> None:
        del event
        await self.writer.kill()
        await self.stage.clock.sleep(1.0)
        self.writer.start(self.group)

    async def restart_writers(self, event: Event) -> None:
        for _ in range(event.count):
            await self.writer.kill()
            self.writer.start(self.group)
            await self.stage.clock.sleep(_CRASHES_S)

    async def second_writer(self, event: Event) -> None:
        del event
        self.others.append(Process(self.stage, name=f"other {len(self.others)}"))
        self.others[-1].start(self.group)

    async def kill_reader(self, event: Event) -> None:
        del event
        self.stage.client.start()

    async def new_token(self, event: Event) -> None:
        self.stage.write_token(LONG_TOKEN if event.value == "long" else NEW_TOKEN)

    async def raise_errors(self, event: Event) -> None:
        self.stage.raising = event.count

    async def stall(self, event: Event) -> None:
        self.stage.stalled_until_s = self.stage.clock.monotonic_s() + seconds(event.value)

    async def set_disk(self, event: Event) -> None:
        self.stage.disk.state = DiskState(event.value)

    async def damage_object(self, event: Event) -> None:
        index = self.stage.client.index
        assert index is not None
        digest = index.generation.packages[PackageName(event.name)].object
        assert digest is not None
        file = self.stage.directory / object_path(digest)
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
        self.stage.client.start()

    async def lose_current(self, event: Event) -> None:
        del event
        (self.stage.directory / CURRENT).unlink(missing_ok=True)
        self.stage.client.start()

    async def damage_memory(self, event: Event) -> None:
        del event
        self.stage.forgot_at_s.append(self.stage.hosts.elapsed_s())
        (self.stage.directory / FILE).write_bytes(b"no database at all" * 100)

    async def lose_memory(self, event: Event) -> None:
        del event
        self.stage.forgot_at_s.append(self.stage.hosts.elapsed_s())
        for suffix in ("", "-wal", "-shm"):
            (self.stage.directory / f"{FILE}{suffix}").unlink(missing_ok=True)

    async def lock_memory(self, event: Event) -> None:
        connection = sqlite3.connect(self.stage.directory / FILE, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        self.group.create_task(self._unlock(connection, seconds(event.value)))

    async def _unlock(self, connection: sqlite3.Connection, after_s: float) -> None:
        await self.stage.clock.sleep(after_s)
        connection.close()

    async def lose_bodies(self, event: Event) -> None:
        del event
        connection = sqlite3.connect(self.stage.directory / FILE, isolation_level=None)
        with suppress(sqlite3.DatabaseError):  # damaged or lost just before: there are none
            connection.execute("DELETE FROM known")
        connection.close()

    async def clients(self, event: Event) -> None:
        """Ask for everything, over and over."""
        for number in range(event.count):
            self.stage.client.ask(self.stage.names[number % len(self.stage.names)])

    async def unknown_names(self, event: Event) -> None:
        for number in range(event.count):
            self.stage.client.ask(f"nobody-has-{number}")

    async def cold_clients(self, event: Event) -> None:
        """Start a reader, and ask it for one package many times at once: all answers must be the same."""
        self.stage.client.start()
        answers = {self.stage.client.ask(event.name) for _ in range(event.count)}
        if len(answers) > 1:
            self.stage.blame("I6", f"cold clients got different answers: {sorted(answers)}")

    async def set_clock(self, event: Event) -> None:
        self.stage.clock.set_wall(timedelta(seconds=seconds(event.value)))


def _time(event: Event) -> float:
    return event.at_s


_Action = Callable[[Director, Event], Awaitable[None]]

_ACTIONS: dict[Do, _Action] = {
    Do.CONSUME: Director.consume,
    Do.KILL_WRITER: Director.kill_writer,
    Do.RESTART_WRITERS: Director.restart_writers,
    Do.SECOND_WRITER: Director.second_writer,
    Do.KILL_READER: Director.kill_reader,
    Do.NEW_TOKEN: Director.new_token,
    Do.RAISE: Director.raise_errors,
    Do.STALL: Director.stall,
    Do.DISK: Director.set_disk,
    Do.DAMAGE_OBJECT: Director.damage_object,
    Do.LOSE_CURRENT: Director.lose_current,
    Do.DAMAGE_MEMORY: Director.damage_memory,
    Do.LOSE_MEMORY: Director.lose_memory,
    Do.LOCK_MEMORY: Director.lock_memory,
    Do.LOSE_BODIES: Director.lose_bodies,
    Do.CLIENTS: Director.clients,
    Do.UNKNOWN_NAMES: Director.unknown_names,
    Do.COLD_CLIENTS: Director.cold_clients,
    Do.CLOCK: Director.set_clock,
}
