"""Runs in its own mount namespace: publish into a small file system until it is full, then into a read-only one.

`python -m tests.e2e.starved FOLDER`; each line of standard output is one fact, checked by the test that runs it.
"""

import subprocess
import sys
from pathlib import Path

from tests.stores import NOW, name, put, seen, snapshot

from artesian.store.disk import NotPublished
from artesian.store.publish import Replace, publish


def _tell(what: str, directory: Path) -> None:
    sys.stdout.write(f"{what}: {seen(directory)}\n")


def _publish_huge(directory: Path) -> str:
    huge = Replace(snapshot=snapshot("rg", "2", releases=5000), checked_at=NOW)
    try:
        publish(directory, {name("rg"): huge}, aliases=None, now=NOW)
    except NotPublished as error:
        return error.reason
    return "published"


def _put(directory: Path, version: str) -> str:
    try:
        put(directory, rg=version)
    except NotPublished as error:
        return error.reason
    return "published"


def main(folder: str) -> None:
    """Mount, starve, tell."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", folder], check=True)
    directory = Path(folder) / "data"
    _put(directory, "1")
    _tell(_publish_huge(directory), directory)
    _tell(_put(directory, "3"), directory)
    filler = Path(folder) / "filler"
    try:
        filler.write_bytes(b"x" * 300_000)
    except OSError:
        _tell(_put(directory, "4"), directory)
    filler.unlink()
    _tell(_put(directory, "5"), directory)
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    _tell(_put(directory, "6"), directory)
    subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
    _tell(_put(directory, "7"), directory)


if __name__ == "__main__":
    main(*sys.argv[1:])
