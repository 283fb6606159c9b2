"""The committed seed: every fact well-formed, broad enough to be useful, made of the shipped catalogue and the data."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.programs import need_data

from artesian.cli.check_seed import SeedLine, read_seed, seed_lines
from artesian.definitions.load import load_catalogue
from artesian.model.definition import SourceKind
from artesian.model.host import Arch, Libc, Os
from artesian.model.names import PackageName
from artesian.model.release import Asset
from artesian.model.snapshot import Generation, Snapshot
from artesian.model.version import Channel, Lts, Newest, parse_version
from artesian.resolve.choose import admitted
from artesian.settings import shipped
from artesian.store.read import load_snapshot

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT / "seed" / "seed.zip"
DATA = Path(os.environ.get("ARTESIAN_SHARED_DATA") or ROOT.parent / "shared" / "data")  # noqa: TID251
MAX_BYTES = 3_000_000
HOSTS = {
    "dl.google.com",
    "github.com",
    "golang.org",
    "julialang-s3.julialang.org",
    "nodejs.org",
    "releases.hashicorp.com",
    "storage.googleapis.com",
    "ziglang.org",
}
READ_ON = datetime(2026, 8, 22, tzinfo=UTC)  # the day of the newest list that was read


@pytest.fixture(scope="module")
def generation() -> Generation:
    return read_seed(SEED)[0]


@pytest.fixture(scope="module")
def snapshots() -> dict[PackageName, Snapshot]:
    found, files = read_seed(SEED)
    return {
        name: load_snapshot(files, entry.object)
        for name, entry in found.packages.items()
        if entry.object
    }


@pytest.fixture(scope="module")
def lines() -> dict[PackageName, SeedLine]:
    return {line.name: line for line in seed_lines(*read_seed(SEED))}


def assets(snapshots: dict[PackageName, Snapshot]) -> Iterator[tuple[str, Asset]]:
    """List the builds that come from an upstream."""
    for name, snapshot in snapshots.items():
        if snapshot.definition.source.kind is SourceKind.OWN:
            continue
        for release in snapshot.releases:
            for asset in release.assets:
                yield f"{name} {release.version} {asset.name}", asset


def test_it_is_small_enough_to_ship() -> None:
    """The seed weighs at most 3 MB."""
    assert SEED.stat().st_size <= MAX_BYTES


def test_it_serves_many_packages_on_many_hosts(
    snapshots: dict[PackageName, Snapshot], lines: dict[PackageName, SeedLine]
) -> None:
    """At least 45 packages have builds of their own for 4 hosts or more; emulation isn't counted."""
    own = {name: own_hosts(snapshot) for name, snapshot in snapshots.items()}
    broad = {name for name, hosts in own.items() if len(hosts) >= 4}
    assert len(broad) >= 45, sorted(set(own) - broad)
    assert [name for name in broad if lines[name].hosts < 4] == []


def own_hosts(snapshot: Snapshot) -> set[tuple[Os, Arch]]:
    """Name the os and arch of every stable build; a universal one is for both processors."""
    found: set[tuple[Os, Arch]] = set()
    for release in snapshot.releases:
        for asset in release.assets:
            if release.channel is Channel.STABLE:
                both = (Arch.AMD64, Arch.ARM64)
                archs = both if asset.arch is Arch.UNIVERSAL else (asset.arch,)
                found.update((asset.os, arch) for arch in archs)
    return found


def test_every_url_leads_to_an_expected_host(snapshots: dict[PackageName, Snapshot]) -> None:
    """Every asset has one https URL on a known host, whose last part is the asset's name."""
    odd = []
    for where, asset in assets(snapshots):
        (url,) = asset.urls
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.netloc not in HOSTS or parts.query or parts.fragment:
            odd.append((where, url))
    assert odd == []


def test_every_checksum_and_size_is_well_formed(snapshots: dict[PackageName, Snapshot]) -> None:
    """A checksum is 64 lower-case hex digits or absent, a size positive or absent."""
    odd = [
        where
        for where, asset in assets(snapshots)
        if (asset.sha256 is not None and not re.fullmatch("[0-9a-f]{64}", asset.sha256))
        or (asset.size_bytes is not None and asset.size_bytes <= 0)
    ]
    assert odd == []


def test_nothing_is_there_twice(snapshots: dict[PackageName, Snapshot]) -> None:
    """No release has two assets of one name, no package two releases of one version; newest stands first."""
    for name, snapshot in snapshots.items():
        versions = [parse_version(release.version) for release in snapshot.releases]
        assert versions == sorted(set(versions), reverse=True), name
        for release in snapshot.releases:
            names = [asset.name for asset in release.assets]
            assert len(names) == len(set(names)), f"{name} {release.version}"


def test_one_checksum_belongs_to_one_file(snapshots: dict[PackageName, Snapshot]) -> None:
    """Two files of one package with different names and one checksum would be a mix-up of the sources."""
    for name, snapshot in snapshots.items():
        seen: dict[str, str] = {}
        for release in snapshot.releases:
            for asset in release.assets:
                if asset.sha256 is not None and asset.urls:
                    first = seen.setdefault(asset.sha256, asset.urls[0])
                    assert first == asset.urls[0], name


def test_no_build_for_musl_goes_to_other_hosts(snapshots: dict[PackageName, Snapshot]) -> None:
    """What a name says of its libc is never turned into the other one by a rule that is too broad."""
    wrong = [
        where
        for where, asset in assets(snapshots)
        if (asset.libc is Libc.GNU and "musl" in asset.name)
        or (asset.libc is Libc.MUSL and "gnu" in asset.name)
    ]
    assert wrong == []


def test_long_term_support_is_of_the_present(snapshots: dict[PackageName, Snapshot]) -> None:
    """`@lts` is of the newest stable version's line, or of one of the two before it."""
    old = []
    for name, snapshot in snapshots.items():
        supported = admitted(snapshot.releases, Lts())
        if supported:
            newest = admitted(snapshot.releases, Newest())[0].version
            majors, minors = zip(
                *(map(int, text.split(".")[:2]) for text in (newest, supported[0].version)),
                strict=True,
            )
            if majors[0] - majors[1] > 2 or (majors[0] == majors[1] and minors[0] - minors[1] > 2):
                old.append(f"{name}: {supported[0].version}, newest {newest}")
    assert old == []


def test_its_age_is_told_honestly(
    generation: Generation, snapshots: dict[PackageName, Snapshot]
) -> None:
    """No package claims to be fresher than the lists it was made of, or older than its newest dated release."""
    assert generation.created_at == READ_ON
    for name, entry in generation.packages.items():
        if name not in snapshots or entry.is_own:
            assert entry.checked_at is None
            continue
        dates = [one.published_at for one in snapshots[name].releases if one.published_at]
        assert entry.checked_at is not None
        assert max(dates, default=entry.checked_at) <= entry.checked_at <= READ_ON, name


def test_it_holds_the_whole_catalogue_as_it_is_now(
    generation: Generation, snapshots: dict[PackageName, Snapshot]
) -> None:
    """Every package, alias and definition is the shipped catalogue's: a changed package.toml needs a new seed."""
    definitions = load_catalogue(shipped("catalogue")).definitions
    again = "run python -m scripts.build_seed --reuse"
    assert set(generation.packages) == {one.name for one in definitions}, again
    assert generation.aliases == {a: one.name for one in definitions for a in one.aliases}, again
    for one in definitions:
        entry = generation.packages[one.name]
        assert (entry.title, entry.description) == (one.title, one.description), again
        assert one.name not in snapshots or snapshots[one.name].definition == one, again


@pytest.mark.parametrize("source", ["data", "itself"])
def test_the_script_makes_it_again(source: str, tmp_path: Path) -> None:
    """Built again from the data, or from its own facts, the seed has the same files with the same bytes."""
    again = tmp_path / "seed.zip"
    command: list[str | Path] = [sys.executable, "-m", "scripts.build_seed", "--output", again]
    if source == "itself":
        shutil.copy(SEED, again)
        command.append("--reuse")
    else:
        need_data(DATA / "INDEX.md")
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert contents(again) == contents(SEED)


def test_without_data_the_script_says_what_it_needs(tmp_path: Path) -> None:
    """A missing folder of data is named, with how to name another one, and nothing is written."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "scripts.build_seed",
        "--data",
        tmp_path / "nowhere",
    ]
    command += ["--output", tmp_path / "seed.zip"]
    ran = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert ran.returncode == 1
    assert "ARTESIAN_SHARED_DATA" in ran.stderr
    assert not (tmp_path / "seed.zip").exists()


def contents(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as packed:
        return {name: packed.read(name) for name in packed.namelist()}
