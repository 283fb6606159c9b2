"""Fixtures of the contract tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.own import Clean
from tests.scripts.upstream import Upstream, serve


@pytest.fixture
def clean(tmp_path: Path) -> Clean:
    """Make a clean home."""
    for name in ("home", "programs"):
        (tmp_path / name).mkdir()
    return Clean(home=tmp_path / "home", programs=tmp_path / "programs")


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """Serve what a test gives it."""
    with serve() as running:
        yield running
