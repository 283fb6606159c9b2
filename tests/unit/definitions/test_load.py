"""A folder of packages: what is loaded, and what one broken package costs."""

import os
from pathlib import Path

import pytest

from artesian.definitions.folder import LARGEST_FILE, MOST_FILES
from artesian.definitions.load import Catalogue, load_catalogue
from artesian.settings import shipped


def catalogue(directory: Path, **texts: str) -> Catalogue:
    """Write packages and load them; `_` in a name stands for `-`."""
    for name, text in texts.items():
        folder = directory / name.replace("_", "-")
        folder.mkdir()
        (folder / "package.toml").write_text(text, encoding="utf-8")
    return load_catalogue(directory)


def told(loaded: Catalogue, directory: Path) -> list[str]:
    """Say the problems with files relative to the catalogue."""
    return [str(problem).removeprefix(f"{directory}{os.sep}") for problem in loaded.problems]


def test_packages_come_sorted_by_name(tmp_path: Path) -> None:
    """The order of the folder doesn't matter; files, and folders with a dot, are no packages."""
    (tmp_path / "README.md").write_text("A catalogue.")
    (tmp_path / ".git").mkdir()
    loaded = catalogue(tmp_path, b='source = "github:b/b"', a_c='source = "github:a/a"')
    assert [definition.name for definition in loaded.definitions] == ["a-c", "b"]
    assert loaded.problems == ()


def test_a_broken_package_costs_only_itself(tmp_path: Path) -> None:
    """Every problem of every package is told, and the good ones are there."""
    loaded = catalogue(
        tmp_path,
        bad='source = "github:b"\ntitel = "x"',
        good='source = "github:a/a"',
        worse="[",
    )
    assert [definition.name for definition in loaded.definitions] == ["good"]
    assert told(loaded, tmp_path) == [
        "bad/package.toml:1: source 'github:b' must end with owner/name, not 'b'",
        "bad/package.toml:2: unknown key 'titel'; did you mean 'title'?",
        "worse/package.toml:1: this is not TOML: Invalid initial character for a key part",
    ]


def test_nothing_outside_the_catalogue_travels(tmp_path: Path) -> None:
    """A link that leads out of the catalogue is no file of a package, be it the package itself."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "package.toml").write_text('source = "github:a/a"')
    inside = tmp_path / "catalogue"
    (inside / "a").mkdir(parents=True)
    (inside / "a" / "package.toml").write_text('files = ["f"]')
    (inside / "a" / "f").symlink_to("../../secret")
    (inside / "b").mkdir()
    (inside / "b" / "package.toml").symlink_to("../../package.toml")
    loaded = load_catalogue(inside)
    assert loaded.definitions == ()
    assert told(loaded, inside) == [
        "a/f:1: left out: it is too large, elsewhere, or can't be read",
        "a/package.toml:1: the folder has no file 'f'",
        "b/package.toml:1: can't be read: it leads out of the catalogue",
    ]


def test_links_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    """A link to a package that isn't there, or to itself, is no package, and is named."""
    catalogue(tmp_path, a='source = "github:a/a"')
    (tmp_path / "gone").symlink_to("nothere")
    (tmp_path / "outside").symlink_to("../nothere")
    (tmp_path / "round").symlink_to("round")
    (tmp_path / "notes").write_text("no folder")
    (tmp_path / "link").symlink_to("notes")
    loaded = load_catalogue(tmp_path)
    assert [one.name for one in loaded.definitions] == ["a"]
    assert told(loaded, tmp_path) == [
        "gone:1: can't be read: it is a link that leads nowhere",
        "outside:1: can't be read: it leads out of the catalogue",
        "round:1: alias 'round' leads back to itself",
    ]


def test_a_piece_that_is_left_out_costs_its_package(tmp_path: Path) -> None:
    """Without it something else would be installed than is written; of too many files, the last are told."""
    catalogue(tmp_path, a='source = "github:a/a"', b='source = "github:b/b"')
    (tmp_path / "a" / "install.sh").write_bytes(b"#" * (LARGEST_FILE + 1))
    for number in range(MOST_FILES + 1):
        (tmp_path / "b" / f"{number:03}").touch()
    loaded = load_catalogue(tmp_path)
    assert [definition.name for definition in loaded.definitions] == ["b"]
    assert told(loaded, tmp_path) == [
        "a/install.sh:1: left out: it is too large, elsewhere, or can't be read",
        "b/200:1: left out: it is too large, elsewhere, or can't be read",
    ]


def test_an_alias_that_means_two_things_is_left_out(tmp_path: Path) -> None:
    """An alias that is a package, or an earlier package's alias, is a problem of its line; its package stays."""
    loaded = catalogue(
        tmp_path,
        a='source = "github:a/a"\naliases = ["x", "y"]',
        b='source = "github:b/b"\naliases = [\n  "y",\n  "z",\n  "a",\n  "broken",\n]',
        broken="",
    )
    assert [definition.aliases for definition in loaded.definitions] == [("x", "y"), ("z",)]
    assert told(loaded, tmp_path) == [
        "b/package.toml:3: alias 'y' leads to a already",
        "b/package.toml:5: alias 'a' is a package of its own",
        "b/package.toml:6: alias 'broken' is a package of its own",
        'broken/package.toml:1: source is missing, such as source = "github:owner/name"',
    ]


def test_a_fault_hides_no_other(tmp_path: Path) -> None:
    """What a faulty file says of other packages is looked at, too; it takes no alias from a good one."""
    loaded = catalogue(
        tmp_path,
        a='source = "github:a/a"',
        b='source = "github:b/b"\ntitel = 1\naliases = ["x", "a", "b", "Ü", "z"]',
        c='source = "github:c/c"\naliases = ["x", "y"]',
        d='titel = 1\naliases = ["z"]',
        e='aliases = ["x"]\n[',
        f='aliases = "x"',
    )
    assert [one.name for one in loaded.definitions] == ["a", "c"]
    assert loaded.definitions[1].aliases == ("x", "y")
    assert told(loaded, tmp_path) == [
        "b/package.toml:2: unknown key 'titel'; did you mean 'title'?",
        "b/package.toml:3: alias 'b' is the package itself",
        "b/package.toml:3: alias 'Ü' is not named like a package: a-z, 0-9 and . _ + -",
        "b/package.toml:3: alias 'x' leads to c already",
        "b/package.toml:3: alias 'a' is a package of its own",
        "d/package.toml:1: unknown key 'titel'; did you mean 'title'?",
        'd/package.toml:1: source is missing, such as source = "github:owner/name"',
        "d/package.toml:2: alias 'z' leads to b already",
        "e/package.toml:2: this is not TOML: Invalid initial character for a key part",
        "f/package.toml:1: aliases must be an array of texts, not text",
        'f/package.toml:1: source is missing, such as source = "github:owner/name"',
    ]


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    """A folder without a package.toml, one that is a folder itself, and no catalogue at all."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "odd" / "package.toml").mkdir(parents=True)
    loaded = load_catalogue(tmp_path)
    assert loaded.definitions == ()
    assert told(loaded, tmp_path) == [
        "empty/package.toml:1: this package has no package.toml",
        "odd/package.toml:1: can't be read: it is a folder",
    ]
    missing = load_catalogue(tmp_path / "nowhere")
    assert [str(problem) for problem in missing.problems] == [
        f"{tmp_path / 'nowhere'}:1: can't be read: No such file or directory"
    ]


def test_the_shipped_catalogue_has_no_problem() -> None:
    """What we ship loads, is more than 70 packages, and each says in one sentence what it is for."""
    loaded = load_catalogue(shipped("catalogue"))
    assert loaded.problems == ()
    assert len(loaded.definitions) >= 72
    for definition in loaded.definitions:
        assert definition.description.endswith("."), definition.name
        assert len(definition.description) <= 120, definition.name


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("archiver", "arc"),
        ("dashd", "dashcore"),
        ("pg", "postgres"),
        ("postgres-client", "psql"),
        ("postgresql", "postgres"),
        ("postgresql-client", "psql"),
        ("powershell", "pwsh"),
        ("ripgrep", "rg"),
        ("trippy", "trip"),
    ],
)
def test_the_shipped_aliases_lead_where_people_expect(alias: str, name: str) -> None:
    """Other names that users of Webi type still work."""
    owners = {
        str(each): definition.name
        for definition in load_catalogue(shipped("catalogue")).definitions
        for each in definition.aliases
    }
    assert owners[alias] == name
