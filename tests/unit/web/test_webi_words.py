"""Webi's words, both of its vocabularies, and the question that they make up."""

from collections.abc import Mapping

import pytest

from artesian.model.host import Arch, Libc, Os
from artesian.model.release import Asset, Format
from artesian.web.webi_query import LISTS, BuildsQuery, read_builds_query, split_ending
from artesian.web.webi_words import (
    ARCHES,
    OSES,
    arch_word,
    ending,
    fallbacks,
    is_for_libc,
    is_for_os,
    libc_word,
    os_word,
)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        *((word, word) for word in ("macos", "linux", "windows", "freebsd", "openbsd", "netbsd", "dragonfly")),
        *((word, word) for word in ("solaris", "illumos", "aix", "android", "plan9", "posix_2017")),
        *((word, "macos") for word in ("darwin", "Darwin", " macOS ", "osx")),
        ("sunos", "solaris"), ("posix_2024", "posix_2017"), ("posix", "posix_2017"),
        ("-", ""), ("", ""), ("*", ""), ("beos", "beos"),
    ],
)  # fmt: skip
def test_systems(text: str, word: str) -> None:
    """Both vocabularies name the same system; `-` is all of them, an unknown word is none."""
    assert os_word(text) == word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        *((word, word) for word in ("amd64", "x86", "arm64", "armv7l", "armv6l", "arm", "ppc64le", "ppc64")),
        *((word, word) for word in ("s390x", "riscv64", "mips", "mipsle", "mips64", "mips64le", "loong64")),
        *((word, "amd64") for word in ("x86_64", "x64", "AMD64", "x86-64")),
        *((word, "arm64") for word in ("aarch64", "armv8", "ARM64")),
        *((word, "x86") for word in ("i386", "i686", "386", "ia32")),
        *((word, "armv7l") for word in ("armv7", "armv7a", "armhf")),
        *((word, "armv6l") for word in ("armv6", "armv6hf")),
        *((word, "amd64") for word in ("amd64v2", "x86_64_v1")), ("x86-64-v3", "amd64_v3"), ("amd64_v4", "amd64_v4"),
        ("armel", "arm"), ("-", ""), ("", ""), ("pdp11", "pdp11"),
    ],
)  # fmt: skip
def test_processors(text: str, word: str) -> None:
    """`amd64` and `x86_64`, which the two vocabularies have for one processor, are both read."""
    assert arch_word(text) == word


@pytest.mark.parametrize(
    ("text", "word"),
    [("gnu", "gnu"), ("musl", "musl"), ("msvc", "msvc"), ("libc", ""), ("", ""), ("-", ""), ("static", "static"),
     ("glibc", "gnu")],
)  # fmt: skip
def test_libcs(text: str, word: str) -> None:
    """`libc` says only that there is one."""
    assert libc_word(text) == word


def test_every_platform_has_a_word() -> None:
    """Whatever a build is for can be written, and read back as the same."""
    assert {os_word(OSES[os]) for os in Os if os is not Os.ANY} == set(OSES.values()) - {"*"}
    for arch in Arch:
        for word in ARCHES[arch]:
            assert arch_word(word) in {word, ""}


@pytest.mark.parametrize(
    ("asked", "os", "is_meant"),
    [
        ("linux", "linux", True), ("linux", "posix_2017", True), ("linux", "*", True), ("linux", "macos", False),
        ("windows", "posix_2017", False), ("windows", "*", True), ("", "macos", True), ("beos", "linux", False),
    ],
)  # fmt: skip
def test_builds_for_several_systems(asked: str, os: str, is_meant: bool) -> None:
    """`*` is for all, `posix_2017` for all but Windows."""
    assert is_for_os(asked, os) is is_meant


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("", "none gnu musl msvc"),
        ("musl", "none musl msvc"),
        ("gnu", "none gnu msvc"),
        ("msvc", "none gnu msvc"),
        ("static", "none gnu msvc"),
    ],
)
def test_the_other_libc_never(asked: str, served: str) -> None:
    """A build for musl is never given to who said something else, nor one for gnu to musl."""
    libcs = (Libc.NONE, Libc.GNU, Libc.MUSL, Libc.MSVC)
    assert " ".join(libc for libc in libcs if is_for_libc(asked, libc)) == served


def test_other_processors() -> None:
    """Where there is nothing for a processor, what it runs beside is tried."""
    assert fallbacks("macos", "arm64") == ("amd64",)
    assert fallbacks("windows", "arm64") == ("amd64",)
    assert fallbacks("linux", "arm64") == ("armv7l", "armv6l")
    assert fallbacks("linux", "armv7l") == ("armv6l",)
    assert fallbacks("linux", "amd64_v4") == ("amd64_v3", "amd64")
    assert fallbacks("macos", "amd64") == ("amd64_v3", "amd64_v4")
    assert fallbacks("", "arm64") == fallbacks("linux", "x86") == ()


@pytest.mark.parametrize(
    ("name", "form", "word"),
    [
        ("tool", Format.RAW, "exe"),
        ("tool.exe", Format.RAW, "exe"),
        ("tool.tgz", Format.TAR_GZ, "tar.gz"),
        ("Tool.app.zip", Format.ZIP, "app.zip"),
        ("tool.exe.xz", Format.XZ, "exe.xz"),
        ("tool", Format.GIT, "git"),
    ],
)
def test_endings(name: str, form: Format, word: str) -> None:
    """A bare program is `exe`; the rest is called as its files end."""
    asset = Asset(
        name=name, urls=("https://x.example/",), os=Os.LINUX, arch=Arch.AMD64, format=form
    )
    assert ending(asset) == word


@pytest.mark.parametrize(
    ("text", "rest", "found"),
    [
        ("rg.json", "rg", ".json"), ("rg@14.1.tab", "rg@14.1", ".tab"), ("rg.JSON", "rg", ".json"), ("rg", "rg", ""),
        ("duckdns.sh", "duckdns.sh", ""), ("duckdns.sh.json", "duckdns.sh", ".json"),
        ("duckdns.sh@stable.tab", "duckdns.sh@stable", ".tab"),
    ],
)  # fmt: skip
def test_endings_go_first(text: str, rest: str, found: str) -> None:
    """One ending is cut, the last, before a tag is looked for."""
    assert split_ending(text, LISTS) == (rest, found)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({}, BuildsQuery()),
        ({"os": "macos", "arch": "aarch64", "libc": "libc"}, BuildsQuery(os="macos", arch="arm64")),
        ({"os": "-", "arch": "-", "channel": "-", "formats": "-"}, BuildsQuery()),
        ({"lts": "true", "pretty": "1"}, BuildsQuery(is_lts=True, is_pretty=True)),
        ({"lts": "false", "pretty": "0"}, BuildsQuery()),
        ({"channel": "Beta"}, BuildsQuery(channel="beta")),
        ({"formats": "tar,exe, .zip,,tar"}, BuildsQuery(formats=("tar", "exe", "zip"))),
        (
            {"formats": ",".join(map(str, range(5000)))},
            BuildsQuery(formats=tuple(map(str, range(20)))),
        ),
        ({"limit": "10"}, BuildsQuery(limit=10)),
        *(
            ({"limit": text}, BuildsQuery())
            for text in ("", "0", "-1", "many", "1e3", "²", "9" * 5000, "5000")
        ),
        ({"nobody": "knows"}, BuildsQuery()),
    ],
)
def test_questions(given: Mapping[str, str], meant: BuildsQuery) -> None:
    """Parameters have Webi's defaults; what can't be read counts as not given."""
    assert read_builds_query(given) == meant
