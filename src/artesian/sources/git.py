"""Tags of a git repository, as its server advertises them over HTTP: nothing is cloned to list them.

https://git-scm.com/docs/http-protocol, https://git-scm.com/docs/protocol-common#_pkt_line_format
"""

import re
from collections.abc import Iterator, Mapping

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources.fields import missing
from artesian.sources.lenient import listed

__all__ = ["documents", "parse"]

_SERVICE = "git-upload-pack"
_TAG = "refs/tags/"
_PEELED = "^{}"  # the commit that a tag object points at
_VERSION = re.compile(r"v\d+|v?\d+\.\d+")
_REF = re.compile(rb"([0-9a-f]{40}) (\S+)[^\n]*\n?")
_LENGTH = re.compile(rb"[0-9a-f]{4}")


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: the advertised refs."""
    return missing((_url(source),), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read the refs; a repository without tags of versions has one release, its present commit."""
    refs = _refs(found[_url(source)])
    if isinstance(refs, Nonsense):
        return refs
    tags = {
        name.removeprefix(_TAG): refs.get(f"{name}{_PEELED}", commit)
        for name, commit in refs.items()
        if name.startswith(_TAG) and not name.endswith(_PEELED)
    }
    releases = [
        _release(source, tag, commit) for tag, commit in tags.items() if _VERSION.match(tag)
    ]
    if not releases and "HEAD" in refs:
        releases = [_release(source, refs["HEAD"], refs["HEAD"])]
    return listed((Listed(releases=tuple(releases)),), what=f"the repository {source.repository}")


def _clone_url(source: Source) -> str:
    return f"{source.base_url}/{source.repository.removesuffix('.git')}.git"


def _url(source: Source) -> str:
    return f"{_clone_url(source)}/info/refs?service={_SERVICE}"


def _release(source: Source, tag: str, commit: str) -> RawRelease:
    name = source.repository.removesuffix(".git").rpartition("/")[2]
    file = RawAsset(
        name=f"{name}-{tag.replace('/', '-')}.git", url=f"{_clone_url(source)}#{commit}"
    )
    return RawRelease(tag=tag, assets=(file,))


def _refs(body: bytes) -> dict[str, str] | Nonsense:
    """Read name → commit: a line naming the service, then all refs, each part ended by a flush packet."""
    parts = _packets(body)
    if parts is None:
        return Nonsense(reason="not the refs of a git repository, or not all of them")
    (head, *rest), refs = parts
    if head.strip() != f"# service={_SERVICE}".encode() or rest:
        return Nonsense(reason="not the refs of a git repository, but another service's answer")
    found = {}
    for line in refs:
        ref = _REF.fullmatch(line.partition(b"\0")[0])
        if ref is None:
            return Nonsense(reason=f"not a ref: {line[:60]!r}")
        found[ref[2].decode(errors="replace")] = ref[1].decode()
    return found


def _packets(body: bytes) -> tuple[list[bytes], list[bytes]] | None:
    """Split the body at its two flush packets; None: it has others, or a packet is cut."""
    parts: list[list[bytes]] = [[]]
    for packet in _each(body):
        if packet is None:
            return None
        if packet:
            parts[-1].append(packet)
        else:
            parts.append([])
    if len(parts) != 3 or parts[2] or not parts[0]:
        return None
    return parts[0], parts[1]


def _each(body: bytes) -> Iterator[bytes | None]:
    """Give every packet's content, an empty one for a flush, None for what is none."""
    at = 0
    while at < len(body):
        length = body[at : at + 4]
        size = int(length, 16) if _LENGTH.fullmatch(length) else -1
        if size == 0:
            at += 4
            yield b""
        elif size > 4 and at + size <= len(body):
            yield body[at + 4 : at + size]
            at += size
        else:
            yield None
            return
