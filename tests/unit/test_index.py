"""The index: names, aliases and the errors of asking for what isn't there."""

import dataclasses

import pytest
from tests.stores import NOW, name, snapshot

from artesian.index import Index, NotFetched, UnknownPackage, load_index, refreshed
from artesian.model.names import PackageName
from artesian.model.snapshot import Entry, Generation, Snapshot

GENERATION = Generation(
    number=5,
    created_at=NOW,
    packages={
        name("rg"): Entry(object="a" * 64),
        name("fd"): Entry(object="b" * 64),
        name("jq"): Entry(title="jq"),
    },
    aliases={
        name("ripgrep"): name("rg"),
        name("gojq"): name("jq"),
        name("fd"): name("rg"),
        name("twice"): name("ripgrep"),
        name("lost"): name("nothing"),
    },
)


class Memory:
    """A Backing that holds one generation and the snapshots it is given."""

    def __init__(self, generation: Generation | None, **snapshots: Snapshot) -> None:
        self.generation = generation
        self.damaged: tuple[str, ...] = ()
        self._snapshots = {name(package): found for package, found in snapshots.items()}

    def load(self) -> Generation | None:
        return self.generation

    def newer(self, than: Generation) -> Generation | None:
        return self.generation if self.generation and self.generation.number > than.number else None

    def snapshot(self, name: PackageName, digest: str, number: int) -> Snapshot | None:
        assert (len(digest), number) == (64, 5)
        return self._snapshots.get(name)


@pytest.fixture
def index() -> Index:
    """Open an index with one package fetched, one damaged, one not fetched."""
    return Index(generation=GENERATION, backing=Memory(GENERATION, rg=snapshot("rg", "14")))


def test_names_are_packages_in_order(index: Index) -> None:
    """The names are all packages, fetched or not, sorted, without aliases."""
    assert index.names == ("fd", "jq", "rg")


@pytest.mark.parametrize(
    ("asked", "found"),
    [("rg", "rg"), ("ripgrep", "rg"), ("gojq", "jq"), ("jq", "jq"), ("fd", "fd")],
)
def test_aliases_are_followed_once(index: Index, asked: str, found: str) -> None:
    """A name is itself, even if an alias has the same; an alias is the package it names."""
    assert index.canonical(name(asked)) == found
    assert index.find(name(asked)) == GENERATION.packages[name(found)]


@pytest.mark.parametrize("asked", ["none", "twice", "lost"])
def test_unknown_names(index: Index, asked: str) -> None:
    """No package, an alias of an alias, and an alias of nothing are unknown."""
    for ask in (index.canonical, index.find, index.snapshot):
        with pytest.raises(UnknownPackage) as caught:
            ask(name(asked))
        assert caught.value.name == asked


def test_snapshot_through_an_alias(index: Index) -> None:
    """An alias has the snapshot of its package."""
    assert index.snapshot(name("ripgrep")) == snapshot("rg", "14")


@pytest.mark.parametrize("asked", ["jq", "gojq", "fd"])
def test_not_fetched(index: Index, asked: str) -> None:
    """A package without an object, and one whose objects are all damaged, is for later."""
    with pytest.raises(NotFetched) as caught:
        index.snapshot(name(asked))
    assert caught.value.retry_after_s > 0


def test_index_is_immutable(index: Index) -> None:
    """An index can't be edited, only replaced."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        index.generation = GENERATION  # type: ignore[misc]


def test_load_and_refresh() -> None:
    """An index starts from what there is, and is replaced only by a newer generation."""
    assert load_index(Memory(None)) is None
    memory = Memory(GENERATION)
    index = load_index(memory)
    assert index is not None
    assert refreshed(index) is index
    memory.generation = Generation(number=6, created_at=NOW, packages={}, aliases={})
    assert refreshed(index).generation.number == 6
