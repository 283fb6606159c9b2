"""Fixtures for installers that run for real."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest
from tests.scripts.installs import Home
from tests.scripts.upstream import Upstream, serve


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serve() as running:
        yield running


@pytest.fixture
def new_home(tmp_path: Path) -> Callable[..., Home]:
    """Make clean homes, or copies of another."""

    def make(name: str = "home", *, like: Home | None = None) -> Home:
        place = tmp_path / name
        place.mkdir()
        home = Home(folder=place / "home", programs=place / "programs")
        if like is None:
            home.folder.mkdir()
        else:
            copytree(like.folder, home.folder, symlinks=True)
        home.equip()
        return home

    return make


@pytest.fixture
def home(new_home: Callable[..., Home]) -> Home:
    return new_home()
