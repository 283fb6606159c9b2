"""`artesian check`."""

from pathlib import Path

from typer.testing import CliRunner

from artesian.cli.main import app_of

RUNNER = CliRunner()


def test_a_good_catalogue_is_counted() -> None:
    """The shipped one is checked where no folder is named."""
    result = RUNNER.invoke(app_of(["check"]), ["check"])
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout == "72 packages, 9 aliases, 0 problems\n"


def test_every_problem_is_a_line_on_standard_error(tmp_path: Path) -> None:
    """What is wrong stands as file:line, and the exit status is 1."""
    for name, text in (
        ("good", 'source = "github:a/b"\naliases = ["fine"]'),
        ("bad", '\ntitel = "x"'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "package.toml").write_text(text)
    result = RUNNER.invoke(app_of(["check"]), ["check", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f'{tmp_path}/bad/package.toml:1: source is missing, such as source = "github:owner/name"',
        f"{tmp_path}/bad/package.toml:2: unknown key 'titel'; did you mean 'title'?",
    ]
    assert result.stdout == "1 package, 1 alias, 2 problems\n"


def test_a_catalogue_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """A wrong folder doesn't pass as an empty catalogue."""
    result = RUNNER.invoke(app_of(["check"]), ["check", str(tmp_path / "nowhere")])
    assert result.exit_code == 1
    assert "can't be read: No such file or directory" in result.stderr
