"""What the words of a name say together: which of several is meant, and what follows for arch, level and libc."""

from collections.abc import Sequence

import msgspec

from artesian.classify.endings import Ending
from artesian.classify.tokens import PAIRS, WORDS, Word
from artesian.model.host import Arch, Libc, Os

__all__ = ["Platform", "settle"]

_DIGITS = "0123456789"

# Only these have more than one; elsewhere a word of libc speaks of something else.
_WITH_LIBC = frozenset((Os.LINUX, Os.WINDOWS, Os.ANDROID, None))
_LIBCS = (Libc.MUSL, Libc.GNU, Libc.MSVC, Libc.NONE)


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """What a name says of its platform; None where it is silent or contradicts itself."""

    os: Os | None = None
    arch: Arch | None = None
    level: int | None = None
    libc: Libc | None = None
    foreign: str | None = None  # the word for a platform that no host of ours has

    @property
    def is_complete(self) -> bool:
        """Tell whether the name says both system and processor."""
        return self.os is not None and self.arch is not None


def settle(words: Sequence[str], ending: Ending) -> Platform:
    """Weigh the words of a name against each other and its ending."""
    found = _look_up(words)
    if (
        len({word.os for word in found if word.os}) > 1
        or len({word.arch for word in found if word.arch}) > 1
    ):
        found = _look_up(
            words[1:]
        )  # the first word is the tool's own name: `android-tools-linux-amd64`
    os = _os(found, ending)
    arch = _arch(found, os) or (Arch.AMD64 if _is_plain_linux(words, found) else None)
    return Platform(
        os=os,
        arch=arch,
        level=_level(found) if arch is Arch.AMD64 else None,
        libc=_libc(found) if os in _WITH_LIBC else None,
        foreign=_foreign(found, is_complete=os is not None and arch is not None),
    )


def _look_up(words: Sequence[str]) -> list[Word]:
    found = []
    before = ""
    for word in words:
        said = WORDS.get(word) or _numbered(word)
        if said is not None:
            found.append(said)
        said = PAIRS.get((before, word))
        if said is not None:
            found.append(said)
        before = word
    return found


def _numbered(word: str) -> Word | None:
    """Look up a system or libc with its version: macos11, ubuntu2204, glibc217."""
    if word[-1] not in _DIGITS:
        return None
    said = WORDS.get(word.rstrip(_DIGITS))
    return None if said is None or said.arch or said.hint_arch else said


def _os(found: Sequence[Word], ending: Ending) -> Os | None:
    said = {word.os for word in found if word.os}
    if len(said) == 1:
        return said.pop()
    if said:
        return Os.ANDROID if said == {Os.ANDROID, Os.LINUX} else None  # aarch64-linux-android
    if ending.hint_os is not None:
        return ending.hint_os
    if any(word.foreign for word in found):  # aarch64-apple-ios is no macOS
        return None
    hints = {word.hint_os for word in found if word.hint_os}
    if len(hints) == 1:
        return hints.pop()
    return ending.usual_os if not hints and any(word.arch for word in found) else None


def _arch(found: Sequence[Word], os: Os | None) -> Arch | None:
    said = {word.arch for word in found if word.arch}
    if not said:
        if any(word.foreign for word in found):  # thumbv7neon-unknown-linux-gnueabihf is no armv6
            return None
        return _hinted({word.hint_arch for word in found if word.hint_arch}, os)
    if len(said) == 1:
        return said.pop()
    if said == {Arch.AMD64, Arch.ARM64} and os is Os.MACOS:
        return Arch.UNIVERSAL
    return None


def _hinted(hints: set[Arch], os: Os | None) -> Arch | None:
    if Arch.UNIVERSAL in hints:
        if os is Os.MACOS:
            return Arch.UNIVERSAL
        hints.discard(Arch.UNIVERSAL)  # all of something else: `checkstyle-14.0.0-all`
    if Arch.ARMV6 in hints:
        if os is Os.MACOS or hints == {
            Arch.ARMV6,
            Arch.AMD64,
        }:  # Apple has no other arm; `arm-64bit`
            return Arch.ARM64
        hints.discard(Arch.X86)  # `arm-32bit`
    return hints.pop() if len(hints) == 1 else None


def _is_plain_linux(words: Sequence[str], found: Sequence[Word]) -> bool:
    """Tell whether a name says Linux, behind the tool's own name, and nothing of an arch.

    Of 32 labelled repositories with such names 31 mean amd64; for macOS (18 of 23) and Windows (88 of 94, and as many
    that leave it open) that is a guess, which build.py makes but `classify` doesn't.
    """
    if "linux" not in words[1:] and words != ["linux"]:
        return False
    return not any(word.arch or word.hint_arch or word.foreign for word in found)


def _level(found: Sequence[Word]) -> int | None:
    return max((word.level for word in found if word.level), default=None)


def _libc(found: Sequence[Word]) -> Libc | None:
    said = {word.libc for word in found if word.libc}
    return next((libc for libc in _LIBCS if libc in said), None)


def _foreign(found: Sequence[Word], *, is_complete: bool) -> str | None:
    """Find a foreign platform; a tool may be named after one, then its name says ours too (`wasm-pack-…-linux`)."""
    for word in found:
        if word.foreign and (word.is_foreign_abi or not is_complete):
            return word.foreign
    return None
