"""What is special about each way to read a data directory."""

import os
import zipfile
from pathlib import Path

import pytest
from tests.stores import put

from artesian.store.disk import PublisherFiles
from artesian.store.encoding import Damaged
from artesian.store.files import ArchiveFiles, DirectoryFiles
from artesian.store.read import load_generation


@pytest.mark.parametrize("path", ["folder", "file/below", "loop", "long" * 100, "pipe", "endless"])
def test_directory_translates_every_error(tmp_path: Path, path: str) -> None:
    """Whatever isn't a file, a pipe and what never ends included: Damaged at once, not there, empty; no OSError."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "loop").symlink_to("loop")
    files = DirectoryFiles(tmp_path)
    with pytest.raises(Damaged):
        files.read(path)
    assert not files.has(path)
    assert files.list(path) == ()


def test_publisher_stops_where_a_reader_makes_do(tmp_path: Path) -> None:
    """An error of the disk reaches the publisher: to go on without what it can't read would drop packages."""
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "current").mkdir()
    files = PublisherFiles(tmp_path)
    with pytest.raises(OSError, match="Is a directory"):
        files.read("current")
    with pytest.raises(OSError, match="Too many levels"):
        files.list("loop")


def test_archive_is_opened_late(tmp_path: Path) -> None:
    """An archive that isn't there costs nothing until it is used, and is then Damaged, not there, empty."""
    files = ArchiveFiles(tmp_path / "seed.zip")
    with pytest.raises(Damaged, match=r"seed\.zip"):
        files.read("current")
    assert not files.has("current")
    assert files.list("generations") == ()
    put(tmp_path / "data", rg="1")
    with zipfile.ZipFile(tmp_path / "seed.zip", "w") as target:
        target.write(tmp_path / "data" / "current", "current")
    assert files.has("current")


def test_any_cut_or_changed_archive_is_only_damaged(tmp_path: Path) -> None:
    """A zip cut or changed anywhere gives the generation or none, and raises nothing."""
    directory = tmp_path / "data"
    put(directory, rg="1")
    archive = tmp_path / "seed.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for file in ("current", "generations/00000001.json"):
            target.write(directory / file, file)
    whole = archive.read_bytes()
    good = load_generation(ArchiveFiles(archive))
    for i in range(0, len(whole), 3):
        changed = bytearray(whole)
        changed[i] ^= 1 << i % 8
        for data in (bytes(changed), whole[:i]):
            archive.write_bytes(data)
            assert load_generation(ArchiveFiles(archive)) in (good, None)


def test_archive_is_not_unpacked(tmp_path: Path) -> None:
    """Reading from an archive leaves nothing on disk."""
    put(tmp_path / "data", rg="1")
    with zipfile.ZipFile(tmp_path / "seed.zip", "w") as target:
        target.write(tmp_path / "data" / "current", "current")
    before = sorted(tmp_path.iterdir())
    ArchiveFiles(tmp_path / "seed.zip").read("current")
    assert sorted(tmp_path.iterdir()) == before
