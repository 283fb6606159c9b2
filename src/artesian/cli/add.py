"""`artesian add`: write the definition of a package from its newest releases, and show what it means."""

import asyncio
import logging
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from errno import ENOTDIR
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from artesian.authoring.ask import newest_releases
from artesian.authoring.draft import Draft, draft, newest
from artesian.authoring.source import Wanted, moved, read_wanted
from artesian.cli.plane import DoubtfulSettings
from artesian.compare.survey import served_hosts
from artesian.definitions.load import load_catalogue
from artesian.errors import Invalid
from artesian.model.credential import redact
from artesian.model.query import Row
from artesian.model.release import Skipped
from artesian.model.version import Channel, Newest
from artesian.observe import Observer, log_to_stderr
from artesian.refresh.assemble import LeftOut
from artesian.refresh.exchange import Exchange
from artesian.refresh.memory import FILE, Memory
from artesian.refresh.record import Listing
from artesian.refresh.tokens import read_access
from artesian.render.impact_groups import host_words
from artesian.resolve.table import table
from artesian.settings import Settings, load_settings
from artesian.writer import real_outside

__all__ = ["add_command"]

# Of one reason, so many files are named.
_MOST_NAMES = 4
_CANT_CREATE = 73  # sysexits.h, as `artesian diff` uses it
# Hosts that most people have; one without a build is worth a line.
_USUAL = ("linux/amd64", "linux/arm64", "macos/arm64", "macos/amd64", "windows/amd64")


class IsThere(Invalid):
    """The package has a definition already."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} is there already: see it with --dry-run, replace it with --force")


class NothingToInstall(Invalid):
    """A definition would be of no use."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text}: nothing of it can be installed as it is; nothing was written")


class IsTaken(Invalid):
    """The name leads to another package of the catalogue."""

    def __init__(self, name: str, other: str) -> None:
        super().__init__(f"{name} is an alias of {other} in this catalogue: choose another name")


def add_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="owner/repo at GitHub, gitea:host/owner/repo, gitlab:group/repo, or a URL.",
        ),
    ],
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Default: the repository's.")
    ] = None,
    *,
    catalogue: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder of packages; default: the settings' own, else ./catalogue."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a definition.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print it; write nothing.")] = False,
) -> None:
    """Write DIR/NAME/package.toml, and tell which hosts get which file, and what was left out and why.

    The upstream is asked as the writer asks it, with the settings' tokens: once, and once more for each list of
    checksums that its newest releases have.
    """
    wanted = read_wanted(source, name)
    loaded = load_settings()
    if loaded.doubts:
        raise DoubtfulSettings(loaded.doubts)
    folder = catalogue or _folder(loaded.settings)
    file = folder / wanted.name / "package.toml"
    if not dry_run:
        _check(folder, file, wanted, may_replace=force)
    listing = _ask(wanted, loaded.settings)
    if listing.moved_to:
        wanted = _follow(wanted, listing)
    made = draft(wanted, listing.window)
    if dry_run:
        typer.echo(_shown(made.text))
    elif made.assembled.snapshot.releases:
        _write(file, made.text)
        typer.echo(f"Wrote {file}\n")
    typer.echo(_shown("\n".join(_report(made, listing.unread))))
    if not made.assembled.snapshot.releases:
        raise NothingToInstall(wanted.text)


def _follow(wanted: Wanted, listing: Listing) -> Wanted:
    """Take the new name of a repository that has moved, and say so."""
    there = moved(wanted, listing.moved_to, listing.window)
    now = there or wanted
    place = there.text if there else f"{listing.moved_to}: see its new name, and write that"
    typer.echo(_shown(f"artesian: {wanted.text} has moved to {place}"), err=True)
    return now


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    except OSError as error:
        _stop(error)


def _stop(error: OSError) -> NoReturn:
    typer.echo(f"artesian: {error.filename}: {error.strerror}", err=True)
    raise typer.Exit(_CANT_CREATE) from error


def _shown(text: str) -> str:
    """Take out of an upstream's text what a terminal would obey."""
    plain = (
        one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in text
    )
    return "".join(plain)


def _folder(settings: Settings) -> Path:
    own = [name for name in settings.catalogue if name != "shipped"]
    return Path(own[0] if own else "catalogue")


def _check(folder: Path, file: Path, wanted: Wanted, *, may_replace: bool) -> None:
    if file.exists() and not may_replace:
        raise IsThere(file)
    if folder.exists() and not folder.is_dir():
        _stop(NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(folder)))
    if folder.is_dir():
        for definition in load_catalogue(folder).definitions:
            if wanted.name in definition.aliases:
                raise IsTaken(wanted.name, definition.name)


def _ask(wanted: Wanted, settings: Settings) -> Listing:
    """Ask the upstream, with the writer's manners and a memory for this once."""
    access = read_access(settings)
    secrets = tuple(credential.secret for credential in access.credentials.values())
    log_to_stderr(is_json=False, redact=lambda line: redact(line, secrets), least=logging.ERROR)
    outside = real_outside(load_settings, Observer())
    console = Console(stderr=True)
    with TemporaryDirectory(prefix="artesian-add-") as folder, asyncio.Runner() as runner:
        memory = Memory(Path(folder) / FILE, session=outside.session)
        connection = outside.connect(access)
        exchange = Exchange(
            transport=connection.transport,
            access=access,
            memory=memory,
            clock=outside.clock,
            jitter=outside.jitter,
            observer=outside.observer,
            is_operator=True,
        )
        try:
            with console.status(f"Asking {access.host(wanted.source)}"):
                return runner.run(newest_releases(exchange, wanted.source, text=wanted.text))
        finally:
            memory.close()
            runner.run(connection.close())


def _report(made: Draft, unread: Sequence[Skipped]) -> Iterator[str]:
    releases = made.assembled.snapshot.releases
    release = newest(releases)
    if release is None:
        yield "No release has a build that can be installed."
    else:
        yield from _hosts(made, release.channel)
        for command in made.definition.recipe.commands:
            yield f"command: {command.name} (assumed from {made.assumed_from})"
    yield from _left_out(made.assembled.left_out, release.tag if release else None)
    if unread:
        yield "\nReleases that can't be read:"
        yield from _by_reason((one.reason, one.tag or "one without a tag") for one in unread)
    for remark in made.remarks:
        yield f"\nSee: {remark}"


def _hosts(made: Draft, channel: Channel) -> Iterator[str]:
    rows = table(made.assembled.snapshot, Newest(channel=channel))
    served = served_hosts(rows) if isinstance(rows, tuple) else {}
    by_build: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for host, row in served.items():
        by_build[_cells(row)].append(host)
    head = ("hosts", "version", "asset", "")
    lines = [head, *((host_words(hosts), *cells) for cells, hosts in by_build.items())]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join(padded).rstrip()
    if channel is not Channel.STABLE:
        yield f"No release is stable; this is what @{channel} means."
    missing = [host for host in _USUAL if not any(one.startswith(host) for one in served)]
    if missing:
        yield f"No build for {', '.join(missing)}."


def _cells(row: Row) -> tuple[str, ...]:
    checked = "verified by sha256" if row.asset.sha256 else "no checksum"
    return (row.release.version, row.asset.name, f"{checked}, libc {row.asset.libc}")


def _left_out(left_out: Sequence[LeftOut], tag: str | None) -> Iterator[str]:
    """Tell what the newest release lost, and which releases aren't any, by reason."""
    files = ((one.reason, one.asset) for one in left_out if one.asset and tag in (one.tag, None))
    tags = ((one.reason, one.tag) for one in left_out if one.asset is None)
    for title, found in ((f"Left out of {tag}" if tag else "Left out", files), ("Releases", tags)):
        lines = _by_reason(found)
        if lines:
            yield f"\n{title}:"
            yield from lines


def _by_reason(found: Iterable[tuple[str, str]]) -> list[str]:
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for reason, name in found:
        by_reason[reason].append(name)
    return [f"  {reason}: {_listed(names)}" for reason, names in by_reason.items()]


def _listed(every: Sequence[str]) -> str:
    names = list(dict.fromkeys(every))
    shown = ", ".join(names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown
