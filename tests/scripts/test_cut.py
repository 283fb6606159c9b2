"""A script that arrives in part does nothing at all."""

from collections.abc import Sequence

import pytest
from tests.scripts.archives import pack, tool
from tests.scripts.installs import SHELLS, Home, part, row
from tests.scripts.upstream import Upstream

from artesian.model.release import Format
from artesian.render.script import error_script, script


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("third", range(3))
def test_a_script_cut_anywhere(shell: str, third: int, home: Home, upstream: Upstream) -> None:
    """Cut at every 500th byte, at each line of the data and each of the last 100 bytes: it fails, and does nothing."""
    text = script([part(row(upstream, pack({"tool": tool("1.2.3")}, Format.TAR_GZ)))])
    began = len("#!/bin/sh\n{")
    data = text[: text.index("\n# Above is data")]
    lines = [cut for cut, character in enumerate(data, 1) if character == "\n" and cut > began]
    many: Sequence[int] = [*range(500, len(text), 500), *range(len(text) - 100, len(text))]
    cuts = [began, *lines, *many]
    for cut in cuts[third::3]:
        ran = home.run(text[:cut], shell=shell)
        assert (ran.out, home.files(), upstream.asked) == ("", {}, []), cut
        assert (ran.status != 0, ran.err != "") == (True, True), cut
    assert home.run(text, shell=shell).status == 0


def test_no_part_of_a_word_is_a_command(upstream: Upstream) -> None:
    """Outside of groups and quotes lines begin so that no part of them can be the name of a program."""
    text = script([part(row(upstream, pack({"tool": tool("1.2.3")}, Format.TAR_GZ)))])
    table = text[text.index("_table='") : text.index("\n'\n")]
    group = text[text.index("\n{\n") + 3 : text.index("\n}\n{ main")]
    rest = text.replace(table, "_table='").replace(group, "")
    assert {line[:1] for line in rest.splitlines()} == {"", "#", "_", "{", "}", "'"}


@pytest.mark.parametrize("shell", SHELLS)
def test_an_error_script_prints_and_fails(shell: str, home: Home) -> None:
    """It prints its message to standard error, byte for byte, and exits with its status; cut, it fails as well."""
    message = "No 'fd' here.\n$(id) `id` \"x\" \\n %s !!"
    text = error_script(message, status=69)
    ran = home.run(text, shell=shell)
    assert (ran.status, ran.out, ran.err) == (69, "", f"{message}\n")
    for cut in range(text.index("{") + 1, len(text)):
        ran = home.run(text[:cut], shell=shell)
        assert ran.status != 0
        assert ran.out == ""
