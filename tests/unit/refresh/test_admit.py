"""The gate: bad lists never replace good ones, and a changed file costs only itself."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from artesian.model.release import RawAsset, RawRelease
from artesian.refresh.admit import (
    Admitted,
    Pending,
    Quarantined,
    Suspicion,
    admit,
    is_settled,
    served,
)

NOW = datetime(2024, 6, 5, 18, 0, tzinfo=UTC)
OLD, NEW = "0a" * 32, "0b" * 32


def file(name: str, sha256: str | None = OLD, size_bytes: int | None = 100) -> RawAsset:
    """Build a file."""
    return RawAsset(name=name, url=f"https://h/{name}", sha256=sha256, size_bytes=size_bytes)


def release(number: int, *files: RawAsset, **more: bool) -> RawRelease:
    """Build version 1.`number`, published that many days after a fixed one."""
    return RawRelease(
        tag=f"v1.{number}",
        published_at=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number),
        assets=files or (file("x-linux-amd64.tar.gz"),),
        is_immutable=more.get("is_immutable", False),
        is_prerelease=more.get("is_prerelease", False),
    )


def commit(digit: str) -> RawRelease:
    """Build the only release of a repository without tags."""
    return RawRelease(tag=digit * 40, assets=(file("x.git", None, None),))


HISTORY = tuple(release(number) for number in range(20, 0, -1))
FLAGGED = tuple(release(number, is_prerelease=True) for number in range(20, 0, -1))
NAMED = tuple(replace(one, tag=f"{one.tag}-rc1") for one in FLAGGED)


def judge(
    known: tuple[RawRelease, ...],
    window: tuple[RawRelease, ...],
    *,
    is_whole: bool = True,
    pending: tuple[Pending, ...] = (),
    now: datetime = NOW,
) -> Admitted | Quarantined:
    """Call the gate with the ordinary size."""
    return admit(known, window, is_whole=is_whole, size_bytes=1000, pending=pending, now=now)


def admitted(verdict: Admitted | Quarantined) -> Admitted:
    """Take an admission; fail on quarantine."""
    assert isinstance(verdict, Admitted), verdict
    return verdict


QUARANTINED = [
    pytest.param(
        (release(2),), (release(1),), True, "1 of 1 stable versions are gone", True, id="older"
    ),
    pytest.param(
        HISTORY[:4],
        (release(21),),
        True,
        "4 of 4 stable versions are gone",
        True,
        id="no short list",
    ),
    pytest.param(HISTORY, (), True, "no releases where there were 20", False, id="empty"),
    pytest.param(
        HISTORY,
        HISTORY[:15],
        True,
        "5 of 20 stable versions are gone: v1.5, v1.4",
        True,
        id="a quarter gone",
    ),
    pytest.param(
        HISTORY,
        (HISTORY[0], *HISTORY[5:10]),
        False,
        "4 of 10 stable versions are gone: v1.19",
        True,
        id="gone inside the window",
    ),
    pytest.param(
        HISTORY,
        FLAGGED,
        True,
        "20 of 20 stable versions are no longer stable: v1.20",
        True,
        id="all flagged as pre-releases",
    ),
    pytest.param(
        HISTORY,
        (*FLAGGED[:19], HISTORY[19]),
        False,
        "19 of 20 stable versions are no longer stable: v1.20",
        True,
        id="all but one flagged",
    ),
    pytest.param(
        HISTORY,
        (*FLAGGED[:3], *HISTORY[5:]),
        True,
        "5 of 20 stable versions are gone: v1.20",
        True,
        id="some flagged, some gone",
    ),
    pytest.param(
        (release(1, *[file(f"f{n}") for n in range(20)]),),
        (release(1, *[file(f"f{n}") for n in range(101)]),),
        True,
        "101 files where 20 were to be expected",
        True,
        id="grown",
    ),
    pytest.param(
        HISTORY,
        HISTORY * 6,
        True,
        "120 files where 20 were to be expected",
        True,
        id="six times over",
    ),
]


@pytest.mark.parametrize(("known", "window", "is_whole", "reason", "may_settle"), QUARANTINED)
def test_quarantine(
    known: tuple[RawRelease, ...],
    window: tuple[RawRelease, ...],
    is_whole: bool,
    reason: str,
    may_settle: bool,
) -> None:
    """A list that is empty, has lost much or grown beyond reason is set aside with the reason."""
    verdict = judge(known, window, is_whole=is_whole)
    assert isinstance(verdict, Quarantined)
    assert verdict.reason.startswith(reason)
    assert verdict.may_settle is may_settle


def test_a_document_beyond_the_cap() -> None:
    """Size alone is a reason."""
    verdict = admit((), HISTORY, is_whole=True, size_bytes=21_000_000, now=NOW)
    assert verdict == Quarantined(reason="the list has 21 MB, the cap is 20 MB", may_settle=True)


ADMITTED = [
    pytest.param((), HISTORY, True, 20, id="the first ever"),
    pytest.param((), (), True, 0, id="a repository without releases"),
    pytest.param(HISTORY, (release(21), *HISTORY), True, 21, id="one more"),
    pytest.param(HISTORY, HISTORY[:16], True, 16, id="a fifth gone"),
    pytest.param((release(1),), (release(2),), True, 1, id="a page of the newest alone"),
    pytest.param((release(1),), (release(2), release(3)), True, 2, id="it tells two by now"),
    pytest.param((commit("a"),), (commit("b"),), True, 1, id="a repository without tags"),
    pytest.param(HISTORY, HISTORY[:10], False, 20, id="a page of the newest keeps the older"),
    pytest.param(HISTORY[-1:], HISTORY * 4, True, 80, id="many releases at once, and often"),
    pytest.param(HISTORY, (*FLAGGED[:4], *HISTORY[4:]), True, 20, id="a fifth flagged"),
    pytest.param(NAMED, NAMED, True, 20, id="pre-releases by their names"),
    pytest.param(FLAGGED, HISTORY, True, 20, id="the flags go"),
    pytest.param(
        (release(2, is_prerelease=True), release(1)), (release(1),), True, 1, id="a prerelease gone"
    ),
]


@pytest.mark.parametrize(("known", "window", "is_whole", "count"), ADMITTED)
def test_admission(
    known: tuple[RawRelease, ...], window: tuple[RawRelease, ...], is_whole: bool, count: int
) -> None:
    """Ordinary changes pass; what lies beyond the fetched window stays."""
    verdict = admitted(judge(known, window, is_whole=is_whole))
    assert len(verdict.releases) == count
    assert served(verdict) == verdict.releases


def dated(one: RawRelease, published_at: datetime | None) -> RawRelease:
    """Give a release another date."""
    return replace(one, published_at=published_at)


FIRST_YEAR = datetime(1, 1, 1, tzinfo=UTC)
PAGES = [
    pytest.param((release(21), dated(HISTORY[0], None), *HISTORY[1:10]), id="one without a date"),
    pytest.param((dated(release(21), None), *HISTORY[:10]), id="the newest without a date"),
    pytest.param(
        (release(21), dated(HISTORY[4], FIRST_YEAR), *HISTORY[:4], *HISTORY[5:10]), id="1"
    ),
    pytest.param((dated(release(21), FIRST_YEAR), *HISTORY[:10]), id="the newest in the year 1"),
    pytest.param(
        (release(21), *HISTORY[:9], dated(HISTORY[9], datetime(1970, 1, 1, tzinfo=UTC))),
        id="the last in 1970",
    ),
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_with_an_odd_date(page: tuple[RawRelease, ...]) -> None:
    """One date that is missing or odd doesn't make the rest of the history look gone."""
    verdict = admitted(judge(HISTORY, page, is_whole=False))
    assert {one.tag for one in verdict.releases} == {"v1.21", *(one.tag for one in HISTORY)}


def test_pages_without_dates() -> None:
    """Where no release has a date, a page says nothing of what isn't on it."""
    undated = tuple(dated(one, None) for one in HISTORY)
    verdict = admitted(judge(undated, undated[:10], is_whole=False))
    assert len(verdict.releases) == 20


BEFORE = (release(1, file("x-linux-amd64.tar.gz"), file("x-macos-arm64.tar.gz")),)
AFTER = (release(1, file("x-linux-amd64.tar.gz", NEW), file("x-macos-arm64.tar.gz")),)


def names(releases: tuple[RawRelease, ...]) -> list[str]:
    """List the files."""
    return [asset.name for one in releases for asset in one.assets]


def test_a_changed_file_is_withheld_alone_and_taken_after_a_day() -> None:
    """The rest of its release serves; the file is believed when it stayed the same for 24 hours."""
    first = admitted(judge(BEFORE, AFTER))
    assert names(served(first)) == ["x-macos-arm64.tar.gz"]
    assert first.releases == BEFORE, "what we remember is the file as it was"
    assert [one.is_alarm for one in first.withheld] == [False]
    later = NOW + timedelta(hours=23)
    second = admitted(judge(first.releases, AFTER, pending=first.pending, now=later))
    assert names(served(second)) == ["x-macos-arm64.tar.gz"]
    day = NOW + timedelta(hours=24)
    third = admitted(judge(second.releases, AFTER, pending=second.pending, now=day))
    assert served(third) == AFTER
    assert (third.withheld, third.pending) == ((), ())


def test_a_file_that_changes_again_waits_anew() -> None:
    """The day begins with each change."""
    first = admitted(judge(BEFORE, AFTER))
    again = (release(1, file("x-linux-amd64.tar.gz", "0c" * 32), file("x-macos-arm64.tar.gz")),)
    day = NOW + timedelta(hours=24)
    second = admitted(judge(first.releases, again, pending=first.pending, now=day))
    assert [one.since for one in second.pending] == [day]
    back = admitted(judge(second.releases, BEFORE, pending=second.pending, now=day))
    assert (served(back), back.pending) == (BEFORE, ())


def test_an_immutable_release_never_changes_by_itself() -> None:
    """Where the upstream promised it, a change is an alarm, however long it lasts."""
    known = (release(1, file("x"), is_immutable=True),)
    window = (release(1, file("x", NEW), is_immutable=True),)
    verdict, now = admitted(judge(known, window)), NOW
    for _ in range(3):
        now += timedelta(days=10)
        verdict = admitted(judge(verdict.releases, window, pending=verdict.pending, now=now))
        assert [one.is_alarm for one in verdict.withheld] == [True]
        assert names(served(verdict)) == []


def test_rolling_tags_are_taken() -> None:
    """A nightly's files change in place, that is what it is."""
    verdict = admit(BEFORE, AFTER, is_whole=True, size_bytes=1, rolling=("v1.1",), now=NOW)
    assert admitted(verdict).releases == AFTER


def test_a_digest_is_never_lost() -> None:
    """An upstream that stops stating a digest doesn't make a file unverified; another size is a change."""
    silent = (release(1, file("x", None)),)
    verdict = admitted(judge((release(1, file("x")),), silent))
    assert verdict.releases[0].assets[0].sha256 == OLD
    larger = (release(1, file("x", None, 101)),)
    assert len(admitted(judge((release(1, file("x")),), larger)).withheld) == 1
    assert admitted(judge(silent, (release(1, file("x")),))).releases[0].assets[0].sha256 == OLD


SUSPICIONS = [
    (Suspicion(sha256=OLD, since=NOW - timedelta(hours=72), fetches=3), True),
    (Suspicion(sha256=OLD, since=NOW - timedelta(hours=71), fetches=300), False),
    (Suspicion(sha256=OLD, since=NOW - timedelta(days=30), fetches=2), False),
]


@pytest.mark.parametrize(("suspicion", "expected"), SUSPICIONS)
def test_settling(suspicion: Suspicion, expected: bool) -> None:
    """Three identical fetches over three days are believed."""
    assert is_settled(suspicion, now=NOW) is expected
