"""Every source over recorded answers, and over what an upstream might one day send instead."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artesian.model.definition import Source, SourceKind
from artesian.model.header import Header
from artesian.model.outcome import Nonsense, Request
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources import checksums, gitea, github, gitlab
from artesian.sources.publishers import PUBLISHERS

ANSWERS = Path(__file__).parent / "answers"
CROC = ANSWERS / "github.schollz__croc.json"
JID = ANSWERS / "github.simeji__jid.json"
DIGEST = "9f" * 32


def listed(answer: Listed | Nonsense) -> Listed:
    """Take a list; fail on nonsense."""
    assert isinstance(answer, Listed), answer
    return answer


def test_a_recorded_list() -> None:
    """Tags, dates, sizes and digests are read as GitHub gave them."""
    page = listed(github.parse(CROC.read_bytes()))
    assert page.skipped == ()
    newest = page.releases[0]
    assert newest.tag == "v10.3.1"
    assert newest.published_at is not None
    assert {asset.sha256 is None for asset in newest.assets} == {False}
    assert all(asset.size_bytes for asset in newest.assets)
    assert newest.assets[0].url.startswith("https://github.com/schollz/croc/releases/download/v10.")


def test_files_from_before_digests() -> None:
    """A null digest is honestly none."""
    page = listed(github.parse(JID.read_bytes()))
    assert {asset.sha256 for release in page.releases for asset in release.assets} == {None}


REQUESTS = [
    pytest.param(
        github.plan(Source(kind=SourceKind.GITHUB, repository="o/r"), user_agent="a"),
        "https://api.github.com/repos/o/r/releases?per_page=100",
        id="github",
    ),
    pytest.param(
        github.plan(
            Source(kind=SourceKind.GITHUB, repository="o/r", base_url="https://git.example.com/"),
            user_agent="a",
        ),
        "https://git.example.com/api/v3/repos/o/r/releases?per_page=100",
        id="enterprise",
    ),
    pytest.param(
        github.probe(Source(kind=SourceKind.GITHUB, repository="o/r"), user_agent="a"),
        "https://api.github.com/rate_limit",
        id="probe",
    ),
    pytest.param(
        gitea.plan(
            Source(
                kind=SourceKind.GITEA, repository="root/pathman", base_url="https://git.example.org"
            ),
            user_agent="a",
        ),
        "https://git.example.org/api/v1/repos/root/pathman/releases?limit=50",
        id="gitea",
    ),
    pytest.param(
        gitlab.plan(Source(kind=SourceKind.GITLAB, repository="a/b/c"), user_agent="a"),
        "https://gitlab.com/api/v4/projects/a%2Fb%2Fc/releases?per_page=100",
        id="gitlab",
    ),
]


@pytest.mark.parametrize(("request_", "url"), REQUESTS)
def test_plans(request_: Request, url: str) -> None:
    """Each source asks its own address, says who asks, and carries no credential."""
    assert request_.url == url
    assert request_.headers[Header.USER_AGENT] == "a"
    assert Header.AUTHORIZATION not in request_.headers


@pytest.mark.parametrize("source", [github, gitea, gitlab], ids=lambda source: source.__name__)
def test_validators_and_pages(source: object) -> None:
    """A known validator goes along; a next page is asked for as its predecessor named it."""
    assert source in (github, gitea, gitlab)
    module = github if source is github else gitea if source is gitea else gitlab
    where = Source(kind=SourceKind.GITHUB, repository="o/r")
    request = module.plan(where, user_agent="a", page_url="https://h/2", etag='W/"1"')
    assert request.url == "https://h/2"
    assert request.headers[Header.IF_NONE_MATCH] == 'W/"1"'


GOOD = json.loads(CROC.read_bytes())[0]
ODD: list[tuple[str, object]] = [
    ("tag_name", None),
    ("tag_name", 7),
    ("assets", None),
    ("assets", {}),
    ("assets", [None]),
    ("assets", [{}]),
    ("assets", [{"name": "x", "browser_download_url": "javascript:alert(1)", "size": 1}]),
    ("assets", [{"name": "x", "browser_download_url": "https://[", "size": 1}]),
    ("prerelease", "no"),
    ("published_at", "yesterday"),
]


@pytest.mark.parametrize(("field", "value"), ODD, ids=lambda value: str(value)[:80])
def test_an_odd_release_costs_only_itself(field: str, value: object) -> None:
    """A field that is missing, null or retyped skips that release and counts it; its neighbours stay."""
    body = json.dumps([GOOD, GOOD | {field: value, "x": 1}, GOOD | {"tag_name": "v1"}]).encode()
    page = listed(github.parse(body))
    assert [release.tag for release in page.releases] == [GOOD["tag_name"], "v1"]
    assert len(page.skipped) == 1
    assert page.skipped[0].reason
    without = {key: value for key, value in GOOD.items() if key != "assets"}
    assert len(listed(github.parse(json.dumps([GOOD, without]).encode())).skipped) == 1


def test_new_fields_and_nulls_are_fine() -> None:
    """What GitHub adds or leaves null is no reason to lose a release."""
    more = GOOD | {"published_at": None, "immutable": None, "attestations": {"new": [1]}}
    assert len(listed(github.parse(json.dumps([more]).encode())).releases) == 1


def test_drafts_and_half_uploads_are_left_out() -> None:
    """Only published releases and files that are there count."""
    asset = GOOD["assets"][0]
    half = GOOD | {"assets": [asset | {"state": "starter"}, asset]}
    page = listed(github.parse(json.dumps([GOOD | {"draft": True}, half]).encode()))
    assert [len(release.assets) for release in page.releases] == [1]


NONSENSE = [
    b"",
    b"{}",
    b"null",
    b"[",
    b"<html></html>",
    b'{"message": "Server Error"}',
    b"\xff\xfe",
    b"[" * 100_000,
]


@pytest.mark.parametrize("body", NONSENSE, ids=lambda body: repr(body[:30]))
@pytest.mark.parametrize("source", [github, gitea, gitlab], ids=lambda source: source.__name__)
def test_nonsense(body: bytes, source: object) -> None:
    """What isn't a list is nonsense, never an empty list."""
    module = github if source is github else gitea if source is gitea else gitlab
    assert isinstance(module.parse(body), Nonsense)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=9))
def test_any_json(value: object) -> None:
    """No JSON whatever raises."""
    for module in (github, gitea, gitlab):
        module.parse(json.dumps(value).encode())
        module.parse(json.dumps([{"tag_name": value, "assets": value}]).encode())


def test_gitea_and_gitlab() -> None:
    """Their shapes, as their documentation gives them."""
    attachment = {"name": "pathman-linux", "browser_download_url": "https://h/attachments/1b2c"}
    gitea_page = listed(
        gitea.parse(json.dumps([{"tag_name": "v1", "assets": [attachment]}]).encode())
    )
    assert gitea_page.releases[0].assets[0].name == "pathman-linux"
    link = {"name": "Linux, 64 bit", "url": "https://h/-/x-linux-amd64.tar.gz?inline=false"}
    bare = {"name": "x-linux-arm64", "url": "https://h/-/download"}
    body = json.dumps(
        [
            {"tag_name": "v1", "assets": {"links": [link, bare]}},
            {"tag_name": "v2", "assets": {"links": []}, "upcoming_release": True},
        ]
    ).encode()
    gitlab_page = listed(gitlab.parse(body))
    names = [asset.name for release in gitlab_page.releases for asset in release.assets]
    assert names == ["x-linux-amd64.tar.gz", "x-linux-arm64"]


@pytest.mark.parametrize(
    "url", ["ftp://x/y", "https://h/y z", "http://[bad/x", "https://h:no/", ""]
)
def test_an_odd_address_costs_only_its_release(url: str) -> None:
    """What no installer could fetch is never published, whichever forge lists it."""
    good = "https://h/x-linux-amd64.tar.gz"
    attachments = [
        {"tag_name": tag, "assets": [{"name": "x", "browser_download_url": there}]}
        for tag, there in (("v2", url), ("v1", good))
    ]
    for page in (
        listed(github.parse(json.dumps(attachments).encode())),
        listed(gitea.parse(json.dumps(attachments).encode())),
    ):
        assert [release.tag for release in page.releases] == ["v1"]
        assert all(one.reason for one in page.skipped)
        assert page.skipped[0].tag


@pytest.mark.parametrize(
    "url", ["ftp://x/y", "https://h/y z", "http://[bad/x", "https://h:no/", ""]
)
def test_an_odd_link_costs_only_itself(url: str) -> None:
    """People link at GitLab what they like, a manual by ftp for one: the files beside it stay."""
    good = {"name": "x", "url": "https://h/x-linux-amd64.tar.gz"}
    odd = ({"name": "y", "url": url}, {**good, "direct_asset_url": url or "/relative"})
    body = json.dumps([{"tag_name": "v1", "assets": {"links": [*odd, good]}}]).encode()
    (release,) = listed(gitlab.parse(body)).releases
    assert [asset.url for asset in release.assets] == [good["url"]]


@pytest.mark.parametrize(("written", "read"), [(-5, None), (10**16, None), (0, 0), (7, 7)])
def test_a_size_that_cannot_be_is_none(written: int, read: int | None) -> None:
    """An installer that counted on it would refuse a good file, whichever upstream lists it."""
    file = {"name": "x", "browser_download_url": "https://h/x", "size": written}
    forge = json.dumps([{"tag_name": "v1", "assets": [file]}]).encode()
    archive = {"filename": "x", "url": "https://h/x", "kind": "archive", "size": written}
    gos = json.dumps([{"version": "go1.2", "files": [archive]}]).encode()
    julias = json.dumps({"1.2.3": {"files": [archive]}}).encode()
    pages = [github.parse(forge), gitea.parse(forge)]
    for kind, body in ((SourceKind.GO, gos), (SourceKind.JULIA, julias)):
        source = Source(kind=kind, repository="")
        (url,) = PUBLISHERS[kind].documents(source, {})
        pages.append(PUBLISHERS[kind].parse(source, {url: body}))
    sizes = [listed(page).releases[0].assets[0].size_bytes for page in pages]
    assert sizes == [read] * 4


def release_of(*names: str, digest: str | None = None) -> RawRelease:
    """Build a release with these files."""
    assets = [RawAsset(name=name, url=f"https://h/{name}", sha256=digest) for name in names]
    return RawRelease(tag="v1", assets=tuple(assets))


FINDS = [
    (("x.tar.gz", "SHA256SUMS"), ["SHA256SUMS"]),
    (("x.tar.gz", "x_1.2_checksums.txt", "x_1.2_checksums.txt.sig"), ["x_1.2_checksums.txt"]),
    (("x.tar.gz", "SHA2-256SUMS", "SHA2-512SUMS"), ["SHA2-256SUMS"]),
    (("tofu.zip", "tofu_1.6.0_SHA256SUMS"), ["tofu_1.6.0_SHA256SUMS"]),
    (("x.tar.gz", "x.tar.gz.sha256", "y.zip", "y.zip.sha256"), ["x.tar.gz.sha256", "y.zip.sha256"]),
    (("x.tar.gz", "other.zip.sha256"), []),
    (("x.tar.gz",), []),
]


@pytest.mark.parametrize(("names", "expected"), FINDS)
def test_checksum_files(names: tuple[str, ...], expected: list[str]) -> None:
    """One list for all is preferred; else a file for each asset of the release."""
    assert [asset.name for asset in checksums.find(release_of(*names))] == expected


def test_no_checksum_file_is_fetched_without_need() -> None:
    """Where the upstream's list has digests, nothing more is asked."""
    assert checksums.find(release_of("x.tar.gz", "SHA256SUMS", digest=DIGEST)) == ()


SUMS = [
    ("SHA256SUMS", f"{DIGEST}  x.tar.gz\n", {"x.tar.gz": DIGEST}),
    ("SHA256SUMS", f"{DIGEST.upper()} *dist\\x.zip\r\n", {"x.zip": DIGEST}),
    ("SHA256", f"SHA256 (./x.tar.gz) = {DIGEST}\n", {"x.tar.gz": DIGEST}),
    ("x.tar.gz.sha256", f"{DIGEST}\n", {"x.tar.gz": DIGEST}),
    ("x.tar.gz.sha256sum", f"hash: {DIGEST}", {"x.tar.gz": DIGEST}),
    ("SHA256SUMS", "<html>404</html>", {}),
    ("SHA256SUMS", "", {}),
    ("SHA512SUMS", f"{DIGEST * 2}  x.tar.gz", {}),
]


@pytest.mark.parametrize(("name", "text", "expected"), SUMS)
def test_checksum_formats(name: str, text: str, expected: dict[str, str]) -> None:
    """GNU, BSD and bare forms are read; anything else says nothing."""
    assert checksums.parse(name, text.encode()) == expected


def test_the_list_has_the_last_word() -> None:
    """A digest in the upstream's own list is not overruled by a file beside it."""
    release = checksums.with_checksums(release_of("x", "y", digest=DIGEST), {"x": "00" * 32})
    assert {asset.sha256 for asset in release.assets} == {DIGEST}
    filled = checksums.with_checksums(release_of("x", "y"), {"x": DIGEST})
    assert [asset.sha256 for asset in filled.assets] == [DIGEST, None]
