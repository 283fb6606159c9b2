"""Rolling back and unpinning: which content comes back, under which number, and what is said of mistakes."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from tests.stores import NOW, name, put, replacing, seen, snapshot

from artesian.errors import ArtesianError
from artesian.store.encoding import digest_of, encode_snapshot, object_path
from artesian.store.publish import Announce, publish
from artesian.store.rollback import (
    AlreadyPinned,
    NoEarlierContent,
    NothingPublished,
    NotPinned,
    UnknownGeneration,
    UnknownNames,
    roll_back,
    unpin,
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Publish four generations: rg 1, 2, 2, 3; fd 1, 1, 2, 2; jq from the second on, not fetched; alias ripgrep."""
    put(tmp_path, rg="1", fd="1")
    changes = {
        **replacing({"rg": "2"}),
        name("jq"): Announce(definition=snapshot("jq", "1").definition),
    }
    publish(tmp_path, changes, aliases={name("ripgrep"): name("rg")}, now=NOW)
    put(tmp_path, fd="2")
    put(tmp_path, rg="3")
    return tmp_path


@pytest.mark.parametrize(
    ("to", "names", "rg", "fd", "pinned"),
    [
        (None, [], "2", "2", ["fd", "rg"]),
        (None, ["rg"], "2", "2", ["rg"]),
        (None, ["ripgrep"], "2", "2", ["rg"]),
        (None, ["fd"], "3", "1", ["fd"]),
        (1, [], "1", "1", ["fd", "rg"]),
        (1, ["rg"], "1", "2", ["rg"]),
        (3, ["rg", "fd", "ripgrep"], "2", "2", ["fd", "rg"]),
    ],
)
def test_roll_back(
    data: Path, to: int | None, names: Sequence[str], rg: str, fd: str, pinned: list[str]
) -> None:
    """Old content is in force under a new number; exactly the packages asked for are pinned; unfetched ones stay."""
    done = roll_back(data, to=to, names=[name(text) for text in names], now=NOW)
    assert seen(data) == (5, {"fd": fd, "jq": None, "rg": rg})
    assert list(done.names) == pinned
    assert (
        sorted(package for package, entry in done.generation.packages.items() if entry.is_pinned)
        == pinned
    )
    assert done.kept == (() if names else ("jq",))


def test_rolled_back_content_has_its_old_age(data: Path) -> None:
    """The time at which the old releases were checked comes back with them."""
    publish(data, replacing({"rg": "4"}), aliases=None, now=NOW + timedelta(hours=1))
    done = roll_back(data, to=1, names=[name("rg")], now=NOW + timedelta(hours=2))
    assert done.generation.packages[name("rg")].checked_at == NOW
    assert done.generation.created_at == NOW + timedelta(hours=2)


def test_unpin_lets_refresh_go_on(data: Path) -> None:
    """Unpinning changes no content; after it a publication reaches the package again."""
    roll_back(data, to=1, names=[], now=NOW)
    assert unpin(data, names=[name("ripgrep")], now=NOW).names == ("rg",)
    assert seen(data) == (6, {"fd": "1", "jq": None, "rg": "1"})
    put(data, rg="4", fd="4")
    assert seen(data) == (7, {"fd": "1", "jq": None, "rg": "4"})
    assert unpin(data, names=[], now=NOW).names == ("fd",)


def test_roll_back_of_a_roll_back_needs_a_number(data: Path) -> None:
    """What came before a roll-back is what was rolled back, so the generation has to be said; saying it works."""
    roll_back(data, to=None, names=[name("rg")], now=NOW)
    for names in ([], [name("rg")]):
        with pytest.raises(AlreadyPinned, match=r"rg.*--to"):
            roll_back(data, to=None, names=names, now=NOW)
    roll_back(data, to=1, names=[name("rg")], now=NOW)
    assert seen(data) == (6, {"fd": "2", "jq": None, "rg": "1"})


def test_damaged_old_object_is_not_put_in_force(data: Path) -> None:
    """Asked for by name it is an error; in a roll-back of everything that package stays, and is told."""
    (data / object_path(digest_of(encode_snapshot(snapshot("rg", "1"))))).write_bytes(b"torn")
    with pytest.raises(NoEarlierContent, match=r"generation 1 .* rg"):
        roll_back(data, to=1, names=[name("rg")], now=NOW)
    assert roll_back(data, to=1, names=[], now=NOW).kept == ("jq", "rg")
    assert seen(data) == (5, {"fd": "1", "jq": None, "rg": "3"})


MISTAKES: list[tuple[int | None, list[str], type[ArtesianError], str]] = [
    (
        9,
        [],
        UnknownGeneration,
        r"no earlier generation 9; there are: 3 \(2026-01-01 12:00\), 2 \(.*\), 1 \(.*\)",
    ),
    (4, [], UnknownGeneration, "no earlier generation 4"),
    (0, [], UnknownGeneration, "no earlier generation 0"),
    (None, ["bat"], UnknownNames, "generation 4 doesn't have bat; it has: fd, jq, rg"),
    (1, ["rg", "jq"], UnknownNames, "generation 1 doesn't have jq; it has: fd, rg"),
    (None, ["jq"], NoEarlierContent, "^no earlier generation has other releases of jq$"),
    (2, ["jq"], NoEarlierContent, "^generation 2 has no releases of jq that can be read$"),
]


@pytest.mark.parametrize(("to", "names", "error", "message"), MISTAKES)
def test_mistakes(
    data: Path, to: int | None, names: list[str], error: type[ArtesianError], message: str
) -> None:
    """Unknown numbers and names are refused with what exists instead, and nothing changes."""
    before = seen(data)
    with pytest.raises(error, match=message):
        roll_back(data, to=to, names=[name(text) for text in names], now=NOW)
    assert seen(data) == before


def test_long_lists_are_cut(tmp_path: Path) -> None:
    """A message names the newest twenty generations, not thousands."""
    for i in range(25):
        put(tmp_path, minutes=i, rg=str(i))
    with pytest.raises(UnknownGeneration) as caught:
        roll_back(tmp_path, to=99, names=[], now=NOW)
    assert caught.value.existing == tuple(range(24, 3, -1))
    assert str(caught.value).endswith(", …")


def test_unpin_mistakes(data: Path) -> None:
    """Unpinning what isn't pinned tells what is."""
    with pytest.raises(NotPinned, match="pinned are: none"):
        unpin(data, names=[], now=NOW)
    roll_back(data, to=1, names=[name("rg")], now=NOW)
    with pytest.raises(NotPinned, match="not pinned: fd; pinned are: rg"):
        unpin(data, names=[name("fd")], now=NOW)
    with pytest.raises(UnknownNames, match="bat"):
        unpin(data, names=[name("bat")], now=NOW)


@pytest.mark.parametrize("directory", ["", "misspelt"])
def test_nothing_published(tmp_path: Path, directory: str) -> None:
    """Where nothing is published there is nothing to roll back or unpin; a misspelt directory isn't made."""
    with pytest.raises(NothingPublished):
        roll_back(tmp_path / directory, to=None, names=[], now=NOW)
    with pytest.raises(NothingPublished):
        unpin(tmp_path / directory, names=[], now=NOW)
    assert not (tmp_path / "misspelt").exists()


def test_only_one_generation(tmp_path: Path) -> None:
    """The first generation has nothing before it."""
    put(tmp_path, rg="1")
    with pytest.raises(
        NoEarlierContent, match=r"^no earlier generation has other releases of any package$"
    ):
        roll_back(tmp_path, to=None, names=[], now=NOW)
