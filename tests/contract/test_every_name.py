"""Each of the 192 names of Webi's catalogue, asked for on every route that takes a name."""

import html
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from tests.everything import shipped_snapshots
from tests.reading import BROWSER, CURL, Memory, Said, app_of, ask

from artesian.cli.check_seed import read_seed
from artesian.model.definition import SourceKind
from artesian.model.names import PackageName
from artesian.model.snapshot import Snapshot
from artesian.settings import shipped
from artesian.web.app import App

NAMES = (Path(__file__).parents[1] / "fixtures/webi_names.txt").read_text("utf-8").split()


@cache
def app() -> App:
    """Serve the shipped catalogue, all of it fetched."""
    return app_of(Memory(tuple(shipped_snapshots().values())), answers_bytes=100_000_000)


@cache
def packages() -> dict[PackageName, Snapshot]:
    """Give the package of each name, an alias's too."""
    found = dict(shipped_snapshots())
    for one in shipped_snapshots().values():
        found |= dict.fromkeys(one.definition.aliases, one)
    return found


def snapshot(name: str) -> Snapshot:
    """Find the package of a name; fail if there is none."""
    known = packages().get(PackageName(name))
    assert known is not None, f"{name} is neither a package nor an alias of one"
    return known


def wrong(told: Iterable[tuple[str, bool, Said]]) -> dict[str, str]:
    """Collect the names whose answers aren't as they should be, with what was answered."""
    return {name: f"{said.status} {said.text[:300]}" for name, is_good, said in told if not is_good}


@pytest.mark.parametrize("path", ["/{}", "/{}.sh"])
def test_installers(path: str) -> None:
    """A name gives its installer, or the catalogue's own word why it has none; it is never unknown."""

    def told() -> Iterator[tuple[str, bool, Said]]:
        for name in NAMES:
            said = ask(app(), path.format(name), CURL)
            if snapshot(name).definition.refused:
                is_said = "be installed: " in said.text and said.text.startswith("#!/bin/sh\n")
                yield name, said.status == 404 and is_said, said
            else:
                yield name, said.status == 200 and said.text.endswith('{ main "$@"; exit; }'), said

    assert wrong(told()) == {}


def test_pages() -> None:
    """A browser sees its title and its cheat sheet, or why it isn't offered."""

    def told() -> Iterator[tuple[str, bool, Said]]:
        for name in NAMES:
            known = snapshot(name).definition
            said = ask(app(), f"/{name}", BROWSER)
            text = html.unescape(said.text)
            parts = (known.title, "</html>", known.refused.partition("`")[0], "<h2")
            is_status = said.status == (404 if known.refused else 200)
            yield name, is_status and all(part in text for part in parts), said

    assert wrong(told()) == {}


def test_documents() -> None:
    """Programs are told of every build, by the package's own name."""

    def told() -> Iterator[tuple[str, bool, Said]]:
        for name in NAMES:
            said = ask(app(), f"/v1/packages/{name}")
            own = snapshot(name).definition.name
            yield name, said.status == 200 and json.loads(said.text)["name"] == own, said

    assert wrong(told()) == {}


def test_lists_for_clients_of_webi() -> None:
    """The same builds as JSON and as a table; a package without an upstream has none."""

    def told() -> Iterator[tuple[str, bool, Said]]:
        for name in NAMES:
            said = ask(app(), f"/api/releases/{name}.json")
            table = ask(app(), f"/api/releases/{name}.tab")
            builds = json.loads(said.text) if said.status == 200 else []
            lines = table.text.splitlines()
            has_upstream = snapshot(name).definition.source.kind is not SourceKind.OWN
            is_both = said.status == table.status == 200 and bool(builds) == has_upstream
            is_same = len(lines) == len(builds) and {line.count("\t") for line in lines} <= {10}
            yield name, is_both and is_same, said

    assert wrong(told()) == {}


def test_installers_for_clients_of_webi() -> None:
    """Those drop the body of an error status, so even a refusal is a script with 200."""
    answers = ((name, ask(app(), f"/api/installers/{name}.sh")) for name in NAMES)
    told = (
        (name, said.status == 200 and said.text.startswith("#!/bin/sh\n"), said)
        for name, said in answers
    )
    assert wrong(told) == {}


def test_a_fresh_install_knows_all_names() -> None:
    """The seed has every name, also those whose releases have yet to be fetched."""
    generation, _ = read_seed(shipped("seed") / "seed.zip")
    known = {*generation.packages, *generation.aliases}
    assert [name for name in NAMES if name not in known] == []
