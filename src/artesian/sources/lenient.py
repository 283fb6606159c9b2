"""Reads what upstreams list item by item: one that isn't as expected is skipped and counted, the list is not lost."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawRelease, Skipped
from artesian.model.version import parse_version

__all__ = ["UNREADABLE", "decode", "joined", "listed", "parse_list", "read_each"]

# What decoding an upstream's bytes can raise: bad UTF-8 and addresses are ValueErrors, and nesting has no end.
UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)

_Item = TypeVar("_Item")


class _Tagged(msgspec.Struct):
    tag_name: object = ""


def parse_list(
    body: bytes, item: type[_Item], release: Callable[[_Item], RawRelease | None]
) -> Listed | Nonsense:
    """Decode `body` as a list of `item`; `release` may leave an item out by None (a draft)."""
    raw_items = decode(body, list[msgspec.Raw])
    if isinstance(raw_items, Nonsense):
        return raw_items
    releases: list[RawRelease] = []
    skipped: list[Skipped] = []
    for raw in raw_items:
        try:
            read = release(msgspec.json.decode(raw, type=item))
        except UNREADABLE as error:
            skipped.append(Skipped(tag=_tag(raw), reason=str(error)))
            continue
        if read is not None:
            releases.append(read)
    return Listed(releases=tuple(releases), skipped=tuple(skipped))


def decode(body: bytes | msgspec.Raw, shape: type[_Item]) -> _Item | Nonsense:
    """Decode JSON of this shape."""
    try:
        return msgspec.json.decode(body, type=shape)
    except UNREADABLE as error:
        return Nonsense(reason=f"not a list of releases: {error}")


def read_each(
    items: Iterable[tuple[str, msgspec.Raw]],
    shape: type[_Item],
    release: Callable[[str, _Item], RawRelease | None],
) -> Listed:
    """Decode items, each with the name that it is skipped under; `release` may leave one out by None."""
    releases: list[RawRelease] = []
    skipped: list[Skipped] = []
    for name, raw in items:
        try:
            read = release(name, msgspec.json.decode(raw, type=shape))
        except UNREADABLE as error:
            skipped.append(Skipped(tag=name[:100], reason=str(error)))
            continue
        if read is not None and read.assets:
            releases.append(read)
    return Listed(releases=tuple(releases), skipped=tuple(skipped))


def listed(
    parts: Iterable[Listed], *, what: str, has_empty_parts: bool = False
) -> Listed | Nonsense:
    """Put lists together, files of one tag into one release, newest version first. An empty list is nonsense.

    has_empty_parts: some of the lists may be empty, if not all.
    """
    together: dict[str, RawRelease] = {}
    skipped: list[Skipped] = []
    for part in parts:
        skipped.extend(part.skipped)
        if not part.releases and not has_empty_parts:
            together.clear()
            break
        for release in part.releases:
            known = together.get(release.tag)
            together[release.tag] = release if known is None else joined(known, release)
    if not together:
        reason = skipped[0].reason if skipped else "it is empty"
        return Nonsense(reason=f"{what} lists no release: {reason}")
    newest = sorted(together.values(), key=lambda one: parse_version(one.tag), reverse=True)
    return Listed(releases=tuple(newest), skipped=tuple(skipped))


def joined(known: RawRelease, more: RawRelease) -> RawRelease:
    """Add the files that another list has of the same release."""
    names = {asset.name for asset in known.assets}
    added = tuple(asset for asset in more.assets if asset.name not in names)
    return msgspec.structs.replace(known, assets=(*known.assets, *added))


def _tag(raw: msgspec.Raw) -> str:
    try:
        return str(msgspec.json.decode(raw, type=_Tagged).tag_name)[:100]
    except UNREADABLE:
        return ""
