"""`artesian check`."""

import os
import re
from pathlib import Path

from typer.testing import CliRunner

from artesian.cli.main import app_of

RUNNER = CliRunner()


def test_a_good_catalogue_is_counted() -> None:
    """The shipped one is checked where no folder is named."""
    result = RUNNER.invoke(app_of(["check"]), ["check"])
    assert result.exit_code == 0
    assert result.stderr == ""
    assert re.fullmatch(r"\d+ packages, \d+ aliases, 0 problems\n", result.stdout)


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


def test_a_folder_without_packages_is_a_problem(tmp_path: Path) -> None:
    """Neither an empty folder passes for a catalogue, nor a package's own; what isn't a file is never opened."""
    (tmp_path / "empty").mkdir()
    package = tmp_path / "all" / "rg"
    package.mkdir(parents=True)
    os.mkfifo(package / "package.toml")
    for folder, told in (
        ("empty", "empty:1: there is no package in this folder"),
        ("all", "all/rg/package.toml:1: can't be read: it is no regular file"),
    ):
        result = RUNNER.invoke(app_of(["check"]), ["check", str(tmp_path / folder)])
        assert result.exit_code == 1
        assert result.stderr == f"{tmp_path}/{told}\n"
        assert result.stdout == "0 packages, 0 aliases, 1 problem\n"
    (package / "package.toml").unlink()
    (package / "package.toml").write_text('source = "github:a/b"')
    result = RUNNER.invoke(app_of(["check"]), ["check", str(package)])
    assert result.exit_code == 1
    assert "this is a package's own folder; name the folder around it" in result.stderr


def test_a_name_that_no_package_has_is_a_problem(tmp_path: Path) -> None:
    """What a package stands for or needs must be there, or come with the program."""
    (tmp_path / "all").mkdir()
    text = 'packages = [\n  "rg",\n  "qqqqq",\n]\nneeds = ["nodee@lts"]\n'
    (tmp_path / "all" / "package.toml").write_text(text)
    result = RUNNER.invoke(app_of(["check"]), ["check", str(tmp_path)])
    assert result.exit_code == 1
    meant = "; did you mean 'node', which comes with the program?"
    assert result.stderr.splitlines() == [
        f"{tmp_path}/all/package.toml:3: no package is called 'qqqqq'",
        f"{tmp_path}/all/package.toml:5: no package is called 'nodee'{meant}",
    ]
    assert result.stdout == "1 package, 0 aliases, 2 problems\n"


def test_a_faulty_package_may_be_needed_and_need(tmp_path: Path) -> None:
    """Its names count, and what it names is looked for, whatever else is wrong with it; our own names come first."""
    for name, text in (
        ("a", 'source = "github:a/a"\nneeds = ["mode", "other", "wb", "link"]'),
        ("mode", 'titel = 1\naliases = ["other"]\nneeds = [\n  "qqqqq",\n  "nodee",\n  "Ü"]'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "package.toml").write_text(text)
    (tmp_path / "link").symlink_to("mode")
    (tmp_path / "wb").mkdir()
    (tmp_path / "wb" / "install.sh").write_text("echo\n")
    result = RUNNER.invoke(app_of(["check"]), ["check", str(tmp_path)])
    assert result.exit_code == 1
    told = result.stderr.replace(f"{tmp_path}/", "").splitlines()
    assert told[-2:] == [
        "mode/package.toml:4: no package is called 'qqqqq'",
        "mode/package.toml:5: no package is called 'nodee'; did you mean 'mode'?",
    ]
    assert not any(line.startswith("a/") for line in told)
    assert len([line for line in told if "no package is called" in line]) == 2


def test_a_need_that_no_installer_could_see(tmp_path: Path) -> None:
    """A package with an install.sh tells which commands it provides, if others need it; clones and sets needn't."""
    for name, text in (
        ("a", 'source = "github:a/a"\nneeds = ["piece", "good",\n  "clone", "set", "rg"]'),
        ("piece", ""),
        ("good", 'provides = ["good"]'),
        ("clone", 'source = "git:github.com/a/clone"'),
        ("set", 'packages = ["piece"]'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "package.toml").write_text(text)
    for name in ("piece", "good"):
        (tmp_path / name / "install.sh").write_text("echo\n")
    result = RUNNER.invoke(app_of(["check"]), ["check", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr == (
        f"{tmp_path}/a/package.toml:2: nothing tells where 'piece' is here already: "
        "it has no commands, and provides none\n"
    )
