"""Every key of a package.toml: its shape, meaning, default and an example. Checks and the reference follow it."""

from enum import StrEnum

import msgspec

__all__ = ["ASSETS", "COMPLETIONS", "PACKAGE", "RECIPE", "TAGS", "WHEN", "Key", "Shape"]


class Shape(StrEnum):
    """What a value looks like in TOML, in the words of messages and of the reference."""

    TEXT = "text"
    PROSE = "text of any lines"
    FLAG = "true or false"
    TEXTS = "array of texts"
    PAIR = "array of two texts"
    COMMANDS = "array of names, or table of name = file"
    TEST = "text, or false"
    TEXT_BY_GLOB = "table of glob = text"
    NUMBER_BY_GLOB = "table of glob = number"
    TABLE = "table"
    TABLES = "array of tables"


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One key. `default` says in words what stands where it isn't written; `keys` are those inside a table."""

    name: str
    shape: Shape
    meaning: str
    default: str
    example: str
    keys: tuple["Key", ...] = ()


COMPLETIONS = tuple(
    Key(
        name=shell,
        shape=Shape.TEXTS,
        meaning=f"Globs of {shell} completions.",
        default=default,
        example=f'completions.{shell} = ["completions/{shell}"]',
    )
    for shell, default in (
        (
            "bash",
            "`<command>.bash`, `<command>.bash-completion`, `bash-completion/completions/<command>`",
        ),
        ("zsh", "`_<command>`, `<command>.zsh`"),
        ("fish", "`<command>.fish`"),
    )
)

RECIPE = (
    Key(
        name="commands",
        shape=Shape.COMMANDS,
        meaning=(
            "The links made in `~/.local/bin`. A name stands for the file of that name, wherever the archive has it; "
            "a table links a name to another file: a glob of a file name, or with a slash of a path from the "
            "archive's root (a single folder that holds everything doesn't count). A file that is no archive becomes "
            "the first command, whatever it is called. `.exe` is never written."
        ),
        default="the package's name",
        example='commands = { pwsh = "pwsh", powershell = "pwsh" }',
    ),
    Key(
        name="tree",
        shape=Shape.FLAG,
        meaning="Keep everything that the archive holds, for programs that need the files beside them.",
        default="`false`: only commands, man pages and completions are kept",
        example="tree = true",
    ),
    Key(
        name="man",
        shape=Shape.TEXTS,
        meaning="Globs of man pages: of file names anywhere in the archive, or with a slash of the end of a path.",
        default='`["*.1", "*.1.gz"]`; of a tree `["man1/*.1", "man1/*.1.gz"]`',
        example='man = ["*.1", "*.5"]',
    ),
    Key(
        name="completions",
        shape=Shape.TABLE,
        meaning="Globs of shell completions, matched like `man`.",
        default="the names that archives commonly use, of each command",
        example='completions = { bash = ["completions/bash"] }',
        keys=COMPLETIONS,
    ),
    Key(
        name="test",
        shape=Shape.TEST,
        meaning=(
            "A command line that is run before any link moves; it must exit with 0. Its first word is one of the "
            "commands. `false`: nothing is run."
        ),
        default="`<first command> --version`",
        example='test = "caddy version"',
    ),
    Key(
        name="expect",
        shape=Shape.TEXT,
        meaning="What the test must print somewhere; `{version}` stands for the version that is being installed.",
        default="anything",
        example='expect = "version {version}"',
    ),
    Key(
        name="notes",
        shape=Shape.PROSE,
        meaning="Told to the person after the install: what to do next, nothing else.",
        default="nothing",
        example='notes = "Start it in your shell: eval \\"$(zoxide init bash)\\""',
    ),
)

TAGS = (
    Key(
        name="prefix",
        shape=Shape.TEXT,
        meaning="Only tags that begin so are releases of this package; the version is what follows.",
        default="all tags",
        example='prefix = "tools/monorel/"',
    ),
    Key(
        name="match",
        shape=Shape.TEXT,
        meaning="A regular expression; only tags that it matches from end to end are releases of this package.",
        default="all tags",
        example=r"match = 'v\d+\.\d+\.\d+'",
    ),
    Key(
        name="rewrite",
        shape=Shape.PAIR,
        meaning=(
            "A regular expression and its replacement, applied to the tag without its prefix, for tags that are no "
            "version as they stand. Usual spellings (`v1.2`, `jq-1.7`, `REL_17_0`) need none."
        ),
        default="the tag as it stands",
        example=r"rewrite = ['^r(\d+)$', '0.\1.0']",
    ),
    Key(
        name="rolling",
        shape=Shape.TEXTS,
        meaning="Tags whose files change in place.",
        default="none",
        example='rolling = ["nightly"]',
    ),
)

ASSETS = (
    Key(
        name="include",
        shape=Shape.TEXTS,
        meaning="Globs of file names; nothing else counts.",
        default="all",
        example='include = ["kubens_*"]',
    ),
    Key(
        name="exclude",
        shape=Shape.TEXTS,
        meaning="Globs of file names that don't count, even if included.",
        default="none",
        example='exclude = ["*-profile.zip"]',
    ),
    Key(
        name="os",
        shape=Shape.TEXT,
        meaning="The os of assets whose name says none; `posix` for shell scripts.",
        default="such assets don't count",
        example='os = "windows"',
    ),
    Key(
        name="platform",
        shape=Shape.TEXT_BY_GLOB,
        meaning="`os/arch`, an os or an arch of the assets that match, whatever their name says; the first match wins.",
        default="as the name says",
        example='platform = { "shellcheck-v*.zip" = "windows/amd64" }',
    ),
    Key(
        name="libc",
        shape=Shape.TEXT_BY_GLOB,
        meaning=(
            "What the assets that match link to, whatever their name says; the first match wins. `musl` is a build "
            "that needs musl's loader, `none` a static one."
        ),
        default="as the name says; `-musl` alone means static",
        example='libc = { "bun-linux-*-musl*" = "musl" }',
    ),
    Key(
        name="level",
        shape=Shape.NUMBER_BY_GLOB,
        meaning="The least x86-64 level (1–4) that runs the assets that match; the first match wins.",
        default="as the name says, else 1",
        example='level = { "*-baseline*" = 2, "*-x64*" = 3 }',
    ),
)

WHEN = (
    Key(
        name="versions",
        shape=Shape.TEXT,
        meaning="The versions that the exception is for: a range or a prefix.",
        default="all",
        example='versions = "<1.0"',
    ),
    Key(
        name="os",
        shape=Shape.TEXTS,
        meaning="The systems that the exception is for.",
        default="all",
        example='os = ["macos"]',
    ),
)

PACKAGE = (
    Key(
        name="source",
        shape=Shape.TEXT,
        meaning=(
            "Where the releases are: `github:owner/name`, `gitea:host/owner/name`, `gitlab:group/name`. A host before "
            "the owner names a server of your own, `http://` before it one without TLS."
        ),
        default="none: must be written",
        example='source = "github:BurntSushi/ripgrep"',
    ),
    Key(
        name="name",
        shape=Shape.TEXT,
        meaning="The package's name, if you like to see it in the file; it must be the folder's.",
        default="the folder's name",
        example='name = "rg"',
    ),
    Key(
        name="title",
        shape=Shape.TEXT,
        meaning="What people call it.",
        default="the package's name",
        example='title = "ripgrep"',
    ),
    Key(
        name="homepage",
        shape=Shape.TEXT,
        meaning="The page to read more on.",
        default="the source's page",
        example='homepage = "https://gohugo.io/"',
    ),
    Key(
        name="description",
        shape=Shape.TEXT,
        meaning="What it is for, in one sentence.",
        default="nothing",
        example='description = "Searches folders of text for a pattern."',
    ),
    Key(
        name="aliases",
        shape=Shape.TEXTS,
        meaning="Other names that lead to this package.",
        default="none",
        example='aliases = ["ripgrep"]',
    ),
    *RECIPE,
    Key(
        name="tags",
        shape=Shape.TABLE,
        meaning="Which tags are releases, and which version a tag is.",
        default="every tag is a release",
        example='[tags]\nprefix = "cli-"',
        keys=TAGS,
    ),
    Key(
        name="assets",
        shape=Shape.TABLE,
        meaning="Which files of a release count, and what their names don't say.",
        default="every file counts whose name tells what it runs on",
        example='[assets]\nexclude = ["*-debug*"]',
        keys=ASSETS,
    ),
    Key(
        name="when",
        shape=Shape.TABLES,
        meaning=(
            "Exceptions for some versions or systems: each repeats, with another value, keys of the package from "
            "`commands` to `notes`. The first that fits wins."
        ),
        default="none",
        example='[[when]]\nversions = "<1.0"\nman = []',
        keys=(*WHEN, *RECIPE),
    ),
)
