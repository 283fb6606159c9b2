"""Every publisher's index, recorded or as the test bed makes it, and what may come in its place."""

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.faces import FACES, Face, Subject, world_with

from artesian.classify.build import build
from artesian.model.definition import AssetRules, Index, Source, SourceKind
from artesian.model.header import Received
from artesian.model.host import Os
from artesian.model.outcome import Nonsense, Response
from artesian.model.release import Asset, Listed, RawRelease
from artesian.sim.publishers import documents
from artesian.sources import checksums
from artesian.sources.publishers import PUBLISHERS, plan

ANSWERS = Path(__file__).parent / "answers" / "publishers"
ROCKETS = Index(
    releases="rocket.*",
    version="$key",
    date="at",
    assets="files[]",
    name="file",
    url="https://index.example.com/{version}/{name}",
    sha256="sum",
)
LINKS = Index(pattern=r'href="(?P<url>/files/rocket-(?P<version>[0-9.]+)-linux-amd64\.tar\.gz)"')


def source(kind: str, repository: str = "", **more: object) -> Source:
    """Build a source."""
    base_url = more.get("base_url")
    index = more.get("index")
    assert base_url is None or isinstance(base_url, str)
    assert index is None or isinstance(index, Index)
    return Source(kind=SourceKind(kind), repository=repository, base_url=base_url, index=index)


SOURCES = {
    "node": source("node"),
    "go": source("go"),
    "zig": source("zig"),
    "hashicorp": source("hashicorp", "terraform"),
    "julia": source("julia"),
    "flutter": source("flutter"),
    "chrome": source("chrome", "chromedriver"),
    "mariadb": source("mariadb"),
    "gnupg": source("gnupg"),
    "iterm2": source("iterm2"),
    "git": source("git", "acme/vim-rocket", base_url="https://git.example.com"),
    "untagged": source("git", "acme/untagged", base_url="https://git.example.com"),
    "json": source("json", base_url="https://index.example.com/rockets.json", index=ROCKETS),
    "html": source("html", base_url="https://index.example.com/rockets.html", index=LINKS),
}
RECORDED = {
    "node": ("node.json",),
    "go": ("go.json",),
    "zig": ("zig.json",),
    "hashicorp": ("hashicorp.json",),
    "julia": ("julia.json",),
    "flutter": ("flutter.linux.json", "flutter.macos.json", "flutter.windows.json"),
    "chrome": ("chrome.json",),
    "git": ("git.pktline",),
    "untagged": ("git.untagged.pktline",),
}


def simulated(one: Source) -> dict[str, bytes]:
    """Fetch all documents of a source from the test bed."""
    return dict(documents(one))


def recorded(name: str) -> dict[str, bytes]:
    """Take the recorded documents of a source in the place of the test bed's."""
    urls = PUBLISHERS[SOURCES[name].kind].documents(SOURCES[name], {})
    bodies = [(ANSWERS / file).read_bytes() for file in RECORDED[name]]
    return simulated(SOURCES[name]) | dict(zip(urls, bodies, strict=False))


def read(one: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read documents."""
    return PUBLISHERS[one.kind].parse(one, found)


def releases(name: str, found: Mapping[str, bytes]) -> dict[str, RawRelease]:
    """Read documents that are good."""
    listed = read(SOURCES[name], found)
    assert isinstance(listed, Listed), listed
    return {release.tag: release for release in listed.releases}


# Tags newest first; then those that are pre-releases, and those with long-term support.
TAGS = {
    "node": ("v14.1.0 v13.14.0 v12.16.3 v8.17.0 ", "v13.14.0", "v12.16.3 v8.17.0"),
    "go": ("go1.13.7 go1.10.8 go1.10", "", "go1.13.7 go1.10.8 go1.10"),
    "zig": ("0.15.1 0.14.1 0.11.0 0.1.1", "", ""),
    "hashicorp": ("1.7.0 1.7.0-rc1 1.6.6", "1.7.0-rc1", ""),
    "julia": ("1.10.0-rc2 1.9.4 0.6.0", "1.10.0-rc2", ""),
    "flutter": ("3.46.0-0.3-beta 3.44.4 1.20.0 v1.12.13+hotfix.5", "3.46.0-0.3-beta", ""),
    "chrome": (
        "134.0.6985.0 132.0.6834.159 115.0.5790.102",
        "134.0.6985.0 132.0.6834.159",
        "",
    ),
}


@pytest.mark.parametrize("name", TAGS)
def test_recorded_tags(name: str) -> None:
    """Versions, pre-releases and long-term support are the publisher's, newest version first."""
    tags, early, lasting = (text.split() for text in TAGS[name])
    found = releases(name, recorded(name))
    if name == "node":  # the unofficial builds of the test bed are of other versions
        found = {tag: one for tag, one in found.items() if tag in tags}
    assert list(found) == tags
    assert [tag for tag, one in found.items() if one.is_prerelease] == early
    assert [tag for tag, one in found.items() if one.is_lts] == lasting


FLUTTER = "https://storage.googleapis.com/flutter_infra_release/releases"
NAMES = [
    (
        "node",
        "v14.1.0",
        "node-v14.1.0-linux-x64.tar.xz",
        "https://nodejs.org/download/release/v14.1.0/node-v14.1.0-linux-x64.tar.xz",
    ),
    (
        "go",
        "go1.13.7",
        "go1.13.7.linux-amd64.tar.gz",
        "https://dl.google.com/go/go1.13.7.linux-amd64.tar.gz",
    ),
    (
        "zig",
        "0.14.1",
        "zig-x86_64-linux-0.14.1.tar.xz",
        "https://ziglang.org/download/0.14.1/zig-x86_64-linux-0.14.1.tar.xz",
    ),
    (
        "hashicorp",
        "1.6.6",
        "terraform_1.6.6_SHA256SUMS",
        "https://releases.hashicorp.com/terraform/1.6.6/terraform_1.6.6_SHA256SUMS",
    ),
    (
        "julia",
        "1.9.4",
        "julia-1.9.4-musl-x86_64.tar.gz",
        "https://julialang-s3.julialang.org/bin/musl/x64/1.9/julia-1.9.4-musl-x86_64.tar.gz",
    ),
    (
        "flutter",
        "3.44.4",
        "flutter_macos_arm64_3.44.4-stable.zip",
        f"{FLUTTER}/stable/macos/flutter_macos_arm64_3.44.4-stable.zip",
    ),
    (
        "chrome",
        "115.0.5790.102",
        "chromedriver-mac-arm64.zip",
        "https://storage.googleapis.com/chrome-for-testing-public/115.0.5790.102/mac-arm64/chromedriver-mac-arm64.zip",
    ),
]


@pytest.mark.parametrize(("name", "tag", "file", "url"), NAMES)
def test_recorded_files(name: str, tag: str, file: str, url: str) -> None:
    """Files have the names and addresses that their publisher gives them."""
    files = {asset.name: asset.url for asset in releases(name, recorded(name))[tag].assets}
    assert files[file] == url


@pytest.mark.parametrize("name", ["go", "zig", "julia", "flutter", "mariadb", "json"])
def test_digests_of_the_index(name: str) -> None:
    """Where the index states digests, every file has one."""
    found = recorded(name) if name in RECORDED else simulated(SOURCES[name])
    digests = [one.sha256 for each in releases(name, found).values() for one in each.assets]
    assert digests
    assert all(sha256 is not None and len(sha256) == 64 for sha256 in digests)


def test_digests_beside_the_index() -> None:
    """HashiCorp's and Node.js' lists of digests are files of the release, found and read as those of GitHub are."""
    terraform = releases("hashicorp", recorded("hashicorp"))["1.6.6"]
    (sums,) = checksums.find(terraform)
    known = checksums.parse(sums.name, (ANSWERS / "terraform_1.6.6_SHA256SUMS").read_bytes())
    filled = checksums.with_checksums(terraform, known)
    assert [one.name for one in filled.assets if one.sha256 is None] == [sums.name]
    node = releases("node", simulated(SOURCES["node"]))["v22.10.0"]
    assert [urlsplit(one.url).netloc for one in checksums.find(node)] == [
        "nodejs.org",
        "unofficial-builds.nodejs.org",
    ]


# What the test bed's indexes come to: newest tag that is no pre-release, its files that are for a host, pre-releases.
SIMULATED = {
    "node": ("v22.10.0", 13, "v23.1.0"),
    "go": ("go1.23.2", 5, "go1.24rc1"),
    "zig": ("0.15.2", 4, "0.16.0-dev.747+493ad58ff"),
    "hashicorp": ("1.9.8", 5, "1.10.0-beta1"),
    "julia": ("1.11.0", 6, "1.12.0-rc1"),
    "flutter": ("3.24.4", 4, "3.27.0-0.1-beta"),
    "chrome": ("130.0.6723.69", 4, "132.0.6800.0"),
    "mariadb": ("11.6.2", 2, "11.7.1"),
    "gnupg": ("2.4.7", 1, ""),
    "iterm2": ("3.5.10", 1, "3.5.0-beta17"),
    "git": ("v1.0", 1, ""),
    "untagged": ("97a53bb8a1c2d3e4f5061728394a5b6c7d8e9f00", 1, ""),
    "json": ("1.1.0", 3, "1.2.0-beta1"),
    "html": ("1.1.0", 1, ""),
}
RULES = {"iterm2": AssetRules(os=Os.MACOS)}


@pytest.mark.parametrize("name", SIMULATED)
def test_the_test_bed(name: str) -> None:
    """What the test bed serves is what the adapter reads, and its files can be told by their names."""
    newest, count, early = SIMULATED[name]
    found = releases(name, simulated(SOURCES[name]))
    stable = [one for one in found.values() if not (one.is_prerelease or "-beta" in one.tag)]
    assert stable[0].tag == newest
    built = [build(asset, RULES.get(name, AssetRules())) for asset in stable[0].assets]
    assert len([one for one in built if isinstance(one, Asset)]) == count, built
    assert early in {"", *(tag for tag in found if found[tag] not in stable)}


def test_long_term_support() -> None:
    """Lines with long-term support are those that the publisher names."""
    mariadb = releases("mariadb", simulated(SOURCES["mariadb"]))
    assert [tag for tag, one in mariadb.items() if one.is_lts] == ["11.4.4", "10.11.10"]
    gnupg = releases("gnupg", simulated(SOURCES["gnupg"]))
    assert [tag for tag, one in gnupg.items() if one.is_lts] == ["2.2.41", "2.2.19+0"]
    assert all(one.published_at for one in gnupg.values())


def test_commits() -> None:
    """A tag is cloned at the commit that it points at, through its tag object if it has one."""
    tags = releases("git", recorded("git"))
    assert next(iter(tags)) == "v0.17.1"
    (file,) = tags["v0.17.1"].assets
    text = (ANSWERS / "git.pktline").read_text("utf-8")
    (peeled,) = (line[4:44] for line in text.splitlines() if line.endswith("v0.17.1^{}"))
    assert file.url == f"https://git.example.com/acme/vim-rocket.git#{peeled}"
    (only,) = releases("untagged", recorded("untagged"))
    assert only == "2994fa489f8e2b80ddee6ec5c0c09332a02da9c9"


def test_the_lines_of_mariadb_are_bounded() -> None:
    """However many lines the index has, the newest twelve are asked for; what is no line costs nothing."""
    one = SOURCES["mariadb"]
    (index,) = PUBLISHERS[one.kind].documents(one, {})
    lines = [{"release_id": f"{major}.{minor}"} for major in range(1, 12) for minor in range(9)]
    odd: list[object] = [{"release_id": "../x"}, {"release_id": "99.9 Vector"}, {}, None]
    found = {index: json.dumps({"major_releases": [*odd, *lines]}).encode()}
    asked = PUBLISHERS[one.kind].documents(one, found)
    assert len(asked) == 12
    assert asked[0] == f"{index}11.8"
    found[asked[0]] = b"{}"
    assert PUBLISHERS[one.kind].documents(one, found) == asked[1:]


def test_a_mirror() -> None:
    """A base of another server is asked alone, and its files are there, too."""
    mirror = source("node", base_url="https://mirror.example/node")
    (url,) = PUBLISHERS[mirror.kind].documents(mirror, {})
    assert url == "https://mirror.example/node/index.json"
    listed = read(mirror, {url: (ANSWERS / "node.json").read_bytes()})
    assert isinstance(listed, Listed)
    assert listed.releases[0].assets[0].url.startswith("https://mirror.example/node/v14.1.0/")


@pytest.mark.parametrize("face", FACES)
def test_both_faces_of_the_test_bed(face: Face) -> None:
    """In memory and on a socket the same documents come, and a validator spares the body."""

    async def script(subject: Subject) -> None:
        transport = subject.transport(None)
        for name, one in SOURCES.items():
            publisher = PUBLISHERS[one.kind]
            for url, body in simulated(one).items():
                here = f"{subject.base_url}/{url.removeprefix('https://')}"
                asked = plan(publisher, here if subject.base_url else url, user_agent="a/1")
                answer = await transport.send(asked)
                assert isinstance(answer, Response), (name, answer)
                assert (answer.status, answer.body) == (200, body), name
                etag = answer.headers.get(Received.ETAG)
                if etag is not None:
                    again = plan(publisher, asked.url, user_agent="a/1", etag=etag)
                    answer = await transport.send(again)
                    assert isinstance(answer, Response)
                    assert answer.status == 304, name
        base = subject.base_url or "https:/"
        zig = PUBLISHERS[SourceKind.ZIG]
        lost = plan(zig, f"{base}/ziglang.org/lost.json", user_agent="a/1")
        answer = await transport.send(lost)
        assert isinstance(answer, Response)
        assert answer.status == 404

    face(world_with(), script)


INSTEAD = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"[{}]",
    b"[",
    b"<!DOCTYPE html><html><body>Please sign in.</body></html>",
    b'{"message": "Server Error"}',
    b'{"versions": {}, "releases": [], "major_releases": []}',
    b"\xff\xfe",
    b"[" * 100_000,
    b"0000",
    b"001e# service=git-upload-pack\n00000000",
    b"001e# service=git-upload-pack\n0000000bgarbage0000",
    b"001f# service=git-receive-pack\n0000003fe39fa4\n0000",
]


@pytest.mark.parametrize("body", INSTEAD, ids=lambda body: repr(body[:44]))
@pytest.mark.parametrize("name", SOURCES)
def test_nonsense(name: str, body: bytes) -> None:
    """What isn't the index is nonsense, whichever document it stands for; never an empty list."""
    good = simulated(SOURCES[name])
    for url in good:
        found = good | {url: body}
        if PUBLISHERS[SOURCES[name].kind].documents(SOURCES[name], found) == ():
            assert isinstance(read(SOURCES[name], found), Nonsense), url


@pytest.mark.parametrize("name", sorted(set(SOURCES) - {"iterm2", "html"}))
def test_half_a_document(name: str) -> None:
    """A document that ends in the middle is nonsense: what is missing isn't gone. A page has no end that tells."""
    good = simulated(SOURCES[name])
    for url, body in good.items():
        assert isinstance(read(SOURCES[name], good | {url: body[: len(body) // 2]}), Nonsense)


ODD = [
    ("go", b'"version":"go1.22.8"', b'"version":7'),
    ("node", b'"version":"v20.18.0"', b'"version":"../../x"'),
    ("hashicorp", b"https://releases.hashicorp.com/terraform/1.9.7/terraform_1.9.7_linux_amd64", b"javascript:x"),
    ("julia", b'"url":"https://julialang-s3.julialang.org/bin/julia-1.10.5-mac64', b'"url":"file:///x'),
    ("flutter", b'"version":"3.27.0-0.1.pre"', b'"version":null'),
    ("zig", b'"tarball":"https://ziglang.org/download/0.14.1/zig-aarch64-linux', b'"tarball":"x'),
    ("chrome", b'"version":"129.0.6668.100"', b'"version":[]'),
    ("mariadb", b"https://dlm.mariadb.com/10.11.10/mariadb-10.11.10-winx64.zip", b"//x"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new"), ODD, ids=[name for name, _, _ in ODD])
def test_an_odd_release_costs_only_itself(name: str, old: bytes, new: bytes) -> None:
    """A release with a field that is retyped or leads nowhere is skipped and counted; the others stay."""
    good = simulated(SOURCES[name])
    spoilt = {url: body.replace(old, new) for url, body in good.items()}
    assert spoilt != good
    before, after = read(SOURCES[name], good), read(SOURCES[name], spoilt)
    assert isinstance(before, Listed)
    assert isinstance(after, Listed)
    assert len(after.skipped) > 0
    assert 0 < len(after.releases) <= len(before.releases)


@given(st.sampled_from(sorted(SOURCES)), st.binary(max_size=40) | st.just(b"0000"), st.data())
def test_any_bytes(name: str, body: bytes, data: st.DataObject) -> None:
    """No bytes whatever raise, as a whole document or in the middle of a good one."""
    good = simulated(SOURCES[name])
    url = data.draw(st.sampled_from(sorted(good)))
    place = data.draw(st.integers(0, len(good[url])))
    mixed = good[url][:place] + body + good[url][place + len(body) :]
    for found in (good | {url: body}, good | {url: mixed}):
        if not PUBLISHERS[SOURCES[name].kind].documents(SOURCES[name], found):
            read(SOURCES[name], found)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=9,
)  # fmt: skip


@given(st.sampled_from(sorted(SOURCES)), JSON)
def test_any_json(name: str, value: object) -> None:
    """No JSON whatever raises, also below the keys that an index has."""
    good = simulated(SOURCES[name])
    keys = ("versions", "releases", "rocket", "master", "major_releases", "channels", "files")
    for shaped in (value, [value], dict.fromkeys(keys, value), {key: [value] for key in keys}):
        found = dict.fromkeys(good, json.dumps(shaped).encode())
        if not PUBLISHERS[SOURCES[name].kind].documents(SOURCES[name], found):
            read(SOURCES[name], found)
