"""File name → Classified | Unclassified: cut the ending off, refuse what is no build, settle what the words say."""

import re

from artesian.classify.endings import Ending, split
from artesian.classify.refuse import NAMES, refusal, refusal_without_platform
from artesian.classify.settle import Platform, settle
from artesian.model.host import Arch, Os
from artesian.model.release import Classified, Format, Unclassified

__all__ = ["INCOMPLETE", "classify"]

_NO_OS = "no clear operating system in its name"
_NO_ARCH = "no clear architecture in its name"
_NO_PLATFORM = "no platform in its name"

# Reasons of builds whose name leaves something out, which their package's rules may fill in.
INCOMPLETE = frozenset((_NO_OS, _NO_ARCH, _NO_PLATFORM))

# File systems allow 255 bytes; a longer name is none of a file.
_MAX_CHARACTERS = 255

# A version is one word, so that the 64 of `1.2.64` and the v2 of `amd64-v2.0.5` say nothing.
_WORD = re.compile(r"v?\d+(?:\.\d+)+(?![a-z0-9]|\.bit)|[a-z0-9]+", re.ASCII)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])", re.ASCII)
_MAN_PAGE = re.compile(r"[^0-9]+\.[1-9](?:\.gz)?", re.ASCII)


def classify(name: str) -> Classified | Unclassified:
    """Tell which platform a file is for and how it is packed, from its name alone; never raises."""
    if not _is_file_name(name):
        return Unclassified(reason="not a file name")
    lower = name.lower()
    stem, ending = split(lower)
    if ending.format is Format.GIT:  # whatever the repository is called
        return Classified(os=Os.ANY, arch=Arch.ANY, format=Format.GIT)
    words = _words(stem)
    reason = _refusal(lower, words, ending)
    if reason is not None:
        return Unclassified(reason=reason, format=ending.format if ending.refusal else None)
    platform = settle(words, ending)
    if platform.is_complete:
        return _answer(platform, ending)
    camel = _words(_CAMEL.sub("-", name[: len(stem)]).lower())  # AtomicParsleyWindowsX86.zip
    if len(camel) > len(words):
        platform = _fuller(platform, settle(camel, ending))
    reason = None if platform.is_complete else refusal_without_platform(words)
    return _answer(platform, ending) if reason is None else Unclassified(reason=reason)


def _is_file_name(name: str) -> bool:
    """Tell whether a name is one of a file: an upstream's may be a path, which would lead out of its folder."""
    is_path = name in {".", ".."} or "/" in name or "\\" in name
    return 0 < len(name) <= _MAX_CHARACTERS and name.isprintable() and not is_path


def _fuller(plain: Platform, camel: Platform) -> Platform:
    return (
        camel if (plain.os is None and camel.os) or (plain.arch is None and camel.arch) else plain
    )


def _words(stem: str) -> list[str]:
    if "64" in stem:
        stem = (
            stem.replace("x86_64", "amd64")
            .replace("x86-64", "amd64")
            .replace("aarch_64", "aarch64")
            .replace("ppcle_64", "ppc64le")  # protoc-25.0-linux-ppcle_64.zip
        )
        stem = stem.replace(
            "mingw-w64", "mingw"
        )  # a compiler's name: raylib-6.0_win32_mingw-w64.zip
    return _WORD.findall(stem)


def _refusal(lower: str, words: list[str], ending: Ending) -> str | None:
    if ending.refusal is not None and not ending.is_telling:
        if ending.is_text:  # its words may say something that matters more: croc_v10.2.1_checksums.txt, provenance.json
            return refusal(words) or refusal_without_platform(words) or ending.refusal
        return ending.refusal
    if _MAN_PAGE.fullmatch(lower):
        return "man page"
    return NAMES.get(lower) or refusal(words)


def _answer(platform: Platform, ending: Ending) -> Classified | Unclassified:
    os, arch, form = platform.os, platform.arch, ending.format
    level, libc = platform.level, platform.libc
    if ending.is_any and os is None and arch is None:
        os, arch = Os.ANY, Arch.ANY
    reason = ending.refusal or _missing(os, arch, platform.foreign)
    if reason is None and os is not None and arch is not None and form is not None:
        return Classified(os=os, arch=arch, level=level, libc=libc, format=form)
    return Unclassified(
        reason=reason or _NO_PLATFORM, os=os, arch=arch, level=level, libc=libc, format=form
    )


def _missing(os: Os | None, arch: Arch | None, foreign: str | None) -> str | None:
    if foreign is not None:
        return f"for {foreign}, which no host of ours is"
    if os is None:
        return _NO_PLATFORM if arch is None else _NO_OS
    return _NO_ARCH if arch is None else None
