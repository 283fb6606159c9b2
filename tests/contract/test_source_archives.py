"""Sources that are made of GitHub's or Gitea's lists: archives of the source, serviceman, PostgreSQL's builds."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from artesian.classify.build import build
from artesian.model.definition import AssetRules, Source, SourceKind
from artesian.model.host import Arch, Os
from artesian.model.outcome import Nonsense
from artesian.model.release import Asset, Listed
from artesian.refresh.access import Access
from artesian.sources import github_source, serviceman

CROC = (Path(__file__).parent / "answers" / "github.schollz__croc.json").read_bytes()
GITHUB = Source(kind=SourceKind.GITHUB_SOURCE, repository="schollz/croc")
GITEA = Source(kind=SourceKind.GITEA_SOURCE, repository="root/x", base_url="https://git.example")


def listed(answer: Listed | Nonsense) -> Listed:
    """Take a list; fail on nonsense."""
    assert isinstance(answer, Listed), answer
    return answer


def page(*tags: str, file: str = "") -> bytes:
    """Write a page of releases, with a file each if one is named."""
    url = "https://github.com/o/r/releases/download"
    return json.dumps(
        [
            {
                "tag_name": tag,
                "published_at": "2025-01-01T00:00:00Z",
                "assets": [
                    {
                        "name": file.format(tag=tag),
                        "browser_download_url": f"{url}/{tag}/{file.format(tag=tag)}",
                    }
                ]
                if file
                else [],
            }
            for tag in tags
        ]
    ).encode()


def test_archives_of_tags() -> None:
    """Each release is the archive that GitHub or Gitea makes of its tag, for every system that the definition says."""
    newest = listed(github_source.parse_github(GITHUB, CROC)).releases[0]
    (file,) = newest.assets
    assert file.name == "croc-v10.3.1.tar.gz"
    assert file.url == "https://github.com/schollz/croc/archive/refs/tags/v10.3.1.tar.gz"
    built = build(file, AssetRules(os=Os.POSIX))
    assert isinstance(built, Asset)
    assert (built.os, built.arch) == (Os.POSIX, Arch.ANY)
    (odd,) = listed(github_source.parse_gitea(GITEA, page("tools/x/v1.0"))).releases
    assert odd.assets[0].name == "x-tools-x-v1.0.tar.gz"
    assert odd.assets[0].url == "https://git.example/root/x/archive/tools/x/v1.0.tar.gz"
    space = replace(GITHUB, repository="archivesspace/archivesspace")
    (one,) = listed(github_source.parse_github(space, page("v4.1.1"))).releases
    assert one.assets[0].name == "archivesspace-v4.1.1.tar.gz"


def test_serviceman() -> None:
    """A script from 0.9 on, binaries before; each from its own repository, as one list."""
    one = Source(kind=SourceKind.SERVICEMAN, repository="")
    scripts, binaries = serviceman.documents(one, {})
    found = {
        scripts: page("v0.9.5", "v0.9.0", "v0.8.9"),
        binaries: page("v0.9.1", "v0.8.0", file="serviceman-{tag}-linux-amd64.tar.gz"),
    }
    releases = listed(serviceman.parse(one, found)).releases
    assert [release.tag for release in releases] == ["v0.9.5", "v0.9.0", "v0.8.0"]
    names = [release.assets[0].name for release in releases]
    assert names[0] == "serviceman-v0.9.5.tar.gz"
    assert names[2] == "serviceman-v0.8.0-linux-amd64.tar.gz"


def test_postgres() -> None:
    """Builds of before those that GitHub lists are known by heart."""
    one = Source(kind=SourceKind.POSTGRES, repository="")
    file = "postgres-17.0-x86_64-linux-gnu.tar.gz"
    access, body = Access(user_agent="a test"), page("REL_17_0", "12.3", file=file)
    releases = listed(access.parse(one, {"": body})).releases
    assert [release.tag for release in releases] == ["REL_17_0", "12.3", "11.8", "10.13", "10.12"]
    first = listed(access.parse(one, {"": body}, is_last=False)).releases
    assert first == releases[:2]
    assert releases[1].assets[0].name == file
    for asset in releases[-1].assets:
        assert isinstance(build(asset, AssetRules()), Asset), asset.name


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", CROC[: len(CROC) // 2]])
def test_nonsense(body: bytes) -> None:
    """What isn't a list is nonsense, whichever page it stands for."""
    assert isinstance(github_source.parse_github(GITHUB, body), Nonsense)
    assert isinstance(github_source.parse_gitea(GITEA, body), Nonsense)
    one = Source(kind=SourceKind.POSTGRES, repository="")
    assert isinstance(Access(user_agent="a test").parse(one, {"": body}), Nonsense)
    one = Source(kind=SourceKind.SERVICEMAN, repository="")
    for spoilt in (0, 1):
        urls = serviceman.documents(one, {})
        found = {url: CROC if number != spoilt else body for number, url in enumerate(urls)}
        assert isinstance(serviceman.parse(one, found), Nonsense)
