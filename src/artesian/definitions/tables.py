"""The keys inside the tables of a package.toml, and those of a recipe."""

from artesian.definitions.key import Key, Shape

__all__ = ["ASSETS", "INDEX", "RECIPE", "TAGS"]

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
        default=(
            "the package's name; of a package of files, only if one of them is called so; of a repository that is "
            "cloned or has an `install.sh`, none"
        ),
        example='commands = { pwsh = "pwsh", powershell = "pwsh" }',
    ),
    Key(
        name="tree",
        shape=Shape.FLAG,
        meaning="Keep everything that the archive holds, for programs that need the files beside them.",
        default="`false`: only commands, man pages and completions are kept; `true` where there are no commands",
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
        name="links",
        shape=Shape.TEXT_BY_GLOB,
        meaning=(
            "Links outside `~/.local`, each to a path in the package; `.` is the whole of it. They begin with `~/`."
        ),
        default="none",
        example='links = { "~/.vim/pack/plugins/start/vim-commentary" = "." }',
    ),
    Key(
        name="test",
        shape=Shape.TEST,
        meaning=(
            "A command line that is run before any link moves; it must exit with 0. Its first word is one of the "
            "commands. `false`: nothing is run."
        ),
        default="`<first command> --version`; nothing for a package without an upstream",
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


def _field(name: str, meaning: str, default: str, example: str) -> Key:
    return Key(
        name=name,
        shape=Shape.TEXT,
        meaning=meaning,
        default=default,
        example=f'{name} = "{example}"',
    )


INDEX = (
    _field("releases", "Path of the list of releases; `*` stands for each key.", "`[]`", "*"),
    _field("version", "Of a release: its version; `$key` is the key above.", "`version`", "$key"),
    _field("date", "Of a release: its date.", "unknown", "release_date"),
    _field("channel", "Of a release: `stable`, `beta`, …", "as the version says", "channel"),
    _field("lts", "Of a release: whether it has long-term support.", "it hasn't", "lts"),
    _field("assets", "Of a release: the list of its files.", "it is its only file", "files[]"),
    _field("name", "Of a file: its name.", "the end of its URL", "filename"),
    _field("url", "Of a file: its URL.", "`url`", "https://host/{version}/{filename}"),
    _field("sha256", "Of a file: its checksum.", "unknown", "sha256"),
    _field("size", "Of a file: its size in bytes.", "unknown", "size"),
    Key(
        name="pattern",
        shape=Shape.TEXT,
        meaning=(
            "Of an `html:` source: a regular expression that finds each file, with the groups `version` and `url`, and "
            "any of those above. It has five seconds for a page."
        ),
        default="none: must be written for `html:`",
        example="""pattern = 'href="(?P<url>[^"]+-(?P<version>[0-9.]+)\\.zip)"'""",
    ),
)
