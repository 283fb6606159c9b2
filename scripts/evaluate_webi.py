"""Try a checkout of webi-installers: load all of it, render all of it, install what can be installed without a network.

Run from the root of a checkout of ours: `python -m scripts.evaluate_webi FOLDER [NAME…]`. Releases are those of our
seed, their archives shaped as the upstreams shape them (tests/shaped.py), served on this machine; the install scripts
are Webi's own, run by our installer in a sandbox with an empty HOME.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace
from tests.e2e.client import Client, Done
from tests.shaped import SHAPES, release_of

from artesian.cli.check_seed import read_seed
from artesian.clock import SystemClock
from artesian.definitions.load import load_catalogue
from artesian.model.definition import Definition, SourceKind
from artesian.model.host import Host, Libc, Os
from artesian.model.names import PackageName
from artesian.model.query import Query, Resolution
from artesian.model.snapshot import Snapshot
from artesian.model.version import Newest
from artesian.refresh.assemble import assemble
from artesian.resolve.choose import resolve
from artesian.settings import shipped
from artesian.sim.genuine import native_arch
from artesian.sim.server import command_line, free_port, running_server
from artesian.sim.upstream import serving
from artesian.store.publish import Announce, Change, Replace, publish
from artesian.store.read import load_snapshot

SHELLS = ("dash", "bash", "ash")
# Prints each link on PATH that leads to no program.
_BROKEN = (
    'for one in .local/bin/*; do [ ! -L "$one" ] || [ -f "$one" -a -x "$one" ] || echo "$one"; done'
)


def main() -> int:
    """Print a line for each package; 1 if any can't be rendered or installed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--shell", action="append", choices=SHELLS)
    arguments = parser.parse_args()
    catalogue = load_catalogue(arguments.folder)
    for problem in catalogue.problems:
        print(problem)
    print(f"{len(catalogue.definitions)} packages load, {len(catalogue.problems)} problems")
    with served(catalogue.definitions) as (origin, installable):
        names = arguments.names or [one.name for one in catalogue.definitions]
        bad = [name for name in names if not rendered(origin, name)]
        for shell in arguments.shell or ("dash",):
            chosen = [name for name in installable if name in names]
            bad += [f"{name} in {shell}" for name in chosen if not installed(origin, name, shell)]
    print(f"{len(bad)} of them fail: {', '.join(bad)}" if bad else "all of them work")
    return 1 if bad else 0


@contextmanager
def served(
    definitions: tuple[Definition, ...],
) -> Iterator[tuple[str, tuple[PackageName, ...]]]:
    """Serve what can be known of the packages; give the origin, and the names that can be installed here."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as data,
        serving(Path(folder)) as upstream,
    ):
        now = SystemClock().now()
        changes: dict[PackageName, Change] = {}
        seed = shaped(Path(folder), upstream.base_url)
        for one in definitions:
            snapshot = known(one, seed)
            changes[one.name] = (
                Replace(snapshot=snapshot, checked_at=now)
                if snapshot is not None
                else Announce(definition=one)
            )
        aliases = {alias: one.name for one in definitions for alias in one.aliases}
        publish(Path(data), changes, aliases=aliases, now=now)
        port = free_port()
        with running_server(command_line(Path(data), port), port) as origin:
            names = [name for name, one in changes.items() if isinstance(one, Replace)]
            yield origin, tuple(sorted(names))


def shaped(folder: Path, base_url: str) -> Mapping[str, Snapshot]:
    """Shape the newest release of each package of the seed that has a shape, by our definition's recipe."""
    generation, files = read_seed(shipped("seed") / "seed.zip")
    host = Host(os=Os.LINUX, arch=native_arch(), level=1, libc=Libc.GNU)
    found: dict[str, Snapshot] = {}
    for name in SHAPES:
        entry = generation.packages.get(PackageName(name))
        if entry is None or entry.object is None:
            continue
        snapshot = load_snapshot(files, entry.object)
        newest = resolve(snapshot, Query(tag=Newest(), host=host))
        if isinstance(newest, Resolution):
            raw = release_of(name, newest, folder, base_url)
            found[name] = assemble(snapshot.definition, (raw,))
    return found


def known(definition: Definition, seed: Mapping[str, Snapshot]) -> Snapshot | None:
    """Make the snapshot of a package: of its own files, or of the shaped release of the same name."""
    if definition.source.kind is SourceKind.OWN:
        return assemble(definition, ())
    like = seed.get(definition.name)
    return None if like is None else replace(like, definition=definition)


def rendered(origin: str, name: str) -> bool:
    """Ask for the installer of a package as a program does; the answer must be a script that dash can read."""
    done = subprocess.run(
        ["curl", "-sS", f"{origin}/{name}.sh"], capture_output=True, text=True, check=False
    )
    parsed = subprocess.run(
        ["dash", "-n"], input=done.stdout, capture_output=True, text=True, check=False
    )
    is_good = done.stdout.startswith("#!/bin/sh") and parsed.returncode == 0
    if not is_good:
        print(f"{name}: no script: {done.stdout[:200]} {done.stderr} {parsed.stderr}")
    return is_good


def installed(origin: str, name: str, shell: str) -> bool:
    """Install a package in a clean HOME; tell how it went. Each of its commands must lead to a program."""
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as bins:
        client = Client(home=Path(home), bins=Path(bins), shell=shell)
        done: Done = client.install(f"{origin}/{name}")
        broken = client.run(_BROKEN).stdout.split()
    if done.returncode == 0 and not broken:
        print(f"{name} in {shell}: ok")
        return True
    nowhere = f", no programs: {' '.join(broken)}" if broken else ""
    print(f"{name} in {shell}: status {done.returncode}{nowhere}")
    print("    " + "\n    ".join((done.stdout + done.stderr).strip().splitlines()[-8:]))
    return False


if __name__ == "__main__":
    sys.exit(main())
