"""`artesian resolve`: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest
from tests.releases import package, release, snapshot
from tests.stores import NOW, name

from artesian.cli.main import main
from artesian.model.snapshot import Snapshot
from artesian.store.publish import Replace, publish

FOO = snapshot(
    release("v2.0", "foo-darwin-arm64.zip"),
    release("v1.0", "foo-linux-amd64.tar.gz", "foo-linux-amd64.zip", "foo-darwin-arm64.zip"),
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Publish foo 1.0 and 2.0, and an empty bar."""
    bar = Snapshot(definition=package("bar"), releases=())
    changes = {one.definition.name: Replace(snapshot=one, checked_at=NOW) for one in (FOO, bar)}
    publish(tmp_path, changes, aliases={name("f"): name("foo")}, now=NOW)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ("foo --os linux --arch x86_64 --libc gnu", 0, "1.0 (stable)\nfoo-linux-amd64.tar.gz  tar.gz  no checksum"),
        ("f@2 --os darwin --arch arm64", 0, "2.0 (stable)\nfoo-darwin-arm64.zip  zip  no checksum known\n  https:"),
        ("foo --os linux --arch amd64 --formats zip,tar.gz", 0, "1.0 (stable)\nfoo-linux-amd64.zip"),
        ("foo --os linux --arch amd64 --formats tar.xz", 69, "artesian: foo 1.0 for linux/amd64 comes only as tar.gz"),
        ("foo --os linux --arch s390x", 69, "artesian: foo 2.0 has no build for linux/s390x\nhosts: linux/amd64, "),
        ("foo@3 --os linux --arch amd64", 69, "artesian: foo has no version 3\nversions: 2.0, 1.0"),
        ("bar --os linux --arch amd64", 69, "artesian: bar has no releases"),
        ("nosuch", 69, "artesian: no package is called nosuch"),
        ("foo@bar", 64, "artesian: 'bar' is not a version"),
        ("foo --os amiga", 64, "artesian: 'amiga' is no os we know"),
        ("foo --os linux --arch amd64 --formats lha", 64, "artesian: 'lha' is no format: write some of tar.gz"),
    ],
)  # fmt: skip
def test_the_build_for_a_host_is_told(
    data: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: str,
    status: int,
    said: str,
) -> None:
    """The builds come in order of preference; where there is none, standard error says why and what exists."""
    with pytest.raises(SystemExit) as ended:
        main(["resolve", *arguments.split(), "--data", str(data)])
    printed = capsys.readouterr()
    assert (ended.value.code or 0) == status
    told, silent = (printed.err, printed.out) if status else (printed.out, printed.err)
    assert told.startswith(said)
    assert silent == ""


@pytest.mark.parametrize(
    ("arguments", "key", "value"),
    [
        (["foo@1", "--os", "linux", "--arch", "amd64"], "version", "1.0"),
        (["foo@9", "--os", "linux", "--arch", "amd64"], "reason", "foo has no version 9"),
    ],
)
def test_programs_get_a_document(
    data: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    key: str,
    value: str,
) -> None:
    """With --json the answer of /v1/resolve, or why there is none, is printed."""
    with pytest.raises(SystemExit):
        main(["resolve", *arguments, "--json", "--data", str(data)])
    assert json.loads(capsys.readouterr().out)[key] == value


def test_without_options_the_machine_and_the_seed_are_meant(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The machine's own os, arch and libc are asked for in the shipped seed."""
    monkeypatch.delenv("ARTESIAN_DATA_DIR", raising=False)
    with pytest.raises(SystemExit) as ended:
        main(["resolve", "rg"])
    assert not ended.value.code
    assert "ripgrep-" in capsys.readouterr().out
