"""Index → Survey: for every package and tag what each kind of host gets, and the installer as it is sent."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from artesian import __version__
from artesian.clock import SystemClock
from artesian.errors import Invalid, NotFound, Unavailable
from artesian.index import Index, NotFetched
from artesian.model.definition import Definition
from artesian.model.host import Arch, Libc, Os
from artesian.model.impact import USUAL_TAGS, Build, Offer, Script, Survey, Surveyed
from artesian.model.names import PackageName
from artesian.model.query import Row, parse_spec
from artesian.model.snapshot import Snapshot
from artesian.model.version import parse_version
from artesian.resolve.table import ARCHS
from artesian.web.answers import Answers
from artesian.web.chosen import choose
from artesian.web.installers import installer
from artesian.web.nearest import Nearest
from artesian.web.negotiate import Form
from artesian.web.plane import Asked, NoSuchVersion, Serving

__all__ = ["Tick", "served_hosts", "serving_of", "survey"]

# Called with the name of each package that is looked at.
Tick = Callable[[PackageName], None]

# Where an installer names the server that it came from, every survey says the same.
_ORIGIN = "https://artesian.example"
_ASKED = Asked(form=Form.SCRIPT, origin=_ORIGIN, query={})
_LEVELS = (1, 2, 3, 4)


def survey(
    index: Index, *, what: str, tags: Sequence[str] = (), tick: Tick = lambda _name: None
) -> Survey:
    """Look at every package; `tags` are looked at beside none, lts, beta and each major version."""
    serving = serving_of(index)
    tags = [tag for tag in tags if tag not in USUAL_TAGS]
    packages: dict[PackageName, Surveyed] = {}
    for name in index.names:
        tick(name)
        packages[name] = _surveyed(serving, name, tags)
    return Survey(
        what=what,
        program=__version__,
        tags=tuple(sorted(set(tags))),
        packages=packages,
        aliases=dict(sorted(index.generation.aliases.items())),
    )


def serving_of(index: Index) -> Serving:
    """Make of an index what the read plane answers from."""
    nearest = Nearest((), SystemClock())
    return Serving(index=index, answers=Answers(0), nearest=nearest, public_url="")


def _surveyed(serving: Serving, name: PackageName, tags: Sequence[str]) -> Surveyed:
    try:
        definition = serving.index.about(name)
    except NotFetched:
        return Surveyed(is_known=False)
    try:
        snapshot = serving.index.snapshot(name)
    except NotFetched:
        return Surveyed(is_known=False, definition=_digest(definition))
    if not snapshot.releases and not definition.is_own:
        return Surveyed(is_known=False, definition=_digest(definition))
    builds: dict[Build, int] = {}
    offers = {}
    for tag in dict.fromkeys((*_usual_tags(snapshot), *tags)):
        offer = _offer(serving, name, tag, builds)
        if offer is not None:
            offers[tag] = offer
    return Surveyed(definition=_digest(definition), builds=tuple(builds), offers=offers)


def _digest(definition: Definition) -> str:
    """Tell one definition from another by all that decides on installs: not by what it says to people."""
    bare = replace(definition, title="", homepage="", description="", readme="", aliases=())
    return hashlib.sha256(msgspec.json.encode(bare)).hexdigest()[:16]


def _usual_tags(snapshot: Snapshot) -> Iterator[str]:
    if not snapshot.releases:
        yield ""
        return
    has_lts = any(release.is_lts for release in snapshot.releases)
    yield from (tag for tag in USUAL_TAGS if tag != "lts" or has_lts)
    versions = [parse_version(release.version) for release in snapshot.releases]
    for version in versions:
        if version.has_number:
            yield str(version.numbers[0] if version.numbers else 0)


def _offer(serving: Serving, name: PackageName, tag: str, builds: dict[Build, int]) -> Offer | None:
    """Look at one tag; None: no release is what it means."""
    try:
        spec = parse_spec(f"{name}@{tag}")
        chosen = choose(serving, [spec])
        body = installer(serving, _ASKED, chosen)
    except NoSuchVersion:
        return None
    except (NotFound, Invalid, Unavailable) as error:
        return Offer(trouble=str(error))
    rows = next(one.rows for one in chosen if one.name == name)
    hosts = {
        host: builds.setdefault(_build(row), len(builds))
        for host, row in served_hosts(rows).items()
    }
    digest = hashlib.sha256(body).hexdigest()
    return Offer(hosts=hosts, script=Script(sha256=digest, size_bytes=len(body)))


def _build(row: Row) -> Build:
    asset = row.asset
    return Build(
        version=row.release.version, asset=asset.name, libc=asset.libc, sha256=asset.sha256
    )


def served_hosts(rows: Sequence[Row]) -> Mapping[str, Row]:
    """Tell which row of a table each kind of host takes, as Row says; a level that differs from the one below apart."""
    found: dict[str, Row] = {}
    for os, archs in ARCHS.items():
        for arch in archs:
            own = [row for row in rows if (row.os, row.arch) == (os, arch)]
            for libc in (Libc.GNU, Libc.MUSL) if os is Os.LINUX and own else (None,):
                host = f"{os}/{arch}/{libc}" if libc else f"{os}/{arch}"
                found.update(_levels(host, arch, [row for row in own if row.libc in (None, libc)]))
    return found


def _levels(host: str, arch: Arch, rows: Sequence[Row]) -> Iterator[tuple[str, Row]]:
    below: Row | None = None
    for level in _LEVELS if arch is Arch.AMD64 else (1,):
        taken = next((row for row in rows if row.level <= level), None)
        if taken is not None and (below is None or taken.asset != below.asset):
            yield (host if level == 1 else f"{host}/v{level}"), taken
            below = taken
