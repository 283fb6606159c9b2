"""HashiCorp: an index for each product; digests lie in a file beside each version's builds.

https://releases.hashicorp.com/terraform/index.json
"""

from collections.abc import Mapping

import msgspec

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.model.version import Channel, parse_version
from artesian.sources.fields import download_url, missing
from artesian.sources.lenient import decode, listed, read_each

__all__ = ["BASE", "documents", "parse"]

BASE = "https://releases.hashicorp.com"


class _Build(msgspec.Struct):
    filename: str
    url: str


class _Release(msgspec.Struct):
    builds: list[_Build]
    shasums: str = ""


class _Index(msgspec.Struct):
    versions: dict[str, msgspec.Raw]


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: the product's index."""
    return missing((_url(source),), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read the index."""
    index = decode(found[_url(source)], _Index)
    if isinstance(index, Nonsense):
        return index
    folder = _folder(source)
    part = read_each(
        index.versions.items(), _Release, lambda version, one: _release(folder, version, one)
    )
    return listed((part,), what=f"the index of {source.repository}")


def _folder(source: Source) -> str:
    return f"{source.base_url or BASE}/{source.repository}"


def _url(source: Source) -> str:
    return f"{_folder(source)}/index.json"


def _release(folder: str, version: str, release: _Release) -> RawRelease:
    files = [RawAsset(name=one.filename, url=download_url(one.url)) for one in release.builds]
    if files and release.shasums:
        url = f"{folder}/{version}/{release.shasums}"
        files.append(RawAsset(name=release.shasums, url=url))
    return RawRelease(
        tag=version,
        is_prerelease=parse_version(version).channel is not Channel.STABLE,
        assets=tuple(files),
    )
