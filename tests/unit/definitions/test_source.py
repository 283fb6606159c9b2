"""Sources as authors write them."""

import pytest

from artesian.definitions.source import InvalidSource, page, parse_source
from artesian.model.definition import Source, SourceKind

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
    ("text", "reason"),
    [
        ("", "must begin with one of github:, gitea:, gitlab:"),
        ("BurntSushi/ripgrep", "must begin with one of github:, gitea:, gitlab:"),
        ("https://github.com/a/b", "must begin with one of github:, gitea:, gitlab:"),
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
