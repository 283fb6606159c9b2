"""What changes from one survey to another."""

import msgspec
import pytest

from artesian.compare.impact import compare
from artesian.model.host import Libc
from artesian.model.impact import Build, Impact, Kind, Offer, Script, Survey, Surveyed
from artesian.model.names import PackageName

OLD = Build(version="1.0", asset="rg-1.0.tar.gz", libc=Libc.NONE, sha256="a" * 64)
NEW = Build(version="1.1", asset="rg-1.1.tar.gz", libc=Libc.NONE, sha256="b" * 64)
FAST = Build(version="1.1", asset="rg-1.1-v3.tar.gz", libc=Libc.NONE)
BUILDS = (OLD, NEW, FAST)
SCRIPT = Script(sha256="c" * 64, size_bytes=100)
AMD64 = "linux/amd64/gnu"


def surveyed(**hosts: int) -> Surveyed:
    """Make a package whose only offer gives these hosts (`v3` for a level of amd64) these builds."""
    return offering({"": {_host(name): place for name, place in hosts.items()}})


def _host(name: str) -> str:
    return {"amd64": AMD64, "arm64": "linux/arm64/gnu"}.get(name, f"{AMD64}/{name}")


def offering(hosts: dict[str, dict[str, int]]) -> Surveyed:
    """Make a package with an offer for each tag."""
    offers = {tag: Offer(hosts=own, script=SCRIPT) for tag, own in hosts.items()}
    return Surveyed(builds=BUILDS, offers=offers)


def survey(
    packages: dict[str, Surveyed], aliases: dict[str, str] | None = None, tags: tuple[str, ...] = ()
) -> Survey:
    """Make a survey."""
    named = {PackageName(name): package for name, package in packages.items()}
    other = {PackageName(name): PackageName(goal) for name, goal in (aliases or {}).items()}
    return Survey(what="it", program="1", tags=tags, packages=named, aliases=other)


REFUSED = Surveyed(definition="a", offers={"": Offer(trouble="not fetched")})
DEFINED = Surveyed(definition="a", offers={"": Offer(script=SCRIPT)})


def of_one(before: Surveyed, after: Surveyed) -> Impact:
    """Compare one package."""
    return compare(survey({"rg": before}), survey({"rg": after}))


def changed(impact: Impact) -> list[tuple[str, str, str | None, str | None]]:
    """Tell what changes, in short."""
    return [
        (one.kind.value, f"{one.package}@{one.tag}:{one.host}", _name(one.before), _name(one.after))
        for one in impact.changes
    ]


def _name(build: Build | None) -> str | None:
    return None if build is None else build.asset


def _asset(place: int | None) -> str | None:
    return None if place is None else BUILDS[place].asset


def test_the_same_is_nothing() -> None:
    """Two surveys of one content differ in nothing, however they number their builds."""
    other = Surveyed(builds=(NEW, OLD), offers={"": Offer(hosts={AMD64: 1}, script=SCRIPT)})
    impact = of_one(surveyed(amd64=0), other)
    assert impact.is_nothing
    assert not impact.has_loss
    assert impact.compared == 1


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (surveyed(amd64=0), surveyed(amd64=1), [("changed", AMD64, 0, 1)]),
        (surveyed(amd64=0, arm64=0), surveyed(amd64=0), [("lost", "linux/arm64/gnu", 0, None)]),
        (surveyed(amd64=0), surveyed(amd64=0, arm64=0), [("gained", "linux/arm64/gnu", None, 0)]),
        # A level without a build of its own gets that of the level below.
        (surveyed(amd64=1), surveyed(amd64=1, v3=2), [("changed", f"{AMD64}/v3", 1, 2)]),
        (surveyed(amd64=1, v3=2), surveyed(amd64=1), [("changed", f"{AMD64}/v3", 2, 1)]),
        (surveyed(amd64=1, v2=2), surveyed(amd64=1, v3=2), [("changed", f"{AMD64}/v2", 2, 1)]),
        (surveyed(v3=2), surveyed(), [("lost", f"{AMD64}/v3", 2, None)]),
    ],
)
def test_hosts(
    before: Surveyed, after: Surveyed, expected: list[tuple[str, str, int | None, int | None]]
) -> None:
    """Each kind of host is lost, gained or given another build."""
    found = [(kind, f"rg@:{host}", _asset(was), _asset(now)) for kind, host, was, now in expected]
    impact = of_one(before, after)
    assert changed(impact) == found
    assert impact.has_loss is (expected[0][0] == "lost")
    assert not impact.is_nothing


def test_a_tag_that_vanishes_is_lost_and_so_is_its_installer() -> None:
    """A major version that is no longer there is as bad as a host that is no longer served."""
    before = offering({"": {AMD64: 1}, "1": {AMD64: 1}, "0": {AMD64: 0}, "lts": {AMD64: 0}})
    after = offering({"": {AMD64: 1}, "1": {AMD64: 1}})
    impact = of_one(before, after)
    assert [one[:2] for one in changed(impact)] == [
        ("lost", f"rg@lts:{AMD64}"),
        ("lost", f"rg@0:{AMD64}"),
    ]
    assert [(one.tag, one.kind, one.trouble) for one in impact.scripts] == [
        ("lts", Kind.LOST, "no release is what the tag means"),
        ("0", Kind.LOST, "no release is what the tag means"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "kind", "trouble"),
    [
        (SCRIPT, Script(sha256="d" * 64, size_bytes=100), Kind.CHANGED, ""),
        (SCRIPT, None, Kind.LOST, "refused"),
        (None, SCRIPT, Kind.GAINED, ""),
    ],
)
def test_installers(before: Script | None, after: Script | None, kind: Kind, trouble: str) -> None:
    """An installer changes with a byte of it; one that can't be made any more is lost, with the reason."""
    was = Surveyed(offers={"": Offer(script=before)})
    now = Surveyed(offers={"": Offer(script=after, trouble=trouble)})
    (found,) = of_one(was, now).scripts
    assert (found.kind, found.trouble) == (kind, trouble)


def test_names() -> None:
    """Names come, go and move; a package that became an alias is compared with where it leads."""
    before = survey(
        {"rg": surveyed(amd64=0), "old": surveyed(amd64=0), "gone": surveyed(amd64=0)},
        {"ripgrep": "rg", "r": "rg", "broken": "nowhere"},
    )
    after = survey({"rg": surveyed(amd64=1), "new": surveyed(amd64=1)}, {"old": "rg", "r": "new"})
    impact = compare(before, after)
    assert [(one.name, one.kind, one.before, one.after) for one in impact.names] == [
        ("gone", Kind.LOST, "gone", None),
        ("new", Kind.GAINED, None, "new"),
        ("old", Kind.CHANGED, "old", "rg"),
        ("r", Kind.CHANGED, "rg", "new"),
        ("ripgrep", Kind.LOST, "rg", None),
    ]
    assert [(one.package, one.host) for one in impact.changes] == [("old", AMD64), ("rg", AMD64)]
    assert impact.has_loss


def test_what_is_not_known_is_not_compared() -> None:
    """A package without releases on one side is told, rather than taken for lost."""
    unknown = Surveyed(is_known=False)
    before = survey({"a": surveyed(amd64=0), "b": unknown, "c": unknown})
    after = survey({"a": unknown, "b": surveyed(amd64=0), "c": unknown})
    impact = compare(before, after)
    assert impact.unknown == ("a", "b", "c")
    assert impact.unknown_now == ("a",)
    assert (impact.has_loss, impact.is_nothing, impact.compared) == (False, False, 0)
    assert compare(after, before).unknown_now == ("b",)
    assert compare(after, after).is_nothing


@pytest.mark.parametrize(
    ("before", "after", "is_so"),
    [
        (Surveyed(is_known=False, definition="a"), Surveyed(is_known=False, definition="b"), True),
        (Surveyed(is_known=False, definition="a"), Surveyed(is_known=False, definition="a"), False),
        (Surveyed(is_known=False), Surveyed(is_known=False, definition="b"), False),
        (REFUSED, msgspec.structs.replace(REFUSED, definition="b"), True),
        # What it means is told by what is installed: here nothing changes.
        (DEFINED, msgspec.structs.replace(DEFINED, definition="b"), False),
    ],
)
def test_definitions_that_differ_where_no_installer_shows_it(
    before: Surveyed, after: Surveyed, is_so: bool
) -> None:
    """The package is named, and the change is one."""
    impact = of_one(before, after)
    assert impact.redefined == (("rg",) if is_so else ())
    assert impact.is_nothing is not is_so
    assert not impact.has_loss


def test_a_tag_that_one_side_was_not_asked_for_says_nothing() -> None:
    """Surveys made with other --tag options can still be compared."""
    one = survey(
        {"rg": offering({"": {AMD64: 1}, "^1.0": {AMD64: 1}, "1": {AMD64: 1}})}, None, ("^1.0", "1")
    )
    other = survey({"rg": offering({"": {AMD64: 1}, "1": {AMD64: 1}})})
    assert compare(one, other).is_nothing
    both = survey({"rg": offering({"": {AMD64: 1}, "1": {AMD64: 1}})}, None, ("^1.0",))
    assert [change.tag for change in compare(one, both).changes] == ["^1.0"]


@pytest.mark.parametrize("tag", ["", "lts", "beta"])
def test_a_usual_tag_is_in_every_survey(tag: str) -> None:
    """Whether one of them was asked for it by name, too, hides no loss."""
    one = survey({"rg": offering({"3": {AMD64: 1}, tag: {AMD64: 1}})}, None, (tag,))
    other = survey({"rg": offering({"3": {AMD64: 1}})})
    lost = [(Kind.LOST.value, f"rg@{tag}:{AMD64}", NEW.asset, None)]
    assert changed(compare(one, other)) == lost
    assert compare(one, other).has_loss
