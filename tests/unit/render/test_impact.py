"""The impact of a change, as text and as a page."""

from artesian.model.host import Libc
from artesian.model.impact import (
    Build,
    Change,
    Impact,
    Kind,
    NameChange,
    Script,
    ScriptChange,
)
from artesian.model.names import PackageName
from artesian.render.impact import impact_page, impact_text
from artesian.render.impact_groups import host_words, spec_words

RG = PackageName("rg")
STATIC = Build(version="1.1", asset="rg-musl.tar.gz", libc=Libc.NONE, sha256="a" * 64)
GNU = Build(version="1.1", asset="rg-gnu.tar.gz", libc=Libc.GNU)
FIRST = Build(version="1.0", asset="rg-1.0.tar.gz", libc=Libc.NONE, sha256="b" * 64)
AGAIN = Build(version="1.1", asset="rg-musl.tar.gz", libc=Libc.NONE, sha256="c" * 64)
BARE = Build(version="1.1", asset="rg-musl.tar.gz", libc=Libc.NONE)


def change(host: str, before: Build | None, after: Build | None, tag: str = "") -> Change:
    """Make a change of rg."""
    kind = Kind.LOST if after is None else Kind.CHANGED if before else Kind.GAINED
    return Change(package=RG, tag=tag, host=host, kind=kind, before=before, after=after)


def impact(*changes: Change, scripts: tuple[ScriptChange, ...] = (), **more: object) -> Impact:
    """Make an impact."""
    return Impact(
        before="one",
        after="<two>",
        compared=3,
        changes=changes,
        scripts=scripts,
        **more,  # type: ignore[arg-type]
    )


def script(
    kind: Kind, before: Script | None, after: Script | None, package: str = "rg", trouble: str = ""
) -> ScriptChange:
    """Make a change of an installer."""
    return ScriptChange(
        package=PackageName(package), tag="", kind=kind, before=before, after=after, trouble=trouble
    )


def test_nothing() -> None:
    """Where nothing changes, that is all there is to tell."""
    assert impact_text(impact()).splitlines() == [
        "Before: one",
        "After:  <two>",
        "",
        "Nothing changes: 3 packages compared.",
    ]


def test_what_is_lost_comes_first_and_the_sum_last() -> None:
    """Tags and hosts that change alike stand in one line."""
    told = impact_text(
        impact(
            change("linux/amd64/gnu", STATIC, GNU),
            change("linux/amd64/gnu", STATIC, GNU, "1"),
            change("linux/amd64/musl", STATIC, None),
            change("linux/amd64/musl", STATIC, None, "1"),
            change("macos/arm64", None, STATIC),
            change("windows/amd64", FIRST, STATIC),
            change("windows/arm64", STATIC, FIRST),
            names=(
                NameChange(
                    name=PackageName("jq"), kind=Kind.LOST, before=PackageName("jq"), after=None
                ),
                NameChange(name=PackageName("ag"), kind=Kind.LOST, before=RG, after=None),
                NameChange(
                    name=PackageName("bat"), kind=Kind.GAINED, before=None, after=PackageName("bat")
                ),
                NameChange(name=PackageName("grep"), kind=Kind.GAINED, before=None, after=RG),
                NameChange(
                    name=PackageName("cat"), kind=Kind.CHANGED, before=RG, after=PackageName("bat")
                ),
            ),
            unknown=(PackageName("fd"),),
            unknown_now=(PackageName("fd"),),
        )
    )
    assert told.splitlines()[3:] == [
        "Lost",
        "  jq: no longer a name (package)",
        "  ag: no longer a name (alias of rg)",
        "  rg, rg@1: 1.1 on linux/amd64/musl",
        "",
        "Changed",
        "  cat: led to rg, leads to bat",
        "  rg, rg@1: 1.1 on linux/amd64/gnu",
        "    no longer verified: linux/amd64/gnu",
        "    linux/amd64/gnu: rg-musl.tar.gz, libc none → rg-gnu.tar.gz, libc gnu",
        "  rg: 1.0 → 1.1 on windows/amd64",
        "  rg: 1.1 → 1.0 (an older one) on windows/arm64",
        "",
        "Gained",
        "  bat: a new name (package)",
        "  grep: a new name (alias of rg)",
        "  rg: 1.1 on macos/arm64",
        "",
        "Not compared, for a side has no releases of them: fd",
        "",
        (
            "Something is lost: 3 packages compared, 1 host lost, 2 names lost, 3 hosts changed, "
            "1 name changed, 1 host gained, 2 names gained."
        ),
    ]


def test_files_of_one_name_are_told_apart_by_their_checksum() -> None:
    """A file that was replaced in place is the change that matters most."""
    told = impact_text(
        impact(change("macos/arm64", STATIC, AGAIN), change("macos/amd64", STATIC, BARE))
    )
    assert (
        "    macos/arm64: rg-musl.tar.gz, sha256 aaaaaaaaaaaa… → rg-musl.tar.gz, sha256 cccccccccccc…"
        in told
    )
    assert (
        "    macos/amd64: rg-musl.tar.gz, sha256 aaaaaaaaaaaa… → rg-musl.tar.gz, no checksum"
        in told
    )


def test_installers_are_told_by_package_and_not_by_the_hundred() -> None:
    """A new program changes every installer."""
    one, two = Script(sha256="a" * 64, size_bytes=24000), Script(sha256="b" * 64, size_bytes=25000)
    few = impact_text(
        impact(
            scripts=(script(Kind.CHANGED, one, two), script(Kind.LOST, one, None, "jq", "refused"))
        )
    )
    assert (
        "\nInstallers\n  rg: 24,000 → 25,000 bytes\n  jq: 24,000 → none bytes: refused\n\n" in few
    )
    assert few.endswith("Something is lost: 3 packages compared, 2 installers other than before.")
    many = impact_text(
        impact(scripts=tuple(script(Kind.CHANGED, one, two, f"p{at}") for at in range(25)))
    )
    assert "  p19: 24,000 → 25,000 bytes\n  and those of 5 packages more\n" in many
    assert "Something changes, nothing is lost: " in many


def test_what_could_be_told_before_is_always_named() -> None:
    """Of packages that neither side knows, some are named."""
    unknown = tuple(PackageName(f"p{at}") for at in range(12))
    told = impact_text(impact(unknown=unknown, unknown_now=unknown[11:]))
    assert "of them: p11, p0, p1, p2, p3, p4, p5, p6, p7, 3 more\n" in told


def test_what_is_defined_otherwise_comes_first() -> None:
    """A change whose meaning nobody can tell is no small matter; it isn't told twice."""
    fd = PackageName("fd")
    lines = impact_text(impact(unknown=(fd,), redefined=(fd,))).splitlines()
    assert lines[3:5] == ["Defined otherwise, and no installer shows what that means", "  fd"]
    assert "Not compared" not in "".join(lines)
    assert lines[-1].startswith("Something changes, nothing is lost: ")
    assert "1 package defined otherwise" in lines[-1]
    assert "<h2>Defined otherwise" in impact_page(impact(redefined=(fd,)))


def test_hosts_in_words() -> None:
    """Both libcs are named once, and a level only where it stands alone."""
    both = ("linux/amd64/gnu", "linux/amd64/musl", "linux/amd64/gnu/v3", "macos/arm64")
    assert host_words(both) == "linux/amd64, macos/arm64"
    assert host_words(("linux/amd64/gnu/v3", "linux/amd64/musl/v3")) == "linux/amd64/v3"
    assert host_words(("linux/arm64/musl",)) == "linux/arm64/musl"


def test_many_tags_are_counted() -> None:
    """Six are named."""
    assert spec_words("rg", ["", "lts"]) == "rg, rg@lts"
    assert spec_words("rg", list("12345678")).endswith("rg@6 and 2 more tags")


def test_the_page_holds_it_all_and_escapes_it() -> None:
    """One file, in the look of the others, that needs no server."""
    one = Script(sha256="a" * 64, size_bytes=24000)
    page = impact_page(
        impact(
            change("linux/amd64/gnu", STATIC, GNU),
            change("macos/arm64", FIRST, STATIC),
            change("macos/amd64", STATIC, None),
            change("windows/arm64", STATIC, FIRST),
            scripts=(script(Kind.LOST, one, None, trouble="<refused>"),),
            names=(NameChange(name=RG, kind=Kind.GAINED, before=None, after=RG),),
            unknown=(PackageName("fd"),),
        )
    )
    assert "<h1>Something is lost</h1>" in page
    for text in (
        "&lt;two&gt;",
        "no longer verified",
        "rg-gnu.tar.gz, libc gnu",
        "1.0 → 1.1",
        "older",
        "rg: a new name (package)",
        "24,000 → none",
        "&lt;refused&gt;",
        "of them: fd",
    ):
        assert text in page, text
    assert "<two>" not in page
    assert 'href="/' not in page.replace('href="/favicon.svg"', "")
    assert "Not compared" not in impact_page(impact())
