"""`artesian check --seed`."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from scripts.seed.pack import pack
from typer.testing import CliRunner

from artesian.cli.check_seed import NoSeed, SeedLine, check_seed, read_seed, seed_lines
from artesian.cli.main import app_of
from artesian.model.definition import (
    AssetRules,
    Command,
    Definition,
    LibcRule,
    Recipe,
    Source,
    SourceKind,
)
from artesian.model.host import Libc
from artesian.model.names import PackageName
from artesian.model.release import RawAsset, RawRelease
from artesian.refresh.assemble import assemble
from artesian.store.publish import Announce, Change, Replace, publish

RUNNER = CliRunner()
SUM = "ab" * 32
CHECKED_AT = datetime(2026, 8, 1, tzinfo=UTC)


def file(name: str, sha256: str | None = None) -> RawAsset:
    return RawAsset(name=name, url=f"https://upstream.example/{name}", sha256=sha256)


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """Make a seed of one package with two releases, and one without any."""
    name = PackageName("tool")
    definition = Definition(
        name=name,
        title="Tool",
        source=Source(kind=SourceKind.GITHUB, repository="owner/tool"),
        assets=AssetRules(libc=(LibcRule(match="*-musl*", libc=Libc.MUSL),)),
        recipe=Recipe(commands=(Command(name="tool", file="tool"),)),
    )
    newer = (
        file("tool-linux-amd64-gnu.tar.gz", SUM),
        file("tool-linux-amd64-musl.tar.gz", SUM),
        file("tool-linux-riscv64-gnu.tar.gz", SUM),
        file("tool-linux-riscv64-musl.tar.gz"),
    )
    older = (file("tool-linux-s390x-gnu.tar.gz"), file("tool-linux-amd64-gnu.tar.gz"))
    releases = [RawRelease(tag="v2", assets=newer), RawRelease(tag="v1", assets=older)]
    changes: dict[PackageName, Change] = {
        name: Replace(snapshot=assemble(definition, releases), checked_at=CHECKED_AT),
        PackageName("unknown"): Announce(
            definition=replace(definition, name=PackageName("unknown"))
        ),
    }
    publish(tmp_path / "data", changes, aliases={}, now=CHECKED_AT)
    pack(tmp_path / "data", tmp_path / "seed.zip")
    return tmp_path / "seed.zip"


def test_hosts_and_verified_hosts_are_counted_honestly(seed: Path) -> None:
    """A host counts once, by its newest build; as verified only if each libc's build of it has a checksum."""
    tool, unknown = seed_lines(*read_seed(seed))
    assert tool == SeedLine(
        name=PackageName("tool"),
        versions=2,
        newest="2",
        hosts=3,
        verified=1,
        checked_at=CHECKED_AT,
    )
    assert (unknown.versions, unknown.hosts, unknown.verified) == (0, 0, 0)
    assert unknown.checked_at is None


def test_columns_and_totals_are_printed(seed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Off a terminal the table is plain columns, with the totals in a sentence below."""
    check_seed(seed)
    head, tool, unknown, totals = capsys.readouterr().out.splitlines()
    assert head.split("\t") == [
        "package", "versions", "hosts", "verified", "newest", "checked", "age",
    ]  # fmt: skip
    assert tool.split("\t")[:6] == ["tool", "2", "3", "1", "2", "2026-08-01"]
    assert unknown.split("\t")[:6] == ["unknown", "-", "-", "-", "-", "not fetched yet"]
    assert totals == (
        "1 package with releases, 0 of them for 4 hosts or more; 0 without an upstream, 1 not fetched yet; "
        "3 hosts served, 1 of them verified (33%)"
    )


def test_the_shipped_seed_is_the_default() -> None:
    """The command needs no argument."""
    result = RUNNER.invoke(app_of(["check"]), ["check", "--seed"])
    assert result.exit_code == 0
    assert result.stdout.startswith("package\tversions\t")
    assert "\nrg\t" in result.stdout


def test_a_seed_that_holds_nothing_is_said_to(tmp_path: Path) -> None:
    """A missing or empty archive is an error that names the file."""
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    for name in ("empty.zip", "missing.zip"):
        with pytest.raises(NoSeed, match=rf"{name}: no generation"):
            read_seed(tmp_path / name)
