"""Definitions drafted from lists of releases: what isn't inferred, no more."""

import re
from pathlib import Path

import pytest

from artesian.authoring.draft import Undraftable, draft, newest
from artesian.authoring.source import moved, read_wanted
from artesian.definitions.source import InvalidSource
from artesian.errors import Invalid
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources import github

RECORDED = Path(__file__).parents[2] / "contract" / "answers" / "github.schollz__croc.json"
COMMENT = '# description = "What it is for, in one sentence."\n'
PLATFORMS = ("linux-amd64.tar.gz", "linux-arm64.tar.gz", "darwin-arm64.tar.gz", "windows-amd64.zip")


def release(tag: str, *names: str) -> RawRelease:
    """Make a release of these files."""
    assets = (RawAsset(name=name, url=f"https://upstream.example/{name}") for name in names)
    return RawRelease(tag=tag, assets=tuple(assets))


def files(start: str, platforms: tuple[str, ...] = PLATFORMS, end: str = "") -> tuple[str, ...]:
    """Name the files of a program for these platforms."""
    return tuple(re.sub(r"(?=\.(tar|zip))", end, f"{start}{each}", count=1) for each in platforms)


def text_of(source: str, *releases: RawRelease, name: str | None = None) -> str:
    """Draft the file."""
    return draft(read_wanted(source, name), releases).text


def test_a_definition_of_one_line() -> None:
    """Of a real list of releases nothing needs to be said."""
    listed = github.parse(RECORDED.read_bytes())
    assert isinstance(listed, Listed)
    made = draft(read_wanted("schollz/croc", None), listed.releases)
    assert made.text == f'source = "github:schollz/croc"\n{COMMENT}'
    assert made.remarks == ()
    assert len(made.assembled.snapshot.releases) > 0
    assert {one.reason for one in made.assembled.left_out if one.asset} == {
        "checksum",
        "source archive",
    }


def test_the_repository_is_the_title_where_the_name_is_another() -> None:
    """`rg` is called ripgrep by people; ShellCheck has its capitals."""
    one = release("1.0", *files("x-"))
    assert 'title = "ripgrep"' in text_of("BurntSushi/ripgrep", one, name="rg")
    assert 'title = "ShellCheck"' in text_of("koalaman/ShellCheck", one)


@pytest.mark.parametrize(
    ("source", "start", "commands", "assumed_from"),
    [
        ("opentofu/opentofu", "tofu_1.6.0_", 'commands = ["tofu"]\n', "tofu_1.6.0_"),
        ("o/foo", "Big-Tool-1.0-", 'commands = ["Big-Tool"]\n', "Big-Tool-1.0-"),
        ("o/foo", "foo-1.0-", "", "the package's name"),
        ("o/foo", "1.0-", "", "the package's name"),
    ],
)
def test_the_command_is_called_as_the_archives_are(
    source: str, start: str, commands: str, assumed_from: str
) -> None:
    """Where they are called neither like the package nor its repository, so is what they hold, most likely."""
    made = draft(read_wanted(source, None), [release("v1.6.0", *files(start))])
    assert made.text == f'source = "github:{source}"\n{COMMENT}{commands}'
    assert made.assumed_from.startswith(assumed_from)


def test_a_file_that_is_no_archive_is_the_command() -> None:
    """Whatever it is called: the package's name is what people type; so it is where that was chosen."""
    bare = release("v1.6.0", "tofu-linux-amd64", "tofu-windows-amd64.exe")
    assert "commands" not in text_of("o/opentofu", bare)
    assert "commands" not in text_of(
        "BurntSushi/ripgrep", release("1", *files("ripgrep-")), name="rg"
    )


@pytest.mark.parametrize(
    ("names", "glob"),
    [
        ((*files("foo-1.0-"), *files("foo-server-1.0-")), "foo-server-*"),
        ((*files("foo_1.0_"), *files("foo_extended_1.0_", PLATFORMS[:1])), "foo_extended_*"),
        ((*files("foo-"), *files("foo-", end="-profile")), "*profile*"),
    ],
)
def test_another_program_of_the_same_release_is_left_out(names: tuple[str, ...], glob: str) -> None:
    """By how its files begin, else by a word of theirs; only this program is offered then."""
    made = draft(read_wanted("owner/foo", None), [release("v1.0", *names)])
    assert f'\n# Other programs of the same release.\n[assets]\nexclude = ["{glob}"]\n' in made.text
    (kept,) = made.assembled.snapshot.releases
    assert len(kept.assets) == len(PLATFORMS)
    assert made.remarks == ()


def test_what_may_be_the_same_program_is_told_and_kept() -> None:
    """A file of another name for a system that has no other."""
    names = (*files("foo-", PLATFORMS[:3]), "bar-windows-amd64.zip")
    made = draft(read_wanted("owner/foo", None), [release("v1.0", *names)])
    assert "exclude" not in made.text
    assert made.remarks == (
        (
            "bar-windows-amd64.zip may be another program than foo-darwin-arm64.tar.gz: "
            "if it is, leave it out by [assets] exclude"
        ),
    )


def test_files_of_unknown_endings_are_no_program() -> None:
    """What would never be chosen beside archives needs no rule."""
    names = (*files("foo-1.0-"), "foo-1.0-linux-amd64.gpgsig")
    assert "exclude" not in text_of("owner/foo", release("v1.0", *names))


def test_one_program_of_a_repository_of_several() -> None:
    """Tags that begin with the package's name are its releases."""
    text = text_of(
        "kubernetes-sigs/kustomize",
        release("kustomize/v5.1.0", *files("kustomize_v5.1.0_")),
        release("api/v0.1.0", *files("api_")),
        release("kustomize/v5.0.0", *files("kustomize_v5.0.0_")),
    )
    assert text.endswith('\n[tags]\nprefix = "kustomize/"\n')


@pytest.mark.parametrize("tags", [("v1.0", "v2.0"), ("foo-1.0", "foo-2.0"), ("1.0", "nightly")])
def test_tags_that_need_no_rule(tags: tuple[str, ...]) -> None:
    """One way to write versions says itself."""
    assert "[tags]" not in text_of("o/foo", *(release(tag, *files("foo-")) for tag in tags))


def test_a_list_without_builds() -> None:
    """The author is told what may help; an empty list helps nobody."""
    made = draft(read_wanted("erlang/rebar3", None), [release("3.27", "rebar3")])
    assert newest(made.assembled.snapshot.releases) is None
    assert made.remarks == ('if its files run on any system, say so: os = "posix" in [assets]',)
    assert draft(read_wanted("o/r", None), []).remarks == ()
    zipped = draft(read_wanted("o/r", None), [release("1.0", "r-linux-amd64.rar")])
    assert zipped.assembled.snapshot.releases == ()


def test_a_beta_where_nothing_is_stable() -> None:
    """The newest stable release counts, else the newest."""
    both = draft(
        read_wanted("o/foo", None),
        [release("2.0-beta", *files("foo-")), release("1.0", *files("foo-"))],
    )
    found = newest(both.assembled.snapshot.releases)
    assert found is not None
    assert found.version == "1.0"
    beta = draft(read_wanted("o/foo", None), [release("2.0-beta", *files("foo-"))])
    found = newest(beta.assembled.snapshot.releases)
    assert found is not None
    assert found.version == "2.0-beta"


@pytest.mark.parametrize(
    ("typed", "name", "source"),
    [
        ("BurntSushi/ripgrep", "ripgrep", "github:BurntSushi/ripgrep"),
        ("https://github.com/cli/cli/releases/latest", "cli", "github:cli/cli"),
        ("https://github.com/cli/cli.git", "cli", "github:cli/cli"),
        ("https://GitHub.com/cli/cli", "cli", "github:cli/cli"),
        ("http://www.github.com/cli/cli/?tab=readme#top", "cli", "github:cli/cli"),
        ("https://gitlab.com/o/r", "r", "gitlab:o/r"),
        ("https://gitlab.com/group/sub/name", "name", "gitlab:group/sub/name"),
        ("https://gitlab.com/group/sub/name.git", "name", "gitlab:group/sub/name"),
        ("https://gitlab.com/group/sub/name/-/releases", "name", "gitlab:group/sub/name"),
        ("https://codeberg.org/o/r", "r", "gitea:codeberg.org/o/r"),
        ("gitea:git.example.com/o/r", "r", "gitea:git.example.com/o/r"),
        ("hashicorp:terraform", "terraform", "hashicorp:terraform"),
        ("zig", "zig", "zig"),
    ],
)
def test_what_an_author_may_type(typed: str, name: str, source: str) -> None:
    """A repository as people name it, or the address of its page."""
    wanted = read_wanted(typed, None)
    assert (wanted.name, wanted.text) == (name, source)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ripgrep", "must begin with its kind"),
        ("https://forge.example/o/r", "write gitea:host/owner/name"),
        ("json:https://example.com/index.json", r"needs an \[index\]"),
        ("https://github.com/cli", "must end with owner/name"),
        ("https://gitlab.com/group/-/epics", "must end with owner/name"),
        ("http://[", "is no address"),
        ("https://github.com:99999999/cli/cli", "kind isn't known"),
    ],
)
def test_what_names_no_upstream(typed: str, said: str) -> None:
    """The message says what was meant."""
    with pytest.raises(InvalidSource, match=said):
        read_wanted(typed, None)


API = "https://api.github.com/repositories/1/releases"
GITEA = "https://git.example.com/api/v1/repos/new/r/releases?limit=9"


@pytest.mark.parametrize(
    ("source", "url", "files", "now"),
    [
        ("old/r", API, "https://github.com/new/r2", "github:new/r2"),
        ("gitea:git.example.com/old/r", GITEA, "", "gitea:git.example.com/new/r"),
        ("old/r", API, "", None),
        ("old/r", API, "https://github.com/old/r", None),
        ("old/r", API, "https://github.com/new/%20", None),
        ("gitea:git.example.com/old/r", GITEA, "https://git.example.com/newer/r", None),
        ("old/r", API, "https://gitlab.com/new/r", None),
        (
            "gitlab:g/p",
            "https://gitlab.com/api/v4/projects/7/releases",
            "https://github.com/n/m",
            None,
        ),
        ("hashicorp:x", "https://a.example/x", "", None),
    ],
)
def test_a_repository_that_has_moved(source: str, url: str, files: str, now: str | None) -> None:
    """Its new name is in the address that its forge led to, or in those of its files."""
    asset = RawAsset(name="x", url=f"{files}/releases/download/v1/x")
    listed = RawRelease(tag="v1", assets=(asset,) if files else ())
    found = moved(read_wanted(source, "r"), url, [listed])
    assert (found and (found.text, found.name)) == (now and (now, "r"))


def test_a_name_that_no_package_can_have() -> None:
    """It is told before anybody is asked."""
    with pytest.raises(Invalid, match="is not a package name"):
        read_wanted("o/r", "a b")


def test_a_draft_is_always_a_definition() -> None:
    """What couldn't be read back is never written."""
    wanted = read_wanted("o/r", None)
    broken = type(wanted)(text="nowhere:o/r", source=wanted.source, name=wanted.name)
    with pytest.raises(Undraftable, match="must begin with its kind"):
        draft(broken, [])
