"""Versions as upstreams write them: lenient parse, a total order, channels, prefixes and ranges.

Parsing never raises: a tag that says nothing sorts below every version and matches no prefix. Versions are compared by
what they say, not by how it is spelt: 1.0, v1.0.0 and 1.0.0-final are equal.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import msgspec

from artesian.errors import Invalid

__all__ = [
    "Channel",
    "InvalidTag",
    "Lts",
    "Matching",
    "Newest",
    "Tag",
    "Version",
    "is_match",
    "parse_tag",
    "parse_version",
]


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

# A piece of a suffix; numbers sort by value and before words: (0, 17, "") or (1, 0, "windows").
Token: TypeAlias = tuple[int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Version:
    """A version to compare. `text` is what people see, in the upstream's own spelling without its prefix."""

    has_number: bool
    numbers: tuple[int, ...]  # without trailing zeros
    stability: int  # 0 for a release, less for the channels before it
    suffix: tuple[Token, ...]  # `-rc2`: (2); `.windows.2`, `-1`, `w`: later than the plain version
    build: tuple[Token, ...]  # after `+`
    width: int = field(compare=False)  # how many numbers were written
    channel: Channel = field(compare=False)
    text: str = field(compare=False)


class InvalidTag(Invalid):
    """What follows the `@` is neither a channel nor a version nor a range."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:80]!r} is not a version: write a channel (stable, lts, rc, beta, alpha, dev), "
            "the start of a version (14, 1.2, 1.2.3-rc1) or a range (^1.2, ~1.2, >=1.2,<2)"
        )
        self.text = text


# Far longer than any tag, and within the limit of int().
_MAX_CHARACTERS = 250

_STABILITY = {channel: -rank for rank, channel in enumerate(Channel)}
_CHANNELS = {rank: channel for channel, rank in _STABILITY.items()}

_WORDS = {
    Channel.STABLE: "stable final ga release lts",
    Channel.RC: "rc cr",
    Channel.BETA: "beta milestone",
    Channel.PREVIEW: "preview pre prerelease eap ea insider insiders next",
    Channel.ALPHA: "alpha",
    Channel.DEV: "dev devel develop nightly snapshot canary edge unstable experimental master main trunk head tip",
}
_CHANNEL_WORDS = {word: channel for channel, words in _WORDS.items() for word in words.split()}
# Before the number a word counts only if it can't be part of a name: `nightly-2024-01-02`.
_LEADING = "rc|beta|preview|pre|alpha|dev|nightly|snapshot|canary"
# One letter right after the number and before another, `1.2b3`; and Spring's `-M1`.
_LETTER = re.compile(r"([abc])(?=[0-9])|[-._]?(m)(?=[0-9])")
_LETTERS = {"a": Channel.ALPHA, "b": Channel.BETA, "c": Channel.RC, "m": Channel.BETA}

_COMMIT = r"(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{7,40}(?![0-9A-Za-z])"  # 1ed9031
_NUMBER = rf"(?!{_COMMIT})[0-9]+"
_DOTTED = rf"{_NUMBER}(?:\.{_NUMBER})+"
_SCORED = r"[0-9]+(?:_[0-9]+)+(?![0-9.])"  # REL_17_0
_DATE = r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?(?![0-9])"
_APART = r"(?<![0-9A-Za-z])(?<![0-9]\.)"  # in `amd64-v2.0.5` 2.0.5 stands apart, 64 doesn't
_TOKEN = re.compile(rf"{_APART}{_COMMIT}|[0-9]+|[a-z]+")
# Where the version is in a tag: the first pattern that is found wins.
_PLACES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^[vV]?({_DOTTED})",
        rf"{_APART}[vV]({_DOTTED})",
        rf"{_APART}({_DOTTED})",
        rf"(?<![0-9])({_DOTTED})",  # go1.10, b6.0
        rf"{_APART}[vV]?({_DATE})",
        rf"{_APART}[vV]?({_SCORED})",
        rf"{_APART}[vV]?({_NUMBER})",
        rf"(?<![0-9])({_NUMBER})",  # r21
    )
)
_LEADING_WORD = re.compile(rf"{_APART}({_LEADING})[-._][vV]?$", re.IGNORECASE)
_UNSAFE = re.compile(r"[^0-9A-Za-z.+_~-]+")
# Git for Windows counts its own rebuilds: the first is the plain version, the second gets a fourth number.
_REBUILD = re.compile(r"\.windows\.([0-9]+)[-._+~]*$")


def parse_version(text: str) -> Version:
    """Read a release's tag, or a version as a person typed it; what says no version sorts below all."""
    tag = text[:_MAX_CHARACTERS].strip()
    last = tag.rpartition("/")[2]
    tag = last if re.search("[0-9]", last) else tag
    for place in _PLACES:
        found = place.search(tag)
        if found is not None:
            return _version(tag[: found.start(1)], found[1], tag[found.end(1) :])
    return _wordy(_UNSAFE.sub("-", tag))


def _wordy(text: str) -> Version:
    tokens = _tokens(text.lower())
    stability = _stability(tokens)
    return Version(
        has_number=False,
        numbers=(),
        stability=stability,
        suffix=tokens,
        build=(),
        width=0,
        channel=_CHANNELS[stability],
        text=text,
    )


def _version(before: str, core: str, after: str) -> Version:
    after = _UNSAFE.split(after, maxsplit=1)[0]
    rebuild = _REBUILD.search(after)
    if rebuild is not None:
        number = "" if rebuild[1] == "1" else f".{rebuild[1]}"
        return parse_version(before + core + after[: rebuild.start()] + number)
    leading = _LEADING_WORD.search(before)
    word, start = (leading[1].lower(), leading[0]) if leading else ("stable", "")
    numbers = tuple(int(number) for number in re.findall("[0-9]+", core))
    width = len(numbers)
    while numbers[-1:] == (0,):
        numbers = numbers[:-1]
    suffix, _, build = after.lower().partition("+")
    letter = _LETTER.match(suffix)
    if letter is not None:
        suffix = f"{_LETTERS[letter[1] or letter[2]]}{suffix[letter.end() :]}"
    tokens = _tokens(suffix)
    stability = min(_STABILITY[_CHANNEL_WORDS[word]], _stability(tokens))
    return Version(
        has_number=True,
        numbers=numbers,
        stability=stability,
        suffix=tuple(token for token in tokens if token[2] not in _CHANNEL_WORDS),
        build=_tokens(build),
        width=width,
        channel=_CHANNELS[stability],
        text=start + core.replace("_", ".") + after.rstrip("-._+~"),
    )


def _tokens(text: str) -> tuple[Token, ...]:
    pieces = _TOKEN.findall(text)
    return tuple((0, int(word), "") if word.isdecimal() else (1, 0, word) for word in pieces)


def _stability(tokens: tuple[Token, ...]) -> int:
    return min(
        (_STABILITY[_CHANNEL_WORDS.get(token[2], Channel.STABLE)] for token in tokens), default=0
    )


_CHANNEL_TAGS = {**_CHANNEL_WORDS, "latest": Channel.STABLE}
_PREFIX = re.compile(r"(?:[a-z0-9]+[-_.])*(?:[a-z]|go)?[0-9][0-9a-z._+-]*")
_COMPARATOR = re.compile(r"(\^|~|>=|<=|>|<|==?|!=) *v?([0-9][0-9a-z.+_-]*)")


def parse_tag(text: str | None) -> Tag:
    """Read what follows the `@`: nothing, a channel, `lts`, a prefix or a range; raise InvalidTag."""
    tag = (text or "").strip().lower()
    if tag in {"", "*"}:
        return Newest()
    if tag == "lts":
        return Lts()
    if tag in _CHANNEL_TAGS:
        return Newest(channel=_CHANNEL_TAGS[tag])
    if len(tag) > _MAX_CHARACTERS:
        raise InvalidTag(tag)
    if tag[0] in "<>=^~!":
        return Matching(text=",".join(sign + bound for sign, bound in _comparators(tag)))
    prefix = re.sub(r"^v(?=[0-9])|(?:\.[x*])+$", "", tag)
    if _PREFIX.fullmatch(prefix) is None or not parse_version(prefix).has_number:
        raise InvalidTag(tag)
    return Matching(text=prefix)


def _comparators(text: str) -> tuple[tuple[str, str], ...]:
    comparators = []
    for part in re.split(r" *, *| +(?=[<>=^~!])", text):
        found = _COMPARATOR.fullmatch(part)
        if found is None or not parse_version(found[2]).has_number:
            raise InvalidTag(text)
        comparators.append((found[1], found[2]))
    return tuple(comparators)


def is_match(tag: Matching, version: Version) -> bool:
    """Tell whether a prefix or range admits a version, whatever its channel."""
    if not version.has_number:
        return False
    if tag.text[:1] not in "<>=^~!":
        return _is_prefix(parse_version(tag.text), version)
    return all(
        _admits(sign, parse_version(bound), version) for sign, bound in _comparators(tag.text)
    )


def _is_prefix(prefix: Version, version: Version) -> bool:
    """Compare component by component: 1.1 is a prefix of 1.1.9, never of 1.10."""
    start = _pad(version.numbers, prefix.width)[: prefix.width]
    if not prefix.has_number or start != _pad(prefix.numbers, prefix.width):
        return False
    if not (prefix.stability or prefix.suffix or prefix.build):
        return True
    if prefix.stability != version.stability:
        return False
    if not (prefix.suffix or prefix.build):  # `14-rc`
        return True
    suffix = version.suffix if prefix.build else version.suffix[: len(prefix.suffix)]
    return (prefix.numbers, prefix.suffix, prefix.build) == (
        version.numbers,
        suffix,
        version.build[: len(prefix.build)],
    )


def _pad(numbers: tuple[int, ...], width: int) -> tuple[int, ...]:
    return numbers + (0,) * (width - len(numbers))


def _admits(sign: str, bound: Version, version: Version) -> bool:
    # Numbers that aren't written are free, up to the third: `=1.2` and `<=1.2` admit 1.2.9, `>1.2` doesn't.
    is_covered = version == bound or (bound.width < 3 and _is_prefix(bound, version))
    match sign:
        case "=" | "==":
            return is_covered
        case "!=":
            return not is_covered
        case ">=":
            return version >= bound
        case ">":
            return version > bound and not is_covered
        case "<=":
            return version <= bound or is_covered
        case "<" if bound.stability or bound.suffix:
            return version < bound
        case "<":  # a pre-release of 2 is not below 2
            return version.numbers < bound.numbers
        case _:
            return version >= bound and version.numbers < _end(sign, bound)


def _end(sign: str, bound: Version) -> tuple[int, ...]:
    """Find the first numbers that a caret or tilde range excludes."""
    numbers = _pad(bound.numbers, bound.width)
    place = min(1, bound.width - 1)
    if sign == "^":
        place = next((at for at, number in enumerate(numbers) if number), bound.width - 1)
    return (*numbers[:place], numbers[place] + 1)
