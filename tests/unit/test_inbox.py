"""The inbox: what readers leave is added up, and whatever else lies there does no harm."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest

from artesian.inbox import FOLDER, MAX_COUNT, DemandFile, inbox_of, take_demand, tell_demand
from artesian.observe import Observer
from artesian.sim.clock import VirtualClock, run


def test_readers_are_added_up(tmp_path: Path) -> None:
    """Two readers' counts are summed, and what was taken isn't taken again."""
    DemandFile(tmp_path, 1).write({"rg": 3, "jq": 1})
    DemandFile(tmp_path, 2).write({"rg": 4})
    assert take_demand(tmp_path) == {"rg": 7, "jq": 1}
    assert take_demand(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


def test_what_was_not_taken_is_kept(tmp_path: Path) -> None:
    """A file that the writer hasn't taken is added to; one that it has begins anew."""
    file = DemandFile(tmp_path, 1)
    file.write({"rg": 3})
    file.write({"rg": 2, "jq": 1})
    assert take_demand(tmp_path) == {"rg": 5, "jq": 1}
    file.write({"rg": 1})
    assert take_demand(tmp_path) == {"rg": 1}


def test_nothing_asked_nothing_written(tmp_path: Path) -> None:
    """A reader that nobody asks writes nothing."""
    DemandFile(tmp_path / FOLDER, 1).write({})
    assert not (tmp_path / FOLDER).exists()


HOSTILE = [
    pytest.param(b"", id="empty"),
    pytest.param(b"{", id="no JSON"),
    pytest.param(b'["rg"]', id="a list"),
    pytest.param(b'{"counts": {"rg": "many"}}', id="no number"),
    pytest.param(b'{"counts": {"rg": 1e400}}', id="no finite number"),
    pytest.param(b'{"counts": {"../../etc/passwd": 5, "RG": 1, "": 2}}', id="no names"),
    pytest.param(b'{"counts": {"rg": -5, "jq": 0}}', id="none"),
    pytest.param(b"[" * 100_000, id="bottomless"),
    pytest.param(b'{"counts": {"\xff\xfe": 1}}', id="no text"),
    pytest.param(b" " * 2_000_000, id="too large"),
]


@pytest.mark.parametrize("data", HOSTILE)
def test_hostile_files(tmp_path: Path, data: bytes) -> None:
    """What can't be read counts nothing, and is gone afterwards; its neighbour counts."""
    (tmp_path / "demand-0.json").write_bytes(data)
    DemandFile(tmp_path, 1).write({"fd": 2})
    assert take_demand(tmp_path) == {"fd": 2}
    assert list(tmp_path.iterdir()) == []


def test_no_file_at_all(tmp_path: Path) -> None:
    """Links, pipes and folders under such a name aren't followed, waited for or entered."""
    secret = tmp_path / "secret.json"
    secret.write_bytes(b'{"counts": {"rg": 9}}')
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "demand-1.json").symlink_to(secret)
    os.mkfifo(folder / "demand-2.json")
    (folder / "demand-3.json").mkdir()
    (folder / "demand-4.tmp").write_bytes(b"half")
    DemandFile(folder, 5).write({"fd": 2})
    for _ in range(3):
        assert take_demand(folder) in ({"fd": 2}, {})
    assert secret.exists()
    assert take_demand(tmp_path / "nowhere") == {}


def test_a_count_is_bounded(tmp_path: Path) -> None:
    """No single file makes a package more wanted than a reader could have been asked for."""
    (tmp_path / "demand-1.json").write_bytes(b'{"counts": {"rg": 99999999999999}}')
    assert take_demand(tmp_path) == {"rg": MAX_COUNT}


def test_the_loop(tmp_path: Path) -> None:
    """Once a minute word is left beside the data; a folder that can't be written to is counted, and that is all."""
    clock, observer, data = VirtualClock(), Observer(), tmp_path / "data"
    asked = [{"rg": 1}, {"rg": 2}, {}]

    async def main() -> None:
        task = asyncio.ensure_future(tell_demand(data, asked.pop, clock, observer))
        (tmp_path / FOLDER).write_text("a file where a folder should be")
        await clock.sleep(130)
        (tmp_path / FOLDER).unlink()
        await clock.sleep(60)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    run(main, clock)
    assert take_demand(inbox_of(data)) == {"rg": 3}
    assert observer.counts["demand.untold"] == 1
