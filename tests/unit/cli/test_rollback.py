"""`artesian rollback` and `artesian unpin`: what they say and what is in force after them."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.stores import put, seen

from artesian.cli.main import main


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Publish rg 1 and 2, fd 1, and jq since the second generation."""
    put(tmp_path, rg="1", fd="1")
    put(tmp_path, rg="2", jq="1")
    return tmp_path


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int | str | None, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    return ended.value.code, printed.out, printed.err


TABLE: list[tuple[Sequence[Sequence[str]], str, object]] = [
    (
        [["rollback"]],
        (
            "Generation 3 is in force: fd, rg as in generation 1, and pinned.\n"
            "Left as they were, for generation 1 has nothing readable of them: jq.\n"
            "When upstream is right again: artesian unpin\n"
        ),
        (3, {"fd": "1", "jq": "1", "rg": "1"}),
    ),
    (
        [["rollback", "--to", "1", "RG"]],
        "Generation 3 is in force: rg as in generation 1, and pinned.\nWhen upstream is right again: artesian unpin\n",
        (3, {"fd": "1", "jq": "1", "rg": "1"}),
    ),
    (
        [["rollback", "rg"], ["unpin", "rg"]],
        "Generation 4 is in force: rg no longer pinned.\n",
        (4, {"fd": "1", "jq": "1", "rg": "1"}),
    ),
    (
        [["rollback"], ["unpin"]],
        "Generation 4 is in force: fd, rg no longer pinned.\n",
        (4, {"fd": "1", "jq": "1", "rg": "1"}),
    ),
]


@pytest.mark.parametrize(("commands", "said", "after"), TABLE)
def test_said_and_done(  # the arguments of fixtures and of a table
    data: Path,
    capsys: pytest.CaptureFixture[str],
    commands: Sequence[Sequence[str]],
    said: str,
    after: object,
) -> None:
    """Each command says which generation is in force and which packages it was about."""
    out = ""
    for command in commands:
        code, out, err = _run(capsys, *command, "--data", str(data))
        assert (code, err) == (0, "")
    assert out == said
    assert seen(data) == after


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["rollback", "--to", "7"],
            "artesian: there is no earlier generation 7; there are: 1 (2026-01-01 12:00)\n",
        ),
        (["rollback", "bat"], "artesian: generation 2 doesn't have bat; it has: fd, jq, rg\n"),
        (["rollback", "a b"], "artesian: 'a b' is not a package name"),
        (["unpin"], "artesian: pinned are: none\n"),
    ],
)
def test_mistakes(
    data: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: Sequence[str],
    said: str,
) -> None:
    """A mistake is one line that says what exists, and exit status 1."""
    code, out, err = _run(capsys, *arguments, "--data", str(data))
    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert seen(data) == (2, {"fd": "1", "jq": "1", "rg": "2"})


def test_directory_of_the_settings(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --data it is the directory of the settings."""
    monkeypatch.setenv("ARTESIAN_DATA_DIR", str(data))
    assert _run(capsys, "rollback", "rg")[0] == 0
    assert seen(data) == (3, {"fd": "1", "jq": "1", "rg": "1"})
