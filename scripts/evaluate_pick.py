"""Measure `artesian pick` on real releases: for each host that a packager serves, do we take a file he hands it?

Run from the root of a checkout: `python -m scripts.evaluate_pick`. Each host is asked for as its label says, with and
without the package's name; every other answer is printed. `native`: the packager hands out an emulated build although
the release has the host's own, which we take. The data's folder is ARTESIAN_SHARED_DATA, by default ../shared/data
beside the checkout.
"""

import csv
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from artesian.classify.names import classify
from artesian.cli.pick import pick, rules_of
from artesian.definitions.load import load_catalogue
from artesian.model.host import Host
from artesian.model.release import Classified
from artesian.resolve.words import read_host
from artesian.settings import shipped

__all__ = ["TABLE", "Verdict", "judge", "read_releases"]

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("ARTESIAN_SHARED_DATA") or ROOT.parent / "shared" / "data")  # noqa: TID251
TABLE = DATA / "classify" / "labelled_assets.tsv"

# Of each (repository, version): every asset, with the hosts that it is handed to.
Releases = Mapping[tuple[str, str], Mapping[str, frozenset[str]]]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One host of one release: what we pick, and what its packager hands it. `kind`: right, native, none or wrong."""

    repository: str
    version: str
    host: str
    kind: str
    picked: str | None
    expected: tuple[str, ...]


def read_releases(path: Path) -> Releases:
    """Group the labelled assets by release."""
    releases: dict[tuple[str, str], dict[str, frozenset[str]]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            hosts = frozenset(filter(None, re.split("[,; ]+", row["serves"])))
            assets = releases[row["repo"], row["version"]]
            assets[row["asset"]] = assets.get(row["asset"], frozenset()) | hosts
    return releases


def judge(releases: Releases, *, is_named: bool) -> Iterator[Verdict]:
    """Ask for every host that is served; `is_named`: say the package's name, and go by its rules."""
    for (repository, version), assets in sorted(releases.items()):
        rules = rules_of(repository if is_named else None)
        for text in sorted({host for hosts in assets.values() for host in hosts}):
            system, arch = text.partition("(")[0].split("/")
            host = read_host(system, arch)
            expected = tuple(sorted(name for name, hosts in assets.items() if text in hosts))
            picked = pick(tuple(assets), host, repository if is_named else None, rules)
            yield Verdict(
                repository=repository,
                version=version,
                host=text,
                kind=_kind(text, host, picked, expected),
                picked=picked,
                expected=expected,
            )


def _kind(text: str, host: Host, picked: str | None, expected: tuple[str, ...]) -> str:
    if picked is None:
        return "none"
    if picked in expected:
        return "right"
    said = classify(picked)
    is_native = isinstance(said, Classified) and (said.os, said.arch) == (host.os, host.arch)
    return "native" if "(" in text and is_native else "wrong"


def main() -> None:
    """Print agreement over all repositories and over those of the catalogue."""
    if not TABLE.is_file():
        sys.exit(f"{TABLE} is absent: name its folder in ARTESIAN_SHARED_DATA")
    definitions = load_catalogue(shipped("catalogue")).definitions
    catalogue = {one.source.repository.lower() for one in definitions}
    releases = read_releases(TABLE)
    for is_named in (True, False):
        verdicts = list(judge(releases, is_named=is_named))
        for one in verdicts:
            if one.kind != "right" and is_named:
                expected = " or ".join(one.expected)
                print(
                    f"{one.kind}: {one.repository} {one.version} {one.host}: {one.picked}, not {expected}"
                )
        ours = [one for one in verdicts if one.repository.lower() in catalogue]
        for what, some in (("all repositories", verdicts), ("those of the catalogue", ours)):
            counts = Counter(one.kind for one in some)
            shares = ", ".join(
                f"{kind} {count / len(some):.2%}" for kind, count in counts.most_common()
            )
            told = "with" if is_named else "without"
            print(f"{what}, {told} the package's name, {len(some)} hosts: {shares}")


if __name__ == "__main__":
    main()
