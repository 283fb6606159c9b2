"""Every package of the seed, rendered as an installer: small enough, and sound to every shell without running it."""

import subprocess
from pathlib import Path

import pytest
from tests.programs import require

from artesian.cli.check_seed import read_seed
from artesian.model.query import NoMatch, Row
from artesian.model.version import Newest
from artesian.render.script import Part, script
from artesian.resolve.table import table
from artesian.settings import shipped
from artesian.store.read import load_snapshot

MAX_SCRIPT_BYTES = 45_000
MAX_TABLE_BYTES = 8_000
SHELLS = {
    "dash": "dash -n",
    "bash": "bash -n",
    "mksh": "mksh -n",
    "ksh93": "ksh93 -n",
    "zsh": "zsh --emulate sh -n",
    "yash": "yash -n",
    "busybox": "busybox sh -n",
}


@pytest.fixture(scope="module")
def parts() -> tuple[Part, ...]:
    generation, files = read_seed(shipped("seed") / "seed.zip")
    found = []
    for name, entry in sorted(generation.packages.items()):
        if entry.object is not None:
            rows = table(load_snapshot(files, entry.object), Newest())
            assert not isinstance(rows, NoMatch), name
            found.append(Part(name=name, title=entry.title, rows=rows))
    return tuple(found)


@pytest.fixture(scope="module")
def folder(parts: tuple[Part, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write every installer into a folder, and beside it as .head what the static body doesn't have."""
    folder = tmp_path_factory.mktemp("installers")
    for part in parts:
        text = script((part,))
        (folder / f"{part.name}.sh").write_text(text, encoding="utf-8")
        (folder / f"{part.name}.head").write_text(head(text), encoding="utf-8")
    return folder


def head(text: str) -> str:
    """Cut the static body off an installer: what is left is quoted assignments, above all the table."""
    table, end, _ = text.partition("\n'\n")
    return table + end


def test_installers_are_small(parts: tuple[Part, ...]) -> None:
    """An installer has at most 45 kB, 8 kB of them table; several packages may have more."""
    scripts = {part.name: script((part,)) for part in parts}
    tables = {name: len(head(text).encode()) for name, text in scripts.items()}
    whole = {name: len(text.encode()) for name, text in scripts.items()}
    assert {name: size for name, size in tables.items() if size > MAX_TABLE_BYTES} == {}
    assert {name: size for name, size in whole.items() if size > MAX_SCRIPT_BYTES} == {}


def test_every_host_has_one_version_and_its_alternates(parts: tuple[Part, ...]) -> None:
    """The rows of one kind of host are one release in several formats, each with a URL."""
    for part in parts:
        versions: dict[object, set[str]] = {}
        for row in part.rows:
            versions.setdefault(host(row), set()).add(row.release.version)
            assert row.asset.urls
        assert [key for key, found in versions.items() if len(found) > 1] == [], part.name


def host(row: Row) -> object:
    return (row.os, row.arch, row.level, row.libc)


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_can_parse_every_installer(shell: str, folder: Path) -> None:
    """No package's names, URLs or notes break the syntax of any shell."""
    require(shell)
    loop = f'for file in *.sh; do {SHELLS[shell]} "$file" || echo "$file"; done'
    ran = subprocess.run(
        ["sh", "-c", loop], cwd=folder, check=True, capture_output=True, text=True, timeout=120
    )
    # ksh93 has advice on style for any script, under "warning:".
    complaints = [line for line in ran.stderr.splitlines() if ": warning: " not in line]
    assert (ran.stdout, complaints) == ("", [])


def test_shellcheck_finds_nothing_in_any_of_them(folder: Path) -> None:
    """What is rendered is plain assignments; the static body is checked with one of them."""
    require("shellcheck")
    heads = [path.name for path in sorted(folder.glob("*.head"))]
    # The body, which uses the variables, is cut off; and a note may show a `$(…)` for the person to type.
    meant = ["--exclude=SC2034,SC2016"]
    for command in (
        ["shellcheck", "-s", "dash", *meant, *heads],
        ["shellcheck", "-s", "dash", "rg.sh"],
    ):
        ran = subprocess.run(
            command, cwd=folder, check=False, capture_output=True, text=True, timeout=120
        )
        assert (ran.returncode, ran.stdout) == (0, "")
