"""The query of /v1/resolve: a host and the formats it can unpack, in our one vocabulary of platforms."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl

from artesian.model.host import Arch, Host, Libc, Os
from artesian.model.release import Format
from artesian.web.nearest import distance
from artesian.web.plane import InvalidParameter

__all__ = [
    "ARCHES",
    "FORMATS",
    "LEVELS",
    "LIBCS",
    "OSES",
    "PARAMETERS",
    "check_names",
    "read_formats",
    "read_host",
    "read_query",
]

# Of builds only, never of hosts (model/host.py).
OSES = tuple(one for one in Os if one not in {Os.POSIX, Os.ANY})
ARCHES = tuple(one for one in Arch if one not in {Arch.UNIVERSAL, Arch.ANY})
LIBCS = tuple(Libc)
FORMATS = tuple(Format)
LEVELS = ("1", "2", "3", "4")

# All that /v1/resolve reads.
PARAMETERS = ("os", "arch", "libc", "level", "formats")

# More than every parameter we know, so that a long query costs nothing.
_MOST_PARAMETERS = 20

_Word = TypeVar("_Word", bound=StrEnum)


def read_query(query_string: bytes) -> dict[str, str]:
    """Read a query; raise InvalidParameter for a name that comes twice, or too many of them."""
    try:
        pairs = parse_qsl(
            query_string.decode("latin-1"),
            keep_blank_values=True,
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError:
        raise InvalidParameter("query", f"more than {_MOST_PARAMETERS} of them") from None
    query: dict[str, str] = {}
    for name, value in pairs:
        if name in query:
            raise InvalidParameter(name[:40], "given twice")
        query[name] = value
    return query


def check_names(query: Mapping[str, str]) -> None:
    """Refuse parameters that would be ignored: what is misspelt would be taken for not given."""
    for name in query:
        if name not in PARAMETERS:
            word = name[:40]
            near = min(PARAMETERS, key=lambda known: distance(word.lower(), known, len(word)))
            raise InvalidParameter(
                word,
                f"there is none of that name; the nearest of {', '.join(PARAMETERS)} is {near}",
            )


def read_host(query: Mapping[str, str]) -> Host:
    """Read os and arch, and libc and level where given; raise InvalidParameter."""
    level = query.get("level")
    if level is not None and level not in LEVELS:
        raise InvalidParameter("level", f"{level[:40]!r} is none of 1, 2, 3, 4")
    return Host(
        os=_word(query, "os", OSES),
        arch=_word(query, "arch", ARCHES),
        libc=_word(query, "libc", LIBCS) if "libc" in query else None,
        level=None if level is None else int(level),
    )


def read_formats(query: Mapping[str, str]) -> tuple[Format, ...] | None:
    """Read the list of formats, best first; None where it isn't given."""
    if "formats" not in query:
        return None
    words = dict.fromkeys(query["formats"].split(","))
    return tuple(_word({"formats": word}, "formats", FORMATS) for word in words)


def _word(query: Mapping[str, str], name: str, words: Iterable[_Word]) -> _Word:
    if name not in query:
        raise InvalidParameter(name, f"missing; it is one of {', '.join(words)}")
    for word in words:
        if word == query[name]:
            return word
    raise InvalidParameter(name, f"{query[name][:40]!r} is none of {', '.join(words)}")
