"""What an author types for an upstream → the source that a package.toml names, and the package's name."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec

from artesian.definitions.source import InvalidSource, page, parse_source
from artesian.model.definition import Source, SourceKind
from artesian.model.names import PackageName, parse_name
from artesian.model.release import RawRelease

__all__ = ["Wanted", "moved", "read_wanted"]

_KINDS = {
    "github.com": SourceKind.GITHUB,
    "gitlab.com": SourceKind.GITLAB,
    "codeberg.org": SourceKind.GITEA,
}
# Of the API's own address (GitHub's leads to /repositories/NUMBER), or that of a file.
_PLACE = re.compile(
    r"//[^/]+(?:/api/v[13]/repos)?/((?!repositories/|api/)[^/?#]+/[^/?#]+)/releases\b"
)
_DESCRIBED = frozenset({SourceKind.JSON, SourceKind.HTML})


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A package to be written; `text` is its source as the file has it."""

    text: str
    source: Source
    name: PackageName


def read_wanted(text: str, name: str | None) -> Wanted:
    """Read `owner/repo`, `kind:…` or a forge's URL; the name is the repository's unless given. Raise an Invalid."""
    written = _written(text)
    source = parse_source(written)
    if source.kind in _DESCRIBED:
        raise InvalidSource(
            text, "needs an [index] that says where it keeps what: write it by hand"
        )
    usual = source.repository.rpartition("/")[2] or source.kind
    return Wanted(text=written, source=source, name=parse_name(name or usual))


def moved(wanted: Wanted, url: str, releases: Iterable[RawRelease]) -> Wanted | None:
    """Find where a repository is now: where its API led (`url`), else where its files are; None: it can't be told."""
    old = wanted.source.repository
    forge = urlsplit(page(wanted.source)).netloc
    files = (asset.url for release in releases for asset in release.assets)
    addresses = (url, *(file for file in files if f"//{forge}/" in file))
    found = (_PLACE.search(address) for address in addresses)
    places = {place[1] for place in found if place is not None}
    if len(places) != 1 or old in places or not wanted.text.endswith(old):
        return None
    try:
        text = wanted.text.removesuffix(old) + places.pop()
        return Wanted(text=text, source=parse_source(text), name=wanted.name)
    except InvalidSource:
        return None


def _written(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise InvalidSource(text, f"is no address: {error}") from error
    if parts.scheme in ("http", "https"):
        host = parts.netloc.lower().removeprefix("www.")
        kind = _KINDS.get(host)
        if kind is None:
            raise InvalidSource(
                text, "is of a forge whose kind isn't known: write gitea:host/owner/name"
            )
        folder = f"{host}/" if kind is SourceKind.GITEA else ""
        return f"{kind}:{folder}{_repository(kind, parts.path)}"
    if ":" not in text and text.count("/") == 1:
        return f"{SourceKind.GITHUB}:{text}"
    return text


def _repository(kind: SourceKind, path: str) -> str:
    """Cut off what follows a repository in an address: behind `/-/` at GitLab, whose groups may hold groups."""
    if kind is SourceKind.GITLAB:
        named = f"{path}/".partition("/-/")[0].strip("/")
    else:
        named = "/".join(path.strip("/").split("/")[:2])
    return named.removesuffix(".git")
