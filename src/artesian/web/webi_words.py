"""Webi's words for platforms and formats, and ours: what its routes read and write (they are an interface).

It has two vocabularies, one in its lists (`macos`, `amd64`) and one in its installers (`darwin`, `x86_64`): both are
read, the first is written.
"""

import re
from collections.abc import Mapping

from artesian.model.host import Arch, Libc, Os
from artesian.model.release import Asset, Format
from artesian.resolve.words import UnknownWord, read_arch, read_libc, read_os

__all__ = [
    "ANY",
    "ARCHES",
    "EVERYWHERE",
    "OSES",
    "POSIX",
    "arch_word",
    "arch_words",
    "ending",
    "fallbacks",
    "is_for_libc",
    "is_for_os",
    "libc_word",
    "os_word",
]

# Of requests: whatever there is.
ANY = ""
# Of builds: for every system, or every processor; and for all but Windows.
EVERYWHERE = "*"
POSIX = "posix_2017"

OSES: Mapping[Os, str] = {**{os: os.value for os in Os}, Os.POSIX: POSIX, Os.ANY: EVERYWHERE}
ARCHES: Mapping[Arch, tuple[str, ...]] = {
    **{arch: (arch.value,) for arch in Arch},
    Arch.ARMV7: ("armv7l",),
    Arch.ARMV6: ("armv6l",),
    Arch.ARMV5: ("arm",),
    Arch.UNIVERSAL: ("arm64", "amd64"),
    Arch.ANY: (EVERYWHERE,),
}

_ANY_WORDS = frozenset(("", "-", EVERYWHERE, "any"))
_POSIX_WORDS = frozenset(("posix", POSIX, "posix_2024"))

# Builds for newer amd64 processors than 2009's go by words of their own: who asks for amd64 alone may not run them.
_LEVEL = re.compile(r"(?:amd64|x86[-_]64)[-_]?v([1-4])", re.ASCII)
_LEVELS = {"1": "amd64", "2": "amd64", "3": "amd64_v3", "4": "amd64_v4"}
# A build for new processors is better than none.
_FALLBACKS_OF_LEVELS = {
    "amd64": ("amd64_v3", "amd64_v4"),
    "amd64_v3": ("amd64",),
    "amd64_v4": ("amd64_v3", "amd64"),
}

# Tried in turn where nothing is for the processor itself.
_FALLBACKS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("macos", "arm64"): ("amd64",),
    ("windows", "arm64"): ("amd64",),
    ("linux", "arm64"): ("armv7l", "armv6l"),
    ("linux", "armv7l"): ("armv6l",),
}

_ENDINGS: Mapping[Format, str] = {Format.RAW: "exe"}
# Endings of two words, by which its clients tell what to do.
_TWO_WORDS = ("app.zip", "exe.xz")


def os_word(text: str) -> str:
    """Read an os as its lists write it; ANY where all are meant, and a word that no build has as it is."""
    word = text.strip().lower()
    if word in _ANY_WORDS:
        return ANY
    if word in _POSIX_WORDS:
        return POSIX
    try:
        return OSES[read_os(word)]
    except UnknownWord:
        return word


def arch_word(text: str) -> str:
    """Read a processor as its lists write it; ANY where all are meant, and a word that no build has as it is."""
    word = text.strip().lower()
    if word in _ANY_WORDS:
        return ANY
    if word == "arm":  # as its lists write it, not as uname does
        return word
    level = _LEVEL.fullmatch(word)
    if level is not None:
        return _LEVELS[level[1]]
    try:
        return ARCHES[read_arch(word)][0]
    except UnknownWord:
        return word


def libc_word(text: str) -> str:
    """Read a libc; ANY for `libc`, which only says that there is one."""
    word = text.strip().lower()
    if word in _ANY_WORDS:
        return ANY
    try:
        return read_libc(word) or ANY
    except UnknownWord:
        return word


def fallbacks(os: str, arch: str) -> tuple[str, ...]:
    """List the processors whose builds also run on one, best first."""
    return _FALLBACKS.get((os, arch), _FALLBACKS_OF_LEVELS.get(arch, ()))


def arch_words(asset: Asset) -> tuple[str, ...]:
    """Write the processors that a build is for: one file for both of macOS's is listed twice."""
    return (_LEVELS[str(asset.level)],) if asset.arch is Arch.AMD64 else ARCHES[asset.arch]


def is_for_os(asked: str, os: str) -> bool:
    """Tell whether a build for `os` is meant by who asked for `asked`."""
    return asked in {ANY, os} or os == EVERYWHERE or (os == POSIX and asked != "windows")


def is_for_libc(asked: str, libc: Libc) -> bool:
    """Tell whether a build for `libc` is meant: of gnu and musl the other one never is."""
    if asked == ANY or libc is Libc.NONE:
        return True
    return libc is not (Libc.GNU if asked == Libc.MUSL else Libc.MUSL)


def ending(asset: Asset) -> str:
    """Write a format as its clients know it: `exe` is a bare program."""
    name = asset.name.lower()
    two_words = (words for words in _TWO_WORDS if name.endswith(f".{words}"))
    return next(two_words, _ENDINGS.get(asset.format, asset.format.value))
