"""assemble: definition + what an upstream lists → Snapshot."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artesian.model.definition import (
    AssetRules,
    Command,
    Definition,
    LibcRule,
    Recipe,
    Source,
    SourceKind,
    TagRules,
)
from artesian.model.host import Libc
from artesian.model.names import PackageName
from artesian.model.release import RawAsset, RawRelease
from artesian.model.version import Channel
from artesian.refresh.assemble import assemble, assemble_with_reasons

LINUX = "rg-x86_64-unknown-linux-gnu.tar.gz"
MACOS = "rg-aarch64-apple-darwin.tar.gz"
WINDOWS = "rg-x86_64-pc-windows-msvc.zip"


def define(*, tags: TagRules | None = None, assets: AssetRules | None = None) -> Definition:
    return Definition(
        name=PackageName("rg"),
        title="ripgrep",
        source=Source(kind=SourceKind.GITHUB, repository="BurntSushi/ripgrep"),
        tags=tags or TagRules(),
        assets=assets or AssetRules(),
        recipe=Recipe(commands=(Command(name="rg", file="rg"),)),
    )


def file(name: str, *, sha256: str | None = None, mirror: str = "a") -> RawAsset:
    return RawAsset(name=name, url=f"https://{mirror}.example/{name}", sha256=sha256)


def release(
    tag: str,
    *names: str,
    is_prerelease: bool = False,
    is_lts: bool = False,
    published_at: datetime | None = None,
) -> RawRelease:
    return RawRelease(
        tag=tag,
        is_prerelease=is_prerelease,
        is_lts=is_lts,
        published_at=published_at,
        assets=tuple(file(name) for name in names or (LINUX,)),
    )


def test_releases_stand_newest_version_first_whatever_the_order_they_came_in() -> None:
    """A snapshot lists versions newest first, by version and not by the order or date of the upstream."""
    raw = [release("1.9.0"), release("1.10.0"), release("1.10.0-rc1"), release("0.2")]
    versions = [one.version for one in assemble(define(), raw).releases]
    assert versions == ["1.10.0", "1.10.0-rc1", "1.9.0", "0.2"]


@pytest.mark.parametrize(
    ("rules", "tag", "version"),
    [
        (TagRules(), "v14.1.1", "14.1.1"),
        (TagRules(prefix="bun-"), "bun-v1.2.3", "1.2.3"),
        (TagRules(prefix="tools/monorel/"), "tools/monorel/v0.6.2", "0.6.2"),
        (TagRules(rewrite=(r"r(\d+)", r"0.\1.0")), "r21", "0.21.0"),
        (TagRules(prefix="lf-", rewrite=(r"r(\d+)", r"0.\1.0")), "lf-r21", "0.21.0"),
        (TagRules(match=r"v\d.*"), "v1.2", "1.2"),
    ],
)
def test_a_tag_becomes_a_version_by_the_rules(rules: TagRules, tag: str, version: str) -> None:
    """Prefix, match and rewrite turn a tag into the version that people see; the tag itself stays."""
    (found,) = assemble(define(tags=rules), [release(tag)]).releases
    assert (found.version, found.tag) == (version, tag)


@pytest.mark.parametrize(
    ("rules", "tag", "reason"),
    [
        (TagRules(prefix="bun-v"), "v1.2.3", "the tag lacks the prefix bun-v"),
        (TagRules(match=r"v\d+"), "v1.2", r"the tag doesn't match v\d+"),
        (TagRules(match="v.*"), "v" + "1" * 200, "the tag is over 200 characters"),
        (TagRules(), "nightly", "the tag holds no version, and isn't rolling"),
    ],
)
def test_other_tags_are_left_out_with_a_reason(rules: TagRules, tag: str, reason: str) -> None:
    """A tag that is no release of this package is dropped, and the reason says by which rule."""
    found = assemble_with_reasons(define(tags=rules), [release(tag)])
    assert found.snapshot.releases == ()
    assert [(one.tag, one.asset, one.reason) for one in found.left_out] == [(tag, None, reason)]


def test_a_commit_is_a_version_of_its_own() -> None:
    """A repository without tags has its newest commit, below every version; the commit is what is cloned."""
    commit = "97a53bb8a1" * 4
    (only,) = assemble(define(tags=TagRules(match="v.*")), [release(commit, "x.git")]).releases
    assert (only.version, only.tag, only.channel) == (f"0+{commit[:12]}", commit, Channel.STABLE)


def test_a_rolling_tag_is_a_release_without_a_version_number() -> None:
    """A tag listed as rolling is kept whatever the other rules say, below every version."""
    rules = TagRules(prefix="v", rolling=("nightly",))
    found = assemble(define(tags=rules), [release("nightly", is_prerelease=True), release("v0.1")])
    assert [(one.tag, one.channel) for one in found.releases] == [
        ("v0.1", Channel.STABLE),
        ("nightly", Channel.DEV),
    ]


@pytest.mark.parametrize(
    ("tag", "is_prerelease", "channel"),
    [
        ("v1.0", False, Channel.STABLE),
        ("v1.0", True, Channel.BETA),
        ("v1.0-rc1", True, Channel.RC),
        ("v1.0-alpha.2", True, Channel.ALPHA),
        ("v1.0-rc1", False, Channel.RC),
    ],
)
def test_a_flagged_prerelease_is_at_most_a_beta(
    tag: str, is_prerelease: bool, channel: Channel
) -> None:
    """The upstream's flag makes a stable-looking version a beta; a version that says more is believed."""
    (found,) = assemble(define(), [release(tag, is_prerelease=is_prerelease)]).releases
    assert found.channel is channel


def test_support_and_date_come_from_the_upstream() -> None:
    """Long-term support and the date of publication are passed on."""
    published_at = datetime(2026, 1, 2, tzinfo=UTC)
    raw = [release("v1", is_lts=True, published_at=published_at)]
    (found,) = assemble(define(), raw).releases
    assert found.is_lts
    assert found.published_at == published_at


def test_odd_files_and_empty_releases_are_left_out_alone() -> None:
    """A file that is no build costs itself only; a release without any build costs itself only (webi #876)."""
    odd = ("../bin/rg-linux-amd64", "SHA256SUMS", "ü\x00\n%")
    raw = [release("v2", LINUX, *odd), release("v1", "source.tar.gz")]
    found = assemble_with_reasons(define(), raw)
    assert [one.version for one in found.snapshot.releases] == ["2"]
    assert [asset.name for asset in found.snapshot.releases[0].assets] == [LINUX]
    assert [(one.tag, one.asset) for one in found.left_out] == [
        ("v1", "source.tar.gz"),
        ("v1", None),
        *(("v2", name) for name in odd),
    ]
    assert all(one.reason for one in found.left_out)


def test_of_files_with_one_name_the_verified_one_counts() -> None:
    """A file listed twice is served once, with the checksum if either has one."""
    sha256 = "0" * 64
    twice = (file(LINUX, mirror="a"), file(LINUX, sha256=sha256, mirror="b"))
    found = assemble_with_reasons(define(), [RawRelease(tag="v1", assets=twice)])
    (asset,) = found.snapshot.releases[0].assets
    assert (asset.urls, asset.sha256) == ((f"https://b.example/{LINUX}",), sha256)
    assert [one.reason for one in found.left_out] == ["listed twice"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (release("v1.0", LINUX, MACOS), release("1.0", LINUX)),
        (release("v1.0"), release("1.0", is_prerelease=True)),
        (release("v1.0", published_at=datetime(2026, 1, 2, tzinfo=UTC)), release("1.0")),
        (release("1.0"), release("v1.0")),
    ],
    ids=["more assets", "finished", "later", "by tag"],
)
def test_of_two_tags_for_a_version_one_is_kept(first: RawRelease, second: RawRelease) -> None:
    """Two tags that mean one version give one release: more assets, then finished, then later, then by tag."""
    for raw in ([first, second], [second, first]):
        found = assemble_with_reasons(define(), raw)
        assert [one.tag for one in found.snapshot.releases] == [first.tag]
        assert [(one.tag, one.reason) for one in found.left_out] == [
            (second.tag, f"the tag {first.tag} is the same version, 1.0")
        ]


def test_asset_rules_of_the_definition_apply() -> None:
    """Exclusions and libc rules reach the assets of the snapshot."""
    rules = AssetRules(exclude=("*apple*",), libc=(LibcRule(match="*linux*", libc=Libc.MUSL),))
    (found,) = assemble(define(assets=rules), [release("v1", LINUX, MACOS)]).releases
    assert [(one.name, one.libc) for one in found.assets] == [(LINUX, Libc.MUSL)]


TAGS = st.sampled_from(["v1.0", "1.0", "v1.1-rc1", "v2", "nightly", "", "%00", "v0.9"]) | st.text()
NAMES = st.sampled_from([LINUX, MACOS, WINDOWS, "SHA256SUMS", "rg.deb"]) | st.text()
RELEASES = st.builds(
    RawRelease,
    tag=TAGS,
    is_prerelease=st.booleans(),
    assets=st.lists(NAMES.map(file), max_size=4).map(tuple),
)


@given(data=st.data(), raw=st.lists(RELEASES, max_size=6, unique_by=lambda one: one.tag))
def test_the_same_list_in_any_order_gives_the_same_bytes(
    data: st.DataObject, raw: list[RawRelease]
) -> None:
    """Any list of releases assembles, and the order of the list and of its files doesn't matter."""
    shuffled = [
        msgspec.structs.replace(one, assets=tuple(data.draw(st.permutations(one.assets))))
        for one in data.draw(st.permutations(raw))
    ]
    first, second = (msgspec.json.encode(assemble(define(), one)) for one in (raw, shuffled))
    assert first == second
