"""Opening the data of a reader: whatever is or isn't there, it starts."""

from pathlib import Path

import pytest
from tests.clocks import StillClock
from tests.stores import put

from artesian.reader import open_index
from artesian.settings import shipped

SEED = shipped("seed") / "seed.zip"


def test_the_data_directory_comes_first(tmp_path: Path) -> None:
    """A published generation is served, and the seed is not looked at."""
    put(tmp_path, rg="99.0")
    index = open_index(tmp_path, SEED, StillClock())
    assert index.names == ("rg",)
    assert index.generation.number == 1


@pytest.mark.parametrize(
    "content", [{}, {"current": b"\xff"}, {"current": b"3 " + b"0" * 64 + b"\n"}]
)
def test_without_valid_data_the_seed_is_served(tmp_path: Path, content: dict[str, bytes]) -> None:
    """An absent or damaged data directory means the seed."""
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    index = open_index(tmp_path, SEED, StillClock())
    assert index.generation.number == 0
    assert "rg" in index.names


@pytest.mark.parametrize("seed", [None, b"", b"no zip at all"])
def test_without_a_seed_it_starts_empty(tmp_path: Path, seed: bytes | None) -> None:
    """Even a missing or broken seed doesn't stop a reader; it has nothing to serve, and isn't ready."""
    file = tmp_path / "seed.zip"
    if seed is not None:
        file.write_bytes(seed)
    index = open_index(tmp_path / "data", file, StillClock())
    assert index.names == ()
