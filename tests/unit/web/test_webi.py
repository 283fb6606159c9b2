"""Webi's routes: its parameters, columns, keys, defaults and fallbacks, and its clients' ways to ask."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from tests.reading import BROWSER, CHECKED_AT, CURL, POWERSHELL, WGET, Memory, app_of, ask
from tests.reading import package as built
from tests.releases import package, release, snapshot

from artesian.model.definition import File, Source, SourceKind
from artesian.model.host import Arch, Os
from artesian.model.names import PackageName
from artesian.model.release import Asset, Format
from artesian.model.snapshot import Snapshot

WEBI = {"user-agent": "curl Linux/6.1.0 x86_64/unknown gnu", "accept": "*/*"}
URL = "https://example.com"


def own(name: str, **rest: Any) -> Snapshot:
    """Make a package without an upstream."""
    source = Source(kind=SourceKind.OWN, repository="")
    return Snapshot(definition=replace(package(name), source=source, **rest), releases=())


TOOL = snapshot(
    release("v2.0.0-beta1", "foo-linux-amd64.tar.gz"),
    replace(
        release(
            "v1.10.0",
            *("foo-linux-amd64.zip", "foo-linux-amd64.tar.xz", "foo-linux-amd64.tar.gz", "foo-linux-amd64"),
            *("foo-linux-arm64-hardmusl.tar.gz", "foo-linux-arm64-gnu.tar.gz", "foo-server-linux-amd64.tar.gz"),
            *("foo-macos-universal.zip", "foo-windows-amd64.zip"),
        ),
        published_at=datetime(2026, 1, 31, 23, 59, tzinfo=UTC),
    ),
    release("v1.1.0", "foo-linux-armv6.tar.gz", "foo-macos-amd64.tar.gz", is_lts=True),
)  # fmt: skip
GIT = Asset(
    name="plug-v1.0",
    urls=("https://example.com/o/plug.git#0123456789abcdef0123456789abcdef01234567",),
    os=Os.ANY,
    arch=Arch.ANY,
    format=Format.GIT,
)
PLUG = snapshot(
    replace(release("v1.0"), tag="v1.0", assets=(GIT,)), definition=package("plug", "o/plug")
)
FOLDER = own(
    "folder",
    readme="# Folder\n",
    aliases=(PackageName("map"),),
    piece="echo piece\n",
    files=(
        File(name="bin/run.sh", content=b"echo <b>\n"),
        File(name="page.html", content=b"<script>alert(1)</script>"),
    ),
    served=(
        File(name="mouse.vim", content=b"set mouse=a\n"),
        File(name="colors.json", content=b"{}"),
        File(name="icon.bin", content=b"\x00\x01"),
        File(name="latin", content=b"\xe9"),
    ),
)
GONE = own("gone", refused="It destroys.")
APP = app_of(Memory((TOOL, PLUG, FOLDER, GONE, built("rg"), built("duckdns.sh"))))


def rows(path: str) -> list[list[str]]:
    """Ask for a list in columns."""
    said = ask(APP, f"/api/releases/{path}", WEBI)
    assert said.status == 200
    assert said.headers["content-type"] == "text/plain; charset=utf-8"
    return [line.split("\t") for line in said.text.splitlines()]


def names(path: str) -> list[str]:
    """Ask for a list and return the files in it, with their versions."""
    builds = json.loads(ask(APP, f"/api/releases/{path}", WEBI).body)
    return [f"{build['version']} {build['name'].removeprefix('foo-')}" for build in builds]


def test_json() -> None:
    """A list is a bare array of builds with Webi's keys, and `exe` is a bare program."""
    said = ask(APP, "/api/releases/foo@1.10.json?os=linux&arch=amd64&formats=exe", WEBI)
    assert said.headers["content-type"] == "application/json"
    assert said.headers["artesian-checked-at"] == CHECKED_AT.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert json.loads(said.body) == [
        {
            "name": "foo-linux-amd64",
            "version": "1.10.0",
            "lts": False,
            "channel": "stable",
            "date": "2026-01-31",
            "os": "linux",
            "arch": "amd64",
            "ext": "exe",
            "download": f"{URL}/v1.10.0/foo-linux-amd64",
            "libc": "none",
        }
    ]
    pretty = ask(APP, "/api/releases/foo@1.10.json?os=linux&arch=amd64&formats=exe&pretty=true")
    assert json.loads(pretty.body) == json.loads(said.body)
    assert pretty.text.startswith('[\n  {\n    "name": "foo-linux-amd64",\n')


def test_columns() -> None:
    """Eleven columns between tabs; their names only where they are to be pretty."""
    assert rows("foo@1.1.tab?os=macos") == [
        ["1.1.0", "lts", "stable", "1970-01-01", "macos", "amd64", "tar.gz", "-",
         f"{URL}/v1.1.0/foo-macos-amd64.tar.gz", "", "none"]
    ]  # fmt: skip
    head = rows("foo@1.1.tab?os=macos&pretty=true")[0]
    assert " ".join(head) == "VERSION LTS CHANNEL RELEASE_DATE OS ARCH EXT HASH URL _ LIBC"
    checksums = [row[7] for row in rows("rg.tab?os=linux&arch=amd64")]
    assert checksums == ["0123456789abcdef" * 4] * 2


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("os=linux&arch=amd64",
         ["2.0.0-beta1 linux-amd64.tar.gz", "1.10.0 linux-amd64.tar.xz", "1.10.0 linux-amd64.tar.gz",
          "1.10.0 linux-amd64.zip", "1.10.0 linux-amd64", "1.10.0 server-linux-amd64.tar.gz"]),
        ("os=linux&arch=x86_64&channel=stable&limit=1", ["1.10.0 linux-amd64.tar.xz"]),
        ("os=linux&arch=amd64&channel=beta", ["2.0.0-beta1 linux-amd64.tar.gz"]),
        ("os=linux&arch=amd64&formats=zip,xz", ["1.10.0 linux-amd64.zip", "1.10.0 linux-amd64.tar.xz"]),
        ("os=linux&arch=amd64&formats=tar,exe&channel=stable",
         ["1.10.0 linux-amd64.tar.xz", "1.10.0 linux-amd64.tar.gz", "1.10.0 linux-amd64",
          "1.10.0 server-linux-amd64.tar.gz"]),
        ("os=linux&arch=arm64", ["1.10.0 linux-arm64-gnu.tar.gz", "1.10.0 linux-arm64-hardmusl.tar.gz"]),
        ("os=linux&arch=aarch64&libc=musl", ["1.10.0 linux-arm64-hardmusl.tar.gz"]),
        ("os=linux&arch=aarch64&libc=gnu", ["1.10.0 linux-arm64-gnu.tar.gz"]),
        ("os=linux&arch=arm64&lts=true", ["1.1.0 linux-armv6.tar.gz"]),
        ("os=linux&arch=armv7l", ["1.1.0 linux-armv6.tar.gz"]),
        ("os=macos&arch=arm64", ["1.10.0 macos-universal.zip"]),
        ("os=darwin&arch=x86_64", ["1.10.0 macos-universal.zip", "1.1.0 macos-amd64.tar.gz"]),
        ("os=macos&arch=arm64&lts=1", ["1.1.0 macos-amd64.tar.gz"]),
        ("os=windows&arch=arm64", ["1.10.0 windows-amd64.zip"]),
    ],
)  # fmt: skip
def test_filters(query: str, listed: list[str]) -> None:
    """Newest first; within a version the formats as they were asked for; other processors only where all else lacks."""
    assert names(f"foo.json?{query}") == listed


@pytest.mark.parametrize(
    ("tag", "versions"),
    [
        ("", {"2.0.0-beta1", "1.10.0", "1.1.0"}), ("@stable", {"1.10.0", "1.1.0"}), ("@latest", {"1.10.0", "1.1.0"}),
        ("@beta", {"2.0.0-beta1", "1.10.0", "1.1.0"}), ("@lts", {"1.1.0"}), ("@1.1", {"1.1.0"}),
        ("@v1", {"1.10.0", "1.1.0"}), ("@2", {"2.0.0-beta1"}), ("@", {"2.0.0-beta1", "1.10.0", "1.1.0"}),
    ],
)  # fmt: skip
def test_tags(tag: str, versions: set[str]) -> None:
    """Tags mean what they mean elsewhere here; without one, every channel is listed."""
    assert {name.split()[0] for name in names(f"foo{tag}.json")} == versions
    assert names(f"foo{tag}.json") == names(f"foo{tag}")


def test_one_file_for_two_processors() -> None:
    """A universal build is listed for each of macOS's processors."""
    assert [(row[5], row[8].rpartition("/")[2]) for row in rows("foo@1.10.tab?os=macos")] == [
        ("arm64", "foo-macos-universal.zip"),
        ("amd64", "foo-macos-universal.zip"),
    ]


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("os=linux&arch=amd64", ["linux-x64-baseline.zip"]),
        ("os=linux&arch=x86_64_v3", ["linux-x64.zip"]),
        ("os=linux&arch=amd64_v4", ["linux-x64.zip"]),
        ("os=windows&arch=x86-64-v3", ["windows-x64-baseline.zip"]),
        ("os=windows&arch=arm64", ["windows-x64-baseline.zip"]),
        ("os=macos&arch=amd64", ["darwin-x64.zip"]),
    ],
)
def test_builds_for_newer_processors(query: str, listed: list[str]) -> None:
    """Who asks for amd64 alone gets what runs on all of them, if there is any; the rest has words of its own."""
    files = (
        "bun-darwin-x64.zip",
        "bun-linux-x64.zip",
        "bun-linux-x64-baseline.zip",
        "bun-windows-x64-baseline.zip",
    )
    app = app_of(Memory((snapshot(release("v1", *files), definition=package("bun")),)))
    found = json.loads(ask(app, f"/api/releases/bun.json?{query}").body)
    assert [build["name"].removeprefix("bun-") for build in found] == listed


def test_on_windows_msvc_comes_first() -> None:
    """Within a version, what needs no more than every host has comes first."""
    files = ("foo-x86_64-pc-windows-gnu.zip", "foo-x86_64-pc-windows-msvc.zip")
    app = app_of(Memory((snapshot(release("v1", *files)),)))
    (row, _) = ask(app, "/api/releases/foo.tab").text.splitlines()
    assert row.endswith("\tmsvc")


@pytest.mark.parametrize(
    "path",
    ["foo@9.tab", "foo@no-such.tab", "foo.tab?os=beos", "foo.tab?os=windows&arch=s390x", "foo.tab?channel=rc"],
)  # fmt: skip
def test_no_build(path: str) -> None:
    """An empty list is one row that says so in the column that clients look at."""
    (row,) = rows(path)
    assert " ".join(row[:9]) == (
        "0.0.0 - error 1970-01-01 - - err - https://example.com/doesntexist.ext"
    )
    (build,) = json.loads(ask(APP, f"/api/releases/{path.replace('.tab', '.json')}").body)
    assert (build["channel"], build["lts"], build["name"]) == ("error", "-", "doesntexist.ext")


def test_clones() -> None:
    """A repository to clone names it without the commit, and the tag and commit beside it."""
    (build,) = json.loads(ask(APP, "/api/releases/plug.json?os=windows&arch=arm64").body)
    assert (build["os"], build["arch"], build["ext"]) == ("*", "*", "git")
    assert build["download"] == "https://example.com/o/plug.git"
    assert build["git_tag"] == "v1.0"
    assert build["git_commit_hash"] == "0123456789abcdef0123456789abcdef01234567"


def test_lists_of_nothing() -> None:
    """A package without an upstream has an empty list; an unknown one is a problem, and a later one a delay."""
    assert ask(APP, "/api/releases/folder.json").body == b"[]"
    assert ask(APP, "/api/releases/folder.tab").body == b""
    assert ask(APP, "/api/releases/later.tab").status == 503
    for agent in (CURL, WGET, BROWSER):
        said = ask(APP, "/api/releases/nobody.tab", agent)
        assert (said.status, said.headers["content-type"]) == (404, "application/problem+json")


def test_columns_stay_columns() -> None:
    """What an upstream calls a file can't break out of its column."""
    url = "https://x.example/a\tb\nc"
    odd = Asset(name="x", urls=(url,), os=Os.LINUX, arch=Arch.AMD64, format=Format.RAW)
    app = app_of(Memory((snapshot(replace(release("v1"), assets=(odd,))),)))
    (line,) = ask(app, "/api/releases/foo.tab").text.splitlines()
    assert line.count("\t") == 10
    assert "https://x.example/a b c" in line


def test_long_lists_are_cut() -> None:
    """One list holds a thousand rows, whatever is asked for."""
    many = snapshot(
        *(release(f"v{number}", "foo-linux-amd64.zip") for number in range(1500, 0, -1))
    )
    app = app_of(Memory((many,)))
    for query in ("", "?limit=1200", "?limit=1000"):
        assert len(ask(app, f"/api/releases/foo.tab{query}").text.splitlines()) == 1000


def test_installers_are_the_same() -> None:
    """Webi's path leads to the installer of the plain one, whatever its query says; it is kept like that."""
    plain = ask(APP, "/rg@stable.sh")
    for query in (
        "",
        "?formats=tar,exe,zip,xz&libc=gnu&os=linux&arch=x86_64",
        "?a=1&a=2",
        "?" + "x=1&" * 30,
    ):
        said = ask(APP, f"/api/installers/rg@stable.sh{query}", WEBI)
        assert (said.status, said.body) == (200, plain.body)
    before = len(APP.serving.answers)
    ask(APP, "/api/installers/rg@stable.sh?formats=zip", WEBI)
    assert len(APP.serving.answers) == before
    assert ask(APP, "/api/installers/duckdns.sh.sh").body == ask(APP, "/duckdns.sh").body
    assert ask(APP, "/api/installers/rg,duckdns.sh.sh").body == ask(APP, "/rg,duckdns.sh").body


def test_installers_for_powershell() -> None:
    """PowerShell gets one clear throw."""
    for path in (
        "/api/installers/rg@stable.ps1?formats=zip,exe,tar&libc=msvc",
        "/packages/webi/webi-pwsh.ps1",
    ):
        said = ask(APP, path, POWERSHELL)
        assert said.status == 200
        assert said.text.startswith("throw 'Artesian has no ")


@pytest.mark.parametrize(
    ("path", "status", "told", "says"),
    [
        ("nobody.sh", 404, None, "no package is called nobody"),
        ("rg@99.sh", 200, "404", "rg has no version 99"),
        ("rg@no-such.sh", 200, "400", "no-such"),
        ("gone.sh", 200, "404", "It destroys."),
        ("later.sh", 503, None, "not fetched yet"),
        ("rg", 404, None, "there is nothing at /api/installers/rg"),
    ],
)
def test_no_installer(path: str, status: int, told: str | None, says: str) -> None:
    """What is wrong is a script that says so; with 200 where Webi's clients would drop it."""
    said = ask(APP, f"/api/installers/{path}", WEBI)
    assert (said.status, said.headers.get("artesian-status")) == (status, told)
    assert says in said.text
    assert said.text.startswith("#!/bin/sh\n{ printf ")


@pytest.mark.parametrize(
    ("file", "media_type", "body"),
    [
        ("README.md", "text/markdown; charset=utf-8", b"# Folder\n"),
        ("install.sh", "text/plain; charset=utf-8", b"echo piece\n"),
        ("bin/run.sh", "text/plain; charset=utf-8", b"echo <b>\n"),
        ("page.html", "text/plain; charset=utf-8", b"<script>alert(1)</script>"),
        ("mouse.vim", "text/plain; charset=utf-8", b"set mouse=a\n"),
        ("colors.json", "application/json", b"{}"),
        ("icon.bin", "application/octet-stream", b"\x00\x01"),
        ("latin", "application/octet-stream", b"\xe9"),
    ],
)
def test_files_of_packages(file: str, media_type: str, body: bytes) -> None:
    """Files are given out under every name of their package, and never run as a page."""
    for name in ("folder", "map"):
        said = ask(APP, f"/packages/{name}/{file}", BROWSER)
        assert (said.status, said.body) == (200, body)
        assert said.headers["content-type"] == media_type
        assert said.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["folder/", "folder/no", "folder/../rg", "folder/%2e%2e/rg", "folder/bin", "folder//README.md", "nobody/README.md",
     "rg/README.md", "rg/install.sh", "folder", "", "/etc/passwd", "webi/../../x"],
)  # fmt: skip
def test_no_other_files(path: str) -> None:
    """What a package doesn't give out isn't there, and an error is no file, not even to wget."""
    for agent in (CURL, WGET):
        said = ask(APP, f"/packages/{path}", agent)
        assert said.status in {400, 404}
        assert said.headers["content-type"] == "application/problem+json"


def test_the_client_knows_its_server() -> None:
    """`webi.sh` is there without any package, and asks the server that it came from."""
    for host, origin in (
        ("a.example", "https://a.example"),
        ("localhost:8080", "http://localhost:8080"),
    ):
        text = ask(app_of(is_empty=True), "/packages/webi/webi.sh", host=host).text
        assert text.startswith(f"#!/bin/sh\n_origin='{origin}'\n")
        assert text.endswith('{ main "$@"; exit; }\n')
    app = app_of(public_url="https://get.example.org")
    said = ask(app, "/packages/webi/webi.sh", host="localhost")
    assert "_origin='https://get.example.org'\n" in said.text


def test_the_client_is_kept_for_each_host() -> None:
    """What holds a host's name is never given to another."""
    app = app_of()
    for path in ("/packages/webi/webi.sh", "/sitemap.xml"):
        for host in ("a.example", "b.example", "a.example"):
            assert f"https://{host}" in ask(app, path, host=host).text


def test_sitemap() -> None:
    """All names are in it, aliases too, one a line."""
    said = ask(APP, "/sitemap.xml")
    assert said.headers["content-type"] == "application/xml; charset=utf-8"
    urls = re.findall("^<url><loc>(.*)</loc></url>$", said.text, re.MULTILINE)
    every = ("duckdns.sh", "folder", "foo", "gone", "later", "map", "plug", "rg")
    assert urls == [f"https://get.example.com/{name}" for name in every]


def test_robots_find_it() -> None:
    """Robots are told where all pages are, and to leave what is for programs alone."""
    lines = ask(APP, "/robots.txt").text.splitlines()
    assert lines[-1] == "Sitemap: https://get.example.com/sitemap.xml"
    assert {"Disallow: /api/", "Disallow: /packages/"} < set(lines)


WSL = "5.15.146.1-microsoft-standard-WSL2"


@pytest.mark.parametrize(
    ("agent", "seen"),
    [
        ("Darwin 23.1.0 arm64", "macos arm64 libc"),
        ("Darwin 20.2.0 x86_64", "macos amd64 libc"),
        ("Linux 6.1.0-18-amd64 x86_64", "linux amd64 libc"),
        ("Linux 5.15.0 aarch64", "linux arm64 libc"),
        (f"Linux {WSL} x86_64", "linux amd64 gnu"),
        (f"webi/curl+wget x86_64/unknown GNU/Linux/{WSL} libc", "linux amd64 libc"),
        (f"curl Linux/{WSL} x86_64/unknown gnu", "linux amd64 gnu"),
        ("curl Linux/4.14.301-224.520.amzn2.x86_64 x86_64/unknown gnu", "linux amd64 gnu"),
        ("curl Linux/5.10.198-187.748.amzn2.x86_64 x86_64/unknown musl", "linux amd64 musl"),
        ("MS AMD64", "windows amd64 msvc"),
        ("PowerShell/7.3.0", "windows error msvc"),
        ("Microsoft Windows 10.0.19045", "windows error msvc"),
        ("PowerShell+curl Windows/10+ ARM64 msvc", "windows arm64 msvc"),
        ("webi/curl x86_64/unknown Msys/MINGW64_NT-10.0-19045/3.5.7-463ebcdc.x86_64 libc", "windows amd64 msvc"),
        ("webi/curl x86_64/unknown Cygwin/CYGWIN_NT-10.0/2.10.0(0.325/5/3) libc", "windows amd64 msvc"),
        ("webi/curl amd64/unknown FreeBSD/14.3-RELEASE-p8 libc", "freebsd amd64 libc"),
        ("Android 13 aarch64", "android arm64 bionic"),
        ("webi/curl+wget s390x/unknown GNU/Linux/6.4.0-150700.53.6-default libc", "linux s390x libc"),
        ("Linux 5.10.0 armv7l", "linux armv7l libc"),
        ("Linux 5.10.0 armv6l", "linux armv6l libc"),
        ("Linux 5.10.0 ppc64le", "linux ppc64le libc"),
        ("Darwin 20.2.0 Darwin Kernel Version 20.2.0; root:xnu-7195.60.75~1/RELEASE_ARM64_T8101 x86_64",
         "macos amd64 libc"),
        ("curl/8.1.2", "linux error libc"),
        ("Wget/1.14 (linux-gnu)", "linux error libc"),
        ("-", "- - libc"),
        ("who knows", "error error libc"),
    ],
)  # fmt: skip
def test_debug(agent: str, seen: str) -> None:
    """What a User-Agent is taken for, under the keys of both of Webi's servers; kept by nobody."""
    said = ask(APP, "/api/debug", {"user-agent": agent})
    found = json.loads(said.body)
    assert f"{found['os']} {found['arch']} {found['libc']}" == seen
    assert found["ua"] == found["user_agent"] == agent
    assert found["unix"] == 'curl -sS -A "$(uname -srm)" https://get.example.com/api/debug'
    assert found["windows"].startswith("curl.exe -sS -A ")
    assert said.headers["cache-control"] == "no-store"
    assert "User-Agent" in said.headers["vary"]


@pytest.mark.parametrize(
    ("query", "agent", "seen"),
    [
        ("os=linux&arch=aarch64", "MS AMD64", "linux arm64 libc"),
        ("os=-&arch=-", "curl/8.1.2", "- - libc"),
        ("os=windows", "curl Linux/6.1.0 x86_64/unknown musl", "windows amd64 msvc"),
        ("os=macos", "curl Linux/6.1.0 x86_64/unknown musl", "macos amd64 libc"),
        ("os=linux", "curl Linux/6.1.0 x86_64/unknown musl", "linux amd64 musl"),
        ("os=amiga", "MS AMD64", "amiga amd64 libc"),
        ("arch=arm64", "MS AMD64", "windows arm64 msvc"),
    ],
)
def test_debug_by_query(query: str, agent: str, seen: str) -> None:
    """`?os=&arch=` stand in for the User-Agent, whose libc says nothing of another system."""
    found = json.loads(ask(APP, f"/api/debug?{query}", {"user-agent": agent}).body)
    assert f"{found['os']} {found['arch']} {found['libc']}" == seen


@pytest.mark.parametrize(
    ("query", "says"),
    [("operating=linux", "operating"), ("Os=linux&arch=amd64", "is os"),
     ("os=linux&arch=amd64&format=zip", "is formats")],
)  # fmt: skip
def test_resolve_knows_its_parameters(query: str, says: str) -> None:
    """A parameter of our own API that nobody reads is refused, and the nearest one named."""
    said = ask(APP, f"/v1/resolve/rg?{query}")
    assert said.status == 400
    assert says in json.loads(said.body)["detail"]


def test_demand_counts() -> None:
    """Whoever asks for a package Webi's way asks for it."""
    app = app_of()
    for path in (
        "releases/rg@14.json?os=linux",
        "releases/ripgrep",
        "installers/rg@stable.sh?formats=tar",
    ):
        assert ask(app, f"/api/{path}", WEBI).status == 200
    assert ask(app, "/api/releases/nobody.json").status == 404
    assert app.taken_demand() == {"rg": 3}
