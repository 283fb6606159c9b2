"""Several folders as one catalogue, and the look whether any of them changed."""

import os
from pathlib import Path

import pytest

from artesian.refresh.catalogues import fingerprint, load_catalogues


def package(folder: Path, name: str, text: str) -> Path:
    """Write one of our packages; its folder."""
    (folder / name).mkdir(parents=True)
    (folder / name / "package.toml").write_text(text)
    return folder / name


def test_what_a_later_folder_says_counts(tmp_path: Path) -> None:
    """Of a name, and of an alias; and an alias gives way to a name, whichever folder has it."""
    first, second = tmp_path / "first", tmp_path / "second"
    package(first, "rg", 'source = "github:a/first"\naliases = ["grep2", "only"]')
    package(first, "fd", 'source = "github:a/fd"\naliases = ["find2"]')
    package(second, "rg", 'source = "github:a/second"\naliases = ["fd", "find2"]')
    package(second, "bad", "")
    package(first, "worse", "")
    loaded = load_catalogues((first, second))
    assert [(each.name, each.source.repository, each.aliases) for each in loaded.definitions] == [
        ("fd", "a/fd", ()),
        ("rg", "a/second", ("find2",)),
    ]
    assert [Path(problem.file).parent.name for problem in loaded.problems] == ["worse", "bad"]


@pytest.mark.parametrize(
    "change",
    [
        "package.toml rewritten",
        "another file written",
        "a file below touched",
        "a file removed",
        "a link turned",
        "a folder added",
    ],
)
def test_any_change_is_seen(tmp_path: Path, change: str) -> None:
    """Whatever file of a package's folder changes, the catalogue is read again."""
    rg = package(tmp_path, "rg", 'source = "github:a/b"')
    (rg / "more").mkdir()
    (rg / "more" / "a.vim").write_text("a")
    (rg / "README.md").write_text("a")
    (tmp_path / "other").mkdir()
    (tmp_path / "ripgrep").symlink_to("rg")
    before = fingerprint((tmp_path,))
    assert fingerprint((tmp_path,)) == before
    match change:
        case "package.toml rewritten":
            (rg / "package.toml").write_text('source = "github:a/c2"')
        case "another file written":
            (rg / "install.sh").write_text("x")
        case "a file below touched":
            os.utime(rg / "more" / "a.vim", ns=(1, 1))
        case "a file removed":
            (rg / "README.md").unlink()
        case "a link turned":
            (tmp_path / "ripgrep").unlink()
            (tmp_path / "ripgrep").symlink_to("other")
        case _:
            package(tmp_path, "fd", "")
    assert fingerprint((tmp_path,)) != before


def test_what_does_not_count_is_not_looked_at(tmp_path: Path) -> None:
    """Hidden files, as git's, and folders that can't be read change nothing."""
    package(tmp_path, "rg", 'source = "github:a/b"')
    before = fingerprint((tmp_path, tmp_path / "nowhere"))
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_text("x")
    (tmp_path / "rg" / ".swp").write_text("x")
    (tmp_path / "README.md").write_text("x")
    assert fingerprint((tmp_path, tmp_path / "nowhere")) == before
