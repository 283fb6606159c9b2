"""Facts of many sources → one RawRelease per tag of a repository, and the day on which each was last stated."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import msgspec
from scripts.seed.facts import Fact

from artesian.model.release import RawAsset, RawRelease

__all__ = ["Merged", "merge"]

# A repository moved, and sources use both names; the files are the same. Old name → new name.
_MOVED = {
    "jmorganca/ollama": "ollama/ollama",
    "peltoche/lsd": "lsd-rs/lsd",
    "stedolan/jq": "jqlang/jq",
}

T = TypeVar("T")


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """A release, the day it was last stated (None: unknown), and files with checksums that disagree."""

    release: RawRelease
    stated_on: date | None
    disputed: tuple[str, ...] = ()


def merge(facts: Iterable[Fact], repositories: Iterable[str]) -> Mapping[str, tuple[Merged, ...]]:
    """Merge the facts about `repositories` (any spelling) by tag and file name; keys are as given."""
    wanted = {_canonical(one): one for one in repositories}
    found: dict[str, dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        repository = _canonical(fact.repository)
        if repository in wanted:
            found[wanted[repository]][fact.tag].append(fact)
    return {
        repository: tuple(_merge_tag(tags[tag], repository) for tag in sorted(tags))
        for repository, tags in found.items()
    }


def _canonical(repository: str) -> str:
    lower = repository.lower()
    return _MOVED.get(lower, lower)


def _merge_tag(facts: Sequence[Fact], repository: str) -> Merged:
    by_name: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_name[fact.name].append(fact)
    days = [fact.stated_on for fact in facts if fact.stated_on]
    return Merged(
        release=RawRelease(
            tag=facts[0].tag,
            published_at=_first(fact.published_at for fact in facts),
            is_lts=any(fact.is_lts for fact in facts),
            is_prerelease=any(fact.is_prerelease for fact in facts),
            assets=tuple(_merge_file(by_name[name], repository) for name in sorted(by_name)),
        ),
        stated_on=max(days, default=None),
        disputed=tuple(name for name in sorted(by_name) if len(_sums(by_name[name])) > 1),
    )


def _merge_file(facts: Sequence[Fact], repository: str) -> RawAsset:
    """Merge what is said of one file. The URL that spells the repository as the catalogue does wins."""
    urls = sorted({fact.url for fact in facts}, key=lambda url: (f"/{repository}/" not in url, url))
    sums = _sums(facts)
    return RawAsset(
        name=facts[0].name,
        url=urls[0],
        size_bytes=_first(fact.size_bytes for fact in facts),
        sha256=sums.pop() if len(sums) == 1 else None,
    )


def _sums(facts: Sequence[Fact]) -> set[str]:
    return {fact.sha256 for fact in facts if fact.sha256}


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
