"""Dates as upstreams write them: whatever they are, the list is read, and all dates in it can be ordered."""

import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from artesian.model.definition import Source, SourceKind
from artesian.model.release import Listed, RawRelease
from artesian.sources import gitea, github, gitlab, gnupg
from artesian.sources.fields import date

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


@given(st.datetimes(timezones=st.none() | st.just(UTC)).map(lambda when: when.isoformat()))
@pytest.mark.parametrize("kind", [SourceKind.GITHUB, SourceKind.GITEA, SourceKind.GITLAB])
def test_lists_of_forges(kind: SourceKind, when: str) -> None:
    """A time without a zone is UTC, of releases and of their files."""
    page = {
        SourceKind.GITHUB: lambda: github.parse(of_github(when)),
        SourceKind.GITEA: lambda: gitea.parse(of_github(when)),
        SourceKind.GITLAB: lambda: gitlab.parse(of_gitlab(when)),
    }[kind]()
    assert isinstance(page, Listed)
    (one,) = page.releases
    assert one.published_at is not None
    assert one.published_at == datetime.fromisoformat(when).replace(tzinfo=UTC)
    assert all(is_ordered(file.updated_at) for file in one.assets)
    assert msgspec.json.decode(msgspec.json.encode(one), type=RawRelease) == one
