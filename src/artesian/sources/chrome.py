"""Chrome for Testing: one index of all versions of all channels, and one that tells which version is stable now.

https://googlechromelabs.github.io/chrome-for-testing/
"""

from collections.abc import Mapping

import msgspec

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.model.version import Version, parse_version
from artesian.sources.fields import download_url, file_name, missing
from artesian.sources.lenient import decode, listed, read_each

__all__ = ["BASE", "documents", "parse"]

BASE = "https://googlechromelabs.github.io/chrome-for-testing"
_ALL = "known-good-versions-with-downloads.json"
_CHANNELS = "last-known-good-versions.json"


class _Download(msgspec.Struct):
    url: str


class _Release(msgspec.Struct):
    version: str
    downloads: dict[str, list[_Download]] = {}


class _Index(msgspec.Struct):
    versions: list[msgspec.Raw]


class _Newest(msgspec.Struct):
    version: str


class _Stable(msgspec.Struct, rename={"stable": "Stable"}):
    stable: _Newest


class _Channels(msgspec.Struct):
    channels: _Stable


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: both indexes."""
    return missing((_url(source, _ALL), _url(source, _CHANNELS)), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read both indexes; what is newer than the stable version is a pre-release."""
    index = decode(found[_url(source, _ALL)], _Index)
    channels = decode(found[_url(source, _CHANNELS)], _Channels)
    if isinstance(index, Nonsense):
        return index
    if isinstance(channels, Nonsense):
        return channels
    newest = parse_version(channels.channels.stable.version)
    product = source.repository
    items = ((f"#{number}", raw) for number, raw in enumerate(index.versions))
    part = read_each(items, _Release, lambda _, one: _release(product, newest, one))
    return listed((part,), what=f"the index of {product}")


def _url(source: Source, name: str) -> str:
    return f"{source.base_url or BASE}/{name}"


def _release(product: str, newest: Version, release: _Release) -> RawRelease:
    return RawRelease(
        tag=release.version,
        is_prerelease=parse_version(release.version) > newest,
        assets=tuple(
            RawAsset(name=file_name(one.url), url=download_url(one.url))
            for one in release.downloads.get(product, ())
        ),
    )
