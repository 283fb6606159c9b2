"""`artesian diff` over real data directories, archives, catalogues and surveys."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.reading import package
from tests.stores import NOW, name
from typer.testing import CliRunner, Result

from artesian.cli.main import app_of
from artesian.model.release import RawAsset, RawRelease
from artesian.refresh.admit import Admitted
from artesian.refresh.memory import FILE, Memory
from artesian.refresh.record import Known, Record, source_text
from artesian.store.disk import SystemDisk
from artesian.store.publish import Replace, publish

RUNNER = CliRunner()
ARTESIAN = (sys.executable, "-P", "-m", "artesian.cli.main", "diff")
RG = 'source = "github:example/rg"\n'


def diff(*arguments: object) -> Result:
    """Run the command in this process, or all of these tests would take a minute."""
    return RUNNER.invoke(app_of(["diff"]), ["diff", *map(str, arguments)])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Publish rg twice: generation 2 has a newer version."""
    directory = tmp_path / "data"
    for versions in (("1.0.0",), ("1.1.0", "1.0.0")):
        changes = {name("rg"): Replace(snapshot=package("rg", versions), checked_at=NOW)}
        publish(
            directory, changes, aliases={name("ripgrep"): name("rg")}, now=NOW, disk=SystemDisk()
        )
    return directory


def catalogue(folder: Path, packages: Mapping[str, str]) -> Path:
    """Write a catalogue."""
    for each, text in packages.items():
        (folder / each).mkdir(parents=True)
        (folder / each / "package.toml").write_text(text)
    return folder


def test_generations_of_a_data_directory(data: Path) -> None:
    """What a refresh brought: an exit status for CI, and lines for people."""
    newer = diff(f"{data}@1", data)
    assert newer.exit_code == 1, newer.stderr
    lines = newer.stdout.splitlines()
    assert lines[:2] == [f"Before: generation 1 of {data}", f"After:  generation 2 of {data}"]
    assert (
        "  rg, rg@beta, rg@1: 1.0.0 → 1.1.0 on linux/amd64, linux/arm64/gnu, macos/arm64"
        in newer.stdout
    )
    assert "Something changes, nothing is lost: 1 package compared" in lines[-1]
    assert diff(data, data).exit_code == 0
    assert diff(data, f"{data}@2").stdout.splitlines()[-1] == "Nothing changes: 1 package compared."


def test_a_loss_has_a_status_of_its_own(data: Path, tmp_path: Path) -> None:
    """A catalogue that no longer serves macOS, and drops an alias."""
    before = catalogue(tmp_path / "old", {"rg": RG + 'aliases = ["ripgrep"]\n'})
    after = catalogue(tmp_path / "new", {"rg": RG + '[assets]\nexclude = ["*macos*"]\n'})
    done = diff(before, after, "--data", data)
    assert done.exit_code == 2, done.stderr
    assert done.stdout.splitlines()[3:6] == [
        "Lost",
        "  ripgrep: no longer a name (alias of rg)",
        "  rg, rg@beta, rg@1: 1.1.0 on macos/arm64",
    ]
    # Without --data it is the other side's releases.
    assert diff(data, after).exit_code == 2
    # The seed knows nothing of it.
    told = diff(before, after)
    assert "no installer shows what that means\n  rg\n" in told.stdout
    told = diff(before, before)
    assert "Not compared, for a side has no releases of them: rg" in told.stdout


def test_as_json_and_as_a_page(data: Path, tmp_path: Path) -> None:
    """Programs get every change, people a page."""
    page = tmp_path / "impact.html"
    done = diff(f"{data}@1", data, "--json", "--html", page)
    told = json.loads(done.stdout)
    assert [(one["host"], one["kind"], one["after"]["version"]) for one in told["changes"][:1]] == [
        ("linux/amd64/gnu", "changed", "1.1.0")
    ]
    assert {one["tag"] for one in told["scripts"]} == {"", "beta", "1"}
    assert "1.0.0 → 1.1.0" in page.read_text()


def test_a_survey_is_a_side(data: Path, tmp_path: Path) -> None:
    """Another version of the program writes what it serves, this one compares with it."""
    survey = tmp_path / "before.json"
    survey.write_text(diff("--dump", f"{data}@1", "--tag", "1.1").stdout)
    assert diff(survey, f"{data}@1").exit_code == 0
    newer = diff(survey, data, "--tag", "1.1", "--json")
    assert newer.exit_code == 1
    gained = [one for one in json.loads(newer.stdout)["changes"] if one["tag"] == "1.1"]
    assert gained
    assert {one["kind"] for one in gained} == {"gained"}


def test_an_archive_is_a_side(data: Path, tmp_path: Path) -> None:
    """A data directory in a zip, as the seed is."""
    archive = tmp_path / "copy.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in sorted(data.rglob("*")):
            if file.is_file():
                packed.write(file, file.relative_to(data))
    assert diff(archive, data).exit_code == 0
    assert diff("seed", "seed").exit_code == 0


def test_what_was_left_out_before_comes_from_the_memory_of_the_writer(
    data: Path, tmp_path: Path
) -> None:
    """Snapshots hold builds alone; a catalogue that lets more in is tried on all that the upstream listed."""
    snapshot = package("rg")
    source = source_text(snapshot.definition.source)
    files = ("rg-1.1.0-linux-amd64.tar.gz", "rg-1.1.0-freebsd-amd64.tar.gz")
    raw = RawRelease(
        tag="v1.1.0",
        assets=tuple(RawAsset(name=each, url=f"https://upstream.example/{each}") for each in files),
    )
    memory = Memory(data / FILE, session="test")
    with memory.transaction():
        known = Known(admitted=Admitted(releases=(raw,)))
        memory.save(Record(name=name("rg"), source=source), known)
    memory.close()
    narrow = catalogue(tmp_path / "old", {"rg": RG + '[assets]\nexclude = ["*freebsd*"]\n'})
    wide = catalogue(tmp_path / "new", {"rg": RG})
    done = diff(narrow, wide, "--data", data)
    assert "Gained\n  rg, rg@beta, rg@1: 1.1.0 on freebsd/amd64\n" in done.stdout
    # A memory that can't be read is none: the snapshots must do.
    (data / FILE).write_bytes(b"damaged")
    assert diff(narrow, wide, "--data", data).exit_code == 0


def test_refusals_sets_and_broken_packages(data: Path, tmp_path: Path) -> None:
    """A package that is refused now is lost; one that can't be read is told and left out."""
    own = {"set": 'packages = ["rg"]\n', "rg": RG}
    before = catalogue(tmp_path / "old", own)
    after = catalogue(
        tmp_path / "new",
        {**own, "set": 'refused = "It was a mistake."\n', "bad": "titel = 1\n"},
    )
    done = diff(before, after, "--data", data)
    assert done.exit_code == 2
    assert "set can't be installed: It was a mistake." in done.stdout
    assert "bad/package.toml:1: " in done.stderr
    assert "what can't be read is left out of the comparison" in done.stderr


def test_a_change_that_no_release_can_show(data: Path, tmp_path: Path) -> None:
    """A set of packages that aren't fetched, and one of them: named first, and an exit status of 1."""
    fd = 'source = "github:example/fd"\n'
    own = {"set": 'packages = ["fd", "rg"]\n', "rg": RG, "fd": fd}
    before = catalogue(tmp_path / "old", own)
    less = catalogue(tmp_path / "less", {**own, "set": 'packages = ["fd"]\n'})
    other = catalogue(tmp_path / "other", {**own, "fd": fd + "tree = true\n"})
    same = catalogue(tmp_path / "same", {**own, "fd": fd + 'description = "Finds files."\n'})
    for after, which in ((less, "set"), (other, "fd")):
        done = diff(before, after, "--data", data)
        assert done.exit_code == 1, done.stdout
        assert done.stdout.splitlines()[3:5] == [
            "Defined otherwise, and no installer shows what that means",
            f"  {which}",
        ]
    assert diff(before, same, "--data", data).exit_code == 0


def test_two_packages_of_one_source(tmp_path: Path) -> None:
    """Each has its own files of a release; a catalogue of both is tried on the files of both."""
    data = tmp_path / "data"
    rg = package("rg")
    other = replace(
        package("rge"),
        definition=replace(package("rge").definition, source=rg.definition.source),
    )
    changes = {one.definition.name: Replace(snapshot=one, checked_at=NOW) for one in (rg, other)}
    publish(data, changes, aliases={}, now=NOW, disk=SystemDisk())
    both = catalogue(
        tmp_path / "both",
        {
            "rg": RG + '[assets]\ninclude = ["rg-*"]\n',
            "rge": RG + '[assets]\ninclude = ["rge-*"]\n',
        },
    )
    done = diff(data, both, "--json")
    told = json.loads(done.stdout)
    assert "lost" not in {one["kind"] for one in told["changes"]}
    assert (told["compared"], told["unknown"]) == (2, [])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name two sides, OLD and NEW, or one with --dump"),
        (("seed",), "name two sides"),
        (("seed", "seed", "--dump", "seed"), "name two sides"),
        (("/nowhere", "seed"), "/nowhere: no folder of packages"),
        (("/nowhere@3", "seed"), "/nowhere: generation 3 can't be read"),
        (("seed", "seed", "--tag", "@"), "'@' is not a version"),
        (("{here}/empty", "{here}/empty"), "empty: no package in this folder can be read"),
        (("{here}/empty", "seed"), "empty: no package in this folder can be read"),
        (("{here}/x.json", "seed"), "x.json: no survey that this version reads"),
        (("{here}/x.zip", "seed"), "x.zip: no generation in it that can be read"),
        (("{here}/cat", "{here}/cat", "--data", "{here}/cat"), "--data needs a data directory"),
    ],
)
def test_what_cannot_be_compared_has_a_status_above_64(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    """A mistake is never taken for a result."""
    (tmp_path / "x.json").write_text("{}")
    (tmp_path / "x.zip").write_text("no zip")
    (tmp_path / "empty").mkdir()
    catalogue(tmp_path / "cat", {"rg": RG})
    done = diff(*(each.format(here=tmp_path) for each in arguments))
    assert done.exit_code == 64
    assert said in done.stderr
    assert done.stdout == ""


def test_a_page_that_cannot_be_written(tmp_path: Path) -> None:
    """The comparison isn't told as done."""
    done = diff("seed", "seed", "--html", tmp_path / "no" / "page.html")
    assert done.exit_code == 73
    assert "page.html: No such file or directory" in done.stderr


def test_the_program_ends_with_the_status(data: Path) -> None:
    """What holds in a process of its own: lines on standard output alone, and the exit status."""
    done = subprocess.run(
        [*ARTESIAN, f"{data}@2", f"{data}@1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "1.1.0 → 1.0.0 (an older one)" in done.stdout
    assert done.stderr == ""
