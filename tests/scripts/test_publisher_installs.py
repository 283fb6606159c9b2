"""Packages of publishers, source archives and repositories, installed in a clean home from archives like theirs."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest
from tests.own import load
from tests.scripts.archives import pack
from tests.scripts.installs import Home
from tests.scripts.repositories import Repository, serve_repository
from tests.scripts.upstream import Upstream

from artesian.model.definition import Definition, SourceKind
from artesian.model.query import NoMatch
from artesian.model.release import Format, RawAsset, RawRelease
from artesian.model.version import Newest
from artesian.refresh.assemble import assemble
from artesian.render.script import Part, script
from artesian.resolve.table import table

PACKAGES: Mapping[str, Definition] = {
    definition.name: definition for definition in load().definitions
}


class Archive(NamedTuple):
    """An archive like a publisher's: its name says the format; each of its files prints the version when it is run."""

    package: str
    tag: str
    name: str
    root: str
    files: str


PLUGINS = sorted(
    name
    for name, definition in PACKAGES.items()
    if definition.source.kind is SourceKind.GIT and definition.recipe.links
)

ARCHIVES = [
    Archive(
        "node",
        "v22.10.0",
        "node-v22.10.0-linux-x64.tar.xz",
        "node-v22.10.0-linux-x64/",
        "bin/node bin/npm bin/npx bin/corepack include/node/node.h share/man/man1/node.1",
    ),
    Archive(
        "go",
        "go1.23.2",
        "go1.23.2.linux-amd64.tar.gz",
        "go/",
        "bin/go bin/gofmt VERSION src/go/x.go",
    ),
    Archive(
        "zig",
        "0.15.2",
        "zig-x86_64-linux-0.15.2.tar.xz",
        "zig-x86_64-linux-0.15.2/",
        "zig LICENSE lib/std/zig.zig",
    ),
    Archive("terraform", "1.9.8", "terraform_1.9.8_linux_amd64.zip", "", "terraform LICENSE.txt"),
    Archive(
        "julia",
        "1.11.0",
        "julia-1.11.0-linux-x86_64.tar.gz",
        "julia-1.11.0/",
        "bin/julia lib/julia/sys.so share/man/man1/julia.1",
    ),
    Archive(
        "flutter",
        "3.24.4",
        "flutter_linux_3.24.4-stable.tar.xz",
        "flutter/",
        "bin/flutter bin/dart bin/cache/x version",
    ),
    Archive(
        "chromedriver",
        "130.0.6723.69",
        "chromedriver-linux64.zip",
        "chromedriver-linux64/",
        "chromedriver LICENSE.chromedriver THIRD_PARTY_NOTICES.chromedriver",
    ),
    Archive(
        "mariadb",
        "11.4.4",
        "mariadb-11.4.4-linux-systemd-x86_64.tar.gz",
        "mariadb-11.4.4-linux-systemd-x86_64/",
        "bin/mariadb bin/mariadbd bin/mariadb-admin bin/mariadb-dump scripts/mariadb-install-db lib/x.so",
    ),
    Archive(
        "postgres",
        "12.3",
        "postgresql-12.3-1-linux-x64-binaries.tar.gz",
        "pgsql/",
        "bin/postgres bin/initdb bin/pg_ctl bin/psql lib/libpq.so.5",
    ),
    Archive(
        "serviceman",
        "v0.9.5",
        "serviceman-v0.9.5.tar.gz",
        "serviceman-0.9.5/",
        "bin/serviceman share/serviceman/template.service README.md",
    ),
    Archive("serviceman", "v0.8.0", "serviceman-v0.8.0-linux-amd64.tar.gz", "", "serviceman"),
    Archive(
        "aliasman", "v1.1.2", "aliasman-v1.1.2.tar.gz", "aliasman-1.1.2/", "aliasman README.md"
    ),
    Archive(
        "duckdns.sh",
        "v1.0.4",
        "DuckDNS.sh-v1.0.4.tar.gz",
        "DuckDNS.sh-1.0.4/",
        "duckdns.sh README.md",
    ),
]


def part(definition: Definition, release: RawRelease) -> Part:
    """Make the part of an installer that a package is with this one release."""
    rows = table(assemble(definition, [release]), Newest())
    assert not isinstance(rows, NoMatch), rows
    return Part(name=definition.name, title=definition.title, rows=rows, definition=definition)


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda archive: archive.name)
def test_archives(home: Home, upstream: Upstream, archive: Archive) -> None:
    """Commands are linked and pass their test, and links elsewhere lead into the package."""
    version = archive.tag.lstrip("gov")
    text = f'#!/bin/sh\necho "version go{version} v{version} {version}"\n'.encode()
    form = next(
        one for one in (Format.TAR_GZ, Format.TAR_XZ, Format.ZIP) if archive.name.endswith(one)
    )
    data = pack({f"{archive.root}{path}": text for path in archive.files.split()}, form)
    asset = RawAsset(name=archive.name, url=upstream.add(archive.name, data))
    made = part(PACKAGES[archive.package], RawRelease(tag=archive.tag, assets=(asset,)))
    ran = home.run(script([made]))
    assert ran.status == 0, ran.err
    installed = home.files()
    for row in made.rows[:1]:
        for command in row.recipe.commands:
            assert installed[f".local/bin/{command.name}"].startswith("-> ")
        for link in row.recipe.links:
            assert installed[link.path.removeprefix("~/")].startswith("-> ")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """A repository with a tag."""
    with serve_repository(tmp_path_factory.mktemp("git") / "tool") as served:
        script_ = b"#!/bin/sh\necho 1.0.0\n"
        served.commit(
            {"plugin/tool.vim": b'" a plugin\n', "pg-adduser": script_, "psql-backup": script_},
            tag="v1.0.0",
        )
        yield served


def cloned(name: str, repository: Repository) -> Part:
    """Make the part of a package whose repository is this one."""
    commit = repository.git("rev-parse", "v1.0.0^{commit}")
    asset = RawAsset(name=f"{name}-v1.0.0.git", url=f"{repository.url}#{commit}")
    return part(PACKAGES[name], RawRelease(tag="v1.0.0", assets=(asset,)))


@pytest.mark.parametrize("name", PLUGINS)
def test_plugins(home: Home, repository: Repository, name: str) -> None:
    """A plugin of Vim is cloned at the commit of its tag, to where Vim looks for plugins."""
    ran = home.run(script([cloned(name, repository)]))
    assert ran.status == 0, ran.err
    (link,) = PACKAGES[name].recipe.links
    assert (home.folder / link.path.removeprefix("~/")).is_symlink()
    assert f".local/opt/{name}-v1.0.0/plugin/tool.vim" in home.files()


def test_scripts_of_a_repository(home: Home, repository: Repository) -> None:
    """Each script of pg-essentials is a command, whatever scripts there are."""
    ran = home.run(script([cloned("pg-essentials", repository)]))
    assert ran.status == 0, ran.err
    said = home.run("$HOME/.local/bin/psql-backup; $HOME/.local/bin/pg-adduser")
    assert said.out == "1.0.0\n1.0.0\n"


def test_there_are_plugins() -> None:
    """The plugins are the catalogue's, and so aren't none by mistake."""
    assert len(PLUGINS) == 14


def as_mac(home: Home) -> None:
    """Let programs of macOS stand in this home's PATH, as far as pieces call them."""
    home.replace(
        "uname", "case $1 in -m) echo arm64 ;; -sm) echo Darwin arm64 ;; *) echo Darwin ;; esac"
    )
    home.replace(
        "hdiutil",
        'case $1 in attach) [ -s "$7" ] && echo "$7" >"$6/GnuPG.pkg" ;; *) rm "$3/GnuPG.pkg" ;; esac',
    )
    home.replace(
        "pkgutil",
        'mkdir -p "$3/GnuPG.pkg/Payload/bin" && cp "$2" "$3/GnuPG.pkg/Payload/bin/gpg"',
    )


def test_an_image(home: Home, upstream: Upstream) -> None:
    """GnuPG's image is handed to its piece as it is, which unpacks the package in it; no password, nothing mounted."""
    as_mac(home)
    name = "GnuPG-2.4.7.dmg"
    asset = RawAsset(name=name, url=upstream.add(f"{name}/download", b"an image"))
    ran = home.run(script([part(PACKAGES["gpg"], RawRelease(tag="2.4.7", assets=(asset,)))]))
    assert ran.status == 0, ran.err
    files = home.files()
    assert files[".local/opt/gpg"].endswith("/gpg-v2.4.7")
    said = (home.folder / ".local/opt/gpg-v2.4.7/bin/gpg").read_text("utf-8")
    assert said.endswith(f"/{name}\n")


def test_a_program_with_windows(home: Home, upstream: Upstream) -> None:
    """iTerm2 goes to the folder of programs, in the place of the one that is there."""
    as_mac(home)
    for version in ("3_5_9", "3_5_10"):
        name = f"iTerm2-{version}.zip"
        data = pack({"iTerm.app/Contents/MacOS/iTerm2": version.encode()}, Format.ZIP)
        asset = RawAsset(name=name, url=upstream.add(name, data))
        release = RawRelease(tag=version.replace("_", "."), assets=(asset,))
        ran = home.run(script([part(PACKAGES["iterm2"], release)]))
        assert ran.status == 0, ran.err
        (app,) = home.folder.glob("Applications/*")
        assert (app / "Contents/MacOS/iTerm2").read_text("utf-8") == version
