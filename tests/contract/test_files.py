"""The contract of Files, for each implementation over the same data directory."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.stores import put

from artesian.store.disk import PublisherFiles
from artesian.store.encoding import Damaged
from artesian.store.files import ArchiveFiles, DirectoryFiles, Files
from artesian.store.read import load_generation


def _archive(directory: Path) -> Files:
    archive = directory.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for file in sorted(directory.rglob("*")):
            if file.is_file():
                target.write(file, file.relative_to(directory).as_posix())
    return ArchiveFiles(archive)


@pytest.fixture(
    params=[DirectoryFiles, PublisherFiles, _archive], ids=["directory", "publisher", "archive"]
)
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    """Open a directory with two generations, in one of the ways."""
    directory = tmp_path / "data"
    put(directory, rg="14", jq="1")
    put(directory, rg="15")
    opened: Callable[[Path], Files] = request.param
    return opened(directory)


def test_reads_a_generation(files: Files) -> None:
    """Each gives the same generation."""
    generation = load_generation(files)
    assert generation is not None
    assert (generation.number, list(generation.packages)) == (2, ["jq", "rg"])


def test_missing_file_is_damaged(files: Files) -> None:
    """A file that isn't there is Damaged, with its path, and not an OSError or KeyError."""
    with pytest.raises(Damaged) as caught:
        files.read("objects/no/no.json")
    assert caught.value.path == "objects/no/no.json"


def test_has_tells_files_only(files: Files) -> None:
    """A file is there, an unknown name isn't, and a folder is no file."""
    assert files.has("current")
    assert not files.has("nothing")
    assert not files.has("generations")


def test_list_names_what_lies_directly_inside(files: Files) -> None:
    """A listing has the names of a folder's files, without those of deeper folders; an unknown folder has none."""
    assert sorted(files.list("generations")) == ["00000001.json", "00000002.json"]
    assert files.list("nothing") == ()
    assert "current" not in files.list("objects")
