"""Which request asks what of whom, and which hosts a list may lead to."""

import pytest

from artesian.model.definition import Source, SourceKind
from artesian.model.header import Header
from artesian.refresh.access import Access

GITHUB = Source(kind=SourceKind.GITHUB, repository="o/r")
ENTERPRISE = Source(kind=SourceKind.GITHUB, repository="o/r", base_url="https://ghe.example")
GITEA = Source(kind=SourceKind.GITEA, repository="o/r", base_url="https://git.example")
CODEBERG = Source(kind=SourceKind.GITEA, repository="o/r")
GITLAB = Source(kind=SourceKind.GITLAB, repository="o/r")
SCRIPT = Source(kind=SourceKind.GITHUB_SOURCE, repository="o/r")
GITEA_SCRIPT = Source(kind=SourceKind.GITEA_SOURCE, repository="o/r", base_url="https://g.example")
POSTGRES = Source(kind=SourceKind.POSTGRES, repository="")
SERVICEMAN = Source(kind=SourceKind.SERVICEMAN, repository="")
NODE = Source(kind=SourceKind.NODE, repository="")
TERRAFORM = Source(kind=SourceKind.HASHICORP, repository="terraform")
GIT = Source(kind=SourceKind.GIT, repository="o/r", base_url="https://github.com")

ACCESS = Access(user_agent="a/1")
MIRRORED = Access(user_agent="a/1", github_url="http://127.0.0.1:9000/api/v3/")

LISTS = [
    (ACCESS, GITHUB, "https://api.github.com/repos/o/r/releases?per_page=100"),
    (ACCESS, ENTERPRISE, "https://ghe.example/api/v3/repos/o/r/releases?per_page=100"),
    (ACCESS, GITEA, "https://git.example/api/v1/repos/o/r/releases?limit=50"),
    (ACCESS, CODEBERG, "https://codeberg.org/api/v1/repos/o/r/releases?limit=50"),
    (ACCESS, GITLAB, "https://gitlab.com/api/v4/projects/o%2Fr/releases?per_page=100"),
    (ACCESS, SCRIPT, "https://api.github.com/repos/o/r/releases?per_page=100"),
    (ACCESS, GITEA_SCRIPT, "https://g.example/api/v1/repos/o/r/releases?limit=50"),
    (
        MIRRORED,
        POSTGRES,
        "http://127.0.0.1:9000/api/v3/repos/bnnanet/postgresql-releases/releases?per_page=100",
    ),
    (
        MIRRORED,
        SERVICEMAN,
        "http://127.0.0.1:9000/api/v3/repos/bnnanet/serviceman/releases?per_page=100",
    ),
    (ACCESS, NODE, "https://nodejs.org/download/release/index.json"),
    (ACCESS, TERRAFORM, "https://releases.hashicorp.com/terraform/index.json"),
    (ACCESS, GIT, "https://github.com/o/r.git/info/refs?service=git-upload-pack"),
    (MIRRORED, GITHUB, "http://127.0.0.1:9000/api/v3/repos/o/r/releases?per_page=100"),
    (MIRRORED, ENTERPRISE, "https://ghe.example/api/v3/repos/o/r/releases?per_page=100"),
]


@pytest.mark.parametrize(("access", "source", "url"), LISTS)
def test_lists(access: Access, source: Source, url: str) -> None:
    """Each kind of forge is asked in its own way, at its own host."""
    request = access.list_releases(source, etag='"x"')
    assert request.url == url
    assert request.headers[Header.IF_NONE_MATCH] == '"x"'
    assert access.host(source) == url.split("/")[2]


def test_a_page_is_asked_for_as_it_was_named() -> None:
    """The address of a next page is its server's own."""
    url = "https://api.github.com/repositories/1/releases?page=2"
    assert ACCESS.list_releases(GITHUB, page_url=url).url == url


def test_probes() -> None:
    """GitHub can be asked what a credential is worth; others can't."""
    probe = MIRRORED.probe(GITHUB)
    assert probe is not None
    assert probe.url == "http://127.0.0.1:9000/api/v3/rate_limit"
    assert ACCESS.probe(GITLAB) is None
    assert ACCESS.probe(SERVICEMAN) == ACCESS.probe(GITHUB)


def test_limits() -> None:
    """Without a credential GitHub is asked as a stranger may; a forge that names no limit, politely."""
    assert ACCESS.first_limit("api.github.com") == 60
    assert MIRRORED.first_limit("127.0.0.1:9000") == 60
    assert ACCESS.first_limit("codeberg.org") == 900


DOWNLOADS = [
    (GITHUB, "https://github.com/o/r/releases/download/v1/SHA256SUMS", True),
    (GITHUB, "http://github.com/o/r/releases/download/v1/SHA256SUMS", False),
    (GITHUB, "https://github.com.example/x", False),
    (GITHUB, "https://github.com@evil.example/x", False),
    (GITHUB, "https://169.254.169.254/latest", False),
    (GITHUB, "file:///etc/passwd", False),
    (ENTERPRISE, "https://ghe.example/o/r/releases/download/v1/x", True),
    (ENTERPRISE, "https://github.com/o/r/releases/download/v1/x", False),
    (GITEA, "https://git.example/attachments/1", True),
    (GITEA, "http://git.example/attachments/1", False),
    (GITEA, "http://[bad/SHA256SUMS", False),
    (GITEA, "https://git.example:port/attachments/1", False),
    (GITLAB, "https://[::1/checksums.txt", False),
    (GITLAB, "https://gitlab.com/o/r/-/releases/v1/downloads/x", True),
    (GITLAB, "https://elsewhere.example/x", False),
    (SERVICEMAN, "https://github.com/therootcompany/serviceman/releases/download/v0.8/x", True),
    (NODE, "https://nodejs.org/download/release/v22.1.0/SHASUMS256.txt", True),
    (NODE, "https://unofficial-builds.nodejs.org/download/release/v22.1.0/SHASUMS256.txt", True),
    (NODE, "https://github.com/x", False),
    (TERRAFORM, "https://releases.hashicorp.com/terraform/1.9.8/terraform_1.9.8_SHA256SUMS", True),
    (TERRAFORM, "https://elsewhere.example/terraform_1.9.8_SHA256SUMS", False),
]


@pytest.mark.parametrize(("source", "url", "is_fetched"), DOWNLOADS)
def test_downloads(source: Source, url: str, is_fetched: bool) -> None:
    """A file is fetched from the hosts that its source speaks for, and from no others."""
    assert (ACCESS.download(source, url) is not None) == is_fetched
