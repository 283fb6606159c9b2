"""Every key of a package.toml: its shape, meaning, default and an example. Checks and the reference follow it."""

from artesian.definitions.key import Key, Shape
from artesian.definitions.tables import ASSETS, INDEX, RECIPE, TAGS

__all__ = ["PACKAGE", "WHEN"]

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
            "the owner names a server of your own, `http://` before it one without TLS. `github-source:` and "
            "`gitea-source:` mean the source archives of releases; `git:host/owner/name` a repository to clone at a "
            "tag. Publishers with an index of their own: `node`, `go`, `zig`, `julia`, `flutter`, `mariadb`, `gnupg`, "
            "`iterm2`, `serviceman`, `postgres`, `hashicorp:product`, `chrome:product`; a URL behind a colon "
            "is a mirror's. `json:URL` and `html:URL` are any other index or page, see `[index]`."
        ),
        default="none: then the package is its files, its `install.sh`, its `packages`, or `refused`",
        example='source = "github:BurntSushi/ripgrep"',
    ),
    Key(
        name="index",
        shape=Shape.TABLE,
        meaning=(
            "Where a `json:` source keeps what: paths such as `a.b[].c`, or texts with paths in braces; or the pattern "
            "of an `html:` source."
        ),
        default="a list of releases with `version` and `url`",
        example='[index]\nreleases = "versions[]"\nurl = "download.url"',
        keys=INDEX,
    ),
    Key(
        name="version",
        shape=Shape.TEXT,
        meaning="The version of a package without a source.",
        default="`1.0.0`",
        example='version = "1.2.0"',
    ),
    Key(
        name="files",
        shape=Shape.TEXTS,
        meaning="Files of the package's folder that travel in the installer and are the package.",
        default="none",
        example='files = ["ssh-pubkey"]',
    ),
    Key(
        name="packages",
        shape=Shape.TEXTS,
        meaning="Packages that this one stands for, installed in this order: `NAME` or `NAME@TAG`.",
        default="none",
        example='packages = ["node@lts", "rg"]',
    ),
    Key(
        name="needs",
        shape=Shape.TEXTS,
        meaning="Packages that are installed before it on hosts where their commands are missing.",
        default="none",
        example='needs = ["node"]',
    ),
    Key(
        name="provides",
        shape=Shape.TEXTS,
        meaning=(
            "The commands that its `install.sh` makes: where all are here, others that need it don't install it."
        ),
        default="none; the `commands` of a package tell the same",
        example='provides = ["gpg"]',
    ),
    Key(
        name="os",
        shape=Shape.TEXTS,
        meaning="The systems that it is for.",
        default="all that it has builds for",
        example='os = ["macos"]',
    ),
    Key(
        name="elsewhere",
        shape=Shape.TEXT,
        meaning="What to tell on other systems than `os`.",
        default="that there is no build",
        example='elsewhere = "Use your package manager: apt-get install fish"',
    ),
    Key(
        name="refused",
        shape=Shape.TEXT,
        meaning="Why the package can't be installed, and what to do instead. It answers that, and nothing else.",
        default="it can be",
        example='refused = "This name is reserved; mariadb is what you want."',
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
