"""Publishing: what a generation becomes by changes, and what stays untouched."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.stores import NOW, name, put, replacing, seen, snapshot

from artesian.model.snapshot import Entry
from artesian.store.disk import Busy, NotPublished, SystemDisk, sole_publisher
from artesian.store.encoding import digest_of, encode_snapshot, object_path
from artesian.store.files import DirectoryFiles
from artesian.store.publish import Announce, Change, Confirm, Drop, Left, Replace, adopt, publish
from artesian.store.read import load_generation
from artesian.store.rollback import roll_back

LATER = NOW + timedelta(hours=1)
JQ = replace(snapshot("jq", "1"), releases=())
RG_14 = digest_of(encode_snapshot(snapshot("rg", "14")))


def _entry(version: str) -> Entry:
    digest = digest_of(encode_snapshot(snapshot("rg", version)))
    return Entry(object=digest, checked_at=NOW, title="RG", description="Does what rg does")


CHANGES: list[tuple[str, Change, Entry | None, Left | None]] = [
    ("rg", Replace(snapshot=snapshot("rg", "15"), checked_at=NOW), _entry("15"), None),
    (
        "rg",
        Confirm(object=RG_14, checked_at=LATER),
        Entry(object=RG_14, checked_at=LATER, title="RG", description="Does what rg does"),
        None,
    ),
    ("rg", Confirm(object="0" * 64, checked_at=LATER), _entry("14"), Left.OTHER_OBJECT),
    (
        "rg",
        Announce(definition=replace(JQ.definition, title="Rg", description="Finds")),
        Entry(object=RG_14, checked_at=NOW, title="Rg", description="Finds"),
        None,
    ),
    ("rg", Drop(), None, None),
    (
        "jq",
        Announce(definition=JQ.definition),
        Entry(
            about=digest_of(encode_snapshot(JQ)),
            title=JQ.definition.title,
            description=JQ.definition.description,
        ),
        None,
    ),
    ("jq", Confirm(object="0" * 64, checked_at=LATER), None, Left.OTHER_OBJECT),
    ("jq", Drop(), None, None),
]


@pytest.mark.parametrize(("package", "change", "entry", "left"), CHANGES)
def test_change(
    tmp_path: Path, package: str, change: Change, entry: Entry | None, left: Left | None
) -> None:
    """Each kind of change does what it says to its own package, and nothing to another."""
    put(tmp_path, rg="14", fd="8")
    done = publish(tmp_path, {name(package): change}, aliases=None, now=LATER)
    assert done.generation.packages.get(name(package)) == entry
    assert name("fd") in done.generation.packages
    assert done.left == ({} if left is None else {name(package): left})


@pytest.mark.parametrize("change", [change for package, change, _, _ in CHANGES if package == "rg"])
def test_pinned_package_is_left_alone(tmp_path: Path, change: Change) -> None:
    """No change reaches a pinned package, and the publisher is told which were left."""
    put(tmp_path, rg="13")
    put(tmp_path, rg="14")
    roll_back(tmp_path, to=1, names=(), now=NOW)
    done = publish(
        tmp_path, {name("rg"): change, **replacing({"fd": "9"})}, aliases=None, now=LATER
    )
    assert done.left == {name("rg"): Left.PINNED}
    assert seen(tmp_path) == (4, {"rg": "13", "fd": "9"})


def test_full_replaces_the_whole_set(tmp_path: Path) -> None:
    """A full publication drops every package that it doesn't name, pinned ones apart."""
    put(tmp_path, rg="13", fd="8", jq="1")
    put(tmp_path, rg="14")
    roll_back(tmp_path, to=1, names=(name("rg"),), now=NOW)
    publish(tmp_path, replacing({"bat": "1"}), aliases={}, now=NOW, is_full=True)
    assert seen(tmp_path) == (4, {"bat": "1", "rg": "13"})


def test_unchanged_package_keeps_its_object_file(tmp_path: Path) -> None:
    """Objects are written once: publishing others, or the same again, doesn't touch the file."""
    put(tmp_path, rg="14", fd="8")
    file = tmp_path / object_path(RG_14)
    before = file.stat()
    put(tmp_path, fd="9")
    put(tmp_path, rg="14", fd="10")
    after = file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_nothing_new_is_no_generation(tmp_path: Path) -> None:
    """The same content again publishes nothing."""
    put(tmp_path, rg="14")
    done = put(tmp_path, minutes=5, rg="14")
    assert not done.is_new
    assert done.generation.number == 1
    assert seen(tmp_path) == (1, {"rg": "14"})


def test_damaged_object_is_written_anew(tmp_path: Path) -> None:
    """An object whose file was torn is repaired by publishing the same content."""
    put(tmp_path, rg="14")
    (tmp_path / object_path(RG_14)).write_bytes(b"torn")
    put(tmp_path, rg="14")
    assert seen(tmp_path) == (1, {"rg": "14"})


def test_lost_object_sets_its_package_back(tmp_path: Path) -> None:
    """A package whose object vanished gets its newest earlier one, or none, and the publisher is told."""
    put(tmp_path, rg="13", fd="8")
    put(tmp_path, rg="14")
    for package, version in (("rg", "14"), ("fd", "8")):
        (tmp_path / object_path(digest_of(encode_snapshot(snapshot(package, version))))).unlink()
    done = put(tmp_path, jq="1")
    assert sorted(done.lost) == ["fd", "rg"]
    assert seen(tmp_path) == (3, {"fd": None, "jq": "1", "rg": "13"})


def test_what_tells_of_a_package_may_be_lost_as_well(tmp_path: Path) -> None:
    """A package that was only announced is then as one never told of: what it once was stays in the past."""
    put(tmp_path, jq="1")
    publish(tmp_path, {name("jq"): Drop()}, aliases=None, now=NOW)
    announced = {name("jq"): Announce(definition=JQ.definition)}
    publish(tmp_path, announced, aliases=None, now=NOW)
    about = tmp_path / object_path(digest_of(encode_snapshot(JQ)))
    about.unlink()
    done = put(tmp_path, rg="14")
    assert done.lost == ("jq",)
    assert done.generation.packages[name("jq")] == Entry(
        title=JQ.definition.title, description=JQ.definition.description
    )
    publish(tmp_path, announced, aliases=None, now=NOW)
    assert about.is_file()


def test_aliases_are_replaced_or_kept(tmp_path: Path) -> None:
    """Given aliases are all aliases; None keeps those there are."""
    publish(tmp_path, replacing({"rg": "1"}), aliases={name("ripgrep"): name("rg")}, now=NOW)
    assert put(tmp_path, rg="2").generation.aliases == {"ripgrep": "rg"}
    assert publish(tmp_path, {}, aliases={}, now=NOW).generation.aliases == {}


def test_number_is_above_every_number_ever_seen(tmp_path: Path) -> None:
    """Numbers rise even past a manifest that was never in force, and when `current` is gone."""
    put(tmp_path, rg="1")
    manifest = (tmp_path / "generations/00000001.json").read_bytes()
    (tmp_path / "generations/00000007.json").write_bytes(manifest)
    assert put(tmp_path, rg="2").generation.number == 8
    assert not (tmp_path / "generations/00000007.json").exists()
    (tmp_path / "current").unlink()
    assert put(tmp_path, rg="3").generation.number == 9


def test_number_in_current_counts_where_its_manifest_is_gone(tmp_path: Path) -> None:
    """A lost manifest doesn't take its number back."""
    put(tmp_path, rg="1")
    put(tmp_path, rg="2")
    (tmp_path / "generations/00000002.json").unlink()
    assert put(tmp_path, rg="3").generation.number == 3


def test_publishing_again_mends_current(tmp_path: Path) -> None:
    """A damaged `current` is written anew even if nothing else changed."""
    put(tmp_path, rg="1")
    (tmp_path / "current").write_bytes(b"9 what\n")
    assert put(tmp_path, rg="1").is_new
    assert (tmp_path / "current").read_text().startswith("2 ")


def test_publisher_refuses_to_build_on_damage(tmp_path: Path) -> None:
    """If no manifest is good, changes alone would drop all other packages: only a full publication goes on."""
    put(tmp_path, rg="1", fd="1")
    (tmp_path / "generations/00000001.json").write_bytes(b"torn")
    with pytest.raises(NotPublished, match="damaged"):
        put(tmp_path, rg="2")
    done = publish(tmp_path, replacing({"rg": "2"}), aliases={}, now=NOW, is_full=True)
    assert done.generation.number == 2


def test_one_publisher_at_a_time(tmp_path: Path) -> None:
    """While one holds the lock another is Busy; after it, all goes on."""
    with sole_publisher(tmp_path, SystemDisk()), pytest.raises(Busy):
        put(tmp_path, rg="1")
    put(tmp_path, rg="1")
    assert seen(tmp_path) == (1, {"rg": "1"})


def test_unwritable_place_is_not_published(tmp_path: Path) -> None:
    """An operating system that says no comes out as NotPublished, with its words."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotPublished, match="Not a directory"):
        put(tmp_path / "file" / "data", rg="1")


def test_adopt_publishes_a_seed_once(tmp_path: Path) -> None:
    """A new directory takes the seed's packages, with the times they were checked; a used one stays as it is."""
    seed, data = tmp_path / "seed", tmp_path / "data"
    put(seed, rg="14", fd="8")
    done = adopt(data, DirectoryFiles(seed), now=LATER)
    assert done is not None
    given = load_generation(DirectoryFiles(seed))
    assert given is not None
    assert done.generation.packages == given.packages
    assert done.generation.created_at == LATER
    put(data, fd="9")
    assert adopt(data, DirectoryFiles(seed), now=LATER) is None
    assert seen(data) == (2, {"fd": "9", "rg": "14"})


def test_adopt_leaves_out_damaged_objects(tmp_path: Path) -> None:
    """A seed with a damaged object is adopted without it: that package is not fetched yet."""
    put(tmp_path / "seed", rg="14", fd="8")
    (tmp_path / "seed" / object_path(RG_14)).write_bytes(b"torn")
    done = adopt(tmp_path / "data", DirectoryFiles(tmp_path / "seed"), now=NOW)
    assert done is not None
    assert done.lost == ("rg",)
    assert seen(tmp_path / "data") == (1, {"fd": "8", "rg": None})


def test_adopt_without_a_seed_does_nothing(tmp_path: Path) -> None:
    """Nothing to adopt, nothing published."""
    assert adopt(tmp_path / "data", DirectoryFiles(tmp_path / "seed"), now=NOW) is None
    assert seen(tmp_path / "data") is None
