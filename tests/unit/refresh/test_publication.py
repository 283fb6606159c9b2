"""What is known against what is in force: found and made good without a request, whatever made them differ."""

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

from artesian.model.definition import AssetRules, Definition, Source, SourceKind, TagRules
from artesian.model.names import PackageName
from artesian.model.release import Release
from artesian.refresh import quarantine
from artesian.refresh.alerts import Facts, alerts
from artesian.refresh.decide import accept_quarantined
from artesian.refresh.memory import FILE
from artesian.refresh.pipeline import plan, run_pass
from artesian.refresh.plane import Plane
from artesian.refresh.publication import publish_changes
from artesian.refresh.quarantine import Kind
from artesian.refresh.report import describe
from artesian.store.disk import NotPublished
from artesian.store.encoding import object_path
from artesian.store.files import DirectoryFiles
from artesian.store.publish import adopt
from artesian.store.read import load_snapshot
from artesian.store.rollback import roll_back, unpin

JQ = PackageName("jq")


def refresh(plane: Plane) -> int:
    """Run one pass over what is due; tell how many packages were asked for."""
    return asyncio.run(run_pass(plane, plan(plane, HOST))).asked


def later(forge: Forge, **more: float) -> None:
    """Let time pass."""
    assert isinstance(forge.clock, StillClock)
    forge.clock.seconds += timedelta(**more).total_seconds()


def releases(plane: Plane, name: str = "jq") -> tuple[Release, ...]:
    """Read what readers see of a package."""
    snapshot = plane.present.snapshot(plane.present.entry(PackageName(name)))
    return () if snapshot is None else snapshot.releases


def versions(plane: Plane, name: str = "jq") -> list[str]:
    """List the versions that readers see of a package."""
    return [one.version for one in releases(plane, name)]


@pytest.fixture
def forge() -> Forge:
    """A forge with one small package."""
    forge = Forge(StillClock(), credential=github_token())
    forge.repositories["o/jq"] = [release("v1.7"), release("v1.6", age=timedelta(days=60))]
    return forge


def fetched(folder: Path, forge: Forge, *definitions: Definition, **more: Any) -> Plane:
    """Make a plane and let it fetch what is due."""
    plane = plane_of(folder, forge, *(definitions or (definition("jq"),)), **more)
    for _ in definitions or (None,):  # a pass takes few packages at a time
        refresh(plane)
    return plane


def test_a_changed_definition(forge: Forge, tmp_path: Path) -> None:
    """It takes effect without a request, with all that was known."""
    fetched(tmp_path, forge)
    count = len(forge.asked)
    changed = definition("jq", title="jay queue", tags=TagRules(prefix="v"))
    plane = plane_of(tmp_path, forge, changed, session="after a change")
    publish_changes(plane)
    assert plane.present.entry(JQ).title == "jay queue"
    assert versions(plane) == ["1.7", "1.6"]
    assert len(forge.asked) == count


def test_a_definition_that_would_lose_too_much(forge: Forge, tmp_path: Path) -> None:
    """A misspelt rule empties no package: what it would lead to is set aside, until it is accepted or put right."""
    fetched(tmp_path, forge)
    misspelt = definition("jq", tags=TagRules(prefix="jq-"))
    plane = plane_of(tmp_path, forge, misspelt, session="after a change")
    publish_changes(plane)
    assert versions(plane) == ["1.7", "1.6"]
    aside = quarantine.load(tmp_path, JQ)
    assert (aside.kind, aside.reason) == (Kind.SNAPSHOT, "none of its 2 versions would be left")
    right = plane_of(tmp_path, forge, definition("jq", tags=TagRules(prefix="v")), session="right")
    publish_changes(right)
    assert quarantine.load_all(tmp_path) == ()


def test_a_loss_that_is_meant(forge: Forge, tmp_path: Path) -> None:
    """An operator may accept what a definition leaves out."""
    fetched(tmp_path, forge)
    fewer = definition("jq", tags=TagRules(match=r"v1\.7"))
    plane = plane_of(tmp_path, forge, fewer, session="after a change")
    publish_changes(plane)
    assert versions(plane) == ["1.7", "1.6"]
    accept_quarantined(plane, JQ)
    assert versions(plane) == ["1.7"]
    publish_changes(plane)
    assert quarantine.load_all(tmp_path) == ()


def test_packages_come_and_go(forge: Forge, tmp_path: Path) -> None:
    """A new package is announced at once and fetched when it is its turn; one that left the catalogue goes."""
    forge.repositories |= {"o/rg": [release("v14")], "o/fd": [release("v10")]}
    fetched(tmp_path, forge, definition("jq"), definition("rg"), definition("fd"))
    plane = plane_of(
        tmp_path, forge, definition("jq"), definition("rg"), definition("yq"), session="next"
    )
    publish_changes(plane)
    found = seen(tmp_path)
    assert found is not None
    assert found[1] == {"jq": "1.7", "rg": "14", "yq": None}


def test_an_announced_package_takes_up_its_definition(forge: Forge, tmp_path: Path) -> None:
    """What is not fetched yet is told anew when its definition changes, in whatever, and only then."""
    first = plane_of(tmp_path, forge, definition("yq", title="why queue"))
    publish_changes(first)
    number = first.present.generation().number
    assert publish_changes(first) is None
    changed = definition("yq", title="why queue", readme="# yq\n", refused="It was a mistake.")
    plane = plane_of(tmp_path, forge, changed, session="after a change")
    publish_changes(plane)
    generation = plane.present.generation()
    assert generation.number == number + 1
    entry = generation.packages[PackageName("yq")]
    assert entry.about is not None
    assert load_snapshot(DirectoryFiles(tmp_path), entry.about).definition == changed


def test_a_lost_announcement_is_made_again(forge: Forge, tmp_path: Path) -> None:
    """By what is next to be published, and the pass after it; nothing else is touched."""
    first = plane_of(tmp_path, forge, definition("yq"))
    publish_changes(first)
    about = first.present.entry(PackageName("yq")).about
    assert about is not None
    (tmp_path / object_path(about)).unlink()
    plane = plane_of(tmp_path, forge, definition("yq"), definition("jq"), session="next")
    publish_changes(plane)
    assert plane.present.entry(PackageName("yq")).about is None
    publish_changes(plane)
    assert plane.present.entry(PackageName("yq")).about == about
    assert load_snapshot(DirectoryFiles(tmp_path), about).definition == definition("yq")
    assert publish_changes(plane) is None
    assert publish_changes(plane) is None
    assert forge.asked == []


def test_a_damaged_catalogue_drops_nothing(forge: Forge, tmp_path: Path) -> None:
    """Neither a catalogue with problems nor one that suddenly lacks most packages takes anything away."""
    forge.repositories |= {"o/rg": [release("v14")], "o/fd": [release("v10")]}
    names = ("jq", "rg", "fd")
    fetched(tmp_path, forge, *(definition(name) for name in names))
    broken = plane_of(tmp_path, forge, definition("jq"), definition("rg"), is_whole=False)
    publish_changes(broken)
    almost_empty = plane_of(tmp_path, forge, definition("jq"))
    publish_changes(almost_empty)
    found = seen(tmp_path)
    assert found is not None
    assert set(found[1]) == set(names)


def test_aliases(forge: Forge, tmp_path: Path) -> None:
    """Aliases follow the catalogue, and those of packages that can't be read stay."""
    forge.repositories |= {"o/rg": [release("v14")]}
    fetched(
        tmp_path,
        forge,
        definition("jq", aliases=(PackageName("jay"),)),
        definition("rg", aliases=(PackageName("ripgrep"),)),
    )
    changed = definition("jq", aliases=(PackageName("jayq"),))
    plane = plane_of(tmp_path, forge, changed, is_whole=False, session="next")
    publish_changes(plane)
    assert plane.present.generation().aliases == {"jayq": "jq", "ripgrep": "rg"}


def test_another_source(forge: Forge, tmp_path: Path) -> None:
    """A package whose source changed is fetched anew, and served as before until then."""
    fetched(tmp_path, forge)
    forge.repositories["jqlang/jq"] = [release("v2.0")]
    moved = definition("jq", source=Source(kind=SourceKind.GITHUB, repository="jqlang/jq"))
    plane = plane_of(tmp_path, forge, moved, session="next")
    publish_changes(plane)
    assert versions(plane) == ["1.7", "1.6"]
    assert refresh(plane) == 1
    assert versions(plane) == ["2.0"]


def uploading(*names: str, age: timedelta) -> dict[str, Any]:
    """Write release v1.8 with these files so far."""
    return release("v1.8", *names, age=age)


def test_half_uploaded(forge: Forge, tmp_path: Path) -> None:
    """A host whose build isn't there yet stays at the release before, for an hour, and then without a request."""
    plane = fetched(tmp_path, forge)
    half = uploading("x-v1.8-linux-amd64.tar.gz", age=timedelta(minutes=-5))
    forge.repositories["o/jq"].insert(0, half)
    later(forge, minutes=10)
    refresh(plane)
    assert releases(plane)[0].version == "1.8"
    assert releases(plane)[0].held == ("macos/arm64",)
    later(forge, minutes=56)
    count = len(forge.asked)
    publish_changes(plane)
    assert releases(plane)[0].held == ()
    assert len(forge.asked) == count


def test_the_upload_ends(forge: Forge, tmp_path: Path) -> None:
    """As soon as a release has the build that a host had before, the host gets it."""
    plane = fetched(tmp_path, forge)
    half = uploading("x-v1.8-linux-amd64.tar.gz", age=timedelta(minutes=-5))
    forge.repositories["o/jq"].insert(0, half)
    later(forge, minutes=10)
    refresh(plane)
    half["assets"].append(asset("v1.8", "x-v1.8-macos-arm64.tar.gz", half["published_at"]))
    later(forge, minutes=10)
    refresh(plane)
    assert releases(plane)[0].held == ()


def test_pinned(forge: Forge, tmp_path: Path) -> None:
    """What an operator rolled back stays until it is unpinned; then what is known is in force, without a request."""
    plane = fetched(tmp_path, forge)
    forge.repositories["o/jq"].insert(0, release("v1.8", age=timedelta(hours=3)))
    later(forge, minutes=10)
    refresh(plane)
    roll_back(tmp_path, to=None, names=[JQ], now=forge.clock.now())
    later(forge, minutes=10)
    refresh(plane)
    assert versions(plane) == ["1.7", "1.6"]
    unpin(tmp_path, names=[], now=forge.clock.now())
    count = len(forge.asked)
    publish_changes(plane)
    assert versions(plane)[0] == "1.8"
    assert len(forge.asked) == count


def test_the_memory_is_lost(forge: Forge, tmp_path: Path) -> None:
    """It costs requests when they are due, never data, and no definition waits for them."""
    plane = fetched(tmp_path, forge)
    plane.memory.close()
    for file in tmp_path.glob(f"{FILE}*"):
        file.unlink()
    changed = definition("jq", title="jay queue")
    plane = plane_of(tmp_path, forge, changed, session="without a memory")
    count = len(forge.asked)
    assert refresh(plane) == 0
    assert (plane.present.entry(JQ).title, versions(plane)) == ("jay queue", ["1.7", "1.6"])
    assert len(forge.asked) == count
    later(forge, minutes=10)
    assert refresh(plane) == 1
    assert versions(plane) == ["1.7", "1.6"]


def test_from_an_old_seed(forge: Forge, tmp_path: Path) -> None:
    """A first run from what ships with the program never shrinks it, and fills it up when it is asked for."""
    seed = tmp_path / "seed"
    older = Forge(StillClock())
    older.repositories["o/jq"] = [release("v1.6", age=timedelta(days=60))]
    fetched(seed, older)
    folder = tmp_path / "data"
    later(forge, days=90)
    adopt(folder, DirectoryFiles(seed), now=forge.clock.now())
    plane = fetched(folder, forge)
    assert versions(plane) == ["1.7", "1.6"]


class Killed(BaseException):
    """The process ends here."""


def test_killed_before_publishing(forge: Forge, tmp_path: Path) -> None:
    """What was remembered and not published is published by the next look, without a request."""
    plane = fetched(tmp_path, forge)
    forge.repositories["o/jq"].insert(0, release("v1.8", age=timedelta(hours=3)))
    later(forge, minutes=10)

    def die(*_: object) -> None:
        raise Killed

    with suppress(Killed):
        asyncio.run(run_pass(plane, plan(plane, HOST), told=die))
    plane.memory.close()
    assert versions(plane)[0] == "1.7"
    plane = plane_of(tmp_path, forge, definition("jq"), session="next")
    count = len(forge.asked)
    publish_changes(plane)
    assert versions(plane)[0] == "1.8"
    assert len(forge.asked) == count


def test_a_lost_object_is_written_again(forge: Forge, tmp_path: Path) -> None:
    """An object that is gone from disk comes back from the memory."""
    plane = fetched(tmp_path, forge)
    for file in (tmp_path / "objects").glob("*/*.json"):
        file.unlink()
    forge.repositories["o/rg"] = [release("v14")]
    plane = plane_of(tmp_path, forge, definition("jq"), definition("rg"), session="next")
    publish_changes(plane)
    publish_changes(plane)
    assert versions(plane) == ["1.7", "1.6"]


def test_readers_hear_of_confirmations(forge: Forge, tmp_path: Path) -> None:
    """A confirmation is told within a minute or two, but not each by itself."""
    names = [f"p{number}" for number in range(20)]
    forge.repositories |= {f"o/{name}": [release("v1")] for name in names}
    plane = fetched(tmp_path, forge, *(definition(name) for name in names))
    for _ in range(60):
        later(forge, seconds=10)
        refresh(plane)
    first = plane.present.generation().number
    for _ in range(60):
        later(forge, seconds=10)
        refresh(plane)
    told = plane.present.generation()
    assert 4 <= told.number - first <= 10
    oldest = min(entry.checked_at for entry in told.packages.values() if entry.checked_at)
    assert forge.clock.now() - oldest < timedelta(minutes=14)


def test_assets_left_out(forge: Forge, tmp_path: Path) -> None:
    """A rule about files changes what is served of releases that are known."""
    fetched(tmp_path, forge)
    rules = definition("jq", assets=AssetRules(exclude=("*nothing*",)))
    plane = plane_of(tmp_path, forge, rules, session="next")
    before = plane.present.entry(JQ).object
    publish_changes(plane)
    assert plane.present.entry(JQ).object != before
    assert len(releases(plane)[0].assets) == 2


def test_a_disk_that_refuses(forge: Forge, tmp_path: Path) -> None:
    """What can't be published now is published later, and isn't asked for again."""
    plane = fetched(tmp_path, forge)
    forge.repositories["o/jq"].insert(0, release("v1.8", age=timedelta(hours=3)))
    later(forge, minutes=10)
    lock = tmp_path / "lock"
    lock.unlink()
    lock.mkdir()
    with pytest.raises(NotPublished):
        refresh(plane)
    lock.rmdir()
    count = len(forge.asked)
    refresh(plane)
    assert versions(plane)[0] == "1.8"
    assert len(forge.asked) == count


def test_a_record_of_another_time(forge: Forge, tmp_path: Path) -> None:
    """A clock that was set back delays nothing: what was checked in the future is asked for now."""
    plane = fetched(tmp_path, forge)
    later(forge, days=-30)
    assert refresh(plane) == 1
    with plane.memory.transaction():
        record = plane.memory.record(JQ)
    assert record is not None
    assert record.checked_at == forge.clock.now()


def test_a_package_that_cannot_be_made(forge: Forge, tmp_path: Path) -> None:
    """It costs only itself: it stays as it is and is named as trouble; the others are published."""
    forge.repositories["o/rg"] = [release("v14")]
    fetched(tmp_path, forge, definition("jq"), definition("rg"))
    broken = definition("jq", title="jay", tags=TagRules(rewrite=("v(.*)", r"\9")))
    unknown = definition("fd", tags=broken.tags)
    forge.repositories["o/fd"] = [release("v10")]
    plane = plane_of(tmp_path, forge, broken, unknown, definition("rg", title="rip"), session="2")
    refresh(plane)
    publish_changes(plane)
    assert plane.present.entry(PackageName("rg")).title == "rip"
    assert plane.present.entry(JQ).title == "jq"
    assert versions(plane) == ["1.7", "1.6"]
    assert plane.present.entry(PackageName("fd")).object is None
    with plane.memory.transaction():
        report = describe(plane, plane.present.generation(), {}, {}, pid=1)
        records = list(plane.memory.records().values())
    for name in (JQ, PackageName("fd")):
        assert report.packages[name].failures == 1
        assert "invalid group reference" in report.packages[name].trouble
    told = alerts(Facts(now=forge.clock.now(), records={HOST: records}))
    assert set(told) == {"unmade:jq", "unmade:fd"}
    assert plane.exchange.observer.counts["package.unmade"] == 2
    before = plane.present.entry(JQ).checked_at
    for _ in range(3):  # a pass takes few packages at a time
        later(forge, minutes=15)
        refresh(plane)
        publish_changes(plane)
    assert plane.present.entry(PackageName("rg")).checked_at == forge.clock.now()
    assert plane.present.entry(JQ).checked_at == before


def test_what_is_as_it_was_before_it_could_not_be_made(forge: Forge, tmp_path: Path) -> None:
    """A mistake that is taken back leaves nothing behind: no alert, and no data that go stale."""
    fetched(tmp_path, forge)
    broken = definition("jq", tags=TagRules(rewrite=("v(.*)", r"\9")))
    publish_changes(plane_of(tmp_path, forge, broken, session="2"))
    plane = plane_of(tmp_path, forge, definition("jq"), session="3")
    later(forge, hours=30)
    refresh(plane)
    publish_changes(plane)
    with plane.memory.transaction():
        record = plane.memory.record(JQ)
    assert record is not None
    assert record.unmade is None
    assert plane.present.entry(JQ).checked_at == record.checked_at == forge.clock.now()


def test_what_could_not_be_made_is_tried_again(forge: Forge, tmp_path: Path) -> None:
    """When its releases or its definition change, and once an hour, for it may depend on the time."""
    fetched(tmp_path, forge)
    broken = definition("jq", tags=TagRules(rewrite=("v(.*)", r"\9")))
    plane = plane_of(tmp_path, forge, broken, session="2")
    tries = []
    for _ in range(3):
        publish_changes(plane)
        tries.append(plane.exchange.observer.counts["package.unmade"])
        later(forge, minutes=40)
    assert tries == [1, 1, 2]
    later(forge, hours=-5)  # a clock that was set back must not make it wait for so long
    publish_changes(plane)
    assert plane.exchange.observer.counts["package.unmade"] == 3
    mended = plane_of(tmp_path, forge, definition("jq", title="jay"), session="3")
    publish_changes(mended)
    assert mended.present.entry(JQ).title == "jay"
    with mended.memory.transaction():
        record = mended.memory.record(JQ)
    assert record is not None
    assert record.unmade is None


def test_a_script_that_needs_no_build_after_the_memory_was_lost(
    forge: Forge, tmp_path: Path
) -> None:
    """What is in force is read back without what travels in the installer, which has no address."""
    piece = definition("jq", piece="echo jq", is_script_only=True)
    fetched(tmp_path, forge, piece)
    (tmp_path / FILE).unlink()
    later(forge, minutes=20)
    plane = plane_of(tmp_path, forge, replace(piece, title="jay"), session="2")
    assert refresh(plane) == 1
    assert versions(plane) == ["1.7", "1.6"]
    assert plane.present.entry(JQ).title == "jay"
