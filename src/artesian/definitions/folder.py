"""Folders of packages on disk: which there are, their files' bytes, and a cheap look whether any of them changed.

Only regular files are opened, and only so much of them as a package may hold: a catalogue is other people's work.
"""

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

__all__ = [
    "LARGEST_FILE",
    "Contents",
    "Unreadable",
    "contents",
    "folders",
    "read_file",
    "stamps",
    "target",
]

LARGEST_FILE = 256_000  # bytes; larger ones are no part of a package
# Of one package: the largest package directories of Webi's hold a dozen files, a folder or two deep.
MOST_FILES = 200
DEEPEST = 3


class Unreadable(OSError):
    """A file that isn't one, is too large, or lies outside of its catalogue."""


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """A folder's files by path, but for those that are left out."""

    files: dict[str, bytes]
    left_out: tuple[
        str, ...
    ] = ()  # too large or too many, outside of the catalogue, or not readable


def folders(directory: Path) -> list[Path]:
    """List the folders that may be packages, in order, and links that lead nowhere; raise OSError."""
    return [
        each
        for each in sorted(directory.iterdir())
        if _is_shown(each.name) and (each.is_dir() or not each.exists())
    ]


def target(folder: Path) -> Path:
    """Tell where a folder is, if it is a link; one that leads back to itself is there itself."""
    return Path(os.path.realpath(folder))


def read_file(path: Path, *, within: Path) -> bytes:
    """Read a regular file of a package in the catalogue `within`; raise FileNotFoundError and other kinds of OSError.

    Links may lead anywhere in the catalogue, and nowhere else: what a package holds is published.
    """
    kind = path.stat().st_mode
    if not path.resolve().is_relative_to(within.resolve()):
        raise Unreadable("it leads out of the catalogue")
    if stat.S_ISDIR(kind):
        raise Unreadable("it is a folder")
    if not stat.S_ISREG(kind):
        raise Unreadable("it is no regular file")
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise Unreadable(f"it is over {LARGEST_FILE} bytes")
    return content


def contents(folder: Path) -> Contents:
    """Read all files of a package's folder and those below it; raise OSError where it is none of its catalogue."""
    catalogue = folder.parent
    if not target(folder).is_relative_to(target(catalogue)):
        raise Unreadable("it leads out of the catalogue")
    if not folder.exists():
        raise Unreadable("it is a link that leads nowhere")
    found: dict[str, bytes] = {}
    names = _files(str(folder))
    left_out = []
    for name in islice(names, MOST_FILES):
        try:
            found[name] = read_file(folder / name, within=catalogue)
        except OSError:
            left_out.append(name)
    return Contents(files=found, left_out=(*left_out, *names))


def stamps(folder: Path) -> Iterator[str]:
    """Tell the state of a folder's files from their times and sizes."""
    if folder.is_symlink():
        yield f"{folder.name} -> {folder.readlink()}"
    for name in islice(_files(str(folder)), MOST_FILES):
        found = os.stat(f"{folder}/{name}")  # noqa: PTH116 - a Path of each takes longer than the look itself
        yield f"{name} {found.st_ino} {found.st_mtime_ns} {found.st_size}"


def _files(folder: str, below: str = "", depth: int = 1) -> Iterator[str]:
    """Walk over the files, in order; hidden ones, and folders too deep or linked to, are no part of a package."""
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        if not _is_shown(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < DEEPEST:
                yield from _files(entry.path, f"{below}{entry.name}/", depth + 1)
        elif entry.is_file():
            yield f"{below}{entry.name}"


def _is_shown(name: str) -> bool:
    return (
        not name.startswith((".", "_", "~")) and not name.endswith("~") and name != "node_modules"
    )
