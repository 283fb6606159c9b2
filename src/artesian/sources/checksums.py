"""Checksum files that publishers put beside their assets: which they are, and what they say."""

import re
from collections.abc import Mapping

import msgspec

from artesian.model.release import RawAsset, RawRelease

__all__ = ["find", "parse", "with_checksums"]

MAX_BYTES = 1_000_000  # the longest seen has 400 lines; more is no list of checksums
_LISTS = re.compile(
    r"(?i)(.*[._-])?(sha256sums?|sha2-256sums|shasums?256|sha256|checksums?(?:[._-]?sha256)?)(\.txt)?"
)
_HEX = re.compile(r"\b[0-9a-fA-F]{64}\b")
# GNU: `<hash>  name` or `<hash> *name`; BSD: `SHA256 (name) = <hash>`.
_GNU = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(\S.*?)\s*")
_BSD = re.compile(r"SHA2?-?256 ?\((.+)\) ?= ?([0-9a-fA-F]{64})\s*")


def find(release: RawRelease) -> tuple[RawAsset, ...]:
    """Name the files to fetch: one list for all (of each place that files lie at), else a file for each asset."""
    if all(asset.sha256 for asset in release.assets):
        return ()
    small = [asset for asset in release.assets if (asset.size_bytes or 0) <= MAX_BYTES]
    named = {asset.name for asset in release.assets}
    lists = [
        asset
        for asset in small
        if _LISTS.fullmatch(asset.name) and _subject(asset.name) == asset.name
    ]
    if lists:
        best = sorted(lists, key=lambda asset: (len(asset.name), asset.name), reverse=True)
        by_host = {asset.url.partition("://")[2].partition("/")[0]: asset for asset in best}
        return tuple(by_host[host] for host in sorted(by_host))
    return tuple(
        asset
        for asset in small
        if asset.name.endswith((".sha256", ".sha256sum", ".sha256.txt"))
        and _subject(asset.name) in named
    )


def parse(name: str, body: bytes) -> Mapping[str, str]:
    """Read file name → sha256 (lower-case hex). A file of one bare hash speaks of the asset that it is named after."""
    text = body[:MAX_BYTES].decode(errors="replace")
    found: dict[str, str] = {}
    for line in text.splitlines():
        if gnu := _GNU.fullmatch(line):
            found[_base(gnu[2])] = gnu[1].lower()
        elif bsd := _BSD.fullmatch(line):
            found[_base(bsd[1])] = bsd[2].lower()
    hashes = _HEX.findall(text)
    if not found and len(hashes) == 1:
        found[_subject(name)] = hashes[0].lower()
    return found


def with_checksums(release: RawRelease, known: Mapping[str, str]) -> RawRelease:
    """Fill in what the upstream's own list doesn't say; its own digest always wins."""
    assets = tuple(
        msgspec.structs.replace(asset, sha256=asset.sha256 or known.get(asset.name))
        for asset in release.assets
    )
    return msgspec.structs.replace(release, assets=assets)


def _subject(name: str) -> str:
    return re.sub(r"\.sha256(sum)?(\.txt)?$", "", name)


def _base(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]
