"""What an author writes about a package, with everything inferred filled in. It travels in Snapshot."""

from enum import StrEnum

import msgspec

from artesian.model.host import Arch, Libc, Os
from artesian.model.names import PackageName

__all__ = [
    "AssetRules",
    "Command",
    "Definition",
    "File",
    "HomeLink",
    "Index",
    "Layout",
    "LevelRule",
    "LibcRule",
    "PlatformRule",
    "Recipe",
    "Source",
    "SourceKind",
    "TagRules",
    "TestRun",
    "When",
]


class SourceKind(StrEnum):
    """Kinds of upstream; one adapter each in sources/."""

    GITHUB = "github"
    GITEA = "gitea"
    GITLAB = "gitlab"
    GITHUB_SOURCE = "github-source"  # the source archives of releases
    GITEA_SOURCE = "gitea-source"
    GIT = "git"  # the tags of a repository, to be cloned
    NODE = "node"
    GO = "go"
    ZIG = "zig"
    HASHICORP = "hashicorp"
    JULIA = "julia"
    FLUTTER = "flutter"
    CHROME = "chrome"  # Chrome for Testing
    MARIADB = "mariadb"
    GNUPG = "gnupg"  # GnuPG for macOS
    ITERM2 = "iterm2"
    SERVICEMAN = "serviceman"
    POSTGRES = "postgres"
    JSON = "json"  # any index, as its fields are described
    HTML = "html"  # any page, as its links are described
    OWN = "own"  # no upstream: the package is what its folder holds


class Index(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a `json:` index keeps what, as paths (`a.b`, `[]` each item, `*` each key); or a pattern for `html:`.

    A path may instead be a text with paths in braces: `https://host/{version}/{name}`. `$key` is the key that led to
    the release.
    """

    releases: str = "[]"
    version: str = "version"  # within a release, like all but `releases` up to `assets`
    date: str = ""
    channel: str = ""
    lts: str = ""
    assets: str = ""  # a release's files; empty: the release is its own only file
    name: str = ""  # within a file, or else its release; empty: the end of the URL
    url: str = "url"
    sha256: str = ""
    size: str = ""
    pattern: str = (
        ""  # regular expression with the groups `version`, `url`, and any other field's name
    )


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where releases come from: `github:BurntSushi/ripgrep`, `hashicorp:terraform`, `go`, `json:https://…`."""

    kind: SourceKind
    repository: str  # owner/name, a product of HashiCorp or Chrome, else empty
    base_url: str | None = None  # https://host of another server; the URL of `json:` and `html:`
    index: Index | None = None  # of `json:` and `html:`


class Layout(StrEnum):
    """What is kept of an archive: the commands alone, or the whole tree."""

    COMMANDS = "commands"
    TREE = "tree"


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A link in ~/.local/bin. `file` is a name or glob (`*`, `?`) found anywhere in the archive, or a path in it."""

    name: str
    file: str


class HomeLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link outside ~/.local: `path` begins with `~/`; `file` is a path in the package, `.` the whole of it."""

    path: str
    file: str


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the package's folder. `name` is its path in there."""

    name: str
    content: bytes


class TestRun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Run before any link moves: `command args…` must exit 0 and print `expect` (`{version}` is filled in)."""

    __test__ = False  # not a pytest class

    command: str
    args: tuple[str, ...] = ("--version",)
    expect: str = ""


class Recipe(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an unpacked asset becomes an installed package.

    Globs of man pages and completions match file names anywhere in the archive; with a slash (`man1/*.1`) they match
    the end of the path. A completion serves the command that its name says (`_rg`, `rg.fish`), else the first command.
    """

    commands: tuple[Command, ...]
    layout: Layout = Layout.COMMANDS
    man: tuple[str, ...] = ()
    completions_bash: tuple[str, ...] = ()
    completions_zsh: tuple[str, ...] = ()
    completions_fish: tuple[str, ...] = ()
    links: tuple[HomeLink, ...] = ()
    test: TestRun | None = None
    notes: str = ""  # printed after the install


class When(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An exception; the first whose `versions` and `os` both match wins. Its recipe is complete (already merged)."""

    versions: str | None = None  # a range as in Tag: `<1.0`, `>=1.2,<2`
    os: tuple[Os, ...] = ()  # empty: all
    recipe: Recipe


class LibcRule(msgspec.Struct, frozen=True, kw_only=True):
    """Assets whose name matches glob `match` link to `libc`, whatever their name says."""

    match: str
    libc: Libc


class LevelRule(msgspec.Struct, frozen=True, kw_only=True):
    """Assets whose name matches glob `match` need x86-64 level `level`; the first rule that matches wins."""

    match: str
    level: int


class PlatformRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Assets whose name matches glob `match` run on `os` and `arch`, whatever their name says; the first match wins.

    For names that say it in no word (`shellcheck-v0.11.0.zip` is for windows/amd64). None leaves it to the name.
    """

    match: str
    os: Os | None = None
    arch: Arch | None = None


class AssetRules(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which assets count and what their names don't say. Globs on file names; exclude beats include."""

    include: tuple[str, ...] = ()  # empty: all
    exclude: tuple[str, ...] = ()
    os: Os | None = None  # for names without one (POSIX scripts: posix)
    platform: tuple[PlatformRule, ...] = ()
    libc: tuple[LibcRule, ...] = ()
    level: tuple[LevelRule, ...] = ()


class TagRules(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which tags are releases of this package, and how a tag becomes a version."""

    prefix: str = ""  # other tags are dropped, this is cut off: `tools/monorel/`
    match: str = ""  # regular expression that a tag must match in full; empty: all
    rewrite: tuple[str, str] | None = (
        None  # (regular expression, replacement) on the tag: (`r(\d+)`, `0.\1.0`)
    )
    rolling: tuple[str, ...] = ()  # tags whose files change in place: `nightly`


class Definition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One package. A definition of one line (`source = …`) has everything else inferred.

    A package without an upstream (SourceKind.OWN) is its `files`, its `piece`, the `packages` that it stands for, or
    a word why there is nothing to install (`refused`).
    """

    name: PackageName
    title: str
    source: Source
    homepage: str = ""
    description: str = ""
    aliases: tuple[PackageName, ...] = ()
    assets: AssetRules = AssetRules()
    tags: TagRules = TagRules()
    recipe: Recipe
    when: tuple[When, ...] = ()
    version: str = ""  # of a package without an upstream
    files: tuple[File, ...] = ()  # travel in the installer
    piece: str = ""  # install.sh: POSIX sh that the installer runs
    is_script_only: bool = False  # its piece asks for no build, and is run where there is none, too
    packages: tuple[str, ...] = ()  # NAME[@TAG] that it stands for, in order
    needs: tuple[str, ...] = ()  # NAME[@TAG] installed before it, where their commands are missing
    provides: tuple[str, ...] = ()  # commands that its piece makes: where all are here, so is it
    os: tuple[Os, ...] = ()  # the systems that it is for; empty: all
    elsewhere: str = ""  # told on other systems
    refused: str = ""  # why it can't be installed
    readme: str = ""  # cheat sheet, Markdown
    served: tuple[File, ...] = ()  # answered at /packages/NAME/FILE, before `files` and readme

    @property
    def is_own(self) -> bool:
        """Whether it has no upstream, and so is always as new as its catalogue."""
        return self.source.kind is SourceKind.OWN
