"""The catalogue against packagers: what `resolve` hands a host, of real names whose labels it hasn't seen."""

from pathlib import Path

import pytest
from scripts.evaluate_resolve import AGREEING, SAME, TABLE, Kind, judge, read_repositories, share
from tests.programs import need_data

from artesian.definitions.load import load_catalogue
from artesian.model.host import Libc
from artesian.settings import shipped

# Of all hosts: those that get what a packager hands them, and those that get the very file. They differ where the same
# build comes in two formats, and where a packager has a host emulate although the release has its own build.
LEAST_AGREEING = 0.995
LEAST_SAME = 0.99


@pytest.mark.parametrize(
    ("libc", "least_hosts"), [(None, 1400), (Libc.GNU, 25), (Libc.MUSL, 75)], ids=str
)
def test_the_catalogue_agrees_with_packagers(libc: Libc | None, least_hosts: int) -> None:
    """Of the hosts that packagers serve, at least 99.5 in 100 get what they hand out, and none gets nothing."""
    need_data(TABLE)
    definitions = load_catalogue(shipped("catalogue")).definitions
    judged = tuple(judge(read_repositories(TABLE), definitions, libc))
    assert len(judged) >= least_hosts
    assert [one for one in judged if one.kind is Kind.NONE] == []
    assert share(judged, AGREEING) >= LEAST_AGREEING
    assert share(judged, SAME) >= LEAST_SAME


# Name, os, arch, libc and hosts of each file of one release of bat.
RELEASE = """
bat-linux-amd64.tar.gz   linux   amd64  -   linux/amd64
bat-linux-arm64.tar.gz   linux   arm64  -   -
bat-linux-arm64          linux   arm64  -   linux/arm64
bat-windows-amd64.zip    windows amd64  -   windows/amd64,windows/arm64(emu)
bat-windows-arm64.zip    windows arm64  -   -
bat-mac-arm64.zip        macos   arm64  -   -
bat-mac-amd64.zip        macos   amd64  -   macos/amd64,macos/arm64
notes.txt                linux   x86    gnu linux/x86
"""


def test_answers_are_told_apart(tmp_path: Path) -> None:
    """An answer is the same file, another format of it, the host's own build, none, or wrong."""
    head = "asset\tos\tarch\tlibc_in_name\tformat\trepo\tversion\tserves\turl\n"
    rows = []
    for line in RELEASE.strip().splitlines():
        name, os, arch, libc, serves = (word.removesuffix("-") for word in line.split())
        url = f"https://github.com/sharkdp/bat/releases/download/v1/{name}"
        rows.append(f"{name}\t{os}\t{arch}\t{libc}\t\tother\t\t{serves}\t{url}")
    table = tmp_path / "labelled.tsv"
    table.write_text(head + "\n".join((*rows, rows[0])) + "\n", encoding="utf-8")
    definitions = load_catalogue(shipped("catalogue")).definitions
    judged = tuple(judge(read_repositories(table), definitions, None))
    assert {one.host: one.kind for one in judged} == {
        "linux/amd64": Kind.RIGHT,
        "linux/arm64": Kind.FORMAT,
        "linux/x86": Kind.NONE,
        "macos/amd64": Kind.RIGHT,
        "macos/arm64": Kind.WRONG,
        "windows/amd64": Kind.RIGHT,
        "windows/arm64": Kind.NATIVE,
    }
    assert str(judged[1]) == (
        "format: bat v1 linux/arm64: bat-linux-arm64.tar.gz, not bat-linux-arm64"
    )
    assert share(judged, SAME) == 3 / 7
    assert [one.kind for one in judge(read_repositories(table), definitions, Libc.GNU)] == [
        Kind.NONE
    ]
