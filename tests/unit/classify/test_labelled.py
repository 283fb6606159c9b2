"""The bars of right and wrong, on real names whose platform packagers state."""

from pathlib import Path

import pytest
from scripts.evaluate_classify import DATA, count, has_both_tokens, judge, read_rows, share
from tests.programs import need_data

from artesian.classify.names import classify

SAMPLE = Path(__file__).parent / "labelled_sample.tsv"
EVERYTHING = DATA / "labelled_assets.tsv"
HARD_CASES = DATA / "hard_cases.tsv"


@pytest.mark.parametrize("path", [SAMPLE, EVERYTHING], ids=["sample", "everything"])
def test_complete_names_are_right(path: Path) -> None:
    """Of names with words for system and processor at least 99 % are right and at most 0.4 % wrong."""
    rows = [row for row in read_rows(need_data(path)) if has_both_tokens(row.name)]
    platforms = count(judge(row, classify(row.name)).platform for row in rows)
    assert share(platforms, "right") >= 0.99
    assert share(platforms, "wrong") <= 0.004


@pytest.mark.parametrize("path", [SAMPLE, EVERYTHING], ids=["sample", "everything"])
@pytest.mark.parametrize("field", ["platform", "libc", "format"])
def test_hardly_any_answer_is_wrong(path: Path, field: str) -> None:
    """Of all names at most 1 % are wrong; what isn't sure stays undecided."""
    rows = read_rows(need_data(path))
    assert (
        share(count(getattr(judge(row, classify(row.name)), field) for row in rows), "wrong")
        <= 0.01
    )


def test_names_that_mislead_are_right() -> None:
    """Every hard case is right."""
    rows = read_rows(need_data(HARD_CASES))
    assert [row.name for row in rows if judge(row, classify(row.name)).platform != "right"] == []
