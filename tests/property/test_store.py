"""Any sequence of publishing, rolling back, collecting, kills, refusals and power cuts keeps what was promised."""

import errno
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.disks import FailingDisk, PowerlessDisk, Stopped, fail, stop
from tests.stores import NOW, Seen, name, replacing, seen, store_of

from artesian.errors import ArtesianError
from artesian.index import Index, load_index, refreshed
from artesian.model.names import PackageName
from artesian.store.collect import collect
from artesian.store.disk import Disk, NotPublished
from artesian.store.publish import Change, Drop, publish
from artesian.store.rollback import roll_back, unpin

PACKAGES = ["rg", "fd", "jq"]
VERSIONS = st.dictionaries(
    st.sampled_from(PACKAGES), st.sampled_from(["1", "2", None]), max_size=3
)  # None: dropped
NAMES = st.lists(st.sampled_from(PACKAGES).map(name), unique=True, max_size=2)
# The step before which the disk fails, and how.
FAULTS = st.none() | st.tuples(
    st.integers(0, 25), st.sampled_from([stop, fail(errno.EIO), fail(errno.ENOSPC)])
)
Fault = tuple[int, Callable[[], None]] | None


class Directory(RuleBasedStateMachine):
    """One data directory; a reader that runs all along, and one that starts anew after each step."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="store"))
        self.directory = self.folder / "0"
        self.disk = PowerlessDisk(self.directory)
        self.steps = 0
        publish(
            self.directory,
            replacing(dict.fromkeys(PACKAGES, "0")),
            aliases=None,
            now=NOW,
            disk=self.disk,
        )
        self.reader = self._new_reader()
        self.acknowledged = 1
        self.history: dict[int, Mapping[str, str | None]] = {1: dict.fromkeys(PACKAGES, "0")}

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def _new_reader(self) -> Index:
        index = load_index(store_of(self.directory))
        assert index is not None
        return index

    def _seen(self) -> Seen:
        found = seen(self.directory)
        assert found is not None
        return found

    def _now(self) -> datetime:
        return NOW + timedelta(hours=self.steps)

    def _act(self, act: Callable[[Disk], object], fault: Fault) -> bool:
        """Do something on a disk that may fail; tell whether it was done."""
        before = self._seen()
        self.steps += 1
        try:
            act(self.disk if fault is None else FailingDisk(*fault, self.disk))
        except (Stopped, NotPublished):
            is_done = False
        except ArtesianError:
            assert self._seen() == before, "what is refused changes nothing"
            is_done = False
        else:
            is_done = True
            self.acknowledged = self._seen()[0]
        after = self._seen()
        assert after == before or after[0] > before[0], "numbers only rise"
        self.history[after[0]] = after[1]
        return is_done

    @rule(versions=VERSIONS, fault=FAULTS)
    def publishes(self, versions: dict[str, str | None], fault: Fault) -> None:
        """Publish changes: all of them but the pinned, or nothing."""
        before = self._seen()[1]
        pinned = {
            other
            for other, entry in self._new_reader().generation.packages.items()
            if entry.is_pinned
        }
        meant = {
            **before,
            **{other: version for other, version in versions.items() if other not in pinned},
        }
        meant = {other: version for other, version in meant.items() if version is not None}
        changes: dict[PackageName, Change] = {
            **{name(other): Drop() for other in versions},
            **replacing(
                {other: version for other, version in versions.items() if version is not None}
            ),
        }
        is_done = self._act(
            lambda disk: publish(self.directory, changes, aliases=None, now=self._now(), disk=disk),
            fault,
        )
        assert self._seen()[1] in ([meant] if is_done else [before, meant])

    @rule(back=st.none() | st.integers(0, 5), names=NAMES, fault=FAULTS)
    def rolls_back(self, back: int | None, names: list[PackageName], fault: Fault) -> None:
        """Roll back a few generations: packages are what they were in that one, and pinned."""
        before = self._seen()
        to = None if back is None else before[0] - back
        is_done = self._act(
            lambda disk: roll_back(self.directory, to=to, names=names, now=self._now(), disk=disk),
            fault,
        )
        if is_done and to in self.history:
            old, new = self.history[to], self._seen()[1]
            assert {other: new[other] for other in names or old} == {
                other: old[other] for other in names or old
            }
            assert all(self._new_reader().find(name(other)).is_pinned for other in names or old)

    @rule(names=NAMES, fault=FAULTS)
    def unpins(self, names: list[PackageName], fault: Fault) -> None:
        """Unpin: the content in force stays."""
        before = self._seen()
        self._act(
            lambda disk: unpin(self.directory, names=names, now=self._now(), disk=disk), fault
        )
        assert self._seen()[1] == before[1]

    @rule(days=st.integers(0, 9), fault=FAULTS)
    def collects(self, days: int, fault: Fault) -> None:
        """Collect: what is in force stays, and can be read."""
        before = self._seen()
        self._act(
            lambda disk: collect(self.directory, now=self._now() + timedelta(days=days), disk=disk),
            fault,
        )
        assert self._seen() == before

    @rule(data=st.data(), lasting=st.sampled_from(["nothing", "everything", "some"]))
    def loses_power(self, data: st.DataObject, lasting: str) -> None:
        """Cut the power: what had been done lasts, and what was under way lasts whole or not at all."""

        def does_last(what: str) -> bool:
            return lasting == "everything" or (
                lasting == "some" and data.draw(st.booleans(), label=what)
            )

        self.steps += 1
        after = self.folder / str(self.steps)
        self.disk.survive(after, does_last)
        self.directory, self.disk = after, PowerlessDisk.of(after)
        found = self._seen()
        assert found[0] >= self.acknowledged
        assert self.history[found[0]] == found[1]
        self.reader = self._new_reader()

    @invariant()
    def readers_agree(self) -> None:
        """The running reader follows, and reads what a new one reads: every package in force."""
        self.reader = refreshed(self.reader)
        number, versions = self._seen()
        assert self.reader.generation.number == number
        assert None not in versions.values()
        assert {
            other: self.reader.snapshot(name(other)).releases[0].version for other in versions
        } == versions


Directory.TestCase.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
TestDirectory = Directory.TestCase
