"""Any index of JSON, as the paths in its definition describe it.

A path is names between dots; `[]` after one means each item of a list, `*` each value of an object, whose key is
`$key` from there on. With braces it is a text, filled in: `https://host/{version}/{filename}`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import msgspec

from artesian.model.definition import Index, Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease, Skipped
from artesian.sources.fields import date, digest, download_url, file_name, missing, size
from artesian.sources.lenient import UNREADABLE, listed

__all__ = ["documents", "is_stable", "parse"]

_STABLE = frozenset({"", "stable", "true", "release", "ga", "lts", "production"})
_NOT = frozenset({"", "false", "no", "none", "null", "-", "0"})
_DECODER = msgspec.json.Decoder(float_hook=str)  # 1.10 is a version, not 1.1
_BRACES = re.compile(r"\{([^{}]*)\}")


class _Place(msgspec.Struct, frozen=True):
    """A value of the index, and the key that led to it."""

    value: object
    key: str


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: the index."""
    return missing((source.base_url or "",), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read the index."""
    try:
        document = _DECODER.decode(found[source.base_url or ""])
    except UNREADABLE as error:
        return Nonsense(reason=f"not a list of releases: {error}")
    index = source.index or Index()
    releases: list[RawRelease] = []
    skipped: list[Skipped] = []
    places = list(_each(_Place(document, ""), index.releases))
    for place in places:
        tag = _text(place, index.version)
        try:
            release = _release(index, place, tag)
        except ValueError as error:
            skipped.append(Skipped(tag=tag[:100], reason=str(error)))
            continue
        if release.assets:
            releases.append(release)
    if not releases and not skipped:
        return Nonsense(reason=f"the index {source.base_url}: {_lacking(index, places)}")
    part = Listed(releases=tuple(releases), skipped=tuple(skipped))
    return listed((part,), what=f"the index {source.base_url}")


def _lacking(index: Index, places: Sequence[_Place]) -> str:
    """Name the path that leads nowhere."""
    if not places:
        return f"nothing is at releases = '{index.releases}'"
    if index.assets and not any(True for place in places for _ in _each(place, index.assets)):
        return f"no release has anything at assets = '{index.assets}'"
    return f"no file has a URL at url = '{index.url}'"


def is_stable(channel: str) -> bool:
    """Tell whether a word for a channel means finished releases."""
    return channel.lower() in _STABLE


def _release(index: Index, place: _Place, tag: str) -> RawRelease:
    if not tag:
        raise msgspec.ValidationError(f"a release has no {index.version}")
    files = _each(place, index.assets) if index.assets else iter((place,))
    return RawRelease(
        tag=tag,
        published_at=date(_text(place, index.date)),
        is_prerelease=not is_stable(_text(place, index.channel)),
        is_lts=_text(place, index.lts).lower() not in _NOT,
        assets=tuple(found for file in files if (found := _asset(index, file, place, tag))),
    )


def _asset(index: Index, file: _Place, release: _Place, tag: str) -> RawAsset | None:
    """Read a file; None: it has no URL, and so is something else that stands beside the files."""
    known = {"version": tag}

    def text(path: str) -> str:
        return _filled(path, file, release, known)

    name = text(index.name)
    known["name"] = name
    if not (address := text(index.url)):
        return None
    url = download_url(address)
    return RawAsset(
        name=name or file_name(url),
        url=url,
        size_bytes=size(text(index.size)),
        sha256=digest(text(index.sha256).removeprefix("sha256:")),
    )


def _filled(path: str, file: _Place, release: _Place, known: Mapping[str, str]) -> str:
    """Read a path of a file, or else of its release, or else what is known by that name."""

    def one(path: str) -> str:
        return _text(file, path) or _text(release, path) or known.get(path, "")

    return _completed(path, one) if "{" in path else one(path)


def _completed(text: str, read: Callable[[str], str]) -> str:
    """Fill in the braces of a text; empty: something in them has no value."""
    values = {path: read(path) for path in _BRACES.findall(text)}
    if not all(values.values()):
        return ""
    return _BRACES.sub(lambda found: values[found[1]], text)


def _text(place: _Place, path: str) -> str:
    """Read the first value of a path as a text; empty: there is none."""
    if not path:
        return ""
    if "{" in path:
        return _completed(path, partial(_text, place))
    value = place.key if path == "$key" else next((one.value for one in _each(place, path)), None)
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
        case _:
            return ""


def _each(place: _Place, path: str) -> Iterator[_Place]:
    """Follow a path to every value that it leads to."""
    name, _, rest = path.partition(".")
    if not path:
        yield place
    elif name.endswith("[]"):
        for held in _each(place, name.removesuffix("[]")):
            if isinstance(held.value, list):
                for item in held.value:
                    yield from _each(_Place(item, held.key), rest)
    elif isinstance(place.value, dict):
        if name == "*":
            for key, value in place.value.items():
                yield from _each(_Place(value, key), rest)
        elif name in place.value:
            yield from _each(_Place(place.value[name], place.key), rest)
