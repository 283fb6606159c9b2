"""`artesian pick`: which file of a release a host would get, told from the names alone."""

import sys
from codecs import BOM_UTF8
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import typer
from msgspec.structs import replace

from artesian.classify.build import build
from artesian.classify.names import INCOMPLETE
from artesian.definitions.load import load_catalogue
from artesian.errors import Invalid
from artesian.model.definition import AssetRules, Definition, PlatformRule
from artesian.model.host import Arch, Host, Os
from artesian.model.release import Asset, Format, RawAsset, Release, Unclassified
from artesian.resolve.formats import EVERY, preference
from artesian.resolve.shelf import alternates, rank_stems, serves, shelves
from artesian.resolve.stem import plain
from artesian.resolve.words import read_host
from artesian.settings import shipped

__all__ = ["pick", "pick_command", "picked_line", "rules_of"]

_NO_RULES = AssetRules()
_LINUX_AMD64 = PlatformRule(match="*", os=Os.LINUX, arch=Arch.AMD64)
_EVERYWHERE = PlatformRule(match="*", os=Os.ANY, arch=Arch.ANY)
# What decoding a line can raise: bad UTF-8 is a ValueError, and nesting has no end.
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)


class _Question(msgspec.Struct, frozen=True, kw_only=True):
    assets: tuple[str, ...]
    os: str
    arch: str
    libc: str | None = None
    package: str | None = None
    level: int | None = None


def pick(
    names: Sequence[str], host: Host, package: str | None = None, rules: AssetRules = _NO_RULES
) -> str | None:
    """Choose, of the file names of one release, the one for `host`; any way of packing counts.

    rules: what the package's author knows better than its names. Where they leave nothing for the host, files that they
    leave out count, and builds for a newer processor if the host's is unknown.
    """
    lenient = replace(
        rules, include=(), exclude=(), level=() if host.level is None else rules.level
    )
    found = _picked(names, host, package, rules)
    if found is None and lenient != rules:
        return _picked(names, host, package, lenient)
    return found


def _picked(names: Sequence[str], host: Host, package: str | None, rules: AssetRules) -> str | None:
    said = tuple(_built(name, rules) for name in names)
    known = tuple(asset for asset in said if isinstance(asset, Asset))
    # Only for hosts that get nothing else: what names no system, as `trunk`, `shellcheck-v0.11.0.zip`.
    guessed = (_built(*guess) for guess in _guesses(said, names, rules, is_alone=not known))
    rest = tuple(asset for asset in guessed if isinstance(asset, Asset))
    releases = (Release(version="", tag="", assets=assets) for assets in (known, (*known, *rest)))
    for shelf in shelves(releases, EVERY):
        if serves(shelf, host):
            ranks = rank_stems(shelf, [plain(package.rpartition("/")[2])] if package else [])
            return alternates(shelf, host, preference(host.os), ranks)[0].name
    return None


def _built(name: str, rules: AssetRules) -> Asset | Unclassified:
    return build(RawAsset(name=name, url=""), rules)


def _guesses(
    said: Sequence[Asset | Unclassified],
    names: Sequence[str],
    rules: AssetRules,
    *,
    is_alone: bool,
) -> Iterator[tuple[str, AssetRules]]:
    """Guess what a name without a system is for.

    Linux, if it names a processor; Linux on amd64, if it is a bare file among files that name theirs; else every host.
    """
    for name, one in zip(names, said, strict=True):
        if isinstance(one, Asset) or one.reason not in INCOMPLETE or one.os is not None:
            continue
        if one.arch is not None:
            yield name, replace(rules, os=Os.LINUX)
        elif one.format is Format.RAW and not is_alone:
            yield name, replace(rules, platform=(*rules.platform, _LINUX_AMD64))
        else:
            yield name, replace(rules, platform=(*rules.platform, _EVERYWHERE))


def rules_of(package: str | None) -> AssetRules:
    """Find the rules of a package that the shipped catalogue knows by its name or its repository; else none."""
    return _rules().get(package.strip().lower(), _NO_RULES) if package else _NO_RULES


@cache
def _rules() -> Mapping[str, AssetRules]:
    """Read the shipped rules; those of a repository are its only package's, or its namesake's."""
    found: dict[str, AssetRules] = {}
    by_repository: defaultdict[str, list[Definition]] = defaultdict(list)
    for definition in load_catalogue(shipped("catalogue")).definitions:
        found.update(dict.fromkeys((definition.name, *definition.aliases), definition.assets))
        by_repository[definition.source.repository.lower()].append(definition)
    for repository, definitions in by_repository.items():
        owner, _, name = repository.partition("/")
        same = [each for each in definitions if len(definitions) == 1 or each.name == name]
        if owner and name and same:
            found[repository] = same[0].assets
    return found


def picked_line(line: bytes) -> bytes:
    """Answer one line of JSON by the same object with `pick`; null, with `error`, where it can't be answered."""
    answer: dict[str, Any] = {}
    try:
        given = msgspec.json.decode(line.removeprefix(BOM_UTF8))
        answer = dict(given) if isinstance(given, dict) else {}
        question = msgspec.convert(given, _Question)
        level = None if question.level is None else max(1, min(question.level, 4))
        host = read_host(question.os, question.arch, question.libc, level)
        answer["pick"] = pick(question.assets, host, question.package, rules_of(question.package))
    except (*_UNREADABLE, Invalid) as error:
        answer.update(pick=None, error=str(error))
    return msgspec.json.encode(answer)


def pick_command() -> None:
    """Read one JSON object a line: {"assets": [names], "os", "arch", "libc", "package"}; write each with its "pick".

    A package of the shipped catalogue, by its name or as owner/repo, is picked by its rules.
    """
    for line in sys.stdin.buffer:
        typer.echo(picked_line(line))
