"""Every installer of the shipped catalogue and of a folder in Webi's format: sound to shells and to shellcheck.

An installer is assignments and one of a few programs. Each program is checked within a whole installer; of the others,
what differs: ARTESIAN_WHOLE_SCRIPTS=1 has shellcheck read each as it stands, which takes minutes.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from tests.everything import everything, shipped_snapshots
from tests.programs import require
from tests.reading import Memory, app_of, ask
from tests.webi import write_webi

from artesian.definitions.load import load_catalogue
from artesian.model.names import PackageName
from artesian.model.snapshot import Snapshot

_IS_WHOLE = os.environ.get("ARTESIAN_WHOLE_SCRIPTS") == "1"  # noqa: TID251
_PER_CALL = 20  # files that one shellcheck reads; it keeps them all in memory
_LIMIT_S = 600
SHELLS = {
    "dash": "dash",
    "bash": "bash",
    "busybox": "busybox ash",
    "mksh": "mksh",
    "ksh93": "ksh93",
    "zsh": "zsh --emulate sh",
    "yash": "yash",
}
_ASSIGNED = re.compile(r"^(_asked|_server|_more|_table|_text_\d+)=", re.MULTILINE)


def rendered(snapshots: Mapping[PackageName, Snapshot]) -> Mapping[str, str]:
    """Ask a reader for every package's installer, by the package's name."""
    app = app_of(Memory(tuple(snapshots.values())), answers_bytes=100_000_000)
    said = {str(name): ask(app, f"/{name}.sh") for name in snapshots}
    assert {name: one.text for name, one in said.items() if one.status >= 500} == {}
    return {name: one.text for name, one in said.items() if one.status == 200}


@cache
def shipped_scripts() -> Mapping[str, str]:
    """Render the shipped catalogue."""
    return rendered(shipped_snapshots())


@pytest.fixture(scope="module", params=["shipped", "webi"])
def scripts(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, str]:
    """Every installer of a catalogue."""
    if request.param == "shipped":
        return shipped_scripts()
    folder = write_webi(tmp_path_factory.mktemp("webi") / "catalogue", "https://git.example")
    return rendered(everything(load_catalogue(folder).definitions))


def head_and_body(text: str) -> tuple[str, str]:
    """Cut an installer where its data end and its program begins."""
    head, mark, body = text.partition("\n# Above is data: ")
    assert mark, text[:200]
    return f"{head}\n", mark + body


def write_all(texts: Mapping[str, str], folder: Path) -> list[str]:
    """Write each into a file; return their names."""
    for name, text in texts.items():
        (folder / f"{name}.sh").write_text(text, "utf-8")
    return sorted(f"{name}.sh" for name in texts)


def complaints(texts: Mapping[str, str], folder: Path) -> str:
    """Have shellcheck read all of them, as scripts for dash, with all that it ever says."""
    require("shellcheck")
    names = write_all(texts, folder)
    said = ""
    for first in range(0, len(names), _PER_CALL):
        ran = subprocess.run(
            ["shellcheck", "--norc", "-s", "dash", "-f", "gcc", *names[first : first + _PER_CALL]],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
        )
        assert ran.stderr == ""
        said += ran.stdout
    return said


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_can_parse_every_installer(
    shell: str, scripts: Mapping[str, str], tmp_path: Path
) -> None:
    """No package's names, addresses, files, notes or pieces break the syntax of any shell."""
    require(shell)
    assert len(scripts) >= 10
    write_all(scripts, tmp_path)
    loop = f'for file in *.sh; do {SHELLS[shell]} -n "$file" || echo "$file"; done'
    ran = subprocess.run(
        ["sh", "-c", loop],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
    )
    # ksh93 has advice on style for any script, under "warning:".
    said = [line for line in ran.stderr.splitlines() if ": warning: " not in line]
    assert (ran.stdout, said) == ("", [])


def test_shellcheck_finds_nothing_in_whole_installers(
    scripts: Mapping[str, str], tmp_path: Path
) -> None:
    """One installer for each program that there is, that with the most data, passes as it stands."""
    longest: dict[str, str] = {}
    for name, text in scripts.items():
        body = head_and_body(text)[1]
        if body not in longest or len(text) > len(scripts[longest[body]]):
            longest[body] = name
    assert 1 <= len(longest) <= 3
    chosen = scripts if _IS_WHOLE else {name: scripts[name] for name in longest.values()}
    assert complaints(chosen, tmp_path) == ""


def test_shellcheck_finds_nothing_in_any_data(scripts: Mapping[str, str], tmp_path: Path) -> None:
    """What differs between installers, the quoted data, passes before a program that merely uses it."""
    heads = {}
    for name, text in scripts.items():
        head = head_and_body(text)[0]
        names = " ".join(f'"${one}"' for one in dict.fromkeys(_ASSIGNED.findall(head)))
        heads[name] = f"{head}printf '%s\\n' {names}\n"
    assert complaints(heads, tmp_path) == ""
