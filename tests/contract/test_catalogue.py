"""The shipped catalogue: which names answer, and what every package must bring along."""

import re
import subprocess
from pathlib import Path

import pytest
from tests.own import CATALOGUE, SHELLS, Clean, load, own_scripts
from tests.programs import require

from artesian.model.definition import Definition
from artesian.model.names import PackageName
from artesian.model.query import parse_spec

NAMES = (Path(__file__).parents[1] / "fixtures/webi_names.txt").read_text("utf-8").split()
LOADED = load()
PACKAGES = {definition.name: definition for definition in LOADED.definitions}
ALIASES = {alias for definition in LOADED.definitions for alias in definition.aliases}
SCRIPTS = [
    pytest.param(definition, name, id=f"{definition.name}/{name}")
    for definition, name in own_scripts()
]
SHELL_FILES = sorted(
    {CATALOGUE / definition.name / name for definition, name in own_scripts()}
    | {CATALOGUE / name / "install.sh" for name, package in PACKAGES.items() if package.piece}
)


def test_loads_whole() -> None:
    """The catalogue has no problem at all."""
    assert LOADED.problems == ()


def test_all_names_of_webi_answer() -> None:
    """Each of the 192 names of Webi's catalogue is a package or leads to one."""
    assert len(NAMES) == 192
    assert [name for name in NAMES if name not in PACKAGES and name not in ALIASES] == []


def test_every_package_has_a_cheat_sheet_and_says_what_it_is() -> None:
    """A page without a description or a cheat sheet helps nobody."""
    bare = [
        name for name, package in PACKAGES.items() if not (package.readme and package.description)
    ]
    assert bare == []


def test_packages_lead_to_packages() -> None:
    """What a package needs or stands for is in the catalogue, and can be installed."""
    for name, package in PACKAGES.items():
        for text in (*package.packages, *package.needs):
            inner = parse_spec(text).name
            assert inner in PACKAGES, f"{name} names {inner}"
            assert not PACKAGES[inner].refused, f"{name} names {inner}"


@pytest.mark.parametrize(
    "name", ["test", "macos", "ssh-harden", "mariadb-galera", "mysql", "mysqld"]
)
def test_refusals_say_what_to_do_instead(name: str) -> None:
    """A name that installs nothing has a word about why, of more than a sentence."""
    assert PACKAGES[PackageName(name)].refused.count(". ") >= 1


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_reads_the_scripts(shell: str) -> None:
    """No script or piece holds what some shell of the house can't parse."""
    require(shell)
    for file in SHELL_FILES:
        ran = subprocess.run(
            [*SHELLS[shell], "-n", str(file)], capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, f"{file}: {ran.stderr}"


def test_shellcheck_likes_the_scripts() -> None:
    """Scripts and pieces pass shellcheck as they stand."""
    require("shellcheck")
    ran = subprocess.run(
        ["shellcheck", "-s", "sh", *map(str, SHELL_FILES)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == ""


def test_scripts_are_executable_and_end_with_a_line_feed() -> None:
    """A script can be run from the checkout, too."""
    for definition, name in own_scripts():
        file = CATALOGUE / definition.name / name
        assert file.stat().st_mode & 0o111, file
        assert file.read_bytes().endswith(b"\n"), file


@pytest.mark.parametrize(("definition", "name"), SCRIPTS)
@pytest.mark.parametrize("shell", SHELLS)
def test_help_and_version(definition: Definition, name: str, shell: str, clean: Clean) -> None:
    """Each script tells what it does and which version it is, in every shell, and changes nothing by that."""
    helped = clean.run(definition.name, name, "--help", shell=shell)
    assert (helped.status, helped.err) == (0, "")
    assert "--version" in helped.out
    assert max(map(len, helped.out.splitlines())) <= 120
    version = clean.run(definition.name, name, "--version", shell=shell)
    assert (version.status, version.out) == (0, f"{name} {definition.version}\n")
    assert list(clean.home.iterdir()) == []


# What begins another program hands on what it doesn't know.
_ANOTHERS = {"dashcore-run"}


@pytest.mark.parametrize(
    ("definition", "name"), [one for one in SCRIPTS if one.values[1] not in _ANOTHERS]
)
def test_unknown_options_are_refused(definition: Definition, name: str, clean: Clean) -> None:
    """A mistyped option is status 64, and nothing is done."""
    said = clean.run(definition.name, name, "--no-such-option")
    assert (said.status, said.out) == (64, "")
    assert re.search(r"unknown option --no-such-option; --help tells more", said.err)
    assert list(clean.home.iterdir()) == []
