"""Versions and tags over any text and over texts made of the pieces that real tags are made of."""

from hypothesis import given
from hypothesis import strategies as st
from tests.property.strategies import NUMBERS, PRE_RELEASES, VERSION_TEXTS

from artesian.errors import Invalid
from artesian.model.query import parse_specs
from artesian.model.version import Matching, is_match, parse_tag, parse_version


@given(text=VERSION_TEXTS)
def test_any_text_is_a_version(text: str) -> None:
    """Parsing never raises, and what people see parses to the same version again."""
    version = parse_version(text)
    again = parse_version(version.text)
    assert (again, again.text, again.channel) == (version, version.text, version.channel)
    assert "/" not in version.text


@given(first=VERSION_TEXTS, second=VERSION_TEXTS, third=VERSION_TEXTS)
def test_versions_have_a_total_order(first: str, second: str, third: str) -> None:
    """Any two versions compare one way, equal ones hash alike, and three sort consistently."""
    a, b, c = parse_version(first), parse_version(second), parse_version(third)
    assert [a < b, a == b, a > b].count(True) == 1
    assert a != b or hash(a) == hash(b)
    low, middle, high = sorted([a, b, c])
    assert low <= middle <= high
    assert low <= high


@given(number=NUMBERS, suffix=PRE_RELEASES)
def test_a_pre_release_sorts_before_its_release(number: str, suffix: str) -> None:
    """1.2.3-rc1 comes before 1.2.3, whatever the number and the word."""
    assert parse_version(number + suffix) < parse_version(number)


@given(number=NUMBERS, build=st.from_regex(r"\+[a-z0-9.]{1,8}", fullmatch=True))
def test_a_build_never_sorts_before_its_version(number: str, build: str) -> None:
    """1.2.3+hotfix1 comes after 1.2.3 or says the same."""
    assert parse_version(number) <= parse_version(number + build)


@given(number=NUMBERS)
def test_a_version_matches_itself(number: str) -> None:
    """Every version is admitted by itself as a prefix and as a range, and by each of its own prefixes."""
    version = parse_version(number)
    numbers = number.split(".")
    for count in range(1, len(numbers) + 1):
        assert is_match(Matching(text=".".join(numbers[:count])), version)
    for sign in ("^", "~", "=", ">=", "<="):
        assert is_match(Matching(text=sign + number), version)


@given(text=st.one_of(st.text(), VERSION_TEXTS), version=VERSION_TEXTS)
def test_any_text_is_a_tag_or_invalid(text: str, version: str) -> None:
    """A tag is read or refused; what was read can be matched against any version, and reads the same again."""
    try:
        tag = parse_tag(text)
    except Invalid:
        return
    if isinstance(tag, Matching):
        assert parse_tag(tag.text) == tag
        is_match(tag, parse_version(version))


@given(text=st.one_of(st.text(), st.text(alphabet="rg@,<>=^~!.1v ")))
def test_any_text_is_specs_or_invalid(text: str) -> None:
    """A line of specs is read or refused, never a crash."""
    try:
        parse_specs(text)
    except Invalid as error:
        str(error).encode()
