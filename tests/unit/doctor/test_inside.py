"""What the doctor says of settings, catalogue and seed."""

import zipfile
from pathlib import Path

import pytest
from tests.stores import put

from artesian.definitions.load import load_catalogue
from artesian.doctor.finding import Verdict
from artesian.doctor.inside import look_at_catalogue, look_at_seed, look_at_settings
from artesian.settings import Loaded, load_settings, shipped


def test_settings() -> None:
    """Each warning is a finding; one that stops the writer says so."""
    settings = load_settings().settings
    (well,) = look_at_settings(Loaded(settings, ()))
    assert well.verdict is Verdict.OK
    one, other = look_at_settings(Loaded(settings, ("a is no setting", "b is"), ("b is",)))
    assert (one.verdict, one.found) == (Verdict.WRONG, "a is no setting")
    assert "writer does nothing" in other.todo
    assert "writer does nothing" not in one.todo


@pytest.mark.parametrize(
    ("files", "verdict", "found"),
    [
        ({"rg": 'source = "github:a/rg"'}, Verdict.OK, "1 packages"),
        ({}, Verdict.WRONG, "no package in this folder"),
        ({"rg": "nonsense"}, Verdict.WRONG, "package.toml:1"),
        ({"rg": "x = 1", "jq": "y = 1"}, Verdict.WRONG, "more problems"),
    ],
)
def test_catalogue(tmp_path: Path, files: dict[str, str], verdict: Verdict, found: str) -> None:
    """The first mistake is named with its place, and the others are counted."""
    for name, text in files.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "package.toml").write_text(text)
    (finding,) = look_at_catalogue(load_catalogue(tmp_path))
    assert finding.verdict is verdict
    assert found in finding.found


def test_the_shipped_seed_is_whole() -> None:
    """What ships has a generation, and every object of it can be read."""
    (finding,) = look_at_seed(shipped("seed") / "seed.zip")
    assert finding.verdict is Verdict.OK


def test_a_broken_seed(tmp_path: Path) -> None:
    """No seed, and one with a damaged object, are each told."""
    (finding,) = look_at_seed(tmp_path / "none.zip")
    assert finding.verdict is Verdict.WRONG
    put(tmp_path / "data", rg="1", jq="1")
    (spoilt,) = (
        path for path in (tmp_path / "data/objects").rglob("*.json") if b'"jq"' in path.read_bytes()
    )
    spoilt.write_bytes(spoilt.read_bytes()[:-5])
    with zipfile.ZipFile(tmp_path / "seed.zip", "w") as seed:
        for path in (tmp_path / "data").rglob("*"):
            seed.write(path, path.relative_to(tmp_path / "data"))
    (finding,) = look_at_seed(tmp_path / "seed.zip")
    assert finding.verdict is Verdict.WRONG
    assert "damaged are jq" in finding.found
