"""No name breaks classify, nor its package."""

from hypothesis import given
from hypothesis import strategies as st
from tests.property.strategies import FILE_NAMES, GLOBS

from artesian.classify.build import build
from artesian.classify.names import classify
from artesian.model.definition import AssetRules, LevelRule, LibcRule, PlatformRule
from artesian.model.host import Arch, Libc, Os
from artesian.model.release import Asset, Classified, RawAsset, Unclassified

RULES = st.builds(
    AssetRules,
    include=st.lists(GLOBS, max_size=2).map(tuple),
    exclude=st.lists(GLOBS, max_size=2).map(tuple),
    os=st.none() | st.sampled_from(Os),
    platform=st.lists(
        st.builds(
            PlatformRule,
            match=GLOBS,
            os=st.none() | st.sampled_from(Os),
            arch=st.none() | st.sampled_from(Arch),
        ),
        max_size=2,
    ).map(tuple),
    libc=st.lists(st.builds(LibcRule, match=GLOBS, libc=st.sampled_from(Libc)), max_size=2).map(
        tuple
    ),
    level=st.lists(st.builds(LevelRule, match=GLOBS, level=st.integers(1, 4)), max_size=2).map(
        tuple
    ),
)


@given(name=FILE_NAMES)
def test_any_name_is_classified_or_says_why_not(name: str) -> None:
    """Classifying never raises, answers the same twice, and a reason is never empty."""
    said = classify(name)
    assert said == classify(name)
    assert isinstance(said, Classified) or said.reason


@given(name=FILE_NAMES, rules=RULES)
def test_no_asset_breaks_its_package(name: str, rules: AssetRules) -> None:
    """Building never raises, and only amd64 has levels."""
    made = build(RawAsset(name=name, url="https://dl.example.net/"), rules)
    assert isinstance(made, Asset | Unclassified)
    assert isinstance(made, Unclassified) or made.level == 1 or made.arch is Arch.AMD64
