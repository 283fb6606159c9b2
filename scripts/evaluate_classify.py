"""Measure classify against names whose platform is known: right, undecided and wrong by field, and the speed.

Run from the root of a checkout: `python -m scripts.evaluate_classify`. It prints every wrong answer, so that each can
be judged. The data's folder is ARTESIAN_SHARED_DATA, by default ../shared/data beside the checkout.
"""

import csv
import hashlib
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from artesian.classify.names import classify
from artesian.model.release import Classified, Unclassified

__all__ = ["DATA", "Row", "Verdict", "count", "has_both_tokens", "judge", "read_rows", "share"]

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("ARTESIAN_SHARED_DATA") or ROOT.parent / "shared" / "data") / "classify"  # noqa: TID251
HALVES = ("A", "B")
FIELDS = ("os", "arch", "libc", "format")

# What a label accepts, where it isn't our word. `multi` and `unspecified`: a packager hands the file to several.
_OS: Mapping[str, frozenset[str]] = {"multi": frozenset(("any", "posix"))}
_ARCH: Mapping[str, frozenset[str]] = {
    "386": frozenset(("x86",)),
    "arm": frozenset(("armv5", "armv6", "armv7")),
    "universal": frozenset(
        ("universal", "any")
    ),  # `any` is the label of what runs on all systems: checkstyle-all.jar
    "unspecified": frozenset(("any", "universal")),
}
_FORMAT: Mapping[str, str] = {
    "exe": "raw",
    "jar": "raw",
    "7z.exe": "7z",
    "tgz": "tar.gz",
    "tbz": "tar.bz2",
    "txz": "tar.xz",
}

# Written without a look at classify/tokens.py: it says which names a reader would call complete.
_OS_TOKEN = re.compile(
    r"linux|darwin|apple|mac ?os|mac(?![a-z])|osx|os-x|windows|(?<![a-z])win(?![a-z]{2})|msvc|\.exe$|\.msi$|bsd",
    re.IGNORECASE,
)
_ARCH_TOKEN = re.compile(
    r"x86|x64|amd64|arm|aarch|i[3-6]86|(?<!\d)386|ia32|(?<=[a-z_-])(64|32)(?!\d)|s390|ppc|powerpc|riscv|universal"
    r"|(?<=[-_])all(?![a-z])",
    re.IGNORECASE,
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A name and its labels."""

    name: str
    os: str
    arch: str
    libc: str
    format: str
    repository: str

    @property
    def half(self) -> str:
        """Split by repository: figures that differ between the halves are luck. Rules were written looking at both."""
        return HALVES[hashlib.sha256(self.repository.lower().encode()).digest()[0] & 1]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`right`, `undecided` or `wrong` for each field, and for the platform (os and arch together)."""

    os: str
    arch: str
    libc: str
    format: str

    @property
    def platform(self) -> str:
        both = (self.os, self.arch)
        return next((verdict for verdict in ("wrong", "undecided") if verdict in both), "right")


def read_rows(path: Path) -> tuple[Row, ...]:
    """Read labels from a table with the columns asset, os, arch, libc_in_name, format and repo."""
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(
            Row(
                name=line["asset"],
                os=line["os"],
                arch=line["arch"],
                libc=line["libc_in_name"],
                format=line["format"],
                repository=line["repo"],
            )
            for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        )


def judge(row: Row, said: Classified | Unclassified) -> Verdict:
    """Compare an answer with the labels."""
    return Verdict(
        os=_judge(said.os, _OS.get(row.os, frozenset((row.os,)))),
        arch=_judge(said.arch, _ARCH.get(row.arch, frozenset((row.arch,)))),
        libc=_judge_libc(said.libc, row.libc),
        format=_judge(said.format, frozenset((_FORMAT.get(row.format, row.format),))),
    )


def _judge(said: str | None, accepted: frozenset[str]) -> str:
    if said is None:
        return "undecided"
    return "right" if said in accepted else "wrong"


def _judge_libc(said: str | None, label: str) -> str:
    # The labels know `musl`, `gnu` and `msvc` only; `static` and `alpine` are words that they pass over.
    if not label:
        return "right" if said in (None, "none") else "undecided"
    return _judge(said, frozenset((label,)))


def has_both_tokens(name: str) -> bool:
    """Tell whether a name holds a word of a system and one of a processor."""
    return _OS_TOKEN.search(name) is not None and _ARCH_TOKEN.search(name) is not None


def count(verdicts: Iterable[str]) -> Counter[str]:
    """Count right, undecided and wrong."""
    return Counter(verdicts)


def share(counted: Counter[str], verdict: str) -> float:
    """Tell which share of names got `verdict`, 0 to 1."""
    return counted[verdict] / max(1, counted.total())


def main() -> int:
    """Print all tables; 1 if the data is absent."""
    if not (DATA / "labelled_assets.tsv").is_file():
        sys.stderr.write(f"no labelled names in {DATA}: set ARTESIAN_SHARED_DATA\n")
        return 1
    rows = read_rows(DATA / "labelled_assets.tsv")
    judged = [(row, judge(row, classify(row.name))) for row in rows]
    _print_platforms(judged)
    _print_fields(judged)
    _print_wrong(judged)
    _print_hard_cases()
    _print_reasons()
    _print_speed([row.name for row in rows])
    return 0


def _print_platforms(judged: Sequence[tuple[Row, Verdict]]) -> None:
    print(f"{'os and arch together':34} {'names':>6} {'right':>8} {'undecided':>10} {'wrong':>7}")
    for title, chosen in (
        ("names with both tokens", [pair for pair in judged if has_both_tokens(pair[0].name)]),
        ("all names", list(judged)),
    ):
        _print_line(title, count(verdict.platform for _, verdict in chosen))
        for half in HALVES:
            part = [verdict.platform for row, verdict in chosen if row.half == half]
            _print_line(f"  repositories of half {half}", count(part))


def _print_line(title: str, counted: Counter[str]) -> None:
    right, undecided, wrong = (
        100 * share(counted, verdict) for verdict in ("right", "undecided", "wrong")
    )
    print(f"{title:34} {counted.total():6} {right:7.2f}% {undecided:9.2f}% {wrong:6.2f}%")


def _print_fields(judged: Sequence[tuple[Row, Verdict]]) -> None:
    print(f"\n{'field by field, all names':34}")
    for field in FIELDS:
        _print_line(f"  {field}", count(getattr(verdict, field) for _, verdict in judged))


def _print_wrong(judged: Sequence[tuple[Row, Verdict]]) -> None:
    print("\nwrong answers (name: label, answer)")
    for row, verdict in judged:
        if verdict.platform == "wrong":
            said = classify(row.name)
            print(f"  {row.name}: {row.os}/{row.arch}, {said.os}/{said.arch}")


def _print_hard_cases() -> None:
    rows = read_rows(DATA / "hard_cases.tsv")
    failed = [row for row in rows if judge(row, classify(row.name)).platform != "right"]
    print(f"\nhard cases: {len(rows) - len(failed)} of {len(rows)} right")
    for row in failed:
        print(f"  {row.name}: {row.os}/{row.arch}, {classify(row.name)}")


def _print_reasons() -> None:
    with (DATA / "unlabelled_assets.tsv").open(newline="", encoding="utf-8") as file:
        lines = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        names = [line["asset"] for line in lines]
    reasons: Counter[str] = Counter()
    for name in names:
        said = classify(name)
        reasons["classified" if isinstance(said, Classified) else said.reason] += 1
    print(f"\nwhole release lists: {len(names)} names")
    for reason, number in reasons.most_common():
        print(f"  {number:5}  {reason}")


def _print_speed(names: Sequence[str]) -> None:
    started = time.perf_counter()
    for name in names:
        classify(name)
    print(f"\nspeed: {len(names) / (time.perf_counter() - started):,.0f} names/s")


if __name__ == "__main__":
    sys.exit(main())
