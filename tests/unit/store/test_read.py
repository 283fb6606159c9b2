"""Reading a data directory: what is in force, what is read when, and what replaces the damaged."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.clocks import StillClock
from tests.stores import NOW, CountingFiles, name, put, put_many, seen, snapshot, store_of

from artesian.index import load_index, refreshed
from artesian.model.snapshot import Generation
from artesian.store.encoding import digest_of, encode_snapshot, object_path
from artesian.store.files import DirectoryFiles
from artesian.store.publish import Announce, publish
from artesian.store.read import (
    DAMAGE_RETRY_S,
    DAMAGED_KEPT,
    Store,
    current_number,
    earlier_objects,
    load_generation,
)


def _object(directory: Path, package: str, version: str) -> Path:
    return directory / object_path(digest_of(encode_snapshot(snapshot(package, version))))


def test_empty_directory_has_nothing(tmp_path: Path) -> None:
    """Where nothing was published there is no generation and no number, and no error."""
    files = DirectoryFiles(tmp_path / "none")
    assert load_generation(files) is None
    assert current_number(files) is None
    assert load_index(store_of(files)) is None


def test_current_number_reads_no_manifest(tmp_path: Path) -> None:
    """Asking for the number in force is one small read."""
    put(tmp_path, rg="1")
    files = CountingFiles(DirectoryFiles(tmp_path))
    assert current_number(files) == 1
    assert files.counts == {"read current": 1}


def test_start_reads_the_manifest_only(tmp_path: Path) -> None:
    """Starting reads `current` and one manifest, whatever the number of packages; an object is read on first use."""
    put_many(tmp_path, 200, "1")
    files = CountingFiles(DirectoryFiles(tmp_path))
    index = load_index(store_of(files))
    assert index is not None
    assert files.taken() == {"read current": 1, "read generations": 1}
    index.snapshot(name("p7"))
    index.snapshot(name("p7"))
    assert files.taken() == {"read objects": 1}


def test_swap_costs_one_manifest_and_the_changed_packages(tmp_path: Path) -> None:
    """A new generation reads its manifest, looks whether changed objects are there, and keeps what is decoded."""
    put_many(tmp_path, 200, "1")
    files = CountingFiles(DirectoryFiles(tmp_path))
    index = load_index(store_of(files))
    assert index is not None
    kept = index.snapshot(name("p7"))
    index.snapshot(name("p3"))
    put_many(tmp_path, 5, "2")
    files.taken()
    newer = refreshed(index)
    assert files.taken() == {"read current": 1, "read generations": 1, "has": 5}
    assert newer.snapshot(name("p7")) is kept
    assert files.taken() == {}
    assert newer.snapshot(name("p3")).releases[0].version == "2"
    assert files.taken() == {"read objects": 1}
    assert index.snapshot(name("p3")).releases[0].version == "1", (
        "the old index goes on answering as before"
    )


def test_no_change_is_one_small_read(tmp_path: Path) -> None:
    """Looking for a newer generation where there is none reads `current` alone and keeps the same index."""
    put(tmp_path, rg="1")
    files = CountingFiles(DirectoryFiles(tmp_path))
    index = load_index(store_of(files))
    assert index is not None
    files.taken()
    assert refreshed(index) is index
    assert files.taken() == {"read current": 1}


def test_reader_keeps_its_generation_until_all_objects_are_there(tmp_path: Path) -> None:
    """A generation whose changed objects haven't arrived (a copy under way) isn't taken; once they have, it is."""
    put(tmp_path, rg="1")
    index = load_index(store_of(tmp_path))
    assert index is not None
    put(tmp_path, rg="2")
    late = _object(tmp_path, "rg", "2")
    data = late.read_bytes()
    late.unlink()
    assert refreshed(index) is index
    late.write_bytes(data)
    assert refreshed(index).snapshot(name("rg")).releases[0].version == "2"


def test_reader_waits_for_what_tells_of_a_package_too(tmp_path: Path) -> None:
    """A package that is only announced has an object as well: a generation without it isn't taken."""
    put(tmp_path, rg="1")
    index = load_index(store_of(tmp_path))
    assert index is not None
    about = replace(snapshot("jq", "1"), releases=())
    publish(tmp_path, {name("jq"): Announce(definition=about.definition)}, aliases=None, now=NOW)
    late = tmp_path / object_path(digest_of(encode_snapshot(about)))
    data = late.read_bytes()
    late.unlink()
    assert refreshed(index) is index
    late.write_bytes(data)
    known = refreshed(index)
    assert known.about(name("jq")) == about.definition
    changed = replace(about, definition=replace(about.definition, title="jay queue"))
    publish(tmp_path, {name("jq"): Announce(definition=changed.definition)}, aliases=None, now=NOW)
    (tmp_path / object_path(digest_of(encode_snapshot(changed)))).unlink()
    assert refreshed(known) is known


def _unlink(directory: Path) -> None:
    (directory / "current").unlink()


def _tear_current(directory: Path) -> None:
    (directory / "current").write_bytes(b"2 ")


def _tear_manifest(directory: Path) -> None:
    file = directory / "generations/00000002.json"
    file.write_bytes(file.read_bytes()[:-20])


def _lose_manifest(directory: Path) -> None:
    (directory / "generations/00000002.json").unlink()


@pytest.mark.parametrize(
    ("damage", "number"),
    [(_unlink, 2), (_tear_current, 2), (_tear_manifest, 1), (_lose_manifest, 1)],
)
def test_start_takes_the_newest_good_generation(
    tmp_path: Path, damage: object, number: int
) -> None:
    """With `current` or its manifest gone or torn, the newest generation that is whole is used."""
    put(tmp_path, rg="1")
    put(tmp_path, rg="2")
    assert callable(damage)
    damage(tmp_path)
    assert seen(tmp_path) == (number, {"rg": str(number)})


def test_running_reader_never_goes_back(tmp_path: Path) -> None:
    """A lower number in `current` (an old backup) doesn't replace what a reader has."""
    put(tmp_path, rg="1")
    old = (tmp_path / "current").read_bytes()
    put(tmp_path, rg="2")
    index = load_index(store_of(tmp_path))
    assert index is not None
    (tmp_path / "current").write_bytes(old)
    assert refreshed(index) is index


def test_pointer_to_a_changed_manifest_is_not_followed(tmp_path: Path) -> None:
    """A manifest that is good in itself, but not the one `current` was written for, isn't in force."""
    put(tmp_path / "a", rg="1")
    put(tmp_path / "b", rg="1")
    put(tmp_path / "a", rg="2")
    put(tmp_path / "b", rg="3")
    index = load_index(store_of(tmp_path / "a"))
    assert index is not None
    newest = put(tmp_path / "a", rg="4").generation.number
    (tmp_path / "b" / "generations/00000002.json").rename(
        tmp_path / "a" / f"generations/{newest:08d}.json"
    )
    assert refreshed(index) is index


def test_damaged_object_gives_its_previous_version(tmp_path: Path) -> None:
    """A torn or lost object is replaced by the newest earlier one that is good, generations without change skipped."""
    put(tmp_path, rg="1", fd="1")
    put(tmp_path, rg="2")
    put(tmp_path, fd="2")
    put(tmp_path, rg="3")
    _object(tmp_path, "rg", "3").write_bytes(b"torn")
    assert seen(tmp_path) == (4, {"fd": "2", "rg": "2"})
    _object(tmp_path, "rg", "2").unlink()
    assert seen(tmp_path) == (4, {"fd": "2", "rg": "1"})
    _object(tmp_path, "rg", "1").unlink()
    assert seen(tmp_path) == (4, {"fd": "2", "rg": None})


def _digests(directory: Path, number: int, now: str) -> list[str]:
    digest = _object(directory, "rg", now).stem
    names = {_object(directory, "rg", str(i)).stem: str(i) for i in range(5)}
    return [
        names[found]
        for found in earlier_objects(DirectoryFiles(directory), name("rg"), digest, number)
    ]


@pytest.mark.parametrize(
    ("versions", "found"),
    [
        ("0", []),
        ("00000000", []),
        ("01", ["0"]),
        ("0001", ["0"]),
        ("0111", ["0"]),
        ("00001111111111111112", ["1", "0"]),
        ("01234", ["3", "2", "1", "0"]),
        ("0123444444444", ["3", "2", "1", "0"]),
        ("0111112222233333334444", ["3", "2", "1", "0"]),
    ],
)
def test_earlier_objects(tmp_path: Path, versions: str, found: list[str]) -> None:
    """Whatever the run of generations without a change, each earlier version is found, newest first."""
    for i, version in enumerate(versions):
        put(tmp_path, rg=version, fd=str(i))
    assert _digests(tmp_path, len(versions), versions[-1]) == found


def test_long_runs_without_a_change_cost_few_manifests(tmp_path: Path) -> None:
    """Behind 200 generations that didn't change a package, its previous version costs under twenty manifests."""
    put(tmp_path, rg="0")
    for i in range(200):
        put(tmp_path, rg="1", fd=str(i))
    files = CountingFiles(DirectoryFiles(tmp_path))
    digest = _object(tmp_path, "rg", "1").stem
    assert list(earlier_objects(files, name("rg"), digest, 201)) == [
        _object(tmp_path, "rg", "0").stem
    ]
    assert files.taken()["read generations"] < 20


def test_damaged_manifests_are_stepped_over(tmp_path: Path) -> None:
    """A torn manifest on the way hides no earlier version that another one names."""
    for i, version in enumerate("00112222"):
        put(tmp_path, rg=version, fd=str(i))
    for torn in (7, 4, 1):
        (tmp_path / f"generations/{torn:08d}.json").write_bytes(b"torn")
    assert _digests(tmp_path, 8, "2") == ["1", "0"]


def test_search_for_a_previous_version_is_not_repeated(tmp_path: Path) -> None:
    """Damage costs the search once; a minute later the object is tried again, and used if it is good by then."""
    put(tmp_path, rg="1")
    put(tmp_path, rg="2")
    torn = _object(tmp_path, "rg", "2")
    good = torn.read_bytes()
    torn.write_bytes(b"torn")
    clock, files = StillClock(), CountingFiles(DirectoryFiles(tmp_path))
    store = store_of(files, clock=clock)
    index = load_index(store)
    assert index is not None
    assert index.snapshot(name("rg")).releases[0].version == "1"
    files.taken()
    assert index.snapshot(name("rg")).releases[0].version == "1"
    assert files.taken() == {}
    assert list(store.damaged) == [torn.stem]
    torn.write_bytes(good)
    clock.seconds += DAMAGE_RETRY_S
    assert index.snapshot(name("rg")).releases[0].version == "2"
    assert not store.damaged


def test_total_loss_is_not_repeated_either(tmp_path: Path) -> None:
    """A package with no good object at all answers from memory that it has none."""
    put(tmp_path, rg="1")
    _object(tmp_path, "rg", "1").unlink()
    files = CountingFiles(DirectoryFiles(tmp_path))
    store = store_of(files)
    digest = _object(tmp_path, "rg", "1").stem
    assert store.snapshot(name("rg"), digest, 1) is None
    files.taken()
    assert store.snapshot(name("rg"), digest, 1) is None
    assert files.taken() == {}


def test_memory_of_damage_is_bounded(tmp_path: Path) -> None:
    """Where every object is lost, the oldest findings are forgotten and tried again."""
    store = store_of(tmp_path)
    for i in range(DAMAGED_KEPT + 5):
        assert store.snapshot(name("rg"), f"{i:064x}", 1) is None
    assert len(store.damaged) == DAMAGED_KEPT


def test_seed_serves_until_something_is_published(tmp_path: Path) -> None:
    """With nothing valid on disk the seed is generation 0, and the first publication is newer than it."""
    seed, data = tmp_path / "seed", tmp_path / "data"
    put(seed, rg="1")
    put(seed, rg="2")
    index = load_index(store_of(data, DirectoryFiles(seed)))
    assert index is not None
    assert index.generation.number == 0
    assert index.snapshot(name("rg")).releases[0].version == "2"
    put(data, rg="3")
    assert refreshed(index).snapshot(name("rg")).releases[0].version == "3"


def test_seed_stands_in_for_a_package_without_a_good_object(tmp_path: Path) -> None:
    """The last resort of a damaged package is what the seed has for it."""
    put(tmp_path / "seed", rg="1")
    put(tmp_path / "data", rg="2")
    _object(tmp_path / "data", "rg", "2").write_bytes(b"torn")
    assert seen(tmp_path / "data", DirectoryFiles(tmp_path / "seed")) == (1, {"rg": "1"})


def test_memory_is_capped(tmp_path: Path) -> None:
    """Decoded snapshots are kept up to a number of bytes, the ones used last; the others are read again."""
    packages = [f"p{i}" for i in range(10)]
    generation: Generation = put_many(tmp_path, 10, "1").generation
    size_bytes = len(encode_snapshot(snapshot("p0", "1")))
    files = CountingFiles(DirectoryFiles(tmp_path))
    store = Store(files, seed=None, clock=StillClock(), cache_bytes=3 * size_bytes)

    def use(package: str) -> int:
        digest = generation.packages[name(package)].object
        assert digest is not None
        assert store.snapshot(name(package), digest, 1) is not None
        return files.taken().get("read objects", 0)

    assert [use(package) for package in packages] == [1] * 10
    assert [use("p7"), use("p8"), use("p9")] == [0, 0, 0]
    assert [use("p0"), use("p8"), use("p9"), use("p7")] == [1, 0, 0, 1]


def test_snapshot_above_the_cap_is_served_uncached(tmp_path: Path) -> None:
    """One huge package doesn't push all others out, and is still answered."""
    put(tmp_path, rg="1")
    store = Store(DirectoryFiles(tmp_path), seed=None, clock=StillClock(), cache_bytes=10)
    index = load_index(store)
    assert index is not None
    assert index.snapshot(name("rg")) == snapshot("rg", "1")
