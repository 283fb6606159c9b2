"""The table that an installer carries, read by bodies/install.sh: one record a line, its kind first.

package NAME TAG           opens a package; TAG is - where none was asked for
title TEXT
needed                     provides COMMAND        unfetched PACKAGE OS…        elsewhere TEXT
release VERSION TAG CHANNEL LTS DATE        asset URL NAME
file TEXT FORM PATH        piece TEXT FORM WHEN DIGEST        (render/carried.py) variable _text_TEXT, as text or octal
recipe NUMBER              opens a recipe, which the next recipe, site, build or host line ends
command NAME FILE          link PATH FILE        tree            man GLOB      bash GLOB     zsh GLOB     fish GLOB
test COMMAND               arg TEXT        expect TEXT   note TEXT
site NUMBER URL            what the URLs of several builds begin with
build NUMBER VERSION FORMAT RECIPE SIZE SHA256 URL…      a URL may be SITE:REST; - where unknown
host OS ARCH LEVEL LIBC BUILD…                           LIBC - means any; BUILDs by preference
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from posixpath import commonprefix
from urllib.parse import quote as percent_encode

from artesian.errors import Invalid
from artesian.model.definition import Layout, Recipe
from artesian.model.query import Row

__all__ = ["Unlistable", "ascii_text", "listing", "url_word", "version_word", "word"]

# A version names a folder: whatever else a tag holds (`/` above all) becomes `_`.
_NOT_IN_VERSION = re.compile(r"[^A-Za-z0-9._+~-]")
# RFC 3986's reserved and unreserved characters, and %, since what is encoded already stays so.
_URL_SAFE = "%!#$&'()*+,/:;=?@[]~"
# The number and the beginning of the URLs in a folder, by folder.
_Sites = dict[str, tuple[int, str]]


class Unlistable(Invalid):
    """Text that a table of words and lines can't hold."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:80]!r} can't be installed: a name holds no white space, no text a line break"
        )
        self.text = text


def listing(name: str, tag: str, rows: Sequence[Row], more: Sequence[str] = ()) -> str:
    """Write one package as lines of the table, with records of render/carried.py; raise Unlistable."""
    recipes = {
        recipe: number for number, recipe in enumerate(dict.fromkeys(row.recipe for row in rows), 1)
    }
    sites = _sites(rows)
    builds: dict[str, int] = {}
    for row in rows:
        builds.setdefault(_build(row, recipes, sites), len(builds) + 1)
    lines = [f"package {word(name)} {''.join(tag.split()) or '-'}", *more]
    for recipe, number in recipes.items():
        lines += [f"recipe {number}", *_recipe(recipe)]
    lines += [f"site {number} {url}" for number, url in sites.values()]
    lines += [f"build {number} {build}" for build, number in builds.items()]
    for host, alike in groupby(rows, key=_host):
        numbers = " ".join(str(builds[_build(row, recipes, sites)]) for row in alike)
        lines.append(f"host {host} {numbers}")
    return "".join(f"{line}\n" for line in lines)


def _host(row: Row) -> str:
    return f"{row.os} {row.arch} {row.level} {row.libc or '-'}"


def _build(row: Row, recipes: dict[Recipe, int], sites: _Sites) -> str:
    asset = row.asset
    size = "-" if asset.size_bytes is None else asset.size_bytes
    urls = " ".join(_shortened(url_word(url), sites) for url in asset.urls)
    sha256 = asset.sha256 or "-"
    return f"{version_word(row.release.version)} {asset.format} {recipes[row.recipe]} {size} {sha256} {urls}"


def version_word(text: str) -> str:
    """Write a version as a word that can name a folder."""
    return _NOT_IN_VERSION.sub("_", text) or "_"


def url_word(url: str) -> str:
    """Write a URL as one column."""
    return percent_encode(url, safe=_URL_SAFE, errors="replace")


def _sites(rows: Sequence[Row]) -> _Sites:
    """Give a number to what the URLs of each folder begin with, where there are several; by folder."""
    folders: dict[str, list[str]] = {}
    for url in dict.fromkeys(url_word(url) for row in rows for url in row.asset.urls):
        folders.setdefault(url.rpartition("/")[0], []).append(url)
    shared = (folder for folder, urls in folders.items() if len(urls) > 1)
    return {
        folder: (number, commonprefix(folders[folder])) for number, folder in enumerate(shared, 1)
    }


def _shortened(url: str, sites: _Sites) -> str:
    site = sites.get(url.rpartition("/")[0])
    return url if site is None else f"{site[0]}:{url.removeprefix(site[1])}"


def _recipe(recipe: Recipe) -> Iterator[str]:
    for command in recipe.commands:
        yield f"command {word(command.name)} {_text(command.file)}"
    yield from (f"link {word(link.path)} {_text(link.file)}" for link in recipe.links)
    if recipe.layout is Layout.TREE:
        yield "tree"
    for kind, globs in (
        ("man", recipe.man),
        ("bash", recipe.completions_bash),
        ("zsh", recipe.completions_zsh),
        ("fish", recipe.completions_fish),
    ):
        yield from (f"{kind} {_text(glob)}" for glob in globs)
    if recipe.test is not None:
        yield f"test {word(recipe.test.command)}"
        yield from (f"arg {_text(argument)}" for argument in recipe.test.args)
        yield f"expect {_text(recipe.test.expect)}"
    yield from (f"note {line}" for line in ascii_text(recipe.notes).splitlines())


def ascii_text(text: str) -> str:
    """Write what is for people: yash reads its script in the character set of the locale, and fails in C at others."""
    return text.encode("ascii", "replace").decode("ascii")


def word(text: str) -> str:
    """Write one column, which no white space may part; raise Unlistable."""
    if not text or text.split() != [text]:
        raise Unlistable(text)
    return text


def _text(text: str) -> str:
    if "\n" in text:
        raise Unlistable(text)
    return text
