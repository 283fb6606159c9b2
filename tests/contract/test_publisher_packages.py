"""The catalogue's packages of publishers with an index of their own: which file each kind of host gets."""

from collections.abc import Mapping
from functools import cache

import pytest
from msgspec.structs import replace

from artesian.definitions.load import load_catalogue
from artesian.model.definition import Definition
from artesian.model.host import Arch, Host, Libc, Os
from artesian.model.query import NoMatch, Query
from artesian.model.release import Listed
from artesian.model.snapshot import Snapshot
from artesian.model.version import Newest, parse_tag
from artesian.refresh.assemble import assemble
from artesian.resolve.choose import resolve
from artesian.resolve.table import table
from artesian.settings import shipped
from artesian.sim import publishers
from artesian.sources.publishers import PUBLISHERS

LINUX = Host(os=Os.LINUX, arch=Arch.AMD64, libc=Libc.GNU)
ALPINE = replace(LINUX, libc=Libc.MUSL)
MAC = Host(os=Os.MACOS, arch=Arch.ARM64)
WINDOWS = Host(os=Os.WINDOWS, arch=Arch.AMD64)


@cache
def packages() -> Mapping[str, Definition]:
    """Load the catalogue."""
    catalogue = load_catalogue(shipped("catalogue"))
    assert not catalogue.problems
    return {one.name: one for one in catalogue.definitions}


@cache
def snapshot(name: str) -> Snapshot:
    """Assemble a package from what the test bed's publisher lists."""
    definition = packages()[name]
    documents = publishers.documents(definition.source)
    listed = PUBLISHERS[definition.source.kind].parse(definition.source, documents)
    assert isinstance(listed, Listed)
    return assemble(definition, listed.releases)


FILES = [
    ("node", LINUX, "", "node-v22.10.0-linux-x64.tar.xz"),
    ("node", ALPINE, "", "node-v22.10.0-linux-x64-musl.tar.xz"),
    ("node", MAC, "lts", "node-v22.10.0-darwin-arm64.tar.xz"),
    ("node", WINDOWS, "20", "node-v20.18.0-win-x64.zip"),
    ("node", LINUX, "beta", "node-v23.1.0-linux-x64.tar.xz"),
    ("go", LINUX, "", "go1.23.2.linux-amd64.tar.gz"),
    ("go", ALPINE, "1.22", "go1.22.8.linux-amd64.tar.gz"),
    ("go", MAC, "rc", "go1.24rc1.darwin-arm64.tar.gz"),
    ("go", WINDOWS, "", "go1.23.2.windows-amd64.zip"),
    ("zig", LINUX, "", "zig-x86_64-linux-0.15.2.tar.xz"),
    ("zig", ALPINE, "dev", "zig-x86_64-linux-0.16.0-dev.747+493ad58ff.tar.xz"),
    ("zig", MAC, "0.14", "zig-aarch64-macos-0.14.1.tar.xz"),
    ("terraform", LINUX, "", "terraform_1.9.8_linux_amd64.zip"),
    ("terraform", ALPINE, "beta", "terraform_1.10.0-beta1_linux_amd64.zip"),
    ("terraform", MAC, "1.9.7", "terraform_1.9.7_darwin_arm64.zip"),
    ("julia", LINUX, "", "julia-1.11.0-linux-x86_64.tar.gz"),
    ("julia", ALPINE, "", "julia-1.11.0-musl-x86_64.tar.gz"),
    ("julia", MAC, "", "julia-1.11.0-macaarch64.tar.gz"),
    ("julia", WINDOWS, "1.10", "julia-1.10.5-win64.zip"),
    ("flutter", LINUX, "", "flutter_linux_3.24.4-stable.tar.xz"),
    ("flutter", MAC, "", "flutter_macos_arm64_3.24.4-stable.zip"),
    ("flutter", WINDOWS, "beta", "flutter_windows_3.27.0-0.1.pre-beta.zip"),
    ("chromedriver", LINUX, "", "chromedriver-linux64.zip"),
    ("chromedriver", MAC, "129", "chromedriver-mac-arm64.zip"),
    ("mariadb", LINUX, "", "mariadb-11.6.2-linux-systemd-x86_64.tar.gz"),
    ("mariadb", WINDOWS, "lts", "mariadb-11.4.4-winx64.zip"),
    ("gpg", MAC, "", "GnuPG-2.4.7.dmg"),
    ("gpg", MAC, "lts", "GnuPG-2.2.41.dmg"),
    ("iterm2", MAC, "", "iTerm2-3_5_10.zip"),
    ("iterm2", MAC, "3.4", "iTerm2-3_4_23.zip"),
]


@pytest.mark.parametrize(("name", "host", "tag", "file"), FILES)
def test_files(name: str, host: Host, tag: str, file: str) -> None:
    """Each host gets its own build of the version that was asked for, and an installer finds it, too."""
    found = resolve(snapshot(name), Query(host=host, tag=parse_tag(tag)))
    assert not isinstance(found, NoMatch), found
    assert found.assets[0].name == file
    rows = table(snapshot(name), parse_tag(tag))
    assert not isinstance(rows, NoMatch)
    assert file in {row.asset.name for row in rows}


@pytest.mark.parametrize(
    ("name", "host"), [("flutter", ALPINE), ("chromedriver", ALPINE), ("mariadb", MAC)]
)
def test_none(name: str, host: Host) -> None:
    """A host for which nothing was built isn't given what can't run there."""
    assert isinstance(resolve(snapshot(name), Query(host=host, tag=Newest())), NoMatch)
