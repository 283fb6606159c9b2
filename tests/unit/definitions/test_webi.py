"""Webi's package directories: what each kind becomes, and what a broken one costs."""

import os
from pathlib import Path

import pytest
from tests.webi import ALIASES, write_webi

from artesian.definitions.folder import LARGEST_FILE
from artesian.definitions.load import Catalogue, load_catalogue
from artesian.model.definition import (
    AssetRules,
    Command,
    Definition,
    LevelRule,
    LibcRule,
    Source,
    SourceKind,
    TagRules,
)
from artesian.model.host import Libc, Os

ORIGIN = "https://git.example"
CONF = "releases.conf"


@pytest.fixture
def loaded(tmp_path: Path) -> Catalogue:
    """The folder with one package of each kind."""
    return load_catalogue(write_webi(tmp_path / "webi", ORIGIN))


def one(catalogue: Catalogue, name: str) -> Definition:
    """Find a package."""
    return next(each for each in catalogue.definitions if each.name == name)


def load_one(folder: Path, **files: str | bytes) -> tuple[Catalogue, list[str]]:
    """Write one package directory, `rg`, and load it; with its problems, told from its folder. `_` stands for `.`."""
    (folder / "rg").mkdir()
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / "rg" / name.replace("_", ".")).write_bytes(data)
    catalogue = load_catalogue(folder)
    return catalogue, [
        str(each).removeprefix(f"{folder}{os.sep}rg{os.sep}") for each in catalogue.problems
    ]


def test_a_folder_with_each_kind_loads(loaded: Catalogue, tmp_path: Path) -> None:
    """Every package is there but those that say nothing usable; hidden folders and the folder's own files are none."""
    assert {str(each.name): each.source.kind.value for each in loaded.definitions} == {
        "hello": "own",
        "ours": "gitea",
        "powershell-only": "own",
        "sheet-only": "own",
        "tool-bin": "gitea",
        "tool-exe": "gitea",
        "tool-other": "gitea",
        "tool-plain": "gitea",
        "tool-source": "gitea-source",
        "tool-tree": "gitea",
        "tool-windows": "gitea",
        "tools": "own",
        "vim-both": "git",
        "vim-clone": "own",
        "vim-release": "git",
    }
    owners = {str(alias): each.name for each in loaded.definitions for alias in each.aliases}
    assert owners == ALIASES
    assert [str(each).removeprefix(f"{tmp_path}/webi/") for each in loaded.problems] == [
        "bad-conf/releases.conf:2: github_releases: 'rg' must end with owner/name, not 'rg'",
        "conf-only/README.md:1: there is no README.md: Webi serves no package without one",
        "no-readme/README.md:1: there is no README.md: Webi serves no package without one",
    ]


def test_a_package_with_releases(loaded: Catalogue) -> None:
    """releases.conf says where and which, README.md what it is, and install.sh does the install."""
    tool = one(loaded, "tool-bin")
    assert tool.source == Source(kind=SourceKind.GITEA, repository="o/tool", base_url=ORIGIN)
    assert (tool.title, tool.description) == ("Tool", "Tool: made for tests.")
    assert tool.homepage == "https://tool-bin.example/"
    assert tool.readme == "## Cheat Sheet\n\nRun `tool-bin`.\n"
    assert tool.recipe.commands == ()
    assert tool.recipe.test is None
    assert "pkg_install()" in tool.piece
    assert [file.name for file in tool.served] == ["README.md", "install.ps1"]
    assert tool.assets == AssetRules(
        include=("*tool-*",),
        exclude=("*-src-*", "*-docs-*", "*profile*"),
        level=(LevelRule(match="*baseline*", level=2),),
    )
    assert tool.tags == TagRules(prefix="tool/", rewrite=("^(?:v|r)", ""))


def test_another_packages_releases_with_an_install_of_its_own(loaded: Catalogue) -> None:
    """alias_of takes what the other's releases.conf says; without an install.sh the whole is an alias."""
    tool, other = one(loaded, "tool-bin"), one(loaded, "tool-other")
    assert (other.source, other.assets, other.tags) == (tool.source, tool.assets, tool.tags)
    assert 'pkg_cmd_name="tool-other"' in other.piece


def test_a_package_without_an_install_script_is_installed_as_ours_are(loaded: Catalogue) -> None:
    """Its command is called as it is itself."""
    plain = one(loaded, "tool-plain")
    assert plain.recipe.commands == (Command(name="tool-plain", file="tool-plain"),)
    assert (plain.recipe.test, plain.piece) == (None, "")


def test_a_package_without_releases_is_its_script(loaded: Catalogue) -> None:
    """Static files are there to be fetched by it."""
    hello = one(loaded, "hello")
    assert (hello.source.kind, hello.version) == (SourceKind.OWN, "1.0.0")
    assert hello.piece.startswith("#!/bin/sh\n")
    assert [file.name for file in hello.served] == ["README.md", "hello.sh"]


def test_a_cheat_sheet_is_served_as_it_is(tmp_path: Path) -> None:
    """Its page shows what stands below the front matter; the file that is given out has all of its bytes."""
    text = "\ufeff---\r\ntitle: rg\r\n---\r\n\r\n## Cheat Sheet\r\n"
    catalogue, problems = load_one(tmp_path, README_md=text, install_sh="x\n")
    assert problems == []
    assert one(catalogue, "rg").readme == "## Cheat Sheet\n"
    assert [each.content for each in one(catalogue, "rg").served] == [text.encode()]


def test_a_script_that_asks_for_no_build_is_told_from_one_that_does(loaded: Catalogue) -> None:
    """The former is run on hosts that have no build, too: Webi has packages that only look after them."""
    asking = {each.name for each in loaded.definitions if each.piece and not each.is_script_only}
    assert {"tool-bin", "tool-exe", "tool-tree", "tool-source", "vim-release"} <= asking
    assert one(loaded, "tool-windows").is_script_only
    assert not one(loaded, "tool-plain").is_script_only


def test_what_has_no_script_says_so(loaded: Catalogue) -> None:
    """A cheat sheet alone is shown, and its installer is a refusal."""
    assert one(loaded, "sheet-only").refused == "it is a cheat sheet, and has no installer"
    assert "PowerShell" in one(loaded, "powershell-only").refused


def test_what_webi_knows_in_code_comes_from_our_own_definition(tmp_path: Path) -> None:
    """Of a source that we ship, libc and odd tags are known although releases.conf doesn't say them."""
    catalogue, problems = load_one(
        tmp_path,
        README_md="---\ntitle: Bun\n---\n",
        install_sh="pkg_cmd_name=bun\n",
        releases_conf="github_releases = Oven-sh/Bun\ntag_prefix = bun-\nvariants = profile\n",
    )
    assert problems == []
    bun = one(catalogue, "rg")
    assert bun.source.repository == "oven-sh/bun"
    assert bun.tags.prefix == "bun-"
    assert LibcRule(match="bun-linux-*-musl*", libc=Libc.MUSL) in bun.assets.libc
    assert bun.assets.exclude == ("*profile*", "*-profile*")


def test_scripts_for_all_systems_stay_so(tmp_path: Path) -> None:
    """Line ends of Windows in an install.sh don't matter, and a source archive runs anywhere."""
    catalogue, problems = load_one(
        tmp_path, README_md="# rg\n", install_sh="a\r\nb\r\n", releases_conf="github_sources = a/b"
    )
    assert problems == []
    rg = one(catalogue, "rg")
    assert (rg.piece, rg.assets.os, rg.title, rg.homepage) == (
        "a\nb\n",
        Os.ANY,
        "rg",
        "https://github.com/a/b",
    )


README = "---\ntitle: rg\n---\n"


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"README_md": b"\xff"}, "README.md:1: README.md is no text of UTF-8"),
        (
            {"README_md": "---\ntitle: x\nalias: A/B\n---\n"},
            "README.md:3: alias 'A/B' is no name of another package",
        ),
        (
            {"README_md": "---\nalias: rg\n---\n"},
            "README.md:2: alias 'rg' is no name of another package",
        ),
        (
            {"README_md": "---\nalias: gr\n---\n"},
            "README.md:2: alias 'rg' leads to 'gr', which isn't here",
        ),
        (
            {"README_md": README, "install_sh": b"\xff"},
            "install.sh:1: install.sh is no text of UTF-8",
        ),
        (
            {"README_md": README, "install_sh": b"#" * 64_001},
            "install.sh:1: install.sh is over 64000 bytes; no installer carries that",
        ),
        (
            {"README_md": README, "releases_js": "x"},
            "releases.js:1: releases.js is a program; write what it says in releases.conf",
        ),
        (
            {"README_md": README, "releases_conf": "os = linux\n"},
            "releases.conf:1: no key says where the releases are",
        ),
        (
            {"README_md": README, "install_sh": "x", "releases_conf": "\nalias_of = gr\n"},
            "releases.conf:2: alias_of: 'gr' has no releases",
        ),
        (
            {"README_md": README, "install_sh": "x", "releases_conf": "alias_of = rg\n"},
            "releases.conf:1: alias_of: 'rg' has no releases",
        ),
    ],
)
def test_what_says_nothing_usable_is_told(
    tmp_path: Path, files: dict[str, str | bytes], problem: str
) -> None:
    """The file, the line and what is wrong; the package is left out."""
    catalogue, problems = load_one(tmp_path, **files)
    assert (catalogue.definitions, problems) == ((), [problem])


def test_small_troubles_cost_no_package(tmp_path: Path) -> None:
    """An unknown key, and files that are too large to serve, are told; the rest is there."""
    catalogue, problems = load_one(
        tmp_path,
        README_md=README,
        install_sh="x\n",
        releases_conf="github_releases = a/b\nfoo = bar\n",
        a_bin=b"a" * (LARGEST_FILE + 1),
        **{f"b{number}_bin": b"b" * 240_000 for number in range(5)},
    )
    assert [each.split("'")[0] for each in problems] == [
        "a.bin:1: left out: it is too large, elsewhere, or can",
        "b4.bin:1: not served: the files here are over 1000000 bytes together",
        "releases.conf:2: unknown key ",
    ]
    served = [file.name for file in one(catalogue, "rg").served]
    assert served == ["README.md", "b0.bin", "b1.bin", "b2.bin", "b3.bin"]


def test_nothing_outside_the_folder_is_served(tmp_path: Path) -> None:
    """A link that leads out of the checkout, and what is no file, are left out."""
    (tmp_path / "secret").write_text("secret")
    webi = tmp_path / "webi"
    (webi / "rg" / "more" / "deep").mkdir(parents=True)
    (webi / "rg" / "README.md").write_text(README)
    (webi / "rg" / "install.sh").write_text("x\n")
    (webi / "rg" / "more" / "deep" / "a.vim").write_text("set number\n")
    (webi / "rg" / "more" / "b.vim").symlink_to("deep/a.vim")
    (webi / "rg" / "secret").symlink_to(tmp_path / "secret")
    (webi / "rg" / "all").symlink_to("/")
    os.mkfifo(webi / "rg" / "pipe")
    (webi / "evil").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "README.md").write_text(README)
    (webi / "rg" / "more" / "deep" / "too").mkdir()
    (webi / "rg" / "more" / "deep" / "too" / "far.vim").touch()
    catalogue = load_catalogue(webi)
    assert [str(each).removeprefix(f"{webi}/") for each in catalogue.problems] == [
        "evil:1: can't be read: it leads out of the catalogue",
        "rg/secret:1: left out: it is too large, elsewhere, or can't be read",
    ]
    assert [each.name for each in catalogue.definitions] == ["rg"]
    served = [file.name for file in one(catalogue, "rg").served]
    assert served == ["README.md", "more/b.vim", "more/deep/a.vim"]


def test_aliases_that_lead_nowhere_or_round_and_round(tmp_path: Path) -> None:
    """Each is told once; a package that is broken itself is told as that, and its aliases go with it."""
    for name, text in {
        "a": "---\nalias: b\n---\n",
        "b": "---\nalias: a\n---\n",
        "c": "---\nalias: broken\n---\n",
        "broken": "---\nalias: UP\n---\n",
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "README.md").write_text(text)
    (tmp_path / "Odd").symlink_to("a")
    catalogue = load_catalogue(tmp_path)
    assert catalogue.definitions == ()
    assert [str(each).removeprefix(f"{tmp_path}/") for each in catalogue.problems] == [
        "Odd:1: folder 'Odd' is not named like a package: a-z, 0-9 and . _ + -",
        "a/README.md:2: alias 'a' leads back to itself",
        "b/README.md:2: alias 'b' leads back to itself",
        "broken/README.md:2: alias 'UP' is no name of another package",
    ]


def test_a_folder_that_is_an_alias_wins_over_a_word_of_ours(tmp_path: Path) -> None:
    """The same alias said twice is no trouble; said for two packages, the folder counts."""
    for name in ("rg", "fd"):
        (tmp_path / name).mkdir()
        text = f'source = "github:a/{name}"\naliases = ["ripgrep"]\n'
        (tmp_path / name / "package.toml").write_text(text)
    (tmp_path / "ripgrep").symlink_to("rg")
    catalogue = load_catalogue(tmp_path)
    assert [str(each).removeprefix(f"{tmp_path}/") for each in catalogue.problems] == [
        "fd/package.toml:2: alias 'ripgrep' leads to rg already"
    ]
    assert [each.aliases for each in catalogue.definitions] == [(), ("ripgrep",)]


def test_a_package_toml_counts_before_webis_files(tmp_path: Path) -> None:
    """A directory may become one of ours file by file."""
    catalogue, problems = load_one(
        tmp_path,
        package_toml='source = "github:a/b"\n',
        README_md="---\nalias: other\n---\n",
        releases_conf="nonsense",
    )
    assert problems == []
    assert one(catalogue, "rg").source.kind is SourceKind.GITHUB
