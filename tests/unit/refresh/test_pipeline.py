"""The write path from end to end, against a forge in memory: what is asked, what is remembered, what is in force."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.clocks import StillClock
from tests.stores import seen
from tests.upstreams import HOST, Forge, asset, definition, github_token, plane_of, release

from artesian.model.definition import Source, SourceKind, TagRules
from artesian.model.header import Header, Received
from artesian.model.names import PackageName
from artesian.model.outcome import NetworkFault, NetworkFaultKind, Request, Response
from artesian.refresh import quarantine
from artesian.refresh.breaker import Force
from artesian.refresh.decide import accept_quarantined, drop_quarantined
from artesian.refresh.pipeline import Pass, plan, run_pass
from artesian.refresh.plane import Plane
from artesian.refresh.quarantine import Kind, NotQuarantined
from artesian.refresh.record import Record, Trouble
from artesian.refresh.upstream import released
from artesian.sources import postgres

JQ = PackageName("jq")


def refresh(plane: Plane, host: str = HOST) -> Pass:
    """Run one pass over what is due."""
    return asyncio.run(run_pass(plane, plan(plane, host)))


def later(forge: Forge, **more: float) -> None:
    """Let time pass."""
    assert isinstance(forge.clock, StillClock)
    forge.clock.seconds += timedelta(**more).total_seconds()


def record_of(plane: Plane, name: str = "jq") -> Record:
    """Read what is remembered of a package."""
    with plane.memory.transaction():
        record = plane.memory.record(PackageName(name))
    assert record is not None
    return record


def in_force(plane: Plane, name: str = "jq") -> list[str]:
    """List the versions of a package that readers see."""
    snapshot = plane.present.snapshot(plane.present.entry(PackageName(name)))
    return [] if snapshot is None else [one.version for one in snapshot.releases]


def history(count: int) -> list[dict[str, Any]]:
    """Write releases v1.<count> … v1.1, a day apart."""
    return [release(f"v1.{n}", age=timedelta(days=count - n + 30)) for n in range(count, 0, -1)]


@pytest.fixture
def forge() -> Forge:
    """A forge with one small package."""
    forge = Forge(StillClock(), credential=github_token())
    forge.repositories["o/jq"] = [release("v1.7"), release("v1.6", age=timedelta(days=60))]
    return forge


@pytest.fixture
def plane(forge: Forge, tmp_path: Path) -> Plane:
    """A plane around it."""
    return plane_of(tmp_path, forge, definition("jq"))


def test_a_first_pass(forge: Forge, plane: Plane, tmp_path: Path) -> None:
    """The credential is tried first; then the list is fetched, and in force at once."""
    done = refresh(plane)
    assert forge.listed == ["/rate_limit", "/repos/o/jq/releases?per_page=100"]
    assert done.published is not None
    assert seen(tmp_path) == (1, {"jq": "1.7"})


def test_nothing_new(forge: Forge, plane: Plane) -> None:
    """An unchanged list costs a conditional request; readers hear of it, and the object stays the same."""
    refresh(plane)
    before = plane.present.entry(JQ)
    assert refresh(plane).asked == 0
    later(forge, minutes=10)
    assert refresh(plane).asked == 1
    after = plane.present.entry(JQ)
    assert (after.object, after.checked_at) == (before.object, forge.clock.now())
    assert len(forge.listed) == 3


def test_a_new_release(forge: Forge, plane: Plane) -> None:
    """What is new upstream is in force after the next pass."""
    refresh(plane)
    forge.repositories["o/jq"].insert(0, release("v1.8", age=timedelta(hours=2)))
    later(forge, minutes=10)
    refresh(plane)
    assert in_force(plane) == ["1.8", "1.7", "1.6"]


def test_a_hundred_starts(forge: Forge, tmp_path: Path) -> None:
    """A hundred restarts in an hour cause as many requests as none, give or take one."""
    calm = Forge(StillClock(), credential=github_token())
    calm.repositories = forge.repositories
    for number, (folder, subject) in enumerate([("storm", forge), ("calm", calm)]):
        plane = plane_of(tmp_path / folder, subject, definition("jq"))
        for start in range(100):
            if number == 0:
                plane.memory.close()
                plane = plane_of(
                    tmp_path / folder, subject, definition("jq"), session=f"start {start}"
                )
            refresh(plane)
            later(subject, seconds=36)
    assert abs(len(forge.asked) - len(calm.asked)) <= 1
    assert len(calm.asked) <= 8


class Killed(BaseException):
    """The process ends here."""


def test_killed_while_asking(forge: Forge, tmp_path: Path) -> None:
    """A writer that dies in each request sends the next one when it is due, and no sooner."""

    def die(_: Request) -> None:
        raise Killed

    forge.fault = die
    for start in range(30):
        plane = plane_of(tmp_path, forge, definition("jq"), session=f"start {start}")
        with suppress(Killed):
            refresh(plane)
        plane.memory.close()
        later(forge, seconds=2)
    assert len(forge.asked) == 2  # the credential's trial, and the package


def test_the_header_that_gets_lost(forge: Forge, tmp_path: Path) -> None:
    """One answer with a stranger's limit, and nothing goes to that host for an hour, whatever restarts."""
    forge.limit = 60
    plane = plane_of(tmp_path, forge, definition("jq"), definition("rg"))
    done = refresh(plane)
    assert forge.listed == ["/rate_limit"]
    assert done.refused[HOST].reason == (
        "credentials are not reaching api.github.com: limit 60, expected at least 5000"
    )
    for start in range(59):
        later(forge, minutes=1)
        plane.memory.close()
        plane = plane_of(tmp_path, forge, definition("jq"), definition("rg"), session=str(start))
        assert refresh(plane).asked == 0
    assert len(forge.asked) == 1
    forge.limit = 5000
    forge.repositories["o/rg"] = [release("v14")]
    later(forge, minutes=2)
    refresh(plane)
    assert in_force(plane) == ["1.7", "1.6"]


def test_a_dead_token(forge: Forge, plane: Plane) -> None:
    """A 401 is the last request for an hour; then the credential is tried alone, and again nothing follows."""
    forge.fault = lambda request: forge.answer(request, 401, b'{"message": "Bad credentials"}')
    for _ in range(65):
        refresh(plane)
        later(forge, minutes=1)
    assert forge.listed == ["/rate_limit", "/rate_limit"]


def test_the_hourly_limit(forge: Forge, tmp_path: Path) -> None:
    """A 403 with nothing remaining stops all requests until the reset, also across restarts."""
    forge.credential = None
    forge.limit = 60
    plane = plane_of(tmp_path, forge, definition("jq"))
    refresh(plane)

    def limited(request: Request) -> Response:
        return forge.answer(request, 403, b"{}", x_ratelimit_remaining="0")

    forge.fault = limited
    later(forge, minutes=10)
    refresh(plane)
    count = len(forge.asked)
    for start in range(49):
        later(forge, minutes=1)
        plane.memory.close()
        plane = plane_of(tmp_path, forge, definition("jq"), session=str(start))
        refresh(plane)
    assert len(forge.asked) == count
    forge.fault = lambda _: None
    later(forge, minutes=3)
    assert refresh(plane).asked == 1


def test_anonymous_is_paced(forge: Forge, tmp_path: Path) -> None:
    """Without a token sixty requests an hour are enough for seventy packages, and none is ever refused."""
    forge.credential = None
    forge.limit = 60
    names = [f"p{number}" for number in range(70)]
    forge.repositories = {f"o/{name}": [release("v1")] for name in names}
    plane = plane_of(tmp_path, forge, *(definition(name) for name in names))
    for _ in range(6 * 60 * 3):
        refresh(plane)
        later(forge, seconds=10)
    ages = [forge.clock.now() - (record_of(plane, name).checked_at or START) for name in names]
    assert max(ages) < timedelta(hours=2)
    assert forge.refused == 0


START = StillClock().now()


def test_nothing_is_lost_to_a_bad_list(forge: Forge, plane: Plane) -> None:
    """An empty list where there were releases is set aside; a good one ends that."""
    refresh(plane)
    good, forge.repositories["o/jq"] = forge.repositories["o/jq"], []
    for _ in range(100):
        later(forge, hours=1)
        refresh(plane)
    assert in_force(plane) == ["1.7", "1.6"]
    aside = quarantine.load(plane.directory, JQ)
    assert (aside.kind, aside.reason) == (Kind.LIST, "no releases where there were 2")
    assert aside.fetches > 20
    forge.repositories["o/jq"] = good
    later(forge, hours=1)
    refresh(plane)
    assert record_of(plane).trouble is Trouble.NONE
    with pytest.raises(NotQuarantined):
        quarantine.load(plane.directory, JQ)


def test_a_list_that_settles(forge: Forge, tmp_path: Path) -> None:
    """A list that lost much is believed when it stays the same for three days."""
    forge.repositories["o/jq"] = history(10)
    plane = plane_of(tmp_path, forge, definition("jq"))
    refresh(plane)
    forge.repositories["o/jq"] = history(10)[:7]
    seen_after = []
    for hour in range(80):
        later(forge, hours=1)
        refresh(plane)
        seen_after.append((hour, len(in_force(plane))))
    assert seen_after[70][1] == 10
    assert seen_after[-1][1] == 7


@pytest.mark.parametrize("is_accepted", [True, False])
def test_an_operator_decides(forge: Forge, plane: Plane, is_accepted: bool) -> None:
    """What was set aside can be accepted, or dropped, without a request."""
    refresh(plane)
    forge.repositories["o/jq"] = [release("v2.0", age=timedelta(days=1))]
    later(forge, minutes=10)
    refresh(plane)
    assert in_force(plane) == ["1.7", "1.6"]
    count = len(forge.asked)
    if is_accepted:
        accept_quarantined(plane, JQ)
    else:
        drop_quarantined(plane, JQ)
    assert in_force(plane) == (["2.0"] if is_accepted else ["1.7", "1.6"])
    assert len(forge.asked) == count
    with pytest.raises(NotQuarantined):
        quarantine.load(plane.directory, JQ)


def test_gone(forge: Forge, plane: Plane) -> None:
    """A repository that answers 404 is marked, and what was fetched of it stays."""
    refresh(plane)
    del forge.repositories["o/jq"]
    for _ in range(4):
        later(forge, hours=6)
        refresh(plane)
    record = record_of(plane)
    assert (record.trouble, record.failures) == (Trouble.GONE, 4)
    assert in_force(plane) == ["1.7", "1.6"]


def test_gone_after_other_troubles(forge: Forge, plane: Plane) -> None:
    """A package that was in trouble for long, and then isn't there for once, is asked for again as soon as any."""
    refresh(plane)
    repository, forge.repositories["o/jq"] = forge.repositories["o/jq"], []
    for _ in range(6):
        later(forge, minutes=30)
        refresh(plane)
    del forge.repositories["o/jq"]
    later(forge, minutes=30)
    refresh(plane)
    assert record_of(plane).trouble is Trouble.GONE
    forge.repositories["o/jq"] = repository
    later(forge, minutes=30)
    refresh(plane)
    assert record_of(plane).failures == 0


def test_odd_releases_cost_only_themselves(forge: Forge, plane: Plane) -> None:
    """A release whose files are missing or retyped is skipped and counted; the package is not lost."""
    forge.repositories["o/jq"][:0] = [
        {"tag_name": "v1.9"},
        {**release("v1.8"), "assets": "many"},
        {**release("v1.71"), "news": {"unknown": []}},
    ]
    refresh(plane)
    assert in_force(plane) == ["1.71", "1.7", "1.6"]
    assert record_of(plane).skipped == 2


def test_what_nobody_foresaw_costs_one_package(forge: Forge, tmp_path: Path) -> None:
    """An exception while one package is read is its own trouble: the others of the pass are fetched and published."""
    forge.repositories["o/fd"] = [release("v10")]
    forge.repositories["o/rg"] = [release("v14")]

    def fail(request: Request) -> None:
        if "o/jq/" in request.url:
            raise ZeroDivisionError("nobody thought of it")

    plane = plane_of(tmp_path, forge, definition("fd"), definition("jq"), definition("rg"))
    for _ in range(3):
        refresh(plane)
    later(forge, minutes=10)
    forge.fault = fail
    for name in ("fd", "rg"):
        forge.repositories[f"o/{name}"].insert(0, release("v20", age=timedelta(hours=2)))
    for _ in range(3):
        refresh(plane)
    newest = {
        name: plane.present.snapshot(plane.present.entry(PackageName(name)))
        for name in ("fd", "jq", "rg")
    }
    found = {name: one and one.releases[0].version for name, one in newest.items()}
    assert found == {"fd": "20", "jq": "1.7", "rg": "20"}
    record = record_of(plane)
    assert (record.failures, record.trouble) == (1, Trouble.NONSENSE)
    assert "ZeroDivisionError: nobody thought of it" in record.why
    assert plane.exchange.observer.counts["package.unread"] == 1


def test_what_nobody_foresaw_in_judging(forge: Forge, tmp_path: Path) -> None:
    """The same where what came can't be judged: it is written down as that package's trouble."""
    odd = TagRules(rolling=7)  # type: ignore[arg-type]
    plane = plane_of(tmp_path, forge, definition("jq", tags=odd))
    refresh(plane)
    record = record_of(plane)
    assert (record.failures, record.trouble) == (1, Trouble.NONSENSE)
    assert "TypeError" in record.why


def test_dates_without_a_zone(forge: Forge, plane: Plane) -> None:
    """They are taken for UTC, beside others that have one."""
    odd = release("v1.8", age=timedelta(days=2))
    odd["published_at"] = odd["published_at"].removesuffix("Z")
    forge.repositories["o/jq"].insert(1, odd)
    refresh(plane)
    assert in_force(plane) == ["1.8", "1.7", "1.6"]


NONSENSE = [
    pytest.param(b"<html>login</html>", "text/html", id="a portal"),
    pytest.param(b'[{"tag_name": "v9", "as', "application/json", id="cut"),
    pytest.param(b'{"message": "ok"}', "application/json", id="no list"),
]


@pytest.mark.parametrize(("body", "kind"), NONSENSE)
def test_nonsense(forge: Forge, plane: Plane, body: bytes, kind: str) -> None:
    """A good status with a body that is no list changes nothing."""
    refresh(plane)
    forge.fault = lambda request: forge.answer(request, body=body, content_type=kind)
    later(forge, minutes=10)
    refresh(plane)
    assert record_of(plane).trouble is Trouble.NONSENSE
    assert in_force(plane) == ["1.7", "1.6"]


def test_an_outage_and_its_end(forge: Forge, tmp_path: Path) -> None:
    """Through 36 minutes of 5xx only probes are sent; afterwards all is fresh within two intervals, without a herd."""
    names = [f"p{number}" for number in range(40)]
    forge.repositories = {f"o/{name}": [release("v1")] for name in names}
    plane = plane_of(tmp_path, forge, *(definition(name) for name in names))
    for _ in range(120):
        refresh(plane)
        later(forge, seconds=10)
    forge.fault = lambda request: forge.answer(request, 502, b"")
    start = len(forge.asked)
    for _ in range(36 * 6):
        refresh(plane)
        later(forge, seconds=10)
    assert len(forge.asked) - start < 30
    forge.fault = lambda _: None
    healed_at = forge.clock.now()
    most = 0
    for _ in range(20 * 6):
        before = len(forge.asked)
        refresh(plane)
        most = max(most, len(forge.asked) - before)
        later(forge, seconds=10)
    assert all((record_of(plane, name).checked_at or START) > healed_at for name in names)
    assert most <= 3


def test_a_fault_that_passes(forge: Forge, plane: Plane) -> None:
    """A connection that broke is tried again at once, and nobody notices."""
    refresh(plane)
    forge.repositories["o/jq"].insert(0, release("v1.8", age=timedelta(hours=2)))
    faults = [NetworkFault(kind=NetworkFaultKind.RESET, message="reset")]
    forge.fault = lambda _: faults.pop() if faults else None
    later(forge, minutes=10)
    refresh(plane)
    assert in_force(plane)[0] == "1.8"


def test_a_long_history(forge: Forge, tmp_path: Path) -> None:
    """A history is read a page at a time and once; afterwards one conditional request suffices."""
    forge.repositories["o/jq"] = history(250)
    plane = plane_of(tmp_path, forge, definition("jq"))
    refresh(plane)
    assert len(in_force(plane)) == 100
    for _ in range(3):
        later(forge, minutes=1)
        refresh(plane)
    assert len(in_force(plane)) == 250
    pages = [url for url in forge.listed if "page=2" in url or "page=3" in url]
    assert len(pages) == 2
    later(forge, minutes=10)
    before = len(forge.asked)
    refresh(plane)
    assert len(forge.asked) == before + 1
    assert record_of(plane).older is None


def test_more_news_than_a_page(forge: Forge, tmp_path: Path) -> None:
    """Where so much is new that the known history isn't met, the gap is read, too."""
    forge.repositories["o/jq"] = history(300)[150:]
    plane = plane_of(tmp_path, forge, definition("jq"))
    for _ in range(3):
        refresh(plane)
        later(forge, minutes=2)
    assert len(in_force(plane)) == 150
    forge.repositories["o/jq"] = history(300)
    later(forge, minutes=10)
    for _ in range(4):
        refresh(plane)
        later(forge, minutes=2)
    assert len(in_force(plane)) == 300


def test_releases_that_no_page_lists(forge: Forge, tmp_path: Path) -> None:
    """They come with the last page, and say nothing about how far back the first one reaches."""
    older = {"12.3", "11.8", "10.13", "10.12"}
    one = definition("pg", source=Source(kind=SourceKind.POSTGRES, repository=""))
    forge.repositories[postgres.REPOSITORY] = history(201)[2:]
    plane = plane_of(tmp_path, forge, one)
    refresh(plane)
    assert len(in_force(plane, "pg")) == 100
    later(forge, minutes=1)
    refresh(plane)
    assert len(in_force(plane, "pg")) == 199 + len(older)
    forge.repositories[postgres.REPOSITORY] = history(201)
    later(forge, minutes=10)
    refresh(plane)
    assert record_of(plane, "pg").trouble is Trouble.NONE
    assert len(in_force(plane, "pg")) == 201 + len(older)
    assert older < set(in_force(plane, "pg"))


def test_pages_in_a_circle(forge: Forge, tmp_path: Path) -> None:
    """A history that leads back to itself ends, is told of, and costs nothing but its pages."""
    forge.repositories["o/jq"] = history(250)

    def around(request: Request) -> Response | None:
        if "page=3" not in request.url:
            return None
        first = forge.page(replace(request, url=request.url.replace("page=3", "page=1")))
        again = f'<{request.url.replace("page=3", "page=2")}>; rel="next"'
        return replace(first, headers={**first.headers, Received.LINK: again})

    forge.fault = around
    plane = plane_of(tmp_path, forge, definition("jq"))
    for _ in range(8):
        refresh(plane)
        later(forge, minutes=2)
    assert record_of(plane).has_endless_history
    assert len(in_force(plane)) == 200
    assert sum("page=" in url.replace("per_page=", "") for url in forge.listed) == 2


@pytest.mark.parametrize(
    "link", ["http://[::1", "https://elsewhere.example/?page=2", "https://h:port/", "x"]
)
def test_a_next_page_that_leads_nowhere(forge: Forge, tmp_path: Path, link: str) -> None:
    """It costs the package that it is about, and no other."""
    forge.repositories |= {"o/jq": history(3), "o/rg": [release("v14")]}

    def odd(request: Request) -> Response | None:
        if "o/jq" not in request.url:
            return None
        page = forge.page(request)
        return replace(page, headers={**page.headers, Received.LINK: f'<{link}>; rel="next"'})

    forge.fault = odd
    plane = plane_of(tmp_path, forge, definition("jq"), definition("rg"))
    for _ in range(2):
        refresh(plane)
    assert record_of(plane).trouble is Trouble.NONSENSE
    assert in_force(plane, "rg") == ["14"]


def conditional(forge: Forge) -> list[bool]:
    """Tell of each list that was asked for whether it was asked for on a condition."""
    return [
        Header.IF_NONE_MATCH in one.headers
        for one in forge.asked
        if one.url.endswith("per_page=100")
    ]


def test_not_modified_is_not_believed_for_ever(forge: Forge, plane: Plane) -> None:
    """Once a week the list is asked for without a condition, so that a broken cache can't freeze a package."""
    refresh(plane)
    forge.repositories["o/jq"].insert(0, release("v1.8", age=timedelta(hours=2)))

    def stuck(request: Request) -> Response | None:
        is_conditional = Header.IF_NONE_MATCH in request.headers
        return forge.answer(request, 304, b"") if is_conditional else None

    forge.fault = stuck
    for _ in range(8):
        later(forge, days=1)
        refresh(plane)
    assert in_force(plane)[0] == "1.8"


def test_not_modified_without_a_question(forge: Forge, plane: Plane) -> None:
    """Not modified, where nothing is known, is nonsense; the next question is a plain one again."""
    forge.fault = lambda request: forge.answer(request, 304, b"")
    refresh(plane)
    assert record_of(plane).trouble is Trouble.NONSENSE
    forge.fault = lambda _: None
    later(forge, minutes=20)
    refresh(plane)
    assert in_force(plane) == ["1.7", "1.6"]
    assert conditional(forge) == [False, False]


def test_lost_releases_are_asked_for_without_a_condition(forge: Forge, plane: Plane) -> None:
    """A validator without the releases that it speaks of isn't used."""
    refresh(plane)
    with plane.memory.transaction():
        record = plane.memory.record(JQ)
        assert record is not None
        plane.memory.forget(JQ)
        plane.memory.save(record)
    later(forge, minutes=10)
    refresh(plane)
    later(forge, minutes=10)
    refresh(plane)
    assert conditional(forge) == [False, False, True]
    assert in_force(plane) == ["1.7", "1.6"]


def test_a_new_token_needs_new_validators(forge: Forge, tmp_path: Path) -> None:
    """An ETag is sent only with the credential that it was given to."""
    forge.credential = None
    refresh(plane_of(tmp_path, forge, definition("jq")))
    forge.credential = github_token()
    later(forge, minutes=10)
    plane = plane_of(tmp_path, forge, definition("jq"), session="with a token")
    refresh(plane)
    later(forge, minutes=10)
    refresh(plane)
    assert conditional(forge) == [False, False, True]


def test_a_renamed_repository(forge: Forge, plane: Plane) -> None:
    """Where its upstream moved is noted, until it is asked for where it lives."""

    def moved(request: Request) -> Response | None:
        if request.url.endswith("/rate_limit"):
            return None
        url = "https://api.github.com/repositories/1/releases?per_page=100"
        return replace(forge.page(request), url=url, was_moved=True)

    forge.fault = moved
    refresh(plane)
    assert record_of(plane).moved_to.endswith("/repositories/1/releases?per_page=100")
    assert in_force(plane) == ["1.7", "1.6"]
    later(forge, minutes=10)
    refresh(plane)
    assert plane.exchange.observer.counts["package.moved"] == 1


def without_digests(one: dict[str, Any], *more: str) -> dict[str, Any]:
    """Write a release as GitHub listed it before it told digests, with these files added."""
    tag, at = one["tag_name"], one["published_at"]
    files = [*one["assets"], *(asset(tag, name, at) for name in more)]
    return {**one, "assets": [{**file, "digest": None} for file in files]}


def checksums_in_force(plane: Plane) -> list[str | None]:
    """List the checksums of the newest release's builds."""
    snapshot = plane.present.snapshot(plane.present.entry(JQ))
    assert snapshot is not None
    return [build.sha256 for build in snapshot.releases[0].assets]


SUMS = "https://github.com/o/r/releases/download/v1.7/SHA256SUMS"


def test_checksum_files(forge: Forge, plane: Plane) -> None:
    """A digest that the list lacks is read from the release's own file, once, and without a credential."""
    forge.repositories["o/jq"] = [without_digests(release("v1.7"), "SHA256SUMS")]
    digest = "ab" * 32
    forge.files[SUMS] = f"{digest}  x-v1.7-linux-amd64.tar.gz\n".encode()
    for _ in range(3):
        refresh(plane)
        later(forge, minutes=10)
    assert checksums_in_force(plane) == [digest, None]
    asked = [one for one in forge.asked if one.url == SUMS]
    assert len(asked) == 1
    assert asked[0].hosts == {
        "objects.githubusercontent.com",
        "release-assets.githubusercontent.com",
    }


def test_the_newest_releases_get_their_checksums_first(forge: Forge, plane: Plane) -> None:
    """The newest by their dates, in whatever line: an older line may get its fixes after the newer one did."""
    ages = {"v2.3": 20, "v2.2": 30, "v2.1": 40, "v1.9": 1, "v1.8": 10}
    forge.repositories["o/jq"] = [
        without_digests(release(tag, age=timedelta(days=days)), "SHA256SUMS")
        for tag, days in ages.items()
    ]
    refresh(plane)
    asked = [one.url.split("/")[-2] for one in forge.asked if one.url.endswith("/SHA256SUMS")]
    assert asked == ["v1.9", "v1.8", "v2.3"]


def test_a_checksum_file_that_cannot_be_had_now(forge: Forge, plane: Plane) -> None:
    """It is asked for again with the next list, which then comes whole although nothing changed."""
    forge.repositories["o/jq"] = [without_digests(release("v1.7"), "SHA256SUMS")]
    digest = "ab" * 32
    forge.files[SUMS] = f"{digest}  x-v1.7-linux-amd64.tar.gz\n".encode()
    ill = NetworkFault(kind=NetworkFaultKind.TIMEOUT, message="slow")
    forge.fault = lambda request: ill if request.url == SUMS else None
    refresh(plane)
    assert checksums_in_force(plane) == [None, None]
    forge.fault = lambda _: None
    later(forge, minutes=10)
    refresh(plane)
    assert checksums_in_force(plane) == [digest, None]


def test_files_elsewhere_are_not_fetched(forge: Forge, plane: Plane) -> None:
    """A list can't make the writer ask a host that its source doesn't speak for."""
    bad = without_digests(release("v1.7"), "SHA256SUMS")
    bad["assets"][-1]["browser_download_url"] = "http://169.254.169.254/latest/meta-data"
    forge.repositories["o/jq"] = [bad]
    refresh(plane)
    assert all(HOST in one.url for one in forge.asked)
    assert in_force(plane) == ["1.7"]


def test_a_changed_file_waits(forge: Forge, plane: Plane) -> None:
    """A published file whose digest changes isn't served for a day, and then as it is now."""
    refresh(plane)
    changed = forge.repositories["o/jq"][0]["assets"][0]
    changed["digest"] = f"sha256:{'cd' * 32}"
    later(forge, minutes=10)
    refresh(plane)
    assert len(checksums_in_force(plane)) == 1
    assert record_of(plane).withheld[0].name == changed["name"]
    for _ in range(25):
        later(forge, hours=1)
        refresh(plane)
    assert "cd" * 32 in checksums_in_force(plane)
    assert record_of(plane).withheld == ()


def test_older_news_is_dropped(forge: Forge, plane: Plane, tmp_path: Path) -> None:
    """What a writer fetched before another one asked is no news any more: it is left out."""
    other = plane_of(tmp_path, forge, definition("jq"), session="another")

    def meanwhile(request: Request) -> Response | None:
        if "/repos/" not in request.url:
            return None
        forge.fault = lambda _: None
        old = forge.page(request)
        forge.repositories["o/jq"].insert(0, release("v1.8", age=timedelta(hours=2)))
        with other.memory.transaction():
            record = other.memory.record(JQ)
            assert record is not None
            other.memory.save(replace(record, session="another"))
        return old

    forge.fault = meanwhile
    refresh(plane)
    assert in_force(plane) == []
    later(forge, minutes=10)
    refresh(other)
    assert in_force(plane) == ["1.8", "1.7", "1.6"]


def test_an_operator_breaker(forge: Forge, plane: Plane) -> None:
    """A breaker held open by order lets nothing through, and `auto` ends it."""
    refresh(plane)
    key = plane.exchange.access.key(HOST)
    for how, asked in [(Force.OPEN, 0), (Force.NONE, 1)]:
        with plane.memory.transaction():
            upstream = plane.exchange.upstream(key)
            plane.memory.save_upstream(key, released(upstream, how))
        later(forge, minutes=10)
        assert refresh(plane).asked == asked
