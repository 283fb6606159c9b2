"""What keeping the shipped catalogue fresh costs each upstream an hour; a section of docs/reference/performance.md.

Requests are counted at the simulated upstreams, in virtual time. Bytes are those of the real upstreams' answers where
those were recorded or can be estimated, else of the simulated ones, packed with gzip as they are sent.
"""

import logging
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import structlog
from report import put_section
from whole_catalogue import Asked, Measured, measure

from artesian.definitions.load import load_catalogue
from artesian.model.definition import Definition, SourceKind
from artesian.refresh.access import Access
from artesian.settings import shipped

PAGE = Path(__file__).parents[1] / "docs/reference/performance.md"
COMMAND = "make catalogue-cost"
TITLE = "What the whole catalogue costs its upstreams"
HOURS = 3  # that are counted
WARM_UP_H = {
    True: 1,
    False: 4,
}  # from nothing; without a token it takes that long to meet all packages
CHANGES_PER_HOUR = 4.0  # releases: more than all projects of the catalogue together have
OLDEST_MIN = 12.0  # an interval of 10 minutes, a step, and a minute to look
ANONYMOUS_OLDEST_MIN = 150.0  # 60 requests an hour for some 90 packages, a tenth of them kept

# Documents by the start of their address: kB of a whole one as it is sent. True: measured on a recording.
SIZES: Mapping[str, tuple[int, bool]] = {
    "https://go.dev/dl/": (63, True),
    "https://ziglang.org/": (15, True),
    "https://julialang-s3.julialang.org/": (550, True),
    "https://googlechromelabs.github.io/chrome-for-testing/known": (76, True),
    "https://googlechromelabs.github.io/": (1, True),
    "https://storage.googleapis.com/flutter_infra_release/": (70, True),
    "https://releases.hashicorp.com/": (45, False),
    "https://nodejs.org/": (15, False),
    "https://unofficial-builds.nodejs.org/": (5, False),
    "https://downloads.mariadb.org/rest-api/mariadb/1": (60, False),
    "https://downloads.mariadb.org/": (1, False),
    "https://sourceforge.net/": (8, False),
    "https://iterm2.com/": (15, False),
    "https://github.com/": (48, True),  # refs: the mean of seven repositories
}

ABOUT = """\
Written by `{command}`; don't edit it by hand. The shipped catalogue whole, {packages} packages with an upstream at
{hosts} hosts, an interval of 10 minutes and {changes:.0f} new releases an hour, counted over {hours} hours of virtual
time at the simulated upstreams. *304* are conditional requests that were answered without a body; at GitHub they cost
nothing with a token. *Whole* is what an answer weighs in kB, packed: measured on recordings (~: estimated; empty: as
simulated). MariaDB is simulated with 4 of its lines, each a document; the real one leads to 12, so to
three times as much.
"""
HEAD = """
| host | sources | packages | requests | 304 | whole, kB | kB an hour |
|---|---|---|---|---|---|---|
"""


def rows(asked: Iterable[Asked], definitions: Sequence[Definition]) -> list[str]:
    """Make a row for each host, the most asked first, and one for all."""
    by_host: defaultdict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_host[one.host].append(one)
    packages, kinds = _at_hosts(definitions)
    made = [
        _row(f"`{host}`", kinds[host], packages[host], those)
        for host, those in sorted(by_host.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]
    every = [one for those in by_host.values() for one in those]
    return [*made, _row("all", "", sum(packages.values()), every)]


def _at_hosts(definitions: Sequence[Definition]) -> tuple[Mapping[str, int], Mapping[str, str]]:
    access = Access(user_agent="artesian")
    counts: defaultdict[str, int] = defaultdict(int)
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for one in definitions:
        if one.source.kind is not SourceKind.OWN:
            host = access.host(one.source)
            counts[host] += 1
            kinds[host].add(one.source.kind.value)
    named = defaultdict(str, {host: ", ".join(sorted(found)) for host, found in kinds.items()})
    return counts, named


def _row(host: str, kinds: str, packages: int, asked: Sequence[Asked]) -> str:
    empty = sum(one.status == 304 for one in asked)
    sizes = {_size(one.url): None for one in asked if not one.is_query} if kinds else {}
    whole = ", ".join(f"{'' if size[1] else '~'}{size[0]}" for size in sizes if size)
    weight = sum(_weight(one) for one in asked) / HOURS
    cells = (
        host,
        kinds,
        f"{packages or ''}",
        f"{len(asked) / HOURS:.0f}",
        f"{empty / HOURS:.0f}",
        whole,
        f"{weight:,.0f}",
    )
    return "| " + " | ".join(cells) + " |"


def _size(url: str) -> tuple[int, bool] | None:
    return next((size for start, size in SIZES.items() if url.startswith(start)), None)


def _weight(asked: Asked) -> float:
    """Tell the kB of an answer."""
    size = _size(asked.url)
    return size[0] if size and asked.status == 200 else asked.size_bytes / 1000


def summary(found: Measured, *, has_token: bool) -> tuple[str, bool]:
    """Tell how old data got and what GitHub counted, and whether that is as good as it should be."""
    most = OLDEST_MIN if has_token else ANONYMOUS_OLDEST_MIN
    oldest = max(found.oldest_s.values()) / 60
    at_github = [one for one in found.asked if one.host == "api.github.com"]
    refused = [one for one in found.asked if one.status in (403, 429)]
    points = sum(one.is_query for one in at_github) / HOURS
    counted = sum(not one.is_query and (not has_token or one.status != 304) for one in at_github)
    is_met = oldest <= most and not refused
    limits = "5,000 requests and 5,000 points" if has_token else "60 requests"
    text = (
        f"The oldest data of any package were {oldest:.0f} minutes old (goal ≤ {most:.0f}: "
        f"{'met' if is_met else 'MISSED'}). GitHub counted {counted / HOURS:.0f} requests and "
        f"{points:.0f} queries an hour, of {limits}; {len(refused)} were refused."
    )
    return text, is_met


def main() -> int:
    """Run both cases, and write the section."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    definitions = load_catalogue(shipped("catalogue")).definitions
    packages, _ = _at_hosts(definitions)
    about = ABOUT.format(
        command=COMMAND,
        packages=sum(packages.values()),
        hosts=len(packages),
        changes=CHANGES_PER_HOUR,
        hours=HOURS,
    )
    parts, is_good = [about], True
    for has_token, name in ((True, "With a token of GitHub's"), (False, "Without one")):
        found = measure(
            hours=WARM_UP_H[has_token] + HOURS,
            warm_up_s=WARM_UP_H[has_token] * 3600,
            changes_per_hour=CHANGES_PER_HOUR,
            has_token=has_token,
        )
        text, is_met = summary(found, has_token=has_token)
        is_good = is_good and is_met
        lines = rows(found.asked, definitions)
        if not has_token:  # the others are asked as before
            lines = [line for line in lines if "api.github.com" in line]
        parts.append(f"\n**{name}.** {text}\n{HEAD}" + "\n".join(lines) + "\n")
    section = "".join(parts)
    print(section)
    put_section(PAGE, TITLE, section)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
