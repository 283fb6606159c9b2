"""The query that tells which packages changed: what it saves, and that nothing depends on it."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.clocks import StillClock
from tests.upstreams import HOST, Forge, definition, github_token, plane_of, release

from artesian.model.definition import Source, SourceKind
from artesian.model.header import Header
from artesian.model.names import PackageName
from artesian.model.outcome import Request, Response
from artesian.refresh.pipeline import plan, run_pass
from artesian.refresh.plane import Plane
from artesian.refresh.sweep import sweep

COUNT = 70
NAMES = tuple(f"p{number:02}" for number in range(COUNT))


@pytest.fixture
def forge() -> Forge:
    """A forge with seventy packages."""
    forge = Forge(StillClock(), credential=github_token())
    forge.repositories = {f"o/{name}": [release("v1"), release("v0")] for name in NAMES}
    return forge


@pytest.fixture
def plane(forge: Forge, tmp_path: Path) -> Plane:
    """A plane that knows all of them."""
    plane = plane_of(tmp_path, forge, *(definition(name) for name in NAMES))
    for _ in live(plane, forge, hours=0.5):
        pass
    return plane


def live(plane: Plane, forge: Forge, *, hours: float) -> Iterator[int]:
    """Do a pass every ten seconds, as the writer does; yields the number of each."""
    assert isinstance(forge.clock, StillClock)
    for number in range(int(hours * 360)):
        yield number

        async def step() -> None:
            await sweep(plane, HOST)
            await run_pass(plane, plan(plane, HOST))

        asyncio.run(step())
        forge.clock.seconds += 10


def versions(plane: Plane, name: str) -> list[str]:
    """List the versions that readers see."""
    snapshot = plane.present.snapshot(plane.present.entry(PackageName(name)))
    assert snapshot is not None
    return [one.version for one in snapshot.releases]


def newest(plane: Plane, name: str) -> str:
    """Tell the newest of them."""
    return versions(plane, name)[0]


def oldest_age(plane: Plane, forge: Forge) -> timedelta:
    """Tell how long ago the package was checked that was checked longest ago."""
    with plane.memory.transaction():
        times = [record.checked_at for record in plane.memory.records().values()]
    return max(forge.clock.now() - time for time in times if time is not None)


def test_what_an_hour_costs(forge: Forge, plane: Plane) -> None:
    """Seventy packages, one in twenty changing an hour, ten minutes fresh: under sixty points and requests together."""
    requests, points = len(forge.listed), forge.points
    oldest = timedelta()
    for number in live(plane, forge, hours=4):
        if number % 100 == 50:
            name = NAMES[number // 100]
            forge.repositories[f"o/{name}"].insert(0, release("v2", age=timedelta(hours=1)))
        if number > 10:
            oldest = max(oldest, oldest_age(plane, forge))
    assert oldest <= timedelta(minutes=11)
    assert len(forge.listed) - requests <= 4 * 60  # a query is a request, too
    assert forge.points - points >= 4 * 12
    assert [newest(plane, NAMES[index]) for index in range(14)] == ["2"] * 14


def test_a_change_is_fetched_at_once(forge: Forge, plane: Plane) -> None:
    """What a query finds changed is in force after the same pass."""
    forge.repositories["o/p33"].insert(0, release("v2", age=timedelta(hours=1)))
    passes = sum(1 for _ in live(plane, forge, hours=0.2) if newest(plane, "p33") != "2")
    assert passes <= 61


def test_downloads_cost_nothing(forge: Forge, plane: Plane) -> None:
    """Lists whose ETag changes with every download aren't fetched for it."""
    count = sum("/releases" in url for url in forge.listed)
    for number in live(plane, forge, hours=2):
        for releases in forge.repositories.values():
            releases[0]["download_count"] = number
    # Only what is due once a day.
    assert sum("/releases" in url for url in forge.listed) - count <= 8


def test_once_a_day_the_whole_list(forge: Forge, plane: Plane) -> None:
    """A change that the query doesn't look at is found within a day."""
    for name in NAMES:
        forge.repositories[f"o/{name}"].append(release("v0.1", age=timedelta(days=90)))
    for _ in live(plane, forge, hours=0.5):
        pass
    assert not any("0.1" in versions(plane, name) for name in NAMES)
    with plane.memory.transaction():
        for record in tuple(plane.memory.records().values()):
            assert record.audited_at is not None
            earlier = record.audited_at - timedelta(hours=23)
            plane.memory.save(replace(record, audited_at=earlier))
    for _ in live(plane, forge, hours=0.5):
        pass
    assert all("0.1" in versions(plane, name) for name in NAMES)


def refusing(forge: Forge, status: int, body: bytes = b"{}") -> None:
    """Answer queries so, and lists as ever."""

    def fault(request: Request) -> Response | None:
        is_query = request.url.endswith("/graphql")
        return forge.answer(request, status, body) if is_query else None

    forge.fault = fault


REFUSALS = [
    pytest.param(404, b"{}", id="no such thing"),
    pytest.param(403, b"{}", id="forbidden"),
    pytest.param(502, b"{}", id="too slow"),
    pytest.param(200, b"<html>", id="no answer to a query"),
    pytest.param(200, b'{"errors": [{"type": "RATE_LIMITED"}]}', id="points used up"),
    pytest.param(200, b'{"data": null, "errors": [{"message": "x"}]}', id="failed"),
]


@pytest.mark.parametrize(("status", "body"), REFUSALS)
def test_without_it(forge: Forge, plane: Plane, status: int, body: bytes) -> None:
    """Whatever a query comes to, each package is asked for by itself when it is due."""
    refusing(forge, status, body)
    forge.repositories["o/p33"].insert(0, release("v2", age=timedelta(hours=1)))
    points = len([url for url in forge.listed if url == "/graphql"])
    for _ in live(plane, forge, hours=1):
        pass
    assert oldest_age(plane, forge) <= timedelta(minutes=13)
    assert newest(plane, "p33") == "2"
    assert len([url for url in forge.listed if url == "/graphql"]) - points <= 40


@pytest.mark.parametrize(
    "resets_at", ["9999-12-31T23:59:59Z", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00", "", None]
)
def test_points_that_come_back_in_years(forge: Forge, plane: Plane, resets_at: str | None) -> None:
    """A reset in the far future is a broken clock: it is obeyed for seventy minutes at most."""
    rate = {"limit": 5000, "cost": 1, "remaining": 0, "resetAt": resets_at}
    body = json.dumps({"data": {"rateLimit": rate}, "errors": [{"type": "RATE_LIMITED"}]}).encode()
    forge.fault = lambda one: forge.answer(one, 200, body) if one.body else None
    before = forge.clock.now()
    for _ in live(plane, forge, hours=0.5):
        pass
    with plane.memory.transaction():
        upstream = plane.memory.upstream(plane.exchange.access.key(f"{HOST}/graphql"))
    assert upstream is not None
    assert upstream.breaker.until is not None
    assert before < upstream.breaker.until < forge.clock.now() + timedelta(minutes=75)
    assert upstream.budget.resets_at < forge.clock.now() + timedelta(minutes=75)


def test_a_dead_token_is_dead_for_all(forge: Forge, plane: Plane) -> None:
    """A 401 to a query is the only one for an hour."""
    forge.fault = lambda request: forge.answer(request, 401, b"{}")
    count = len(forge.listed)
    for _ in live(plane, forge, hours=0.9):
        pass
    assert len(forge.listed) - count == 1


def test_partly_answered(forge: Forge, plane: Plane) -> None:
    """A repository that the query doesn't tell of is asked for by itself."""
    del forge.repositories["o/p01"]
    for _ in live(plane, forge, hours=1):
        pass
    with plane.memory.transaction():
        record = plane.memory.record(PackageName("p01"))
    assert record is not None
    assert record.trouble == "gone"
    assert newest(plane, "p01") == "1"


def test_a_cache_that_says_not_modified(forge: Forge, plane: Plane) -> None:
    """What a query saw change is asked for without a condition, so that a broken cache can't hide it."""

    def stuck(request: Request) -> Response | None:
        is_conditional = Header.IF_NONE_MATCH in request.headers
        return forge.answer(request, 304, b"") if is_conditional else None

    forge.fault = stuck
    forge.repositories["o/p33"].insert(0, release("v2", age=timedelta(hours=1)))
    for _ in live(plane, forge, hours=0.3):
        pass
    assert newest(plane, "p33") == "2"


def test_two_packages_of_one_repository(forge: Forge, tmp_path: Path) -> None:
    """Both are confirmed, and both fetched."""
    source = Source(kind=SourceKind.GITHUB, repository="o/p00")
    twins = [definition(f"twin{number}", source=source) for number in range(2)]
    plane = plane_of(tmp_path / "twins", forge, *twins, *(definition(name) for name in NAMES[:9]))
    for number in live(plane, forge, hours=2):
        if number == 360:
            forge.repositories["o/p00"].insert(0, release("v2", age=timedelta(hours=1)))
    assert (newest(plane, "twin0"), newest(plane, "twin1")) == ("2", "2")


def test_a_few_packages_are_asked_for_by_themselves(forge: Forge, tmp_path: Path) -> None:
    """Where there are few, conditional requests cost less than a query."""
    plane = plane_of(tmp_path / "few", forge, *(definition(name) for name in NAMES[:5]))
    for _ in live(plane, forge, hours=2):
        pass
    assert forge.points == 0
    assert any(Header.IF_NONE_MATCH in one.headers for one in forge.asked)


def test_strangers_ask_nothing_so(forge: Forge, tmp_path: Path) -> None:
    """Without a token there are no queries."""
    forge.credential = None
    plane = plane_of(tmp_path / "anonymous", forge, *(definition(name) for name in NAMES[:20]))
    for _ in live(plane, forge, hours=1):
        pass
    assert forge.points == 0
