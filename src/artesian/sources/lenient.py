"""Reads a JSON list item by item: one that isn't as expected is skipped and counted, the list is not lost."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawRelease, Skipped

__all__ = ["UNREADABLE", "parse_list"]

# What decoding an upstream's bytes can raise: bad UTF-8 and addresses are ValueErrors, and nesting has no end.
UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)

_Item = TypeVar("_Item")


class _Tagged(msgspec.Struct):
    tag_name: object = ""


def parse_list(
    body: bytes, item: type[_Item], release: Callable[[_Item], RawRelease | None]
) -> Listed | Nonsense:
    """Decode `body` as a list of `item`; `release` may leave an item out by None (a draft)."""
    try:
        raw_items = msgspec.json.decode(body, type=list[msgspec.Raw])
    except UNREADABLE as error:
        return Nonsense(reason=f"not a list of releases: {error}")
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


def _tag(raw: msgspec.Raw) -> str:
    try:
        return str(msgspec.json.decode(raw, type=_Tagged).tag_name)[:100]
    except UNREADABLE:
        return ""
