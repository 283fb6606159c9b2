"""The table that an installer carries: records by line, builds and URLs written once."""

from typing import Any

import pytest

from artesian.model.definition import Command, Layout, Recipe, TestRun
from artesian.model.host import Arch, Libc, Os
from artesian.model.query import Row
from artesian.model.release import Asset, Format, Release
from artesian.render.table import Unlistable, listing

PLAIN = Recipe(commands=(Command(name="rg", file="rg"),))


def row(
    *urls: str,
    arch: Arch = Arch.AMD64,
    libc: Libc | None = None,
    version: str = "1.2",
    recipe: Recipe = PLAIN,
    **asset: Any,
) -> Row:
    made = Asset(
        name="rg",
        urls=urls or ("https://x.example/rg.tgz",),
        os=Os.LINUX,
        arch=arch,
        format=Format.TAR_GZ,
        **asset,
    )
    release = Release(version=version, tag=f"v{version}", assets=(made,))
    return Row(
        os=Os.LINUX, arch=arch, level=1, libc=libc, release=release, asset=made, recipe=recipe
    )


def test_a_whole_table() -> None:
    """Recipes, sites, builds and hosts, each referring to those above by number."""
    recipe = Recipe(
        commands=(Command(name="rg", file="rg"), Command(name="r", file="bin/a b")),
        layout=Layout.TREE,
        man=("*.1",),
        completions_bash=("rg.bash",),
        completions_zsh=("_rg",),
        completions_fish=("*.fish",),
        test=TestRun(command="rg", args=("--version", "a b", ""), expect="rg {version}"),
        notes="One.\n\nTwo: “é”.",
    )
    rows = [
        row(
            "https://x.example/1/a.tgz",
            "https://y.example/a",
            recipe=recipe,
            size_bytes=5,
            sha256="00",
        ),
        row("https://x.example/1/b.tgz", recipe=recipe),
        row("https://x.example/1/c.tgz", arch=Arch.ARM64, libc=Libc.MUSL),
        row(
            "https://x.example/1/a.tgz",
            "https://y.example/a",
            recipe=recipe,
            size_bytes=5,
            sha256="00",
        ),
    ]
    assert listing("rg", "1.2", rows).splitlines() == [
        "package rg 1.2",
        "recipe 1",
        "command rg rg",
        "command r bin/a b",
        "tree",
        "man *.1",
        "bash rg.bash",
        "zsh _rg",
        "fish *.fish",
        "test rg",
        "arg --version",
        "arg a b",
        "arg ",
        "expect rg {version}",
        "note One.",
        "note ",
        "note Two: ???.",
        "recipe 2",
        "command rg rg",
        "site 1 https://x.example/1/",
        "build 1 1.2 tar.gz 1 5 00 1:a.tgz https://y.example/a",
        "build 2 1.2 tar.gz 1 - - 1:b.tgz",
        "build 3 1.2 tar.gz 2 - - 1:c.tgz",
        "host linux amd64 1 - 1 2",
        "host linux arm64 1 musl 3",
        "host linux amd64 1 - 1",
    ]


def test_what_urls_share_is_written_once() -> None:
    """Beyond the folder, too: names of builds begin alike. A folder with one file is no site."""
    urls = [f"https://x.example/1/rg-1.2-{end}" for end in ("linux.tgz", "mac.tgz", "")]
    lines = listing("rg", "", [row(url) for url in (*urls, "https://x.example/2/rg")]).splitlines()
    assert [line for line in lines if line.startswith("site ")] == [
        "site 1 https://x.example/1/rg-1.2-"
    ]
    written = [line.rpartition(" ")[2] for line in lines if line.startswith("build ")]
    assert written == ["1:linux.tgz", "1:mac.tgz", "1:", "https://x.example/2/rg"]


@pytest.mark.parametrize(("tag", "written"), [("", "-"), (" ", "-"), (">=1.2,\n <2", ">=1.2,<2")])
def test_tags_are_words(tag: str, written: str) -> None:
    """What was asked for is told to people only; white space in it means nothing."""
    assert listing("rg", tag, ()) == f"package rg {written}\n"


def test_nothing_to_install() -> None:
    """A package without a row for any host is a line of its own."""
    assert listing("rg", "", ()) == "package rg -\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("https://x.example/a b", "https://x.example/a%20b"),
        ("https://x.example/a%20b?c=d&e#f", "https://x.example/a%20b?c=d&e#f"),
        ("https://x.example/\n\t'\"é\udc80", "https://x.example/%0A%09'%22%C3%A9?"),
    ],
)
def test_urls_are_words(text: str, written: str) -> None:
    """Whatever an upstream puts into a URL, it stays one column."""
    assert f" {written}\n" in listing("rg", "", [row(text)])


@pytest.mark.parametrize(
    ("version", "written"),
    [
        ("1.2", "1.2"),
        ("../../etc", ".._.._etc"),
        ("a b\nc", "a_b_c"),
        ("", "_"),
        ("1+2~3_4", "1+2~3_4"),
    ],
)
def test_versions_name_folders(version: str, written: str) -> None:
    """A version names one folder below opt, whatever the tag."""
    assert f"\nbuild 1 {written} tar.gz " in listing("rg", "", [row(version=version)])


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(commands=(Command(name="a b", file="x"),)),
        Recipe(commands=(Command(name="", file="x"),)),
        Recipe(commands=(Command(name="a", file="x\ny"),)),
        Recipe(commands=PLAIN.commands, man=("a\nb",)),
        Recipe(commands=PLAIN.commands, test=TestRun(command="rg", args=("a\nb",))),
        Recipe(commands=PLAIN.commands, test=TestRun(command="rg", expect="a\nb")),
    ],
)
def test_what_a_line_cannot_hold_is_refused(recipe: Recipe) -> None:
    """A name with white space, or a text with a line break, is an error."""
    with pytest.raises(Unlistable):
        listing("rg", "", [row(recipe=recipe)])
