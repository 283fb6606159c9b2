"""Webi's releases.conf: each key, and what is said of mistakes."""

import pytest

from artesian.definitions.webi_conf import Conf, Slip, read_conf
from artesian.model.definition import AssetRules, LevelRule, Source, SourceKind, TagRules
from artesian.model.host import Os
from artesian.model.names import PackageName

REPOSITORY = "github_releases = a/b\n"


def read(text: str) -> Conf:
    """Read what must be right."""
    slips: list[Slip] = []
    conf = read_conf(text.encode(), slips)
    assert slips == []
    return conf


def source(kind: SourceKind, repository: str = "", base_url: str | None = None) -> Source:
    """Make a source."""
    return Source(kind=kind, repository=repository, base_url=base_url)


SOURCES = {
    "github_releases = a/b": source(SourceKind.GITHUB, "a/b"),
    "github_releases = https://github.com/a/b.git": source(SourceKind.GITHUB, "a/b"),
    "github_releases = a/b\nbase_url = https://git.corp.example": source(
        SourceKind.GITHUB, "a/b", "https://git.corp.example"
    ),
    "github_releases = a/b\nbase_url = https://api.github.com": source(SourceKind.GITHUB, "a/b"),
    "github_sources = a/b": source(SourceKind.GITHUB_SOURCE, "a/b"),
    "github_sources = a/b\ngit_url = https://github.com/a/b.git": source(
        SourceKind.GITHUB_SOURCE, "a/b"
    ),
    "gitea_releases = https://git.example/a/b": source(
        SourceKind.GITEA, "a/b", "https://git.example"
    ),
    "gitea_releases = a/b\nbase_url = https://git.example/": source(
        SourceKind.GITEA, "a/b", "https://git.example"
    ),
    "gitea_sources = git.example/a/b": source(
        SourceKind.GITEA_SOURCE, "a/b", "https://git.example"
    ),
    "gitlab_releases = a/b/c": source(SourceKind.GITLAB, "a/b/c"),
    "gitlab_sources = a/b": source(SourceKind.GIT, "a/b", "https://gitlab.com"),
    "git_url = https://github.com/tpope/vim-sensible.git": source(
        SourceKind.GIT, "tpope/vim-sensible", "https://github.com"
    ),
    "hashicorp_product = terraform": source(SourceKind.HASHICORP, "terraform"),
    "source = chromedist": source(SourceKind.CHROME, "chromedriver"),
    "source = ffmpegdist": source(SourceKind.GITHUB, "eugeneware/ffmpeg-static"),
    "source = flutterdist": source(SourceKind.FLUTTER),
    "source = golang\nurl = https://golang.org/dl/?mode=json&include=all": source(SourceKind.GO),
    "source = gpgdist": source(SourceKind.GNUPG),
    "source = iterm2dist": source(SourceKind.ITERM2),
    "source = juliadist": source(SourceKind.JULIA),
    "source = mariadbdist": source(SourceKind.MARIADB),
    "source = nodedist\nurl = https://nodejs.org/download/release\n"
    "unofficial_url = https://unofficial-builds.nodejs.org/download/release": source(
        SourceKind.NODE
    ),
    "source = zigdist\nurl = https://mirror.example/zig/download/index.json": source(
        SourceKind.ZIG, base_url="https://mirror.example/zig/download"
    ),
    "source = zigdist\nbase_url = http://127.0.0.1:9000": source(
        SourceKind.ZIG, base_url="http://127.0.0.1:9000"
    ),
    "source = servicemandist": source(SourceKind.SERVICEMAN),
    "github_sources = bnnanet/serviceman\ngithub_releases = therootcompany/serviceman": source(
        SourceKind.SERVICEMAN
    ),
    "github_releases = a/b\ngithub_sources = c/d": source(SourceKind.GITHUB, "a/b"),
}


@pytest.mark.parametrize(("text", "expected"), SOURCES.items(), ids=list(SOURCES))
def test_each_way_to_name_an_upstream(text: str, expected: Source) -> None:
    """A publisher's own address is left out, another's is a mirror; of several the first kind counts."""
    assert read(text).source == expected


@pytest.mark.parametrize(
    ("text", "assets", "tags"),
    [
        ("tag_prefix = tools/monorel/", AssetRules(), TagRules(prefix="tools/monorel/")),
        ("version_prefix = b", AssetRules(), TagRules(rewrite=("^(?:b)", ""))),
        (
            "version_prefixes = v version-",
            AssetRules(),
            TagRules(rewrite=(r"^(?:version\-|v)", "")),
        ),
        (
            "version_prefixes = jq- cli-",
            AssetRules(),
            TagRules(rewrite=(r"^(?:cli\-|jq\-)", "")),
        ),
        ("exclude = -src-, -docs-", AssetRules(exclude=("*-src-*", "*-docs-*")), TagRules()),
        (
            "exclude = a\nexclude = b\nasset_exclude = c",
            AssetRules(exclude=("*a*", "*b*", "*c*")),
            TagRules(),
        ),
        ('asset_filter = "MinGit"', AssetRules(include=("*MinGit*",)), TagRules()),
        ("os = posix_2017", AssetRules(os=Os.POSIX), TagRules()),
        ("os = darwin", AssetRules(os=Os.MACOS), TagRules()),
        ("variants = rocm jetpack5", AssetRules(exclude=("*rocm*", "*jetpack5*")), TagRules()),
        (
            "variants = profile baseline\ndefault_x86_64 = x86_64_v3\nx86_64_v2 = baseline",
            AssetRules(
                exclude=("*profile*",),
                level=(LevelRule(match="*baseline*", level=2), LevelRule(match="*", level=3)),
            ),
            TagRules(),
        ),
        ("default_x86_64 = x86_64\nextra = whatever", AssetRules(), TagRules()),
    ],
)
def test_each_key_about_files_and_tags(text: str, assets: AssetRules, tags: TagRules) -> None:
    """Pieces of names become globs; lists may be written with spaces, commas, or twice."""
    conf = read(REPOSITORY + text)
    assert (conf.assets, conf.tags) == (assets, tags)


def test_source_archives_and_clones_are_for_every_system() -> None:
    """Their names say no system."""
    assert read("git_url = https://github.com/a/b").assets.os is Os.ANY
    assert read("github_sources = a/b\nos = posix_2017").assets.os is Os.POSIX


def test_comments_and_whose_releases_these_are() -> None:
    """A comment ends a line; alias_of names another directory."""
    conf = read("\ufeff# of the core\r\n\r\nalias_of = dashcore # the same files\r\n")
    assert (conf.source, conf.alias_of, conf.alias_line) == (None, PackageName("dashcore"), 3)


MISTAKES = {
    "github_releases": (2, "this is no `key = value`"),
    "= x": (2, "this is no `key = value`"),
    "source = node": (2, "source: 'node' is unknown; did you mean 'nodedist'?"),
    "gitea_releases = a/b": (
        2,
        "gitea_releases: 'a/b' needs the server's name first: gitea:host/owner/name",
    ),
    "github_sources = a": (2, "github_sources: 'a' must end with owner/name, not 'a'"),
    "hashicorp_product = a b": (
        2,
        "hashicorp_product: source 'hashicorp:a b' needs the product's name",
    ),
    "source = zigdist\nurl = ftp://x": (2, "source: 'ftp://x' is no http or https URL"),
    "source = zigdist\nurl = http://[": (2, "source: 'http://[' is no http or https URL"),
    "os = beos": (2, "os: 'beos' is unknown; "),
    "exclude = [ab]": (2, "exclude: glob '[ab]' may use * and ? only"),
    "x86_64_v2 = [ab]": (2, "x86_64_v2: glob '[ab]' may use * and ? only"),
    "default_x86_64 = x86_64_v9": (2, "default_x86_64: 'x86_64_v9' is unknown; did you mean '"),
    "alias_of = A B": (2, "alias_of: 'A B' is not a package name: "),
    "tag_prefix = a\ntag_prefix = b": (3, "tag_prefix is written twice"),
    "tag_prefix = a\0b": (2, "'tag_prefix' has a character that can't be seen"),
}


@pytest.mark.parametrize(("text", "mistake"), MISTAKES.items(), ids=list(map(repr, MISTAKES)))
def test_each_mistake_is_told_with_its_line(text: str, mistake: tuple[int, str]) -> None:
    """One mistake gives one message."""
    slips: list[Slip] = []
    read_conf(f"# conf\n{text}\n".encode(), slips)
    (slip,) = slips
    assert (slip.line, slip.is_minor) == (mistake[0], False)
    assert slip.message.startswith(mistake[1])


def test_an_unknown_key_is_told_and_costs_nothing() -> None:
    """Webi ignores those, so the directory stays usable."""
    slips: list[Slip] = []
    conf = read_conf(b"github_releases = a/b\nexcludes = c", slips)
    assert slips == [
        Slip(
            line=2,
            message="unknown key 'excludes' does nothing; did you mean 'exclude'?",
            is_minor=True,
        )
    ]
    assert conf.source == source(SourceKind.GITHUB, "a/b")
