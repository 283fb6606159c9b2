"""Write docs/reference/definitions.md from the keys that definitions know. Run it after a change of keys.py."""

from pathlib import Path

from artesian.definitions.reference import reference

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "definitions.md"

if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(reference(), encoding="utf-8")
    print(PAGE)
