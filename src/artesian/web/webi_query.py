"""What Webi's routes are asked: the end of a path, and the parameters of a list of builds. Lenient, as Webi is."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from artesian.web.webi_words import ANY, arch_word, libc_word, os_word

__all__ = [
    "LISTS",
    "MOST_BUILDS",
    "MOST_FORMATS",
    "BuildsQuery",
    "read_builds_query",
    "split_ending",
]

# Rows of one list: Webi's own default, and here the most as well, so that one request stays cheap.
MOST_BUILDS = 1000
# Endings of a list's path; a path without one means the first.
LISTS = (".json", ".tab")

# Words of `formats` that count: clients send eight at most, and each is looked for in the ending of every asset.
MOST_FORMATS = 20

_TRUE = frozenset(("true", "1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildsQuery:
    """Which builds are meant, in Webi's words (ANY: all of them), and how they are to be written."""

    os: str = ANY
    arch: str = ANY
    libc: str = ANY
    is_lts: bool = False
    channel: str = ANY
    formats: tuple[str, ...] = ()  # parts of endings, best first: `tar` means tar.gz as well
    limit: int = MOST_BUILDS
    is_pretty: bool = False


def split_ending(text: str, endings: tuple[str, ...]) -> tuple[str, str]:
    """Cut the last ending off a path; it goes before the tag is looked for, so that `duckdns.sh.json` is a list."""
    for ending in endings:
        if text.lower().endswith(ending):
            return text[: -len(ending)], ending
    return text, ""


def read_builds_query(query: Mapping[str, str]) -> BuildsQuery:
    """Read the parameters of a list; what is unknown or can't be read counts as not given."""
    given = {name: query.get(name, "").strip().lower() for name in ("channel", "formats", "limit")}
    words = (word.strip().lstrip(".") for word in given["formats"].split(","))
    formats = dict.fromkeys(word for word in words if word and word != "-")
    return BuildsQuery(
        os=os_word(query.get("os", "")),
        arch=arch_word(query.get("arch", "")),
        libc=libc_word(query.get("libc", "")),
        is_lts=_is_true(query, "lts"),
        channel="" if given["channel"] == "-" else given["channel"],
        formats=tuple(islice(formats, MOST_FORMATS)),
        limit=_limit(given["limit"]),
        is_pretty=_is_true(query, "pretty"),
    )


def _is_true(query: Mapping[str, str], name: str) -> bool:
    return query.get(name, "").strip().lower() in _TRUE


def _limit(text: str) -> int:
    """Read how many rows are wanted; all that one list holds where that is no number above zero."""
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return min(int(text), MOST_BUILDS) or MOST_BUILDS if is_number else MOST_BUILDS
