"""Dates as upstreams write them: whatever they are, the list is read, and all dates in it can be ordered."""

import json
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.releases import package

from artesian.model.definition import Source, SourceKind
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.refresh.admit import Admitted, admit
from artesian.refresh.assemble import assemble
from artesian.refresh.hold import HOLD, hold_back
from artesian.sources import gitea, github, gitlab, gnupg
from artesian.sources.fields import date
from artesian.store.encoding import encode_snapshot

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
GNUPG = Source(kind=SourceKind.GNUPG, repository="")
ITEM = "<item><link>https://files.example/GnuPG-2.4.5.dmg/download</link>{}</item>"

TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="<"), min_size=1, max_size=60),
    st.datetimes(timezones=st.none() | st.timezones()).map(lambda when: when.isoformat()),
    st.builds(
        "{}, {} {} {} {}:{}:{} {}".format,
        st.sampled_from(("Mon", "Fri", "")),
        st.integers(-1, 40),
        st.sampled_from(("Jan", "Feb", "Foo")),
        st.integers(-10, 10**6),
        st.integers(-1, 30),
        st.integers(0, 70),
        st.integers(0, 70),
        st.sampled_from(("UT", "GMT", "-0000", "EST", "")) | st.integers().map("{:+05d}".format),
    ),
)


ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
WHENEVER = st.none() | st.datetimes(timezones=ZONES)
ANY_DATES = st.datetimes(timezones=st.none() | ZONES).map(lambda when: when.isoformat())


def is_ordered(when: datetime | None) -> bool:
    """Compare a date with one of ours, which raises for one without a zone."""
    return when is None or when <= NOON or when > NOON


@given(TEXTS)
@example("Fri, 02 Jan 2026 12:00:00 +99999999999999")
@example("Fri, 02 Jan 2026 12:00:00 UT")
@example("2026-01-02T12:00:00")
def test_any_text(text: str) -> None:
    """A date that can't be read is none; it costs no release."""
    feed = f"<rss>{ITEM.format(f'<pubDate>{text}</pubDate>')}</rss>".encode()
    (url,) = gnupg.documents(GNUPG, {})
    page = gnupg.parse(GNUPG, {url: feed})
    assert isinstance(page, Listed)
    assert is_ordered(page.releases[0].published_at)
    assert is_ordered(date(text))


def of_github(when: str) -> bytes:
    """Write a list as GitHub does, and near enough as Gitea does."""
    file = {
        "name": "x.tar.gz",
        "browser_download_url": "https://forge.example/x.tar.gz",
        "updated_at": when,
        "created_at": when,
    }
    return json.dumps([{"tag_name": "v1", "published_at": when, "assets": [file]}]).encode()


def of_gitlab(when: str) -> bytes:
    """Write a list as GitLab does."""
    return json.dumps([{"tag_name": "v1", "released_at": when, "assets": {"links": []}}]).encode()


def listed(kind: SourceKind, when: str) -> RawRelease:
    """Read the only release of a list that gives it this date."""
    page = {
        SourceKind.GITHUB: lambda: github.parse(of_github(when)),
        SourceKind.GITEA: lambda: gitea.parse(of_github(when)),
        SourceKind.GITLAB: lambda: gitlab.parse(of_gitlab(when)),
    }[kind]()
    assert isinstance(page, Listed)
    (one,) = page.releases
    assert msgspec.json.decode(msgspec.json.encode(one), type=RawRelease) == one
    return one


FORGES = pytest.mark.parametrize("kind", [SourceKind.GITHUB, SourceKind.GITEA, SourceKind.GITLAB])
MEANT = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - with and without a zone
    max_value=datetime(2199, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from((None, UTC)),
)


@FORGES
@given(when=MEANT)
def test_lists_of_forges(kind: SourceKind, when: datetime) -> None:
    """A time without a zone is UTC, of releases and of their files."""
    one = listed(kind, when.isoformat())
    assert one.published_at == when.replace(tzinfo=UTC)
    assert all(is_ordered(file.updated_at) for file in one.assets)


@FORGES
@given(when=ANY_DATES)
@example("9999-12-31T23:59:59Z")
@example("9999-12-31T23:59:59-23:59")
@example("0001-01-01T00:00:00+23:59")
def test_any_date_can_be_counted_with(kind: SourceKind, when: str) -> None:
    """Whatever date a release and its files have, it is published; nobody is held back for more than an hour."""
    one = listed(kind, when)
    for time in (one.published_at, *(file.updated_at for file in one.assets)):
        assert time is None or (time + timedelta(days=1000)).astimezone(UTC) > time
    new, old = (
        RawRelease(
            tag=tag,
            published_at=one.published_at,
            assets=tuple(
                RawAsset(name=name, url=f"https://forge.example/{name}", updated_at=updated_at)
                for name in names
            ),
        )
        for tag, names, updated_at in (
            ("v2", ("x-linux-amd64.tar.gz",), one.assets[0].updated_at if one.assets else None),
            ("v1", ("x-linux-amd64.tar.gz", "x-macos-arm64.tar.gz"), None),
        )
    )
    whole = assemble(package("x"), (new, old))
    _, ends_at = hold_back(whole, (new, old), now=NOON)
    assert ends_at is None or NOON < ends_at <= NOON + HOLD


@given(published_at=WHENEVER, updated_at=WHENEVER)
def test_any_date_that_is_remembered(
    published_at: datetime | None, updated_at: datetime | None
) -> None:
    """So it is with dates that were written down before they were looked at."""
    file = RawAsset(name="x-linux-amd64.tar.gz", url="https://h.example/x", updated_at=updated_at)
    other = RawAsset(name="x-macos-arm64.tar.gz", url="https://h.example/y", updated_at=updated_at)
    new = RawRelease(tag="v2", published_at=published_at, assets=(file,))
    old = RawRelease(tag="v1", published_at=updated_at, assets=(file, other))
    whole = assemble(package("x"), (new, old))
    _, ends_at = hold_back(whole, (new, old), now=NOON)
    assert ends_at is None or NOON < ends_at <= NOON + HOLD
    again = admit((new, old), (old, new), is_whole=False, size_bytes=1, now=NOON)
    assert isinstance(again, Admitted)
    assert encode_snapshot(whole)
