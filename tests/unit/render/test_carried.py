"""What an installer carries besides its table: texts in ASCII, and records that speak of them."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from msgspec.structs import replace

from artesian.model.definition import (
    Command,
    Definition,
    File,
    HomeLink,
    Recipe,
    Source,
    SourceKind,
)
from artesian.model.host import Arch, Os
from artesian.model.names import PackageName
from artesian.model.query import Row
from artesian.model.release import Asset, Format, Release
from artesian.render.carried import assignment, carry, is_plain
from artesian.render.quote import Unquotable
from artesian.render.script import Part, script
from artesian.render.table import Unlistable

PLAIN = Recipe(commands=(Command(name="rg", file="rg"),))
BARE = Recipe(commands=())
LINKED = Recipe(commands=PLAIN.commands, links=(HomeLink(path="~/.x", file="."),))


def row(
    form: Format = Format.TAR_GZ,
    *,
    recipe: Recipe = PLAIN,
    tag: str = "v1.2",
    url: str = "https://x.example/rg.tgz",
    name: str = "rg.tgz",
    is_dated: bool = True,
) -> Row:
    asset = Asset(name=name, urls=(url,), os=Os.LINUX, arch=Arch.AMD64, format=form)
    release = Release(
        version="1/2",
        tag=tag,
        is_lts=is_dated,
        published_at=datetime(2024, 5, 6, tzinfo=UTC) if is_dated else None,
        assets=(asset,),
    )
    return Row(
        os=Os.LINUX,
        arch=Arch.AMD64,
        level=1,
        libc=None,
        release=release,
        asset=asset,
        recipe=recipe,
    )


def definition(*files: File, piece: str = "", elsewhere: str = "") -> Definition:
    return Definition(
        name=PackageName("rg"),
        title="rg",
        source=Source(kind=SourceKind.OWN, repository=""),
        recipe=BARE,
        files=files,
        piece=piece,
        elsewhere=elsewhere,
    )


@pytest.mark.parametrize(
    ("meant", "rows", "is_so"),
    [
        (None, (row(),), True),
        (definition(), (row(),), True),
        (definition(elsewhere="x"), (row(),), False),
        (definition(piece="x"), (row(),), False),
        (definition(File(name="a", content=b"")), (row(),), False),
        (None, (row(), row(Format.GIT)), False),
        (None, (row(Format.FILES),), False),
        (None, (row(recipe=BARE),), False),
        (None, (row(recipe=LINKED),), False),
    ],
)
def test_plain_packages(meant: Definition | None, rows: tuple[Row, ...], is_so: bool) -> None:
    """Commands out of an archive need the first body alone."""
    assert is_plain(meant, rows) == is_so


def test_nothing_to_carry() -> None:
    """A plain package has no records, but that others need it."""
    assert carry(None, (row(),), is_needed=False, first=1).records == ()
    assert carry(None, (row(),), is_needed=True, first=1).records == ("needed",)
    assert carry(definition(), (row(),), is_needed=False, first=1).records == ()


def test_what_a_piece_provides() -> None:
    """The commands that a piece makes are told to those who ask whether it is there."""
    meant = replace(definition(piece="x"), provides=("gpg", "gpg2"))
    records = carry(meant, (row(recipe=BARE),), is_needed=True, first=1).records
    assert records[2:4] == ("provides gpg", "provides gpg2")


def test_a_package_whose_releases_are_not_fetched() -> None:
    """Its installer tells for which systems that matters, and by which commands it shows where it is already."""
    plain = replace(definition(piece="x", elsewhere="Use apt."), recipe=PLAIN)
    carried = carry(plain, (), is_needed=True, first=1)
    assert carried.records == ("needed", "unfetched rg", "provides rg", "elsewhere Use apt.")
    assert carried.assignments == ()
    mac = replace(plain, os=(Os.MACOS, Os.LINUX), provides=("a",))
    assert carry(mac, (), is_needed=False, first=1).records == (
        "unfetched rg macos linux",
        "provides a",
        "elsewhere Use apt.",
    )
    text = script([Part(name=PackageName("rg"), title="rg", rows=(), definition=plain)])
    assert "\ncheck_fetched() {" in text
    assert "\ninstall_with_piece() {" not in text


def test_files_and_a_piece() -> None:
    """Texts are numbered; what isn't plain ASCII is octal, and a piece ends in its mark."""
    files = (
        File(name="a", content=b"one\n"),
        File(name="b c", content="\u00e9\\\r".encode()),
    )
    carried = carry(
        definition(*files, piece="echo 'x'\n", elsewhere="Caf\u00e9.\nB."),
        (row(Format.FILES, recipe=BARE, is_dated=False),),
        is_needed=False,
        first=3,
    )
    digest = sha256(b"echo 'x'\n").hexdigest()[:16]
    assert carried.records == (
        "release 1_2 v1.2 stable - -",
        "elsewhere Caf?.",
        "elsewhere B.",
        "file 3 text a",
        "file 4 octal b c",
        f"piece 5 text after {digest}",
    )
    assert carried.assignments == (
        "_text_3='one\n'\n",
        "# shellcheck disable=SC1003,SC2016,SC2089\n_text_4='\\0303\\0251\\\\\\0015'\n",
        "# shellcheck disable=SC1003,SC2016,SC2089\n_text_5='echo '\\''x'\\''\n\n#.'\n",
    )


@pytest.mark.parametrize(("recipe", "when"), [(BARE, "alone"), (PLAIN, "after"), (LINKED, "after")])
def test_when_a_piece_is_run(recipe: Recipe, when: str) -> None:
    """After the install, if the recipe has one; else the piece does it all. Files are told by name if URLs don't."""
    rows = (
        row(recipe=recipe),
        row(recipe=recipe, url="https://x.example/1?a"),
        row(recipe=recipe, url="https://x.example/r%20g.tgz", name="r g.tgz"),
    )
    records = carry(definition(piece="x"), rows, is_needed=False, first=1).records
    assert records[:3] == (
        "release 1_2 v1.2 stable lts 2024-05-06",
        "asset https://x.example/1?a rg.tgz",
        "asset https://x.example/r%20g.tgz r g.tgz",
    )
    assert records[3].startswith(f"piece 1 text {when} ")


def test_what_no_record_can_hold() -> None:
    """A tag of two words, a file's name beyond ASCII, NUL in a file."""
    with pytest.raises(Unlistable):
        carry(None, (row(Format.GIT, tag="a b"),), is_needed=False, first=1)
    with pytest.raises(Unlistable):
        carry(definition(File(name="\u00e9", content=b"")), (row(),), is_needed=False, first=1)
    with pytest.raises(Unquotable):
        assignment("_x", "\0")


def test_bodies_by_need() -> None:
    """The further bodies come with the first package that needs one, before the end of the group."""
    plain = Part(name=PackageName("rg"), title="rg", rows=(row(),))
    git = Part(name=PackageName("git"), title="git", rows=(row(Format.GIT),))
    piece = Part(
        name=PackageName("piece"), title="piece", rows=(row(),), definition=definition(piece="x")
    )
    for parts, more, has_kinds, has_piece in (
        ((plain,), "''", False, False),
        ((plain, git), "'more'", True, False),
        ((plain, piece), "'more'", True, True),
    ):
        text = script(parts)
        assert f"\n_more={more}\n" in text
        assert ("\nunpack_git() {\n" in text) == has_kinds
        assert ("\nrun_piece() {\n" in text) == has_piece
        assert text.endswith('\n}\n{ main "$@"; exit; }')


def test_what_is_only_needed_is_not_named() -> None:
    """The head of the script tells what was asked for."""
    needed = Part(name=PackageName("node"), title="Node", rows=(row(),), is_needed=True)
    asked = Part(name=PackageName("rg"), title="ripgrep", rows=(row(),))
    text = script((needed, asked))
    assert "\n# Installs ripgrep into" in text
    assert "\n_asked='rg'\n" in text
    assert "\npackage node -\nneeded\n" in text
