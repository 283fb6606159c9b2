"""Everything a running scenario has: clock, upstreams, disk, data directory, its clients. Mutable; one a run."""

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from artesian.clock import Clock
from artesian.definitions.load import Catalogue
from artesian.errors import ArtesianError
from artesian.index import Index, load_index, refreshed
from artesian.model.host import Arch, Host, Libc, Os
from artesian.model.names import PackageName
from artesian.model.query import NoMatch, Query
from artesian.model.version import Newest
from artesian.resolve.choose import resolve
from artesian.sim.chance import Random, chance
from artesian.sim.clock import VirtualClock
from artesian.sim.disk import SwitchDisk
from artesian.sim.hosts import Hosts
from artesian.sim.plan import Plan
from artesian.sim.scene import fill, repository_of, start_of, token_text, world_of, write_catalogue
from artesian.sim.tally import Answered, Tally
from artesian.sim.world import World, find
from artesian.sources.publishers import PUBLISHERS
from artesian.store.files import DirectoryFiles, Files
from artesian.store.read import Store

__all__ = ["Client", "Stage", "stage_of"]

_HOST = Host(os=Os.LINUX, arch=Arch.AMD64, libc=Libc.GNU)
_MAC = Host(
    os=Os.MACOS, arch=Arch.ARM64
)  # it could run the other processor's build, and shouldn't have to


@dataclass(slots=True)
class Client:
    """What a reader answers from, and how its clients fare. It has no way to an upstream."""

    directory: Path
    seed: Files
    clock: Clock
    tally: Tally = field(default_factory=Tally)
    index: Index | None = None
    _answers: dict[tuple[int, str], tuple[Answered, str]] = field(default_factory=dict)

    def start(self) -> None:
        """Be a new process: read what is on disk."""
        store = Store(DirectoryFiles(self.directory), seed=self.seed, clock=self.clock)
        self.index = load_index(store)
        self._answers.clear()

    def look(self) -> None:
        """Look for a newer generation."""
        if self.index is None:
            self.start()
            return
        newer = refreshed(self.index)
        if newer is not self.index:
            self.index = newer
            self._answers.clear()

    def ask(self, name: str) -> tuple[Answered, str]:
        """Resolve a package for an ordinary host: how it went, and which version came."""
        number = 0 if self.index is None else self.index.generation.number
        known = self._answers.get((number, name))
        if known is None:
            known = self._answers[number, name] = self._resolve(name)
        return known

    def _resolve(self, name: str) -> tuple[Answered, str]:
        if self.index is None:
            return Answered.ERROR, ""
        try:
            snapshot = self.index.snapshot(PackageName(name))
        except ArtesianError:
            return Answered.ERROR, ""
        found = resolve(snapshot, Query(host=_HOST, tag=Newest()))
        if isinstance(found, NoMatch) or not found.assets:
            return Answered.EMPTY, ""
        if snapshot.definition.source.kind in PUBLISHERS:  # not all of them build for the Mac
            return Answered.USABLE, found.release.version
        on_mac = resolve(snapshot, Query(host=_MAC, tag=Newest()))
        if isinstance(on_mac, NoMatch) or on_mac.assets[0].arch is not Arch.ARM64:
            return Answered.WRONG, on_mac.release.version if not isinstance(on_mac, NoMatch) else ""
        return Answered.USABLE, found.release.version


@dataclass(slots=True)
class Stage:
    """One run. `notes` is its history; what went against an invariant is in `broken`."""

    plan: Plan
    seed: int
    folder: Path
    directory: Path  # the data directory in it
    clock: VirtualClock
    hosts: Hosts
    disk: SwitchDisk
    catalogue: Catalogue
    client: Client
    random: Random
    versions: dict[str, set[str]]
    notes: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    served: set[str] = field(default_factory=set)
    told: dict[str, tuple[float, str]] = field(default_factory=dict)  # alerts: when first, and how
    # When the writer's memory was taken away: what it had been told until then is lost, too.
    forgot_at_s: list[float] = field(default_factory=list)
    raising: int = 0
    stalled_until_s: float = 0.0
    _tags: dict[str, list[tuple[float, str]]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Name all packages."""
        return tuple(definition.name for definition in self.catalogue.definitions)

    @property
    def token_file(self) -> Path:
        """Tell where the operator keeps the token."""
        return self.folder / "github.token"

    def write_token(self, text: str | None) -> None:
        """Do as the operator does who puts a token in its place."""
        if text is not None:
            self.token_file.write_text(text, encoding="utf-8")

    def note(self, text: str) -> None:
        """Write something into the history."""
        self.notes.append(f"{self.clock.monotonic_s():.3f} {text}")

    def blame(self, invariant: str, text: str) -> None:
        """Write down that an invariant doesn't hold; the same complaint once only."""
        if not any(one.startswith(f"{invariant}: {text}") for one in self.broken):
            self.broken.append(f"{invariant}: {text} (at {self.clock.monotonic_s():.0f} s)")

    def release(self, name: str, tag: str, *, is_whole: bool = True) -> None:
        """Remember that a release exists; one that isn't whole may still be held back from some hosts."""
        self.versions.setdefault(name, set()).add(tag.removeprefix("v"))
        if is_whole:
            self._tags.setdefault(name, []).append((self.clock.monotonic_s(), tag))

    def settled_tag(self, name: str, newest: str, age_s: float) -> str:
        """Tell the newest release of a package if it is out for `age_s`; empty: that isn't decided."""
        since = [at_s for at_s, tag in self._tags.get(name, []) if tag == newest]
        if since and self.clock.monotonic_s() - since[-1] >= age_s:
            return newest
        return ""


def stage_of(plan: Plan, seed: int, directory: Path) -> Stage:
    """Set the stage in an empty folder."""
    start = start_of(plan.scene)
    clock = VirtualClock(start)
    random = chance(f"{plan.name} {seed}")
    world = world_of(plan.scene, start)
    hosts = Hosts(world, now=clock.now, elapsed_s=clock.monotonic_s, chance=chance(seed + 1).random)
    hosts.troubles = plan.faults
    disk = SwitchDisk()
    data = directory / "data"
    catalogue = write_catalogue(directory / "catalogue", plan.scene)
    seed_folder = directory / "seed"
    versions = {name: _versions(world, name) for name in _names(catalogue)}
    if plan.scene.is_filled:
        for name, one in fill(data, catalogue, world, start, disk).items():
            versions[name] |= {release.version for release in one.snapshot.releases}
        shutil.copytree(data, seed_folder)
    client = Client(directory=data, seed=DirectoryFiles(seed_folder), clock=clock)
    client.start()
    stage = Stage(
        folder=directory,
        plan=plan,
        seed=seed,
        directory=data,
        clock=clock,
        hosts=hosts,
        disk=disk,
        catalogue=catalogue,
        client=client,
        random=random,
        versions=versions,
    )
    stage.write_token(token_text(plan.scene))
    return stage


def _names(catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(definition.name for definition in catalogue.definitions)


def _versions(world: World, name: str) -> set[str]:
    repository = find(world, repository_of(name))
    releases = () if repository is None else repository.releases
    return {release.tag.removeprefix("v") for release in releases}
