"""Near names: what is found, what it costs, and when nothing is looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clocks import StillClock

from artesian.web.nearest import Bucket, Nearest, distance

NAMES = ["bat", "fd", "fzf", "jq", "node", "rg", "ripgrep", "shellcheck", "shfmt", "a" * 60]


def _grown(names: list[str], clock: StillClock) -> Nearest:
    nearest = Nearest(names, clock)
    while nearest.grow(2):
        pass
    return nearest


def test_answers_while_its_index_grows() -> None:
    """Before all names are indexed it tells those that are, and remembers nothing for good."""
    nearest = Nearest(["jq", "rg"], StillClock())
    assert nearest.find("jqq") == ()
    assert nearest.grow(1)
    assert nearest.find("rgg") == ("rg",)
    assert not nearest.grow(1)
    assert nearest.find("jqq") == ("jq",)
    assert not nearest.grow(1)


def test_finds_each_kind_of_slip() -> None:
    """A swapped, missing, added or wrong letter leads to the name that was meant."""
    nearest = _grown(NAMES, StillClock())
    found = {typed: nearest.find(typed) for typed in ("jqq", "shelcheck", "nod", "shfnt", "ndoe")}
    assert {typed: names[0] for typed, names in found.items()} == {
        "jqq": "jq",
        "shelcheck": "shellcheck",
        "nod": "node",
        "shfnt": "shfmt",
        "ndoe": "node",
    }


def test_finds_nothing_far() -> None:
    """A name that is like none gets no suggestion, and neither does an endless one."""
    nearest = _grown(NAMES, StillClock())
    assert nearest.find("kubernetes") == ()
    assert nearest.find("a" * 61) == ()


def test_orders_by_distance_then_name() -> None:
    """The nearest comes first, and no more than five are told."""
    names = ["ab", "abcd", "abce", "abcf", "abcg", "abch", "abci"]
    assert _grown(names, StillClock()).find("abc") == ("ab", "abcd", "abce", "abcf", "abcg")


def test_remembers_misses_within_bounds() -> None:
    """A repeated miss costs no work, and a flood of different ones is refused once its allowance is spent."""
    nearest = _grown(NAMES, StillClock())
    flood = [nearest.find(f"x{number}q") for number in range(200)]
    assert set(flood) == {()}
    assert nearest.find("jqq") == ()
    clock = StillClock()
    nearest = _grown(NAMES, clock)
    assert nearest.find("jqq") == ("jq",)
    for number in range(200):
        nearest.find(f"x{number}q")
    assert nearest.find("jqq") == ("jq",)
    clock.seconds += 1
    assert nearest.find("nod") == ("node",)


def test_forgets_the_oldest_miss() -> None:
    """The memory of misses is bounded."""
    clock = StillClock()
    nearest = _grown(NAMES, clock)
    assert nearest.find("jqq") == ("jq",)
    for number in range(1024):
        clock.seconds += 1
        nearest.find(f"x{number}q")
    for number in range(21):  # spend the allowance: from here on only memory answers
        nearest.find(f"y{number}q")
    for _ in range(200):
        nearest.find("z" * 3 + str(_))
    assert nearest.find("jqq") == ()


def test_compares_a_bounded_number_of_names() -> None:
    """However many names are near, the work stays bounded."""
    names = [f"abc{chr(97 + x)}{chr(97 + y)}" for x in range(26) for y in range(26)]
    assert len(_grown(names, StillClock()).find("abcd")) == 5


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("ab", "ba", 1),
        ("abc", "abd", 1),
        ("abc", "xyz", 3),
        ("a", "abcd", 3),
    ],
)
def test_distance(left: str, right: str, expected: int) -> None:
    """Edits are insertions, deletions, substitutions and swaps."""
    assert min(distance(left, right, 2), 3) == expected


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_distance_is_symmetric(left: str, right: str) -> None:
    """The order of two names doesn't matter, and only equal ones are at no distance."""
    assert min(distance(left, right, 2), 3) == min(distance(right, left, 2), 3)
    assert (distance(left, right, 2) == 0) is (left == right)


def test_bucket_fills_with_time() -> None:
    """A bucket gives its burst at once, then its rate."""
    clock = StillClock()
    bucket = Bucket(clock, rate_per_s=2, burst=3)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    clock.seconds += 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
