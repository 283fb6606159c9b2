"""Every package of the seed, rendered as an installer: small enough, and of one version for each kind of host."""

import pytest

from artesian.cli.check_seed import read_seed
from artesian.model.query import NoMatch, Row
from artesian.model.release import Format
from artesian.model.version import Newest
from artesian.render.carried import is_plain
from artesian.render.script import Part, script
from artesian.resolve.table import table
from artesian.settings import shipped
from artesian.store.read import load_snapshot

MAX_SCRIPT_BYTES = 45_000
MAX_LARGE_BYTES = 48_000
MOST_BUILDS = 16  # that an ordinary package has; go, node and zig have more
MAX_TABLE_BYTES = 8_000


@pytest.fixture(scope="module")
def parts() -> tuple[Part, ...]:
    generation, files = read_seed(shipped("seed") / "seed.zip")
    found = []
    for name, entry in sorted(generation.packages.items()):
        if entry.object is not None:
            snapshot = load_snapshot(files, entry.object)
            if not snapshot.releases:  # refused, or it only stands for others
                continue
            rows = table(snapshot, Newest())
            assert not isinstance(rows, NoMatch), name
            found.append(
                Part(name=name, title=entry.title, rows=rows, definition=snapshot.definition)
            )
    return tuple(found)


def head(text: str) -> str:
    """Cut the static body off an installer: what is left is quoted assignments, above all the table."""
    table, end, _ = text.partition("\n'\n")
    return table + end


def test_installers_are_small(parts: tuple[Part, ...]) -> None:
    """The installer of commands has at most 45 kB, 48 where there are builds for over a dozen kinds of host."""
    plain = [part for part in parts if is_plain(part.definition, part.rows)]
    assert len(plain) > len(parts) // 3
    scripts = {part.name: script((part,)) for part in plain}
    tables = {name: len(head(text).encode()) for name, text in scripts.items()}
    whole = {name: len(text.encode()) for name, text in scripts.items()}
    assert {name: size for name, size in tables.items() if size > MAX_TABLE_BYTES} == {}
    builds = {part.name: len({row.asset.urls for row in part.rows}) for part in plain}
    limits = {
        name: MAX_SCRIPT_BYTES if builds[name] <= MOST_BUILDS else MAX_LARGE_BYTES for name in whole
    }
    assert {name: size for name, size in whole.items() if size > limits[name]} == {}


def test_every_host_has_one_version_and_its_alternates(parts: tuple[Part, ...]) -> None:
    """The rows of one kind of host are one release in several formats, each with a URL."""
    for part in parts:
        versions: dict[object, set[str]] = {}
        for row in part.rows:
            versions.setdefault(host(row), set()).add(row.release.version)
            assert row.asset.urls or row.asset.format is Format.FILES
        assert [key for key, found in versions.items() if len(found) > 1] == [], part.name


def host(row: Row) -> object:
    return (row.os, row.arch, row.level, row.libc)
