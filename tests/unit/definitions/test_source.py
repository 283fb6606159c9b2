"""Sources as authors write them."""

import pytest

from artesian.definitions.source import InvalidSource, page, parse_source
from artesian.model.definition import Source, SourceKind

KINDS = (
    "must begin with its kind, as in github:owner/name; known: github, gitea, gitlab, github-source, gitea-source, "
    "git, node, go, zig, hashicorp, julia, flutter, chrome, mariadb, gnupg, iterm2, serviceman, postgres, json, html"
)
GITHUB, GITEA, GITLAB = SourceKind.GITHUB, SourceKind.GITEA, SourceKind.GITLAB


@pytest.mark.parametrize(
    ("text", "kind", "repository", "base_url", "homepage"),
    [
        (
            "github:BurntSushi/ripgrep",
            GITHUB,
            "BurntSushi/ripgrep",
            None,
            "https://github.com/BurntSushi/ripgrep",
        ),
        ("github:a/b.c-d_e", GITHUB, "a/b.c-d_e", None, "https://github.com/a/b.c-d_e"),
        ("github:https://github.com/a/b", GITHUB, "a/b", None, "https://github.com/a/b"),
        ("github:github.com/a/b", GITHUB, "a/b", None, "https://github.com/a/b"),
        (
            "github:git.corp.example/a/b",
            GITHUB,
            "a/b",
            "https://git.corp.example",
            "https://git.corp.example/a/b",
        ),
        (
            "github:http://127.0.0.1:9000/a/b",
            GITHUB,
            "a/b",
            "http://127.0.0.1:9000",
            "http://127.0.0.1:9000/a/b",
        ),
        (
            "github:localhost:9000/a/b",
            GITHUB,
            "a/b",
            "https://localhost:9000",
            "https://localhost:9000/a/b",
        ),
        (
            "gitea:git.rootprojects.org/root/pathman",
            GITEA,
            "root/pathman",
            "https://git.rootprojects.org",
            "https://git.rootprojects.org/root/pathman",
        ),
        ("gitlab:a/b", GITLAB, "a/b", None, "https://gitlab.com/a/b"),
        (
            "gitlab:group/sub/name",
            GITLAB,
            "group/sub/name",
            None,
            "https://gitlab.com/group/sub/name",
        ),
        (
            "gitlab:salsa.debian.org/a/b/c",
            GITLAB,
            "a/b/c",
            "https://salsa.debian.org",
            "https://salsa.debian.org/a/b/c",
        ),
    ],
)
def test_a_source_names_a_repository_and_maybe_a_server(
    text: str, kind: SourceKind, repository: str, base_url: str | None, homepage: str
) -> None:
    """The host is taken off, and left out where it is the public one."""
    source = parse_source(text)
    assert source == Source(kind=kind, repository=repository, base_url=base_url)
    assert page(source) == homepage


@pytest.mark.parametrize(
    ("text", "source", "homepage"),
    [
        ("node", Source(kind=SourceKind.NODE, repository=""), "https://nodejs.org/"),
        (
            "node:https://mirror.example/node/",
            Source(kind=SourceKind.NODE, repository="", base_url="https://mirror.example/node"),
            "https://mirror.example/node",
        ),
        (
            "hashicorp:terraform",
            Source(kind=SourceKind.HASHICORP, repository="terraform"),
            "https://releases.hashicorp.com/terraform",
        ),
        (
            "hashicorp:http://127.0.0.1:9/x/terraform",
            Source(
                kind=SourceKind.HASHICORP, repository="terraform", base_url="http://127.0.0.1:9/x"
            ),
            "http://127.0.0.1:9/x",
        ),
        (
            "git:github.com/tpope/vim-sensible",
            Source(
                kind=SourceKind.GIT,
                repository="tpope/vim-sensible",
                base_url="https://github.com",
            ),
            "https://github.com/tpope/vim-sensible",
        ),
        (
            "github-source:a/b",
            Source(kind=SourceKind.GITHUB_SOURCE, repository="a/b"),
            "https://github.com/a/b",
        ),
        (
            "json:https://a.example/b.json?c=d",
            Source(kind=SourceKind.JSON, repository="", base_url="https://a.example/b.json?c=d"),
            "https://a.example/b.json?c=d",
        ),
    ],
)
def test_a_publisher_with_an_index_of_its_own_needs_no_repository(
    text: str, source: Source, homepage: str
) -> None:
    """Its name says all; a mirror's URL may follow."""
    assert parse_source(text) == source
    assert page(source) == homepage


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", KINDS),
        ("BurntSushi/ripgrep", KINDS),
        ("https://github.com/a/b", KINDS),
        ("githb:a/b", "must begin with its kind, as in github:owner/name; did you mean 'github'?"),
        ("own:a/b", KINDS),
        ("hashicorp:", "needs the product's name, such as hashicorp:name"),
        ("node:mirror", "needs a URL, such as node:https://host/path"),
        ("json:", "needs a URL, such as json:https://host/path"),
        ("json:https:///x", "needs a URL, such as json:https://host/path"),
        ("git:host.example", "must end with owner/name, not ''"),
        ("github:ripgrep", "must end with owner/name, not 'ripgrep'"),
        ("github:a/b/c", "must end with owner/name, not 'a/b/c'"),
        ("github:a/", "must end with owner/name, not 'a/'"),
        ("github:a/..", "must end with owner/name, not 'a/..'"),
        ("github:a/b c", "must end with owner/name, not 'a/b c'"),
        ("github:a/b?x=1", "must end with owner/name, not 'a/b?x=1'"),
        ("github:git.corp.example/b", "must end with owner/name, not 'b'"),
        ("github:ftp://a.b/c/d", "has the scheme 'ftp'; only https and http are known"),
        ("gitea:root/pathman", "needs the server's name first: gitea:host/owner/name"),
        ("github:user@host.example/a/b", "needs the server's name first: github:host/owner/name"),
    ],
)
def test_a_source_that_says_too_little_is_refused(text: str, reason: str) -> None:
    """The reason tells what a source looks like."""
    with pytest.raises(InvalidSource) as caught:
        parse_source(text)
    assert str(caught.value) == f"source '{text}' {reason}"
