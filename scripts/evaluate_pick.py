"""Measure `artesian pick` on real releases: for each host that a packager serves, do we take a file he hands it?

Reads classify/labelled_assets.tsv in the folder that ARTESIAN_SHARED_DATA names (default: ../shared/data beside the
checkout). Asks each host as the label says it, with and without the package's name, and prints every difference.
"""

import csv
import os
import re
import sys
from collections import defaultdict
from pathlib import Path

from artesian.cli.pick import pick
from artesian.definitions.load import load_catalogue
from artesian.resolve.words import read_host
from artesian.settings import shipped

DATA = Path(os.environ.get("ARTESIAN_SHARED_DATA", "../shared/data"))  # noqa: TID251 - a script's own setting
TABLE = DATA / "classify" / "labelled_assets.tsv"

# (repository, version) → every asset with the hosts it serves
Releases = dict[tuple[str, str], dict[str, set[str]]]


def read_releases(path: Path) -> Releases:
    """Group the labelled assets by release."""
    releases: Releases = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            hosts = {host.strip() for host in re.split("[,;]", row["serves"]) if host.strip()}
            releases[row["repo"], row["version"]].setdefault(row["asset"], set()).update(hosts)
    return releases


def main() -> None:
    """Print agreement over all repositories and over those of the catalogue."""
    if not TABLE.is_file():
        sys.exit(f"{TABLE} is absent: name its folder in ARTESIAN_SHARED_DATA")
    catalogue = {
        one.source.repository.lower() for one in load_catalogue(shipped("catalogue")).definitions
    }
    for is_named in (True, False):
        counts: dict[str, list[int]] = {"all": [0, 0], "catalogue": [0, 0]}
        for (repository, version), assets in sorted(read_releases(TABLE).items()):
            package = repository if is_named else None
            for host in sorted({host for hosts in assets.values() for host in hosts}):
                system, arch = host.partition("(")[0].split("/")
                expected = {name for name, hosts in assets.items() if host in hosts}
                got = pick(tuple(assets), read_host(system, arch), package)
                kinds = ["all", "catalogue"] if repository.lower() in catalogue else ["all"]
                for kind in kinds:
                    counts[kind][0] += got in expected
                    counts[kind][1] += 1
                if got not in expected and is_named:
                    print(
                        f"{repository} {version} {host}: {got}, not {' or '.join(sorted(expected))}"
                    )
        for kind, (right, total) in counts.items():
            told = "with" if is_named else "without"
            print(
                f"{kind}, {told} the package's name: {right}/{total} = {right / max(total, 1):.3%}"
            )


if __name__ == "__main__":
    main()
