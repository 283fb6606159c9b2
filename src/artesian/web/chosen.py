"""What one line means: its packages with what they need and stand for, each with its builds for all hosts."""

from collections.abc import Iterator, Sequence

import msgspec

from artesian.errors import Invalid, NotFound, Unavailable
from artesian.index import NotFetched, UnknownPackage
from artesian.model.definition import Definition
from artesian.model.names import PackageName
from artesian.model.query import NoMatch, Row, Spec, parse_spec
from artesian.model.snapshot import Snapshot
from artesian.model.version import Tag
from artesian.resolve.table import table
from artesian.web.plane import NoSuchBuild, NoSuchVersion, Serving

__all__ = ["Chosen", "IsSet", "NotOffered", "TwoVersions", "choose", "resolvable"]


class TwoVersions(Invalid):
    """One package in several versions, of which only one can be in force."""

    def __init__(self, name: PackageName) -> None:
        super().__init__(
            f"{name} is named twice, in different versions; one line installs one of them"
        )
        self.name = name


class NotOffered(NotFound):
    """The name is known, and there is a reason why nothing is installed by it."""

    def __init__(self, name: PackageName, why: str) -> None:
        super().__init__(f"{name} can't be installed: {why}")
        self.name = name


class IsSet(NotFound):
    """The package has no builds: it stands for others."""

    def __init__(self, name: PackageName, packages: Sequence[str]) -> None:
        super().__init__(f"{name} has no builds of its own: it stands for {', '.join(packages)}")
        self.name = name


class Lacking(Unavailable):
    """The catalogue has a package, and not what it needs: a matter of the catalogue, not of the request."""

    def __init__(self, name: PackageName, spec: str) -> None:
        super().__init__(
            f"{name} needs {spec}, which this server's catalogue lacks", retry_after_s=3600
        )
        self.name = name


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A package of the line, and its builds for all hosts; none where it only stands for others."""

    name: PackageName
    tag: Tag
    snapshot: Snapshot
    rows: tuple[Row, ...]
    is_asked: bool  # by name, rather than by another package
    is_needed: bool  # only on hosts where its commands are missing
    is_fetched: bool  # else no release is known yet, only what it is

    @property
    def definition(self) -> Definition:
        return self.snapshot.definition

    @property
    def serves(self) -> str:
        """The version that is installed now."""
        return self.rows[0].release.version if self.rows else ""


def choose(serving: Serving, specs: Sequence[Spec]) -> tuple[Chosen, ...]:
    """List the packages of a line in the order of their install, each once; raise unless all can be served."""
    # Each once: `/rg,ripgrep` asks for one package.
    wanted = list(dict.fromkeys((serving.canonical(spec.name), spec.tag) for spec in specs))
    names = [name for name, _ in wanted]
    twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if twice is not None:
        raise TwoVersions(twice)
    asked = dict(wanted)
    found: dict[PackageName, Chosen] = {}
    for name, tag in wanted:
        for one in _expand(serving, name, tag, asked, (), is_needed=False):
            before = found.get(one.name)
            if before is None:
                found[one.name] = one
            elif before.is_needed and not one.is_needed:
                found[one.name] = msgspec.structs.replace(before, is_needed=False)
    return tuple(found.values())


def resolvable(serving: Serving, name: PackageName) -> Snapshot:
    """Return the releases of a package that has builds of its own; raise IsSet, NotOffered and what an index raises."""
    snapshot = _offered(serving, name)
    if snapshot.definition.packages and not snapshot.releases:
        raise IsSet(name, snapshot.definition.packages)
    return snapshot


def _offered(serving: Serving, name: PackageName) -> Snapshot:
    snapshot = serving.index.snapshot(name)
    definition = snapshot.definition
    if definition.refused:
        raise NotOffered(name, definition.refused)
    return snapshot


def _known(serving: Serving, name: PackageName, *, is_needed: bool) -> tuple[Snapshot, bool]:
    """Return a package, and whether its releases are fetched; raise NotFetched unless it is of use without.

    What is needed may be on the host already, and hosts that a package isn't for can be told so.
    """
    try:
        return _offered(serving, name), True
    except NotFetched:
        definition = serving.index.about(name)
        if not (is_needed or definition.elsewhere):
            raise
        return Snapshot(definition=definition, releases=()), False


def _expand(
    serving: Serving,
    name: PackageName,
    tag: Tag,
    asked: dict[PackageName, Tag],
    above: tuple[PackageName, ...],
    *,
    is_needed: bool,
) -> Iterator[Chosen]:
    """List a package behind what it needs and stands for; what leads back to itself is left out."""
    snapshot, is_fetched = _known(serving, name, is_needed=is_needed)
    definition = snapshot.definition
    for specs, are_needed in ((definition.needs, True), (definition.packages, False)):
        for text in specs:
            spec = parse_spec(text)
            try:
                inner = serving.canonical(spec.name)
            except UnknownPackage as error:
                raise Lacking(name, text) from error
            if inner in (*above, name):
                continue
            # What somebody asked for by name in this line has the last word on its version.
            for one in _expand(
                serving,
                inner,
                asked.get(inner, spec.tag),
                asked,
                (*above, name),
                is_needed=is_needed or are_needed,
            ):
                is_only_needed = (one.is_needed or are_needed) and one.name not in asked
                yield msgspec.structs.replace(one, is_needed=is_only_needed)
    yield Chosen(
        name=name,
        tag=tag,
        snapshot=snapshot,
        rows=_rows(snapshot, tag) if is_fetched else (),
        is_asked=name in asked,
        is_needed=False,
        is_fetched=is_fetched,
    )


def _rows(snapshot: Snapshot, tag: Tag) -> tuple[Row, ...]:
    definition = snapshot.definition
    if definition.packages and not snapshot.releases:
        return ()
    rows = table(snapshot, tag)
    if isinstance(rows, NoMatch):
        raise NoSuchVersion(definition.name, rows)
    if not rows:
        reason = f"{definition.name} has no build for any host"
        raise NoSuchBuild(definition.name, NoMatch(reason=reason, is_version_known=True))
    return rows
