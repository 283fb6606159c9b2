"""Pages: what they tell, and that nothing in the data can break out of them."""

import re
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace
from tests.reading import CHECKED_AT, package

from artesian.model.definition import Recipe
from artesian.model.host import Arch, Os
from artesian.model.snapshot import Snapshot
from artesian.render.document import PackageSummary, Problem
from artesian.render.layout import CONTENT_POLICY
from artesian.render.page import (
    Several,
    error_page,
    front_page,
    one_liner,
    package_page,
    several_page,
)

EVIL = "<img src=x onerror=alert(1)>\"'&{{ 1 + 1 }}"


class _Elements(HTMLParser):
    """Collects the tags and attributes of a page, and refuses what isn't closed."""

    VOID = frozenset({"meta", "link", "input", "br", "path"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _page(snapshot: Snapshot, asked: str = "rg") -> str:
    return package_page(
        snapshot,
        asked=asked,
        origin="https://get.example.com",
        serves="14.1.1",
        generation=7,
        checked_at=CHECKED_AT,
        verified=lambda release: {
            (asset.os, asset.arch) for asset in release.assets if asset.sha256
        },
    )


def _summary(name: str, description: str = "") -> PackageSummary:
    return PackageSummary(
        name=name,
        title=name.upper(),
        description=description,
        aliases=(),
        is_fetched=False,
        checked_at=None,
    )


def _evil() -> Snapshot:
    snapshot = package("rg")
    definition = replace(
        snapshot.definition,
        title=EVIL,
        description=EVIL,
        homepage=f"https://x/{EVIL}",
        recipe=Recipe(commands=(), notes=EVIL),
    )
    releases = tuple(replace(release, version=EVIL) for release in snapshot.releases)
    return replace(snapshot, definition=definition, releases=releases)


PAGES = {
    "package": _page(_evil()),
    "several": several_page(
        [Several(name="rg", serves=EVIL, description=EVIL)],
        asked="rg",
        origin="https://a.example",
        generation=1,
        checked_at=None,
    ),
    "front": front_page(
        [_summary("rg", EVIL)], sought=EVIL, example="curl", generation=1, created_at=None
    ),
    "error": error_page(
        Problem(
            title="Not Found",
            status=404,
            detail=EVIL,
            nearest=("rg", "jq"),
            versions=(EVIL, "2"),
            hosts=("linux/amd64",),
            incident="0",
        ),
        name="rg",
    ),
}


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES)
def test_data_stays_text(html: str) -> None:
    """Whatever the data says, a page has our elements alone, each closed, and no handler or style of its own."""
    elements = _Elements(html).found
    assert "img" not in {tag for tag, _ in elements}
    assert "{{ 1 + 1 }}" in html
    for _, attributes in elements:
        assert not {name for name in attributes if name.startswith("on") or name == "style"}


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES)
def test_nothing_is_loaded_from_elsewhere(html: str) -> None:
    """Pages load nothing but our own icon; links lead out only to the package's home page."""
    for tag, attributes in _Elements(html).found:
        if tag == "link":
            assert attributes["href"] == "/favicon.svg"
        assert "src" not in attributes
        if (attributes.get("href") or "/").startswith("http"):
            assert (tag, attributes["rel"]) == ("a", "noopener nofollow")


def test_the_policy_names_what_stands_inline() -> None:
    """The inline styles and script are the ones that the policy's hashes stand for; it allows no other."""
    assert CONTENT_POLICY.count("sha256-") == 3
    assert "unsafe" not in CONTENT_POLICY
    assert "http" not in CONTENT_POLICY


def test_a_package_page_tells_everything() -> None:
    """What it is, the command, its versions and platforms, verified or not, and when the data was checked."""
    html = _page(package("rg", ("14.1.1", "14.1.0-beta1"), ("ripgrep",)), "rg@14")
    text = re.sub(r"<[^>]*>", " ", html)
    for told in (
        "Does what rg does.",
        "curl -sSL https://get.example.com/rg@14 | sh",
        "14.1.0-beta1",
        "beta",
        "ripgrep",
        "github:example/rg",
        "2026-01-02 03:04 UTC",
        "verified",
        "not verified",
        "rg.example",
    ):
        assert told in text, told
    assert html.count('<td class="verified">') == 6
    assert html.count('<td class="unverified">') == 2
    assert 'href="/rg@14.sh"' in html


def test_a_platform_without_a_build_is_shown_so() -> None:
    """A version that lacks a platform has an empty cell there."""
    snapshot = package("rg", ("2.0", "1.0"))
    newest, old = snapshot.releases
    only = tuple(asset for asset in old.assets if (asset.os, asset.arch) == (Os.LINUX, Arch.AMD64))
    html = _page(replace(snapshot, releases=(newest, replace(old, assets=only))))
    assert html.count('<td class="none">') == 3


def test_few_versions_are_shown() -> None:
    """The table has the newest versions; the rest is counted, and in the JSON."""
    versions = tuple(f"1.{minor}" for minor in range(40, 0, -1))
    html = _page(package("rg", versions))
    assert html.count("<tr>") == 13
    assert "28 older versions" in html


def test_long_lists_are_cut() -> None:
    """The front page of a large catalogue shows the first packages, and says how many more there are."""
    html = front_page(
        [_summary(f"p{number}") for number in range(700)],
        sought="",
        example="curl",
        generation=1,
        created_at=CHECKED_AT,
    )
    assert "200 more" in html


@pytest.mark.parametrize("homepage", ["javascript:alert(1)", "http://plain.example", "", "data:,"])
def test_only_safe_home_pages_are_links(homepage: str) -> None:
    """A home page that isn't https is not shown."""
    snapshot = package("rg")
    definition = replace(snapshot.definition, homepage=homepage)
    assert "Home page" not in _page(replace(snapshot, definition=definition))


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("rg", "curl -sSL https://a.example/rg | sh"),
        ("rg@14,jq", "curl -sSL https://a.example/rg@14,jq | sh"),
        ("rg@>=1,<2", "curl -sSL https://a.example/rg@%3E=1,%3C2 | sh"),
        ("rg@^1", "curl -sSL https://a.example/rg@%5E1 | sh"),
    ],
)
def test_one_liners_need_no_quotes(asked: str, line: str) -> None:
    """What a shell would read as its own is percent-encoded."""
    assert one_liner("https://a.example", asked) == line
