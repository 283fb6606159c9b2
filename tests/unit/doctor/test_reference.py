"""docs/reference/settings.md: true to the code, complete, and its examples work."""

from pathlib import Path

import pytest

from artesian.doctor.reference import TOLD, reference
from artesian.settings import Settings, load_settings

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "settings.md"


def test_the_page_is_what_the_code_says() -> None:
    """Who changes a setting runs scripts/settings_reference.py."""
    assert PAGE.read_text(encoding="utf-8") == reference()


def test_every_setting_is_told() -> None:
    """No setting is left out, and none is told that there isn't."""
    assert set(TOLD) == set(Settings.model_fields)


@pytest.mark.parametrize("name", TOLD)
def test_examples(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each example is a possible value of its setting in the file."""
    file = tmp_path / "artesian.toml"
    file.write_text(f"{name} = {TOLD[name].example}\n", encoding="utf-8")
    monkeypatch.setenv("ARTESIAN_CONFIG", str(file))
    loaded = load_settings()
    assert loaded.warnings == ()
    assert name in loaded.settings.model_fields_set
