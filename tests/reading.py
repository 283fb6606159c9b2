"""What tests of the read plane share: a small generation in memory, and a client that speaks ASGI."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec.structs import replace
from tests.clocks import StillClock

from artesian.index import Index
from artesian.model.definition import Command, Definition, Recipe, Source, SourceKind, TestRun
from artesian.model.host import Arch, Libc, Os
from artesian.model.names import PackageName
from artesian.model.release import Asset, Format, Release
from artesian.model.snapshot import Entry, Generation, Snapshot
from artesian.model.version import Channel
from artesian.observe import Observer
from artesian.web.app import App
from artesian.web.plane import EMPTY

__all__ = [
    "BROWSER",
    "CHECKED_AT",
    "CURL",
    "POWERSHELL",
    "WGET",
    "Memory",
    "Said",
    "app_of",
    "ask",
    "generation",
    "package",
]

CURL = {"user-agent": "curl/8.5.0", "accept": "*/*"}
WGET = {"user-agent": "Wget/1.21.3", "accept": "*/*"}
BROWSER = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "accept": "text/html,application/xhtml+xml,*/*;q=0.8",
}
POWERSHELL = {"user-agent": "Mozilla/5.0 (Windows NT; en-US) WindowsPowerShell/5.1.22621.2506"}

CHECKED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

_PLATFORMS = (
    (Os.LINUX, Arch.AMD64, Libc.NONE),
    (Os.LINUX, Arch.ARM64, Libc.GNU),
    (Os.MACOS, Arch.ARM64, Libc.NONE),
    (Os.WINDOWS, Arch.AMD64, Libc.NONE),
)


def package(
    name: str,
    versions: tuple[str, ...] = ("1.1.0", "1.0.0"),
    aliases: tuple[str, ...] = (),
    description: str = "",
) -> Snapshot:
    """Make a package with builds for four hosts; those for Windows have no checksum."""
    return Snapshot(
        definition=Definition(
            name=PackageName(name),
            title=name.title(),
            homepage=f"https://{name}.example/",
            description=description or f"Does what {name} does.",
            aliases=tuple(PackageName(alias) for alias in aliases),
            source=Source(kind=SourceKind.GITHUB, repository=f"example/{name}"),
            recipe=Recipe(commands=(Command(name=name, file=name),), test=TestRun(command=name)),
        ),
        releases=tuple(
            Release(
                version=version,
                tag=f"v{version}",
                channel=Channel.BETA if "beta" in version else Channel.STABLE,
                assets=tuple(_asset(name, version, *platform) for platform in _PLATFORMS),
            )
            for version in versions
        ),
    )


def _asset(name: str, version: str, os: Os, arch: Arch, libc: Libc) -> Asset:
    file = f"{name}-{version}-{os}-{arch}.tar.gz"
    return Asset(
        name=file,
        urls=(f"https://upstream.example/{name}/{version}/{file}",),
        os=os,
        arch=arch,
        libc=libc,
        format=Format.TAR_GZ,
        size_bytes=1234,
        sha256=None if os is Os.WINDOWS else "0123456789abcdef" * 4,
    )


_SNAPSHOTS = (
    package("rg", ("14.1.1", "14.0.0", "13.0.0", "2.0.0-beta1"), ("ripgrep",), "Searches <text>."),
    package("jq", ("1.7.1", "1.6")),
    package("duckdns.sh"),
    package("none", ()),
    package("node", ("22.1.0", "20.9.0")),
)


class Memory:
    """A Backing in memory; `following` is the generation it gives out next."""

    def __init__(self, snapshots: tuple[Snapshot, ...] = _SNAPSHOTS) -> None:
        self.snapshots = {snapshot.definition.name: snapshot for snapshot in snapshots}
        self.following: Generation | None = None
        self.fault: Exception | None = None
        self.damaged: tuple[str, ...] = ()

    def load(self) -> Generation | None:
        return generation(tuple(self.snapshots.values()))

    def newer(self, than: Generation) -> Generation | None:
        following = self.following
        return following if following is not None and following.number > than.number else None

    def snapshot(self, name: PackageName, digest: str, number: int) -> Snapshot | None:
        del digest, number
        if self.fault is not None:
            raise self.fault
        return self.snapshots.get(name)


def generation(snapshots: tuple[Snapshot, ...] = _SNAPSHOTS, number: int = 7) -> Generation:
    """Make a generation of these packages, and `later`, which is not fetched yet."""
    packages = {
        snapshot.definition.name: Entry(
            object="0" * 64,
            checked_at=CHECKED_AT,
            title=snapshot.definition.title,
            description=snapshot.definition.description,
        )
        for snapshot in snapshots
    }
    aliases = {
        alias: snapshot.definition.name
        for snapshot in snapshots
        for alias in snapshot.definition.aliases
    }
    later = {PackageName("later"): Entry(title="Later")}
    return Generation(
        number=number, created_at=CHECKED_AT, packages=packages | later, aliases=aliases
    )


def app_of(
    memory: Memory | None = None,
    *,
    is_empty: bool = False,
    clock: StillClock | None = None,
    public_url: str = "",
    allowed_hosts: tuple[str, ...] = (),
    answers_bytes: int = 10_000_000,
) -> App:
    """Make an app that serves `memory`, or nothing at all."""
    memory = memory or Memory()
    loaded = EMPTY if is_empty else replace(generation(tuple(memory.snapshots.values())))
    app = App(
        Index(generation=loaded, backing=memory),
        clock=clock or StillClock(),
        observer=Observer(),
        answers_bytes=answers_bytes,
        public_url=public_url,
        allowed_hosts=allowed_hosts,
    )
    while app.serving.nearest.grow(100):
        pass
    return app


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an app answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    app: App,
    target: str | bytes,
    headers: Mapping[str, str] = CURL,
    *,
    method: str = "GET",
    host: str | None = "get.example.com",
    raw_headers: tuple[tuple[bytes, bytes], ...] = (),
    http_version: str = "1.1",
    is_overloaded: bool = False,
) -> Said:
    """Ask an app as uvicorn would."""
    raw = target.encode() if isinstance(target, str) else target
    path, _, query = raw.partition(b"?")
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    if host is not None:
        pairs.insert(0, (b"host", host.encode()))
    scope = {
        "type": "http",
        "http_version": http_version,
        "server": ("127.0.0.1", 8080),
        "method": method,
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": [*pairs, *raw_headers],
    }
    sent: list[Mapping[str, object]] = []

    async def receive() -> Mapping[str, object]:
        raise AssertionError("no route reads a body")

    async def send(message: Mapping[str, object]) -> None:
        sent.append(message)

    asyncio.run((app.overloaded if is_overloaded else app)(scope, receive, send))  # type: ignore[arg-type]
    start, body = sent
    status, listed, content = start["status"], start["headers"], body["body"]
    assert isinstance(status, int)
    assert isinstance(listed, list)
    assert isinstance(content, bytes)
    names = [name for name, _ in listed]
    assert len(names) == len(set(names)), f"a header comes twice: {names}"
    length = int(dict(listed).get(b"content-length", b"0"))
    assert len(content) == (0 if method == "HEAD" or status == 304 else length)
    return Said(
        status=status,
        headers={name.decode(): value.decode() for name, value in listed},
        body=content,
    )
