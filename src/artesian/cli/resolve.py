"""`artesian resolve`: the build that a host would get, from the generation in force."""

import platform
import re
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer

from artesian.clock import SystemClock
from artesian.errors import Invalid, NotFound, Unavailable
from artesian.index import Index, load_index
from artesian.model.host import Host, Os
from artesian.model.query import NoMatch, Query, Resolution, Spec, parse_spec
from artesian.model.release import Format
from artesian.render.document import ResolutionDocument, resolution_document
from artesian.resolve.choose import resolve
from artesian.resolve.words import read_host
from artesian.settings import shipped
from artesian.store.read import ArchiveFiles, DirectoryFiles, Store

__all__ = ["resolve_command"]

# sysexits.h, as the installers use them.
_USAGE, _UNAVAILABLE, _TEMPORARY = 64, 69, 75


def resolve_command(  # noqa: PLR0913 - one parameter for each option
    spec: Annotated[str, typer.Argument(metavar="NAME[@TAG]", help="rg, rg@14, node@lts, …")],
    *,
    os: Annotated[
        str | None, typer.Option(help="linux, macos, windows, …; none: this one's.")
    ] = None,
    arch: Annotated[str | None, typer.Option(help="amd64, arm64, …; none: this one's.")] = None,
    libc: Annotated[str | None, typer.Option(help="gnu or musl; none: not known.")] = None,
    level: Annotated[
        int | None,
        typer.Option(min=1, max=4, help="x86-64 level of the processor; none: not known."),
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option(help="What the host can unpack, best first: tar.xz,zip; none: anything."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            envvar="ARTESIAN_DATA_DIR",
            help="The data directory; none: the shipped seed.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
) -> None:
    """Tell which build of a package a host gets. Exit status: 69 if none suits, 64 if the question is malformed."""
    try:
        wanted = parse_spec(spec)
        host = _host(os, arch, libc, level)
        query = Query(tag=wanted.tag, host=host, formats=_formats(formats))
        index = _index(data)
        answer = resolve(index.snapshot(wanted.name), query)
    except Invalid as error:
        _stop(str(error), _USAGE)
    except NotFound as error:
        _stop(str(error), _UNAVAILABLE)
    except Unavailable as error:
        _stop(str(error), _TEMPORARY)
    if json:
        document = answer if isinstance(answer, NoMatch) else _document(index, wanted, host, answer)
        typer.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))
    elif isinstance(answer, Resolution):
        typer.echo("\n".join(_lines(answer)))
    if isinstance(answer, NoMatch):
        _stop("\n".join(_refusal(answer)), _UNAVAILABLE)


class _UnknownFormat(Invalid):
    """A word that is no format."""

    def __init__(self, word: str) -> None:
        super().__init__(f"{word[:40]!r} is no format: write some of {', '.join(Format)}")
        self.word = word


def _host(os: str | None, arch: str | None, libc: str | None, level: int | None) -> Host:
    system, machine = os or platform.system(), arch or platform.machine()
    if os is None and re.match("mingw|msys|cygwin", system, re.IGNORECASE):
        system = Os.WINDOWS
    if libc is None and os is None and system == "Linux":
        libc = "gnu" if platform.libc_ver()[0] == "glibc" else "musl"
    return read_host(system, machine, libc, level)


def _formats(text: str | None) -> tuple[Format, ...] | None:
    if text is None:
        return None
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in set(Format):
            raise _UnknownFormat(word)
    return tuple(Format(word) for word in words)


def _index(data: Path | None) -> Index:
    seed = ArchiveFiles(shipped("seed") / "seed.zip")
    store = Store(seed if data is None else DirectoryFiles(data), seed=seed, clock=SystemClock())
    index = load_index(store)
    if index is None:
        raise Unavailable("neither the data directory nor the seed can be read", retry_after_s=60)
    return index


def _document(index: Index, wanted: Spec, host: Host, answer: Resolution) -> ResolutionDocument:
    """Describe the answer as /v1/resolve does."""
    return resolution_document(
        index.canonical(wanted.name),
        host,
        answer,
        generation=index.generation.number,
        checked_at=index.find(wanted.name).checked_at,
    )


def _lines(found: Resolution) -> list[str]:
    lines = [f"{found.release.version} ({found.release.channel})"]
    for asset in found.assets:
        checksum = asset.sha256 or "no checksum known"
        lines.append(f"{asset.name}  {asset.format}  {checksum}")
        lines += [f"  {url}" for url in asset.urls]
    return lines


def _refusal(answer: NoMatch) -> list[str]:
    told = (
        ("versions", answer.nearest_versions),
        ("hosts", answer.hosts),
        ("formats", answer.formats),
    )
    return [answer.reason, *(f"{what}: {', '.join(values)}" for what, values in told if values)]


def _stop(message: str, status: int) -> NoReturn:
    typer.echo(f"artesian: {message}", err=True)
    raise typer.Exit(status)
