"""The strategies that property tests share."""

from hypothesis import strategies as st

__all__ = ["NUMBERS", "PRE_RELEASES", "VERSION_TEXTS"]

NUMBERS = st.lists(st.integers(0, 10**6), min_size=2, max_size=5).map(
    lambda numbers: ".".join(str(number) for number in numbers)
)
PRE_RELEASES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["-", ".", ""]),
    st.sampled_from(["rc", "beta", "alpha", "dev", "pre", "preview", "snapshot"]),
    st.sampled_from([".", "-", ""]),
    st.integers(0, 99),
)
_PIECES = [
    "v",
    "V",
    ".",
    "-",
    "_",
    "+",
    "/",
    "@",
    "1",
    "2",
    "10",
    "007",
    "2024-01-02",
    "20240101",
    "1.2",
    "1.2.3",
    "17_0",
    "rc1",
    "beta",
    "alpha",
    "dev",
    "nightly",
    "final",
    "m1",
    "b2",
    "a",
    "w",
    "x86_64",
    "amd64",
    ".windows.1",
    ".windows.2",
    "1ed9031",
    "97a53bb8a",
    "go",
    "jq",
    "bun",
    "~",
    "%",
    "é",
]
VERSION_TEXTS = st.one_of(
    st.text(),
    st.lists(st.sampled_from(_PIECES), max_size=8).map("".join),
    st.builds("{}{}".format, NUMBERS, PRE_RELEASES),
)
