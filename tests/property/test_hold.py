"""While a release is being uploaded, a host that is held back gets a build all the same: an older one if it can."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.property.strategies import HOSTS, SNAPSHOTS, TAGS

from artesian.model.host import Host
from artesian.model.query import NoMatch, Query, Resolution
from artesian.model.snapshot import Snapshot
from artesian.model.version import Tag
from artesian.resolve.choose import admitted, resolve
from artesian.resolve.table import table

HELD = st.lists(st.booleans(), min_size=4, max_size=4)


def holding(known: Snapshot, host: Host, held: list[bool]) -> Snapshot:
    """Hold `host` back from some of the releases."""
    name = f"{host.os}/{host.arch}"
    releases = (
        replace(release, held=(name,) if is_held else ())
        for release, is_held in zip(known.releases, held, strict=False)
    )
    return replace(known, releases=tuple(releases))


@settings(max_examples=150)
@given(known=SNAPSHOTS, tag=TAGS, host=HOSTS, held=HELD)
def test_a_hold_never_takes_a_match_away(
    known: Snapshot, tag: Tag, host: Host, held: list[bool]
) -> None:
    """Of what a tag means, a host gets the newest it isn't held back from; if there is none, what it would get."""
    query = Query(tag=tag, host=host)
    free, answer = resolve(known, query), resolve(holding(known, host, held), query)
    if isinstance(free, NoMatch):
        assert isinstance(answer, NoMatch)
        return
    # A pre-release is no way out where the tag means stable ones.
    meant = {release.tag for release in admitted(known.releases, tag)}
    kept = tuple(
        release
        for release, is_held in zip(known.releases, held, strict=False)
        if release.tag in meant and not is_held
    )
    other = resolve(replace(known, releases=kept), query)
    expected = other if isinstance(other, Resolution) else free
    assert isinstance(answer, Resolution)
    assert (answer.release.tag, answer.assets) == (expected.release.tag, expected.assets)


@settings(max_examples=50)  # a table takes ten times as long as a query
@given(known=SNAPSHOTS, tag=TAGS, host=HOSTS, held=HELD)
def test_the_table_holds_back_as_a_query_does(
    known: Snapshot, tag: Tag, host: Host, held: list[bool]
) -> None:
    """A host's first row is of the release that a query gives it."""
    subject = holding(known, host, held)
    rows = table(subject, tag)
    answer = resolve(subject, Query(tag=tag, host=host))
    if isinstance(rows, NoMatch) or isinstance(answer, NoMatch):
        return
    own = [
        row
        for row in rows
        if (row.os, row.arch) == (host.os, host.arch)
        and row.libc in {None, host.libc}
        and row.level <= (host.level or 1)
    ]
    if own:  # else it can unpack nothing that the release has
        assert own[0].release == answer.release
