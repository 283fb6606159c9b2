"""Sources of several documents through the write path, against the test bed's publishers."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace
from tests.clocks import StillClock
from tests.upstreams import Forge, definition, plane_of

from artesian.model.definition import AssetRules, Index, Source, SourceKind
from artesian.model.header import Header, Received
from artesian.model.host import Os
from artesian.model.names import PackageName
from artesian.model.outcome import NetworkFault, NetworkFaultKind, Request, Response
from artesian.model.release import Release
from artesian.refresh.pipeline import plan, run_pass
from artesian.refresh.plane import Plane
from artesian.refresh.record import Record, Trouble
from artesian.refresh.upstream import first_met
from artesian.sim import publishers
from artesian.sim.wire import Wire

X = PackageName("x")
PAGE = b"<!DOCTYPE html><html><body>Please sign in.</body></html>"


def served(request: Request) -> Response:
    """Answer as the test bed's publishers do."""
    parts = urlsplit(request.url)
    headers = tuple((name.value, value) for name, value in request.headers.items())
    wire = Wire(host=parts.netloc, path=parts.path, query=parts.query, headers=headers)
    answer = publishers.answer(wire)
    if answer is None:
        return Response(url=request.url, status=404, headers={}, body=b"")
    received = {Received(name): value for name, value in answer.headers}
    return Response(url=request.url, status=answer.status, headers=received, body=answer.body)


@pytest.fixture
def forge() -> Forge:
    """A forge that is all publishers."""
    forge = Forge(StillClock())
    forge.fault = served
    return forge


def source(kind: SourceKind, repository: str = "", base_url: str | None = None) -> Source:
    """Build a source."""
    return Source(kind=kind, repository=repository, base_url=base_url)


def plane_for(forge: Forge, folder: Path, one: Source, assets: AssetRules | None = None) -> Plane:
    """Put a plane together with one package of this source."""
    return plane_of(folder, forge, definition("x", source=one, assets=assets or AssetRules()))


def refresh(plane: Plane) -> None:
    """Run one pass over what is due."""
    asyncio.run(run_pass(plane, plan(plane, plane.wanted[X].host)))


def later(forge: Forge, **more: float) -> None:
    """Let time pass, and forget what was asked."""
    assert isinstance(forge.clock, StillClock)
    forge.clock.seconds += timedelta(**more).total_seconds()
    forge.asked.clear()


def record_of(plane: Plane) -> Record:
    """Read what is remembered of the package."""
    with plane.memory.transaction():
        record = plane.memory.record(X)
    assert record is not None
    return record


def in_force(plane: Plane) -> tuple[Release, ...]:
    """List the releases that readers see."""
    snapshot = plane.present.snapshot(plane.present.entry(X))
    return () if snapshot is None else snapshot.releases


def asked(forge: Forge) -> list[str]:
    """Name what was asked, without schemes."""
    return [one.url.removeprefix("https://") for one in forge.asked]


NODE = source(SourceKind.NODE)
INDEXES = [
    "nodejs.org/download/release/index.json",
    "unofficial-builds.nodejs.org/download/release/index.json",
]


def test_both_indexes_and_the_newest_digests(forge: Forge, tmp_path: Path) -> None:
    """All documents are read before anything is in force; then the digests of the newest releases."""
    plane = plane_for(forge, tmp_path, NODE)
    refresh(plane)
    assert asked(forge)[:2] == INDEXES
    assert {one.rpartition("/")[2] for one in asked(forge)[2:]} == {"SHASUMS256.txt"}
    newest = next(one for one in in_force(plane) if one.is_lts)
    files = {asset.name: asset for asset in newest.assets}
    assert newest.version == "22.10.0"
    assert files["node-v22.10.0-linux-x64.tar.gz"].sha256 is not None
    assert files["node-v22.10.0-linux-x64-musl.tar.gz"].urls[0].startswith("https://unofficial")


def test_nothing_new_costs_conditional_requests(forge: Forge, tmp_path: Path) -> None:
    """Where all documents have validators, each is asked for with its own, and nothing more."""
    plane = plane_for(forge, tmp_path, NODE)
    refresh(plane)
    later(forge, minutes=10)
    refresh(plane)
    assert asked(forge) == INDEXES
    assert all(Header.IF_NONE_MATCH in one.headers for one in forge.asked)
    assert record_of(plane).checked_at == forge.clock.now()


def test_one_of_them_is_new(forge: Forge, tmp_path: Path) -> None:
    """When one document changed, the others are fetched whole, too; next time all are conditional again."""
    plane = plane_for(forge, tmp_path, NODE)
    refresh(plane)
    later(forge, minutes=10)

    def changed(request: Request) -> Response:
        answer = served(request)
        if INDEXES[1] not in request.url or answer.status != 304:
            return answer
        headers = {Received.CONTENT_TYPE: "application/json", Received.ETAG: '"new"'}
        body = publishers.BODIES[INDEXES[1]][1].replace(b"linux-armv6l", b"linux-riscv64")
        return Response(url=request.url, status=200, headers=headers, body=body)

    forge.fault = changed
    refresh(plane)
    assert asked(forge) == [*INDEXES, INDEXES[0]]
    assert "riscv64" in str(in_force(plane))
    later(forge, minutes=10)
    refresh(plane)
    assert all(Header.IF_NONE_MATCH in one.headers for one in forge.asked[:2])


def test_an_index_that_leads_to_more(forge: Forge, tmp_path: Path) -> None:
    """MariaDB costs a request for its index and one for each line; without validators all are asked for each time."""
    plane = plane_for(forge, tmp_path, source(SourceKind.MARIADB))
    for _ in range(2):
        refresh(plane)
        lines = [one.rpartition("/")[2] for one in asked(forge)]
        assert lines == ["", "11.7", "11.6", "11.4", "10.11"]
        later(forge, minutes=10)
    assert [one.version for one in in_force(plane) if one.is_lts] == ["11.4.4", "10.11.10"]


def broken(part: str, how: Callable[[Request], Response | NetworkFault]) -> object:
    """Break the documents whose address has `part`."""

    def fault(request: Request) -> Response | NetworkFault:
        return how(request) if part in request.url else served(request)

    return fault


def error(status: int, body: bytes = b"{}", kind: str = "application/json") -> object:
    """Answer with an error or another body."""

    def answer(request: Request) -> Response:
        return Response(
            url=request.url, status=status, headers={Received.CONTENT_TYPE: kind}, body=body
        )

    return answer


def hang_up(request: Request) -> NetworkFault:
    """Never answer."""
    return NetworkFault(kind=NetworkFaultKind.RESET, message=urlsplit(request.url).netloc)


FLUTTER = source(SourceKind.FLUTTER)
FAULTS = [
    pytest.param(FLUTTER, "macos", error(500), Trouble.FAULT, id="ill"),
    pytest.param(FLUTTER, "windows", error(404), Trouble.GONE, id="moved"),
    pytest.param(FLUTTER, "windows", hang_up, Trouble.FAULT, id="cut off"),
    pytest.param(FLUTTER, "linux", error(200, PAGE, "text/html"), Trouble.NONSENSE, id="a page"),
    pytest.param(FLUTTER, "linux", error(200, PAGE), Trouble.NONSENSE, id="a page that lies"),
    pytest.param(FLUTTER, "macos", error(304), Trouble.NONSENSE, id="unasked"),
    pytest.param(source(SourceKind.MARIADB), "11.4", error(403), Trouble.REFUSED, id="refused"),
]


@pytest.mark.parametrize(("one", "part", "how", "trouble"), FAULTS)
def test_one_document_fails(
    forge: Forge,
    tmp_path: Path,
    one: Source,
    part: str,
    how: Callable[[Request], Response],
    trouble: Trouble,
) -> None:
    """What can't be had whole isn't taken in at all: the package keeps what it has, and says why."""
    plane = plane_for(forge, tmp_path, one)
    refresh(plane)
    before = in_force(plane)
    later(forge, days=8)  # nothing is conditional by then
    fault = broken(part, how)
    assert callable(fault)
    forge.fault = fault
    refresh(plane)
    assert before
    assert in_force(plane) == before
    assert record_of(plane).trouble is trouble


PAGES = [
    (source(SourceKind.ITERM2), AssetRules(os=Os.MACOS), "3.5.10"),
    (
        Source(
            kind=SourceKind.HTML,
            repository="",
            base_url="https://index.example.com/rockets.html",
            index=Index(pattern=r'"(?P<url>/files/rocket-(?P<version>[0-9.]+)-[^"]+)"'),
        ),
        AssetRules(),
        "1.1.0",
    ),
]


@pytest.mark.parametrize(("one", "rules", "version"), PAGES)
def test_pages_are_asked_for_as_pages(
    forge: Forge, tmp_path: Path, one: Source, rules: AssetRules, version: str
) -> None:
    """Where releases are links of a page, a page is what is asked for, and no error."""
    plane = plane_for(forge, tmp_path, one, rules)
    refresh(plane)
    assert [request.headers[Header.ACCEPT] for request in forge.asked] == ["text/html"]
    assert version in {release.version for release in in_force(plane)}


def test_a_pattern_that_never_ends(forge: Forge, tmp_path: Path) -> None:
    """It ages its own package, with the reason, and stops nothing else."""
    (page, _, _) = PAGES[1]
    assert isinstance(page, Source)
    hungry = Index(pattern=r"(?P<url>([^<]+)+)\0(?P<version>x)")
    plane = plane_for(forge, tmp_path, replace(page, index=hungry))
    refresh(plane)
    assert record_of(plane).trouble is Trouble.NONSENSE


def test_a_repository_without_tags_moves_on(forge: Forge, tmp_path: Path) -> None:
    """A new commit takes the place of the one before at once."""
    where = "https://git.example.com"
    plane = plane_for(forge, tmp_path, source(SourceKind.GIT, "acme/untagged", where))
    refresh(plane)
    (first,) = in_force(plane)
    assert first.version == f"0+{first.tag[:12]}"
    later(forge, minutes=10)

    def moved_on(request: Request) -> Response:
        answer = served(request)
        body = answer.body.replace(first.tag.encode(), b"b" * 40)
        return Response(url=request.url, status=200, headers=answer.headers, body=body)

    forge.fault = moved_on
    refresh(plane)
    assert [(one.version, one.tag) for one in in_force(plane)] == [("0+bbbbbbbbbbbb", "b" * 40)]
    assert in_force(plane)[0].assets[0].urls == (f"{where}/acme/untagged.git#{'b' * 40}",)


def test_documents_that_were_begun_are_all_asked_for(forge: Forge, tmp_path: Path) -> None:
    """Where the pace allows two requests for now, a source of five is read to its end, and then waited for."""
    plane = plane_for(forge, tmp_path, source(SourceKind.MARIADB))
    host = plane.wanted[X].host
    key = plane.exchange.access.key(host)
    with plane.memory.transaction():
        plane.memory.save_upstream(key, first_met(14, now=forge.clock.now()))
    refresh(plane)
    assert len(asked(forge)) == 5
    assert in_force(plane)
    later(forge, minutes=11)
    refresh(plane)
    assert asked(forge) == []
    later(forge, minutes=11)
    refresh(plane)
    assert len(asked(forge)) == 5
