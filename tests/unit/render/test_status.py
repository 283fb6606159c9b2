"""The page of status: what it shows, and that nothing in a hostile report can break out of it."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from msgspec.structs import replace

from artesian.model.health import Level
from artesian.model.names import PackageName
from artesian.model.status import (
    Gravity,
    LoopStatus,
    PackageStatus,
    Reason,
    Status,
    UpstreamStatus,
    WriterState,
    WriterStatus,
)
from artesian.render.status import MOST_NAMED, MOST_SHOWN, status_page, status_text

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
EVIL = "<img src=x onerror=alert(1)>\"'&{{ 1 + 1 }}`<b>`"
UPSTREAM = UpstreamStatus(
    host="api.github.com",
    credential="token",
    gravity=Gravity.FINE,
    breaker="closed",
    reason="",
    until=None,
    limit=5000,
    remaining=4000,
    resets_at=NOW + timedelta(minutes=10),
    foreign=0,
    succeeded_at=NOW,
    token_expires_at=None,
)
REASON = Reason(
    key="k", gravity=Gravity.ALARM, what="it broke", why="no disk", todo="run `artesian doctor`"
)


class _Elements(HTMLParser):
    """Collects the tags and attributes of a page, and refuses what isn't closed."""

    VOID = frozenset({"meta", "link", "input", "br"})

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


def package(name: str, age: timedelta | None = None, **facts: Any) -> PackageStatus:
    """Make a package that was checked so long ago."""
    checked_at = None if age is None else NOW - age
    given = {"level": Level.FRESH, "checked_at": checked_at, **facts}
    return PackageStatus(name=PackageName(name), **given)


def status(*packages: PackageStatus, **facts: Any) -> Status:
    """Make a status of these packages."""
    counts = {level: sum(one.level is level for one in packages) for level in Level}
    return Status(
        **{
            "level": Level.FRESH,
            "reasons": (),
            "judged_at": NOW,
            "generation": 7,
            "created_at": NOW,
            "counts": counts,
            "noted": {},
            "oldest_checked_at": None,
            "median_checked_at": None,
            "writer": WriterStatus(state=WriterState.WORKING, written_at=NOW),
            "upstreams": (),
            "packages": packages,
            **facts,
        }
    )


def words(html: str) -> str:
    """Tell what a page says, without its tags, style and script."""
    bare = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", bare).split())


EVERYTHING = status(
    package(
        "rg",
        trouble=EVIL,
        failures=2,
        quarantined=EVIL,
        withheld=(EVIL,),
        held_until=NOW,
        is_pinned=True,
        is_damaged=True,
        is_fetched=False,
        skipped=1,
    ),
    reasons=(
        Reason(key=EVIL, gravity=Gravity.ALARM, what=EVIL, why=EVIL, todo=EVIL, since=NOW),
        REASON,
    ),
    writer=WriterStatus(
        state=WriterState.IDLE,
        detail=EVIL,
        written_at=NOW,
        loops=(LoopStatus(name=EVIL, beat_at=NOW, is_late=True, restarts=1, error=EVIL),),
    ),
    upstreams=(
        replace(UPSTREAM, host=EVIL, breaker=EVIL, reason=EVIL, until=NOW, token_expires_at=NOW),
    ),
)


@pytest.mark.parametrize("judged", [EVERYTHING, status()], ids=["everything", "nothing"])
def test_data_stay_text(judged: Status) -> None:
    """Whatever a report says, the page has our elements alone, without handlers, and nothing from elsewhere."""
    elements = _Elements(status_page(judged)).found
    assert {tag for tag, _ in elements}.isdisjoint({"img", "b"})
    for tag, attributes in elements:
        assert not {name for name in attributes if name.startswith("on") or name == "style"}
        assert "src" not in attributes
        assert (attributes.get("href") or "/").startswith("/"), tag


def test_the_page_tells_everything() -> None:
    """Level, reasons with what to do, writer, upstreams with their budget, packages with their age."""
    judged = status(
        package("rg", timedelta(minutes=5)),
        package("jq", timedelta(hours=5), level=Level.AGING, failures=4, trouble="502"),
        level=Level.AGING,
        reasons=(REASON,),
        upstreams=(UPSTREAM,),
    )
    html = status_page(judged)
    for told in (
        "Aging",
        "1 of 2 packages were confirmed by their upstream within 3 hours",
        "It broke",
        "no disk",
        "run artesian doctor",
        "working",
        "api.github.com asked",
        "4,000 of 5,000 requests an hour are left",
        "Asked with a token",
        "rg 5 minutes ago",
        "jq 5 hours ago",
        "The last 4 checks failed: 502.",
        "Generation 7",
        "1 fresh",
        "1 aging",
    ):
        assert told in words(html), told
    assert "<code>artesian doctor</code>" in html


def test_an_empty_service_has_a_page() -> None:
    """Without any package, and without a writer, the page says so."""
    nobody = WriterStatus(state=WriterState.ABSENT, detail="no such file")
    judged = status(level=Level.FROZEN, writer=nobody, generation=0)
    said = words(status_page(judged))
    assert "nothing is loaded" in said
    assert "absent" in said
    assert "no such file" in said
    assert "(the seed)" in said


@pytest.mark.parametrize(
    ("level", "age", "place"),
    [
        (Level.FRESH, timedelta(0), 0),
        (Level.FRESH, timedelta(seconds=-60), 0),
        (Level.FRESH, timedelta(hours=3), 11),
        (Level.AGING, timedelta(hours=3.1), 12),
        (Level.STALE, timedelta(days=6.9), 35),
        (Level.FROZEN, timedelta(days=8), 36),
        (Level.FROZEN, timedelta(days=900), 47),
        (Level.FROZEN, None, 47),
    ],
)
def test_the_picture_of_ages(level: Level, age: timedelta | None, place: int) -> None:
    """Each package stands in the zone of its level, where its age is."""
    html = status_page(status(package("rg", age, level=level)))
    assert re.findall(r'<rect class="(\w+)" x="(\d+)\.08"', html) == [(level, str(place))]


def test_one_among_thousands_is_seen() -> None:
    """However many others there are, the bar of a single package isn't invisible."""
    many = [package(f"p{number}", timedelta(0)) for number in range(1500)]
    html = status_page(status(*many, package("old", level=Level.FROZEN)))
    assert 'height="0.5"' in html


@pytest.mark.parametrize(
    ("facts", "mark"),
    [
        ({}, ""),
        ({"is_fetched": False}, "not fetched yet"),
        ({"is_damaged": True, "quarantined": "empty"}, "damaged"),
        ({"quarantined": "empty"}, "set aside"),
        ({"held_until": NOW}, "held back"),
        ({"withheld": ("a",)}, "withheld"),
        ({"is_pinned": True}, "pinned"),
    ],
)
def test_tiles_are_marked(facts: dict[str, Any], mark: str) -> None:
    """A package with something to tell is marked with the gravest of it, and has a row with the whole."""
    html = status_page(status(package("rg", timedelta(0), **facts)))
    assert (f"<small>{mark}</small>" in html) == bool(mark)
    assert ("What there is to tell" in html) == bool(mark)


@pytest.mark.parametrize(
    ("count", "named", "dots", "unshown"),
    [
        (MOST_NAMED, MOST_NAMED, False, None),
        (MOST_NAMED + 1, 0, True, None),
        (MOST_SHOWN + 5, 0, True, 5),
    ],
)
def test_many_packages_become_dots(count: int, named: int, dots: bool, unshown: int | None) -> None:
    """Hundreds have names, thousands are dots, and of more the worst are shown."""
    many = [package(f"p{number}", timedelta(0)) for number in range(count - 1)]
    html = status_page(status(*many, package("zz", level=Level.FROZEN)))
    assert html.count("<small>") == named
    assert ('class="dots"' in html) == dots
    assert 'href="/zz"' in html
    assert (f"{unshown} more" in html) == (unshown is not None)


def test_few_rows_are_shown() -> None:
    """A table of everything that is ill ends after two hundred rows; the rest is counted."""
    many = [package(f"p{number}", timedelta(0), failures=1) for number in range(300)]
    html = status_page(status(*many))
    assert html.count("<tr ") == 200
    assert "100 more" in html
    assert "for an unknown reason" in html


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"limit": None}, "Asked with a token"),
        ({"limit": 0}, "Asked with a token"),
        ({"remaining": None}, "Asked with a token"),
        ({"remaining": 9999}, 'class="left" width="100"'),
        ({"remaining": -5}, 'class="left" width="0"'),
        ({"remaining": 0, "resets_at": NOW}, "5,000 of 5,000"),
        ({"credential": "anonymous"}, "Asked without a token"),
        ({"credential": "broken"}, "Its token is of no use"),
        ({"breaker": "half_open"}, "probing"),
        ({"foreign": 7}, "others made 7 requests"),
    ],
)
def test_upstreams(facts: dict[str, Any], told: str) -> None:
    """A card shows what is left of the hour, which begins anew at its end; a host without limits has no gauge."""
    html = status_page(status(upstreams=(replace(UPSTREAM, **facts),)))
    assert told in html
    has_gauge = not {"limit"} & facts.keys() and facts.get("remaining", 0) is not None
    assert ("preserveAspectRatio" in html.split("Writer and upstreams")[1]) == has_gauge


def test_lines_for_a_terminal() -> None:
    """A terminal gets comments of a shell: level, generation, writer, upstreams, reasons."""
    judged = status(
        package("rg", timedelta(0)),
        reasons=(REASON, Reason(key="n", gravity=Gravity.NOTICE, what="gitlab.com is not asked")),
        upstreams=(UPSTREAM, replace(UPSTREAM, host="git.example", limit=None)),
        writer=WriterStatus(state=WriterState.SILENT, detail="its disk is full", written_at=NOW),
    )
    assert status_text(judged).splitlines() == [
        "# fresh: 1 of 1 packages were confirmed by their upstream within 3 hours",
        "# generation 7, made 2026-01-02 12:00 UTC; judged 2026-01-02 12:00 UTC",
        "# writer: silent, heard a minute ago (its disk is full)",
        "# api.github.com: asked; 4,000 of 5,000 requests an hour are left",
        "# git.example: asked; states no limit",
        "# alarm: it broke (no disk) → run `artesian doctor`",
        "# notice: gitlab.com is not asked",
    ]
    nobody = status(writer=WriterStatus(state=WriterState.ABSENT))
    assert "# writer: absent\n" in status_text(nobody)


def test_a_lonely_backtick_is_one() -> None:
    """A sentence with a backtick that nothing closes stands as it is."""
    reason = Reason(key="k", gravity=Gravity.ALARM, what="It said `<b>", todo="`a` and `b`")
    html = status_page(status(reasons=(reason,)))
    assert "It said `&lt;b&gt;" in html
    assert "<code>a</code> and <code>b</code>" in html
