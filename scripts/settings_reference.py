"""Write docs/reference/settings.md from the settings. Run it after a change of settings.py or doctor/reference.py."""

from pathlib import Path

from artesian.doctor.reference import reference

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "settings.md"

if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(reference(), encoding="utf-8")
    print(PAGE)
