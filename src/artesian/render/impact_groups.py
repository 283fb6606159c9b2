"""Changes put together for people: tags that change alike, hosts that change alike, libcs that get the same."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from artesian.model.impact import Build, Change, Kind, ScriptChange
from artesian.model.version import parse_version

__all__ = ["Group", "Hosts", "ScriptGroup", "group", "group_scripts", "host_words", "spec_words"]

_LIBCS = {"gnu": "musl", "musl": "gnu"}
# A few tags are named, many are counted.
_MOST_SPECS = 6


class Hosts(msgspec.Struct, frozen=True, kw_only=True):
    """Hosts whose build becomes the same other one."""

    hosts: str
    before: str
    after: str


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What changes for a package under these tags. `details`: none where the version differs, and so every file."""

    specs: str
    versions: str  # `1.0`, or `1.0 → 1.1`
    hosts: str
    count: int
    details: tuple[Hosts, ...]
    unverified: str  # hosts whose build had a checksum, and has none now
    is_older: bool  # the version is below the one before


class ScriptGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Installers of one package that change alike."""

    specs: str
    count: int
    size: str
    sha256: str
    trouble: str


def group(changes: Iterable[Change], kind: Kind) -> tuple[Group, ...]:
    """Put changes of one kind together, in the order in which they come."""
    by_tag: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        if change.kind is kind:
            by_tag[change.package, change.tag].append(change)
    alike: dict[tuple[object, ...], list[str]] = {}
    firsts: dict[tuple[object, ...], list[Change]] = {}
    for (package, tag), own in by_tag.items():
        for part in _by_version(own):
            key = (package, *((one.host, one.before, one.after) for one in part))
            alike.setdefault(key, []).append(tag)
            firsts.setdefault(key, part)
    return tuple(_group(firsts[key], tags) for key, tags in alike.items())


def _by_version(changes: Iterable[Change]) -> Iterable[list[Change]]:
    parts: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        parts[_versions(change)].append(change)
    return parts.values()


def _versions(change: Change) -> str:
    texts = (build.version for build in (change.before, change.after) if build is not None)
    return " → ".join(dict.fromkeys(texts))


def _group(changes: Sequence[Change], tags: Sequence[str]) -> Group:
    first = changes[0]
    hosts = [change.host for change in changes]
    is_update = "→" in _versions(first)
    return Group(
        specs=spec_words(first.package, tags),
        versions=_versions(first),
        hosts=host_words(hosts),
        count=len(hosts),
        details=() if is_update or first.kind is not Kind.CHANGED else tuple(_details(changes)),
        unverified=host_words([one.host for one in changes if _is_unverified_now(one)]),
        is_older=_is_older(first.before, first.after),
    )


def _is_older(before: Build | None, after: Build | None) -> bool:
    return bool(before and after and parse_version(after.version) < parse_version(before.version))


def _is_unverified_now(change: Change) -> bool:
    before, after = change.before, change.after
    return bool(before and after and before.sha256 and not after.sha256)


def _details(changes: Sequence[Change]) -> Iterator[Hosts]:
    alike: defaultdict[tuple[Build | None, Build | None], list[str]] = defaultdict(list)
    for change in changes:
        alike[change.before, change.after].append(change.host)
    for (before, after), hosts in alike.items():
        yield Hosts(
            hosts=host_words(hosts),
            before=_build(before, after),
            after=_build(after, before),
        )


def _build(build: Build | None, other: Build | None) -> str:
    """Name a build, and what tells it from another one of the same name."""
    assert build is not None, "a change has both"
    assert other is not None, "a change has both"
    said = [build.asset]
    if build.libc is not other.libc:
        said.append(f"libc {build.libc}")
    if build.asset == other.asset and build.sha256 != other.sha256:
        said.append(f"sha256 {build.sha256[:12]}…" if build.sha256 else "no checksum")
    return ", ".join(said)


def spec_words(package: str, tags: Sequence[str]) -> str:
    """Name a package under these tags."""
    specs = [f"{package}@{tag}" if tag else package for tag in tags]
    more = len(specs) - _MOST_SPECS
    return ", ".join(specs[:_MOST_SPECS]) + (f" and {more} more tags" if more > 0 else "")


def host_words(hosts: Collection[str]) -> str:
    """Name hosts: both libcs at once, and higher levels of a processor only where the lowest isn't meant."""
    said: dict[str, None] = {}
    for host in hosts:
        base, slash, _ = host.rpartition("/v")
        if slash and base in hosts:
            continue
        parts = host.split("/")
        libc = parts[2] if len(parts) > 2 else ""
        twin = "/".join((*parts[:2], _LIBCS.get(libc, ""), *parts[3:]))
        said["/".join((*parts[:2], *parts[3:])) if twin in hosts else host] = None
    return ", ".join(said)


def group_scripts(changes: Iterable[ScriptChange]) -> tuple[ScriptGroup, ...]:
    """Put the installers of a package together, by what becomes of them."""
    by_package: defaultdict[tuple[str, Kind], list[ScriptChange]] = defaultdict(list)
    for change in changes:
        by_package[change.package, change.kind].append(change)
    return tuple(_script_group(own) for own in by_package.values())


def _script_group(changes: Sequence[ScriptChange]) -> ScriptGroup:
    first = changes[0]
    sizes = [script and f"{script.size_bytes:,}" for script in (first.before, first.after)]
    digests = [script and f"{script.sha256[:12]}…" for script in (first.before, first.after)]
    return ScriptGroup(
        specs=spec_words(first.package, [change.tag for change in changes]),
        count=len(changes),
        size=" → ".join(size or "none" for size in sizes),
        sha256=" → ".join(digest or "none" for digest in digests),
        trouble=first.trouble,
    )
