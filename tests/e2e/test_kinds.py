"""Packages of all kinds, installed by a real server in a clean HOME from archives shaped as their upstreams' are."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.client import Client, left_in, succeeded
from tests.everything import shipped_snapshots
from tests.programs import require
from tests.scripts.repositories import serve_repository
from tests.shaped import SHAPES, release_of

from artesian.clock import SystemClock
from artesian.definitions.load import load_catalogue
from artesian.model.definition import Definition, SourceKind
from artesian.model.host import Host, Libc, Os
from artesian.model.names import PackageName
from artesian.model.query import Query, Resolution
from artesian.model.release import RawAsset, RawRelease
from artesian.model.snapshot import Snapshot
from artesian.model.version import Newest
from artesian.refresh.assemble import assemble
from artesian.resolve.choose import resolve
from artesian.settings import shipped
from artesian.sim.genuine import native_arch
from artesian.sim.server import command_line, free_port, running_server
from artesian.sim.upstream import serving
from artesian.store.publish import Replace, publish

_TAG = "v1.2.0"
# What is cloned, and some of the files in it.
_CLONED: Mapping[str, Mapping[str, bytes]] = {
    "vim-airline": {"plugin/airline.vim": b"let g:airline = 1\n"},
    "vim-airline-themes": {"plugin/themes.vim": b"let g:themes = 1\n"},
    "pg-essentials": dict.fromkeys(
        ("pg-addgroup", "pg-adduser", "README.md"), b"#!/bin/sh\necho essential\n"
    ),
}
# Packages for another system, which their definitions alone tell of.
_WHOLE = frozenset({"gpg"})
CATALOGUE = {one.name: one for one in load_catalogue(shipped("catalogue")).definitions}


def _newest(snapshot: Snapshot) -> Resolution | None:
    host = Host(os=Os.LINUX, arch=native_arch(), level=1, libc=Libc.GNU)
    found = resolve(snapshot, Query(tag=Newest(), host=host))
    return found if isinstance(found, Resolution) else None


def _published(
    folder: Path, base_url: str, clones: Mapping[str, tuple[str, str]]
) -> dict[PackageName, Snapshot]:
    """Shape the newest release of every package that has a shape; clone `clones`, take those without an upstream whole.

    clones: URL and commit by name.
    """
    snapshots = {}
    for name, known in shipped_snapshots().items():
        definition = known.definition
        if definition.source.kind is SourceKind.OWN:
            snapshots[name] = known
        elif name in clones:
            url, commit = clones[name]
            file = RawAsset(name=f"{name}-{_TAG}.git", url=f"{url}#{commit}")
            snapshots[name] = assemble(definition, (RawRelease(tag=_TAG, assets=(file,)),))
        elif name in _WHOLE:
            snapshots[name] = known
        elif name in SHAPES and (found := _newest(known)) is not None:
            raw = release_of(name, found, folder, base_url)
            snapshots[name] = assemble(definition, (raw,))
    return snapshots


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, tuple[str, str]]]:
    """A git server for each package that is a clone, with one tag."""
    folder = tmp_path_factory.mktemp("repositories")
    with ExitStack() as stack:
        found = {}
        for name, files in _CLONED.items():
            repository = stack.enter_context(serve_repository(folder / name))
            found[name] = (repository.url, repository.commit(files, _TAG))
            repository.commit({"later": b"not in the release\n"})
        yield found


@pytest.fixture(scope="module")
def kinds(
    tmp_path_factory: pytest.TempPathFactory, clones: Mapping[str, tuple[str, str]]
) -> Iterator[str]:
    """Origin of a real server over shaped archives at a local upstream."""
    require("zstd")
    folder = tmp_path_factory.mktemp("shaped")
    data = tmp_path_factory.mktemp("data")
    with serving(folder) as upstream:
        snapshots = _published(folder, upstream.base_url, clones)
        now = SystemClock().now()
        changes = {name: Replace(snapshot=one, checked_at=now) for name, one in snapshots.items()}
        publish(data, changes, aliases={}, now=now)
        port = free_port()
        with running_server(command_line(data, port), port) as origin:
            yield origin


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_a_package_of_any_layout(kinds: str, client: Client, name: str) -> None:
    """Its commands are found wherever its upstream puts them, verified, tried and linked."""
    recipe = CATALOGUE[PackageName(name)].recipe
    done = client.install(f"{kinds}/{name}")
    succeeded(done)
    assert "Verified sha256" in done.stderr
    for command in recipe.commands:
        said = succeeded(client.run(f"~/.local/bin/{command.name} --version"))
        assert " version " in said


def test_plugins_of_an_editor(kinds: str, client: Client) -> None:
    """A plugin and the one that it needs are cloned at their tags, to where the editor looks for them."""
    done = client.install(f"{kinds}/vim-airline-themes")
    succeeded(done)
    assert done.stderr.count("Verified commit") == 2
    start = "~/.vim/pack/plugins/start"
    succeeded(client.run(f"test -s {start}/vim-airline/plugin/airline.vim"))
    succeeded(client.run(f"test -s {start}/vim-airline-themes/plugin/themes.vim"))
    assert client.run(f"ls {start}/*/later").returncode != 0


def test_scripts_out_of_a_repository(kinds: str, client: Client) -> None:
    """What its own install.sh finds in the clone becomes commands."""
    succeeded(client.install(f"{kinds}/pg-essentials"))
    assert succeeded(client.run("~/.local/bin/pg-adduser")) == "essential\n"


def _scripts() -> list[Definition]:
    return [
        one
        for one in CATALOGUE.values()
        if one.source.kind is SourceKind.OWN and one.files and one.recipe.commands and not one.os
        if not one.piece and not one.needs and not one.packages
    ]


@pytest.mark.parametrize("name", [one.name for one in _scripts()])
def test_a_package_of_scripts(kinds: str, client: Client, name: str) -> None:
    """Scripts of our own come with their installer, and answer for themselves."""
    succeeded(client.install(f"{kinds}/{name}"))
    for command in CATALOGUE[PackageName(name)].recipe.commands:
        succeeded(client.run(f"~/.local/bin/{command.name} --version"))


@pytest.mark.parametrize("name", ["gpg-pubkey", "git-config-gpg"])
def test_scripts_that_need_a_program(kinds: str, client: Client, name: str) -> None:
    """Where the program is here, whoever else installs it, they are installed and say so."""
    require("gpg")
    succeeded(client.install(f"{kinds}/{name}"))
    assert "gpg-pubkey" in succeeded(client.run("~/.local/bin/gpg-pubkey --version"))


def test_scripts_that_lack_a_program(kinds: str, client: Client) -> None:
    """Where the program they need is for another system alone, it is told how this one gets it."""
    done = replace(client, hidden=("gpg",)).install(f"{kinds}/gpg-pubkey")
    assert done.returncode == 69
    assert "apt-get install gnupg" in done.stderr
    assert left_in(client.home) == []


def test_a_set_of_packages(kinds: str, client: Client) -> None:
    """A package that stands for others leaves all of them behind."""
    succeeded(client.install(f"{kinds}/ssh-utils"))
    for name in CATALOGUE[PackageName("ssh-utils")].packages:
        succeeded(client.run(f"test -x ~/.local/bin/{name}"))


def test_settings_of_an_editor(kinds: str, client: Client) -> None:
    """A file of settings is where its program looks, and named once, however often it is asked for."""
    for _ in range(2):
        succeeded(client.install(f"{kinds}/vim-spell"))
    succeeded(client.run("test -s ~/.vim/plugins/spell.vim"))
    assert client.run("grep -c spell.vim ~/.vimrc").stdout.strip() == "1"


def test_a_package_of_another_system(kinds: str, client: Client) -> None:
    """It says what to do here instead, and exits as for a missing build."""
    done = client.install(f"{kinds}/commandlinetools")
    assert done.returncode == 69
    assert CATALOGUE[PackageName("commandlinetools")].elsewhere in done.stderr


def test_a_refused_package(kinds: str, client: Client) -> None:
    """It says why, and installs nothing."""
    done = client.install(f"{kinds}/test")
    assert done.returncode == 69
    assert CATALOGUE[PackageName("test")].refused[:20] in done.stderr
    assert not (client.home / ".local").exists()
