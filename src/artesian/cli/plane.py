"""The write plane as a command uses it: opened beside the writer that may be running, and closed again."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import typer

from artesian.errors import Invalid, NotFound
from artesian.model.credential import redact
from artesian.observe import Observer, log_to_stderr
from artesian.refresh.catalogues import folders_of, load_catalogues
from artesian.refresh.database import MemoryFailed
from artesian.refresh.memory import FILE, Memory
from artesian.refresh.plane import Plane
from artesian.refresh.steps import make_plane
from artesian.refresh.tokens import read_access
from artesian.settings import load_settings
from artesian.writer import real_outside

__all__ = ["DoubtfulSettings", "NothingRemembered", "opened_memory", "opened_plane"]


class DoubtfulSettings(Invalid):
    """The settings would make the command do something else than was meant."""

    def __init__(self, doubts: tuple[str, ...]) -> None:
        super().__init__(f"nothing is done: {'; '.join(doubts)}")


class NothingRemembered(NotFound):
    """No writer has worked in this directory yet."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"{directory}: no writer has worked there yet")


@contextmanager
def opened_plane(
    data: Path | None, *, catalogue: Sequence[str] | None = None, is_operator: bool = False
) -> Iterator[tuple[Plane, asyncio.Runner]]:
    """Open the data directory for work, as the settings say; raise DoubtfulSettings or Unavailable.

    The runner is the one to run all of it in: connections belong to an event loop.
    """
    loaded = load_settings(data_dir=data, catalogue=catalogue)
    if loaded.doubts:
        raise DoubtfulSettings(loaded.doubts)
    settings = loaded.settings
    access = read_access(settings)
    for host, why in access.broken.items():
        typer.echo(f"{host}: {why}", err=True)
    secrets = tuple(credential.secret for credential in access.credentials.values())
    log_to_stderr(is_json=False, redact=lambda line: redact(line, secrets), least=logging.ERROR)
    outside = real_outside(load_settings, Observer())
    memory = _usable(settings.data_dir, outside.session)
    with asyncio.Runner() as runner:
        connection = outside.connect(access)
        try:
            plane = make_plane(
                settings.data_dir,
                outside,
                settings,
                access=access,
                catalogue=load_catalogues(folders_of(settings.catalogue)),
                transport=connection.transport,
                memory=memory,
            )
            exchange = replace(plane.exchange, is_operator=is_operator)
            yield replace(plane, exchange=exchange), runner
        finally:
            memory.close()
            runner.run(connection.close())


@contextmanager
def opened_memory(data: Path | None) -> Iterator[Memory]:
    """Open the writer's memory; raise NothingRemembered where there is none."""
    directory = load_settings(data_dir=data).settings.data_dir
    if not (directory / FILE).is_file():
        raise NothingRemembered(directory)
    outside = real_outside(load_settings, Observer())
    memory = _usable(directory, outside.session)
    try:
        yield memory
    finally:
        memory.close()


def _usable(directory: Path, session: str) -> Memory:
    """Open the memory; one that is damaged is moved aside and begun anew, as by a writer. Raise MemoryFailed."""
    memory = Memory(directory / FILE, session=session)
    try:
        with memory.transaction():
            memory.records()
            memory.upstreams()
    except MemoryFailed as error:
        if not memory.moved_aside:
            memory.close()
            raise
        typer.echo(f"{error}; moved to {FILE}.aside: what was asked when is forgotten", err=True)
    return memory
