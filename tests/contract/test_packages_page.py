"""The page of all packages is what the catalogue, the seed and the tests make of it."""

from scripts.packages_reference import PAGE, page


def test_the_page_is_current() -> None:
    """Who changes the catalogue or the seed runs python -m scripts.packages_reference."""
    assert PAGE.read_text(encoding="utf-8") == page()
