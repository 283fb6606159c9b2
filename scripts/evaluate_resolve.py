"""Measure `resolve` on the catalogue: for each host that a packager serves, do we hand out a file that he does?

Run from the root of a checkout: `python -m scripts.evaluate_resolve`. An index is built from names and URLs alone, by
the catalogue's own definitions; the labels only judge. A host is asked about as one that unpacks everything. Every
answer that differs is printed with its kind. The data's folder is ARTESIAN_SHARED_DATA, by default ../shared/data
beside the checkout.
"""

import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec.structs import replace
from scripts.evaluate_pick import TABLE

from artesian.classify.build import LEFT_OUT, build
from artesian.definitions.load import load_catalogue
from artesian.model.definition import Definition, SourceKind
from artesian.model.host import Libc, Os
from artesian.model.query import NoMatch, Query, Resolution
from artesian.model.release import Asset, RawAsset, RawRelease
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel, Newest
from artesian.refresh.assemble import assemble
from artesian.resolve.choose import resolve
from artesian.resolve.formats import preference
from artesian.resolve.words import read_host
from artesian.settings import shipped

__all__ = ["AGREEING", "SAME", "TABLE", "Judged", "Kind", "judge", "read_repositories", "share"]

_URL = re.compile(
    r"https://github\.com/(?P<repository>[^/]+/[^/]+)/releases/download/(?P<tag>.+)/[^/]+"
)
# The same repository, before it moved.
_MOVED = {"stedolan/jq": "jqlang/jq"}
_ANY = Newest(channel=tuple(Channel)[-1])


class Kind(StrEnum):
    """How an answer stands to what a packager hands the host."""

    RIGHT = "right"
    FORMAT = "format"  # the same build packed otherwise; his is the alternate
    NATIVE = "native"  # the host's own build, where he has it emulate another
    NONE = "none"
    WRONG = "wrong"


SAME = frozenset((Kind.RIGHT,))
AGREEING = frozenset((Kind.RIGHT, Kind.FORMAT, Kind.NATIVE))


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a release, its label's platform (`linux/amd64`) and libc, and the hosts that packagers hand it to.

    `emulated`: hosts among them that are said to emulate it.
    """

    raw: RawAsset
    platform: str
    libc: str
    hosts: frozenset[str]
    emulated: frozenset[str]


# Of each repository in small letters: of each tag its files.
Repositories = Mapping[str, Mapping[str, Sequence[Served]]]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One host of one release of a package: what it gets, and what packagers hand it."""

    package: str
    tag: str
    host: str
    kind: Kind
    got: str
    expected: tuple[str, ...]

    def __str__(self) -> str:
        wanted = " or ".join(self.expected)
        return f"{self.kind}: {self.package} {self.tag} {self.host}: {self.got}, not {wanted}"


def read_repositories(path: Path) -> Repositories:
    """Group the labelled names by the repository and the tag that their URLs say."""
    found: dict[str, dict[str, dict[str, Served]]] = defaultdict(lambda: defaultdict(dict))
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            url = _URL.fullmatch(row["url"])
            repository = (url["repository"] if url else row["repo"]).lower()
            files = found[_MOVED.get(repository, repository)][url["tag"] if url else row["version"]]
            files[row["asset"]] = _merged(files.get(row["asset"]), _served(row))
    return {
        repository: {tag: tuple(files.values()) for tag, files in tags.items()}
        for repository, tags in found.items()
    }


def _served(row: Mapping[str, str]) -> Served:
    hosts = [text.partition("(") for text in re.findall("[^,; ]+", row["serves"])]
    return Served(
        raw=RawAsset(name=row["asset"], url=row["url"]),
        platform=f"{row['os']}/{row['arch']}",
        libc=row["libc_in_name"],
        hosts=frozenset(host for host, _, _ in hosts),
        emulated=frozenset(host for host, is_emulated, _ in hosts if is_emulated),
    )


def _merged(one: Served | None, other: Served) -> Served:
    if one is None:
        return other
    return replace(one, hosts=one.hosts | other.hosts, emulated=one.emulated | other.emulated)


def judge(
    repositories: Repositories,
    definitions: Sequence[Definition],
    libc: Libc | None,
    *,
    is_installer: bool = False,
) -> Iterator[Judged]:
    """Ask for every host that is served; with `libc` only for Linux hosts that are handed builds named for it.

    `is_installer`: as our installers ask, who unpack less than a host that unpacks everything.
    """
    for definition in definitions:
        tags = repositories.get(definition.source.repository.lower())
        if tags is None or definition.source.kind is not SourceKind.GITHUB:
            continue
        raw = [
            RawRelease(tag=tag, assets=tuple(file.raw for file in files))
            for tag, files in tags.items()
        ]
        snapshot = assemble(definition, raw)
        releases = {release.tag: (release,) for release in snapshot.releases}
        for tag, files in tags.items():
            own = [file for file in files if _is_own(file.raw, definition)]
            only = replace(snapshot, releases=releases.get(tag, ()))
            yield from _judge_release(only, tag, own, libc, is_installer=is_installer)


def _is_own(raw: RawAsset, definition: Definition) -> bool:
    """Tell whether a file is the package's: Hugo and Hugo extended come from one repository."""
    said = build(raw, definition.assets)
    return isinstance(said, Asset) or said.reason != LEFT_OUT


def _judge_release(
    snapshot: Snapshot,
    tag: str,
    files: Sequence[Served],
    libc: Libc | None,
    *,
    is_installer: bool,
) -> Iterator[Judged]:
    for text in sorted({host for file in files for host in file.hosts}):
        system, arch = text.split("/")
        host = read_host(system, arch, libc)
        expected = [
            file for file in files if text in file.hosts and (not libc or file.libc == libc)
        ]
        if not expected or (libc and host.os is not Os.LINUX):
            continue
        formats = None if is_installer else preference(host.os)
        answer = resolve(snapshot, Query(tag=_ANY, host=host, formats=formats))
        yield Judged(
            package=snapshot.definition.name,
            tag=tag,
            host=f"{text} ({libc})" if libc else text,
            kind=_kind(answer, files, expected, text),
            got=answer.reason if isinstance(answer, NoMatch) else answer.assets[0].name,
            expected=tuple(sorted(file.raw.name for file in expected)),
        )


def _kind(
    answer: Resolution | NoMatch, files: Sequence[Served], expected: Sequence[Served], host: str
) -> Kind:
    if isinstance(answer, NoMatch):
        return Kind.NONE
    own, *others = (asset.name for asset in answer.assets)
    names = {file.raw.name for file in expected}
    if own in names:
        return Kind.RIGHT
    if not names.isdisjoint(others):
        return Kind.FORMAT
    is_emulated = all(host in file.emulated for file in expected)
    is_native = any(file.raw.name == own and file.platform == host for file in files)
    return Kind.NATIVE if is_emulated and is_native else Kind.WRONG


def share(judged: Sequence[Judged], kinds: frozenset[Kind]) -> float:
    """Tell which share of hosts got an answer of `kinds`, 0 to 1."""
    return sum(one.kind in kinds for one in judged) / len(judged)


def main() -> None:
    """Print every answer that differs, and the agreement."""
    if not TABLE.is_file():
        sys.exit(f"{TABLE} is absent: name its folder in ARTESIAN_SHARED_DATA")
    repositories = read_repositories(TABLE)
    definitions = load_catalogue(shipped("catalogue")).definitions
    for libc in (None, Libc.GNU, Libc.MUSL):
        judged = tuple(judge(repositories, definitions, libc))
        for one in judged:
            if one.kind is not Kind.RIGHT:
                print(one)
        counts = Counter(one.kind for one in judged).most_common()
        packages = len({one.package for one in judged})
        what = f"Linux hosts handed builds named {libc}" if libc else "all hosts"
        print(
            f"{what}: {len(judged)} of {packages} packages:"
            f" the same file {share(judged, SAME):.2%}, agreeing {share(judged, AGREEING):.2%}"
            f" ({', '.join(f'{kind} {count}' for kind, count in counts)})"
        )
    asked = tuple(judge(repositories, definitions, None, is_installer=True))
    print(f"asked as installers ask: {len(asked)}: agreeing {share(asked, AGREEING):.2%}")


if __name__ == "__main__":
    main()
