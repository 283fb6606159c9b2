"""What an installer costs beside download and unpacking: processes, counted by strace."""

import re
import shutil

import pytest
from tests.programs import require
from tests.scripts.archives import pack, tool
from tests.scripts.installs import SHELLS, Home, part, row
from tests.scripts.upstream import Upstream

from artesian.model.definition import Command, Recipe, TestRun
from artesian.model.release import Format
from artesian.render.script import script

MAX_PROCESSES = 60
RECIPE = Recipe(
    commands=(Command(name="tool", file="tool"),),
    man=("*.1",),
    completions_bash=("tool.bash",),
    completions_zsh=("_tool",),
    completions_fish=("tool.fish",),
    test=TestRun(command="tool", expect="tool {version}"),
)
FILES = {
    "t/tool": tool("1.2.3"),
    "t/tool.1": b"",
    "t/tool.bash": b"",
    "t/_tool": b"",
    "t/tool.fish": b"",
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("format_", [Format.TAR_GZ, Format.ZIP, Format.RAW])
def test_an_ordinary_install_takes_few_processes(
    format_: Format, shell: str, home: Home, upstream: Upstream
) -> None:
    """A command with its man page and completions is installed with at most 60 child processes."""
    require("strace", "bwrap")
    (home.folder / ".bashrc").write_text("")
    (home.folder / ".profile").write_text("")
    data = pack(FILES, format_)
    counting = [
        str(shutil.which("strace")),
        "-f",
        "-qq",
        "-e",
        "trace=clone,clone3,fork,vfork",
        "-o",
        "/home/new/trace",
    ]
    text = script([part(row(upstream, data, format_, recipe=RECIPE))])
    ran = home.run(text, shell=shell, prefix=counting)
    assert ran.status == 0, ran.err
    born = re.findall(r"= [1-9]\d*$", (home.folder / "trace").read_text(), re.MULTILINE)
    assert len(born) > 10
    assert len(born) <= MAX_PROCESSES + (10 if shell == "mksh" else 0)  # its printf is a program
