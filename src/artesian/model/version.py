"""Versions as upstreams write them: lenient parse, a total order, channels, prefixes and ranges.

Parsing never raises: a tag that says nothing sorts below every version and matches no prefix.
"""

from enum import StrEnum
from typing import TypeAlias

import msgspec

__all__ = ["Channel", "Lts", "Matching", "Newest", "Tag"]


class Channel(StrEnum):
    """How finished a release is, most stable first: asking for one includes all before it."""

    STABLE = "stable"
    RC = "rc"
    BETA = "beta"
    PREVIEW = "preview"
    ALPHA = "alpha"
    DEV = "dev"


class Newest(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The newest release of `channel` or a more stable one: no tag, `stable`, `latest`, `beta`, …"""

    channel: Channel = Channel.STABLE


class Lts(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The newest release with long-term support."""


class Matching(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The newest stable release that a prefix (`14`, `1.2.3-rc1`) or range (`^1.2`, `>=1.2,<2`) matches."""

    text: str


Tag: TypeAlias = Newest | Lts | Matching
