"""What must hold for any releases and any host: monotone answers, and a table that says what a query says."""

from collections.abc import Collection, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.property.strategies import ASSETS, FORMAT_SETS, HOSTS, SNAPSHOTS, TAGS

from artesian.model.host import Host
from artesian.model.query import NoMatch, Query, Resolution, Row
from artesian.model.release import Asset, Format
from artesian.model.snapshot import Snapshot
from artesian.model.version import Tag
from artesian.resolve.choose import resolve
from artesian.resolve.formats import preference
from artesian.resolve.table import table


def take(rows: Sequence[Row], host: Host, formats: Collection[Format]) -> Row | None:
    """Find a host's row by the rule that Row states, as an installer does."""
    for row in rows:
        is_own = (row.os, row.arch) == (host.os, host.arch) and row.libc in {None, host.libc}
        if is_own and row.level <= (host.level or 1) and row.asset.format in formats:
            return row
    return None


@given(known=SNAPSHOTS, tag=TAGS, host=HOSTS, asset=ASSETS, data=st.data())
def test_an_asset_more_never_takes_a_match_away(
    known: Snapshot, tag: Tag, host: Host, asset: Asset, data: st.DataObject
) -> None:
    """A host that had a build has one still when a release gets another asset."""
    query = Query(tag=tag, host=host)
    if isinstance(resolve(known, query), NoMatch):
        return
    at = data.draw(st.integers(0, len(known.releases) - 1))
    releases = list(known.releases)
    releases[at] = replace(releases[at], assets=(*releases[at].assets, asset))
    assert isinstance(resolve(replace(known, releases=tuple(releases)), query), Resolution)


@given(known=SNAPSHOTS, tag=TAGS, host=HOSTS)
def test_the_order_of_assets_does_not_matter(known: Snapshot, tag: Tag, host: Host) -> None:
    """The answer depends on which assets a release has, not on their order."""
    turned = tuple(replace(one, assets=one.assets[::-1]) for one in known.releases)
    query = Query(tag=tag, host=host)
    first, second = resolve(known, query), resolve(replace(known, releases=turned), query)
    if isinstance(first, Resolution):
        assert isinstance(second, Resolution)
        assert (first.release.tag, first.assets) == (second.release.tag, second.assets)
    else:
        assert first == second


@settings(max_examples=200)
@given(known=SNAPSHOTS, tag=TAGS, host=HOSTS, formats=FORMAT_SETS)
def test_a_host_finds_in_the_table_what_a_query_gives(
    known: Snapshot, tag: Tag, host: Host, formats: frozenset[Format]
) -> None:
    """Whatever a host can unpack, its row of the table is the first build that it would get by asking alone."""
    rows = table(known, tag)
    alone = resolve(known, Query(tag=tag, host=host))
    if isinstance(rows, NoMatch):
        assert isinstance(alone, NoMatch)
        assert not alone.is_version_known
        return
    order = tuple(form for form in preference(host.os) if form in formats)
    asked = resolve(known, Query(tag=tag, host=host, formats=order))
    row = take(rows, host, formats)
    if isinstance(asked, Resolution):
        assert row is not None
        assert (row.release, row.asset, row.recipe) == (
            asked.release,
            asked.assets[0],
            asked.recipe,
        )
    elif isinstance(alone, NoMatch):
        assert row is None


@given(known=SNAPSHOTS, tag=TAGS, host=HOSTS, formats=FORMAT_SETS)
def test_formats_only_choose_among_the_same_version(
    known: Snapshot, tag: Tag, host: Host, formats: frozenset[Format]
) -> None:
    """What a host can unpack reorders and restricts the builds of one release; it never changes the release."""
    alone = resolve(known, Query(tag=tag, host=host))
    asked = resolve(known, Query(tag=tag, host=host, formats=tuple(formats)))
    if isinstance(asked, Resolution):
        assert isinstance(alone, Resolution)
        assert asked.release is alone.release
        assert {asset.format for asset in asked.assets} <= formats
    elif isinstance(alone, Resolution):
        assert asked.formats == tuple(asset.format for asset in alone.assets)
        assert not formats.intersection(asked.formats)
