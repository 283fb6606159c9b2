"""The strategies that property tests share."""

from itertools import product

from hypothesis import strategies as st

from artesian.model.definition import Command, Definition, Recipe, Source, SourceKind
from artesian.model.host import Arch, Host, Libc, Os
from artesian.model.names import PackageName
from artesian.model.release import Asset, Format, Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel, Matching, Newest, parse_version
from artesian.resolve.table import ARCHS

__all__ = [
    "ASSETS",
    "FILE_NAMES",
    "FORMAT_SETS",
    "GLOBS",
    "HOSTS",
    "NUMBERS",
    "PRE_RELEASES",
    "RELEASES",
    "SHELL_TEXTS",
    "SNAPSHOTS",
    "TAGS",
    "VERSION_TEXTS",
]

NUMBERS = st.lists(st.integers(0, 10**6), min_size=2, max_size=5).map(
    lambda numbers: ".".join(str(number) for number in numbers)
)
PRE_RELEASES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["-", ".", ""]),
    st.sampled_from(["rc", "beta", "alpha", "dev", "pre", "preview", "snapshot"]),
    st.sampled_from([".", "-", ""]),
    st.integers(0, 99),
)
_PIECES = (
    "v|V|.|-|_|+|/|@|1|2|10|007|2024-01-02|20240101|1.2|1.2.3|17_0|rc1|beta|alpha|dev|nightly|final|m1|b2|a|w"
    "|x86_64|amd64|.windows.1|.windows.2|1ed9031|97a53bb8a|go|jq|bun|~|%|é"
)
VERSION_TEXTS = st.one_of(
    st.text(),
    st.lists(st.sampled_from(_PIECES.split("|")), max_size=8).map("".join),
    st.builds("{}{}".format, NUMBERS, PRE_RELEASES),
)

_NAME_PIECES = [
    *(
        "tool",
        "Tool",
        "-",
        "_",
        ".",
        "/",
        "+",
        "1.2.3",
        "v2",
        "64",
        "32",
        "bit",
        "x86",
        "x86_64",
        "amd64",
        "arm",
        "v7",
    ),
    *(
        "arm64",
        "aarch64",
        "be",
        "universal",
        "all",
        "noarch",
        "linux",
        "Linux",
        "darwin",
        "macOS",
        "win",
        "windows",
    ),
    *(
        "android",
        "musl",
        "gnu",
        "msvc",
        "static",
        "alpine",
        "wasm",
        "gnux32",
        "debug",
        "src",
        "docs",
        "sha256",
        "man",
    ),
    *(
        "page",
        ".tar.gz",
        ".zip",
        ".exe",
        ".7z",
        ".jar",
        ".pyz",
        ".sh",
        ".deb",
        ".txt",
        ".sig",
        ".1",
        ".app.zip",
        ".gz",
    ),
    *("\0", "\n", "é", "İ", "٣", "😀", "\ud800"),
]
FILE_NAMES = st.one_of(
    st.text(),
    st.lists(st.sampled_from(_NAME_PIECES), max_size=12).map("".join),
    st.text(min_size=250, max_size=260),
)
GLOBS = st.one_of(
    st.text(max_size=8),
    st.lists(st.sampled_from(["*", "?", "[", "!", "]", "-", "linux"]), max_size=6).map("".join),
)

_PLACES = [
    *product([Os.LINUX], [Arch.AMD64], [1, 2, 3], [Libc.NONE, Libc.GNU, Libc.MUSL]),
    *product(
        [Os.LINUX], [Arch.X86, Arch.ARM64, Arch.ARMV7, Arch.ARMV6], [1], [Libc.NONE, Libc.GNU]
    ),
    *product([Os.MACOS], [Arch.AMD64, Arch.ARM64, Arch.UNIVERSAL], [1], [Libc.NONE]),
    *product([Os.WINDOWS], [Arch.AMD64, Arch.ARM64, Arch.X86], [1], [Libc.NONE, Libc.MSVC]),
    *product([Os.ANDROID, Os.FREEBSD], [Arch.AMD64, Arch.ARM64], [1], [Libc.NONE]),
    *product([Os.POSIX, Os.ANY], [Arch.ANY], [1], [Libc.NONE]),
]
_FORMATS = [Format.TAR_GZ, Format.TAR_XZ, Format.ZIP, Format.RAW, Format.SEVEN_ZIP]


def _asset(program: str, place: tuple[Os, Arch, int, Libc], form: Format, number: int) -> Asset:
    os, arch, level, libc = place
    name = f"{program}-{os}-{arch}-{'musl' if number % 2 else 'gnu'}.{number}.{form}"
    url = f"https://example.com/{name}"
    return Asset(name=name, urls=(url,), os=os, arch=arch, level=level, libc=libc, format=form)


ASSETS = st.builds(
    _asset,
    st.sampled_from(["foo", "foo-server"]),
    st.sampled_from(_PLACES),
    st.sampled_from(_FORMATS),
    st.integers(0, 3),
)
RELEASES = st.builds(
    lambda version, channel, assets: Release(
        version=version, tag=f"v{version}", channel=channel, assets=tuple(assets)
    ),
    NUMBERS,
    st.sampled_from([Channel.STABLE, Channel.STABLE, Channel.BETA]),
    st.lists(ASSETS, max_size=8, unique_by=lambda asset: asset.name),
)
_DEFINITION = Definition(
    name=PackageName("foo"),
    title="foo",
    source=Source(kind=SourceKind.GITHUB, repository="owner/foo"),
    recipe=Recipe(commands=(Command(name="foo", file="foo"),)),
)
SNAPSHOTS = st.lists(RELEASES, max_size=4, unique_by=lambda one: parse_version(one.version)).map(
    lambda releases: Snapshot(
        definition=_DEFINITION,
        releases=tuple(sorted(releases, key=lambda one: parse_version(one.version), reverse=True)),
    )
)
TAGS = st.sampled_from([Newest(), Newest(channel=Channel.BETA), Matching(text=">=0")])
HOSTS = st.builds(
    lambda place, level, libc: Host(
        os=place[0],
        arch=place[1],
        level=level if place[1] is Arch.AMD64 else 1,
        libc=libc if place[0] is Os.LINUX else None,
    ),
    st.sampled_from([(os, arch) for os, archs in ARCHS.items() for arch in archs]),
    st.integers(1, 4),
    st.sampled_from([Libc.GNU, Libc.MUSL]),
)
FORMAT_SETS = st.frozensets(st.sampled_from(_FORMATS[:4]), min_size=1)

# Texts that a script can hold: any characters but NUL and surrogates, and often those that mean something to a shell.
SHELL_TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    st.text(st.sampled_from("'\"\\$`!*?[]{}()<>|&;#~= \t\n\r\1\x7f\x80\x81\x88\x9f\u2019éa-%")),
)
