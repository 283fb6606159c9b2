"""What the tests of installers share: archives of a small tool, rows of a table, a clean home to install in."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile

from tests.programs import require
from tests.scripts.repositories import Repository
from tests.scripts.upstream import Upstream

from artesian.model.definition import (
    Command,
    Definition,
    File,
    HomeLink,
    Layout,
    Recipe,
    Source,
    SourceKind,
    TestRun,
)
from artesian.model.host import Arch, Libc, Os
from artesian.model.names import PackageName
from artesian.model.query import NoMatch, Row
from artesian.model.release import Asset, Format, Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Newest
from artesian.refresh.assemble import assemble
from artesian.render.script import Part
from artesian.resolve.table import table

__all__ = [
    "ASH",
    "BARE",
    "DOWNLOADERS",
    "RECIPE",
    "SHELLS",
    "VIM",
    "Home",
    "Result",
    "clone",
    "own",
    "part",
    "row",
]

# The shells of the house; `busybox sh` is ash.
SHELLS = ("dash", "bash", "busybox", "mksh", "ksh93", "zsh", "yash")
ASH = "busybox"
DOWNLOADERS = ("curl", "wget", "busybox")
# Everything that an installer may call on a GNU system; tests take programs away from it.
PROGRAMS = [
    "bzip2",
    "cat",
    "chmod",
    "cp",
    "date",
    "df",
    "dirname",
    "find",
    "getconf",
    "git",
    "grep",
    "gzip",
    "head",
    "id",
    "ldd",
    "ln",
    "mkdir",
    "mktemp",
    "mv",
    "printf",
    "readlink",
    "rm",
    "sh",
    "sha256sum",
    "sleep",
    "tail",
    "tar",
    "test",
    "timeout",
    "tr",
    "true",
    "uname",
    "unzip",
    "wc",
    "xz",
    "zstd",
]
_HAS_BWRAP = shutil.which("bwrap") is not None
# A shell can't trap what was ignored when it started, as HUP and INT are below nohup and in the background of a CI.
_SIGNALS = (str(shutil.which("env")), "--default-signal=HUP,INT,QUIT,TERM")
RECIPE = Recipe(
    commands=(Command(name="tool", file="tool"),),
    test=TestRun(command="tool", expect="tool {version}"),
)
BARE = Recipe(commands=(), layout=Layout.TREE)
# A plugin of an editor, linked to where that looks for it.
VIM = Recipe(
    commands=(), layout=Layout.TREE, links=(HomeLink(path="~/.vim/pack/start/tool", file="."),)
)


def row(
    upstream: Upstream,
    data: bytes,
    format_: Format = Format.TAR_GZ,
    *,
    version: str = "1.2.3",
    recipe: Recipe = RECIPE,
    urls: Sequence[str] | None = None,
    checksum: str | None = "",
    os_: Os = Os.LINUX,
    arch: Arch = Arch.AMD64,
    level: int = 1,
    libc: Libc | None = None,
) -> Row:
    """Make a row whose asset is `data`, served at a path with its version and format (or at `urls`)."""
    name = f"tool-{version}-{os_}-{arch}-{level}-{libc or 'any'}.{format_}"
    url = upstream.add(f"v{version}/{name}", data)
    asset = Asset(
        name=name,
        urls=tuple(urls or (url,)),
        os=os_,
        arch=arch,
        level=level,
        libc=libc or Libc.NONE,
        format=format_,
        size_bytes=len(data),
        sha256=sha256(data).hexdigest() if checksum == "" else checksum,
    )
    release = Release(version=version, tag=f"v{version}", assets=(asset,))
    return Row(
        os=os_, arch=arch, level=level, libc=libc, release=release, asset=asset, recipe=recipe
    )


def part(
    *rows: Row,
    name: str = "tool",
    tag: str = "",
    definition: Definition | None = None,
    is_needed: bool = False,
) -> Part:
    """Make the part of an installer that `rows` are the table of."""
    return Part(
        name=PackageName(name),
        title=name,
        tag=tag,
        rows=rows,
        definition=definition,
        is_needed=is_needed,
    )


def clone(
    repository: Repository,
    commit: str,
    tag: str,
    *,
    recipe: Recipe = VIM,
    version: str = "1.2.3",
    piece: str = "",
) -> Part:
    """Make the part of a package that is a repository."""
    asset = Asset(
        name="tool",
        urls=(f"{repository.url}#{commit}",),
        os=Os.ANY,
        arch=Arch.ANY,
        format=Format.GIT,
    )
    definition = Definition(
        name=PackageName("tool"),
        title="tool",
        source=Source(kind=SourceKind.GIT, repository="owner/tool"),
        recipe=recipe,
        piece=piece,
    )
    release = Release(version=version, tag=tag, assets=(asset,))
    rows = table(Snapshot(definition=definition, releases=(release,)), Newest())
    assert not isinstance(rows, NoMatch)
    return part(*rows, definition=definition)


def own(
    name: str = "tool",
    *,
    files: Mapping[str, bytes] | None = None,
    piece: str = "",
    recipe: Recipe = BARE,
    version: str = "1.0.0",
    os: tuple[Os, ...] = (),
    elsewhere: str = "",
    provides: tuple[str, ...] = (),
    is_needed: bool = False,
) -> Part:
    """Make the part of a package without an upstream: its files, its piece."""
    carried = tuple(File(name=path, content=content) for path, content in (files or {}).items())
    definition = Definition(
        name=PackageName(name),
        title=name,
        source=Source(kind=SourceKind.OWN, repository=""),
        recipe=recipe,
        version=version,
        files=carried,
        piece=piece,
        os=os,
        elsewhere=elsewhere,
        provides=provides,
    )
    rows = table(assemble(definition, ()), Newest())
    assert not isinstance(rows, NoMatch)
    return part(*rows, name=name, definition=definition, is_needed=is_needed)


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a script ended, and what it said."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, kw_only=True)
class Home:
    """A clean machine to install on: a home folder, and PATH with the programs that it shall have."""

    folder: Path  # the home, as this process sees it
    programs: Path  # a folder of links: PATH

    @property
    def inside(self) -> str:
        """The home as the script sees it."""
        return "/home/new" if _HAS_BWRAP else str(self.folder)

    @property
    def path(self) -> str:
        """PATH as the script sees it."""
        return "/mnt/bin" if _HAS_BWRAP else str(self.programs)

    def equip(self, downloader: str = "curl", *, lacks: Sequence[str] = ()) -> None:
        """Fill PATH: a GNU system with one downloader, or (`busybox`) nothing but BusyBox; without `lacks`."""
        shutil.rmtree(self.programs, ignore_errors=True)
        self.programs.mkdir()
        if downloader == "busybox":
            require("busybox")
            busybox = str(shutil.which("busybox"))
            listed = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True)
            links = dict.fromkeys(listed.stdout.split(), busybox)
        else:
            links = {name: shutil.which(name) or "" for name in (*PROGRAMS, downloader)}
        for name, target in links.items():
            if name not in lacks and target:
                (self.programs / name).symlink_to(target)

    def replace(self, program: str, text: str) -> None:
        """Put a script of the test in the place of a program."""
        (self.programs / program).unlink(missing_ok=True)
        (self.programs / program).write_text(f"#!/bin/sh\n{text}\n")
        (self.programs / program).chmod(0o755)

    def run(
        self,
        text: str,
        *arguments: str,
        shell: str = "dash",
        environment: Mapping[str, str] | None = None,
        sandbox: Sequence[str] = (),
        prefix: Sequence[str] = (),
    ) -> Result:
        """Feed a script to a shell, in the clean home; `sandbox` are more words for bwrap."""
        process = self.start(
            text, *arguments, shell=shell, environment=environment, sandbox=sandbox, prefix=prefix
        )
        out, err = process.communicate(timeout=60)
        return Result(status=process.returncode, out=out.decode(), err=err.decode(errors="replace"))

    def start(
        self,
        text: str,
        *arguments: str,
        shell: str = "dash",
        environment: Mapping[str, str] | None = None,
        sandbox: Sequence[str] = (),
        prefix: Sequence[str] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a shell that reads a script from its standard input, and don't wait for it."""
        require(shell)
        applet = ["sh"] if shell == "busybox" else []
        words = [*prefix, str(shutil.which(shell)), *applet, "-s", "--", *arguments]
        variables = {"HOME": self.inside, "PATH": self.path, "TERM": "dumb", **(environment or {})}
        if sandbox and not _HAS_BWRAP:
            require("bwrap")
        command = [*_SIGNALS, *(_bwrap(self, variables) if _HAS_BWRAP else ()), *sandbox, *words]
        with TemporaryFile() as stdin:
            stdin.write(text.encode())
            stdin.seek(0)
            return subprocess.Popen(
                command,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=variables,
                cwd=self.folder,
                start_new_session=True,
            )

    def files(self) -> dict[str, str]:
        """List what is in the home: where links lead, and the sha256 of files."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            name = str(path.relative_to(self.folder))
            if path.is_symlink():
                found[name] = f"-> {path.readlink()}"
            elif path.is_file():
                found[name] = sha256(path.read_bytes()).hexdigest()
        return found

    def outside(self, inside: Path | str) -> Path:
        """Where this process finds a path of the script."""
        return self.folder / Path(inside).relative_to(self.inside)

    def says(self, command: str = "tool") -> str:
        """Run an installed command and return what it prints; empty if it isn't there."""
        link = self.folder / ".local/bin" / command
        if not link.is_symlink():
            return ""
        ran = subprocess.run(
            [self.outside(link.readlink())], capture_output=True, text=True, check=False
        )
        return ran.stdout.strip()


def _bwrap(home: Home, variables: Mapping[str, str]) -> list[str]:
    options = (
        "--ro-bind / / --tmpfs /tmp --tmpfs /home --tmpfs /mnt --dev /dev --proc /proc --unshare-all --share-net"
        " --uid 1000 --gid 1000 --die-with-parent --new-session --clearenv"
    )
    words = [str(shutil.which("bwrap")), *options.split(), "--chdir", "/home/new"]
    words += ["--bind", str(home.folder), "/home/new", "--ro-bind", str(home.programs), "/mnt/bin"]
    for name, value in variables.items():
        words += ["--setenv", name, value]
    return words
