"""What the words of a name say together: which of several is meant, and what follows for arch, level and libc."""

from collections.abc import Sequence

import msgspec

from artesian.classify.tokens import PAIRS, WORDS, Word
from artesian.model.host import Arch, Libc, Os

__all__ = ["Platform", "settle"]

_DIGITS = "0123456789"

# Here a word of libc speaks of something else: there is only the system's own.
_WITHOUT_LIBC = frozenset((Os.MACOS, Os.FREEBSD, Os.OPENBSD, Os.NETBSD, Os.DRAGONFLY))


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """What a name says of its platform; None where it is silent or contradicts itself."""

    os: Os | None
    arch: Arch | None
    level: int | None = None
    libc: Libc | None = None
    foreign: str | None = None  # the word for a platform that no host of ours has


def settle(words: Sequence[str], hint_os: Os | None) -> Platform:
    """Weigh the words of a name; `hint_os` is what its ending hints at (`.exe`)."""
    found = _look_up(words)
    os = _os(found, hint_os)
    arch = _arch(found, os)
    return Platform(
        os=os,
        arch=arch,
        level=_level(found) if arch is Arch.AMD64 else None,
        libc=_libc(found, os),
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


def _os(found: Sequence[Word], hint_os: Os | None) -> Os | None:
    said = {word.os for word in found if word.os}
    if len(said) == 1:
        return said.pop()
    if said:
        return Os.ANDROID if said == {Os.ANDROID, Os.LINUX} else None  # aarch64-linux-android
    if hint_os is not None:
        return hint_os
    hints = {word.hint_os for word in found if word.hint_os}
    return hints.pop() if len(hints) == 1 else None


def _arch(found: Sequence[Word], os: Os | None) -> Arch | None:
    said = {word.arch for word in found if word.arch}
    if not said:
        return _hinted({word.hint_arch for word in found if word.hint_arch}, os)
    if len(said) == 1:
        return said.pop()
    if said == {Arch.AMD64, Arch.ARM64} and os is Os.MACOS:
        return Arch.UNIVERSAL
    return None


def _hinted(hints: set[Arch], os: Os | None) -> Arch | None:
    if os is Os.MACOS and Arch.UNIVERSAL in hints:
        return Arch.UNIVERSAL
    hints.discard(Arch.UNIVERSAL)  # `checkstyle-all`: all of something else
    if os is Os.MACOS and Arch.ARMV6 in hints:  # there never was another arm
        return Arch.ARM64
    if hints == {Arch.ARMV6, Arch.AMD64}:  # arm-64bit
        return Arch.ARM64
    if hints == {Arch.ARMV6, Arch.X86}:  # arm-32bit
        return Arch.ARMV6
    return hints.pop() if len(hints) == 1 else None


def _level(found: Sequence[Word]) -> int | None:
    return max((word.level for word in found if word.level), default=None)


def _libc(found: Sequence[Word], os: Os | None) -> Libc | None:
    if os in _WITHOUT_LIBC:
        return None
    said = {word.libc for word in found if word.libc}
    for libc in (Libc.MUSL, Libc.GNU, Libc.MSVC, Libc.NONE):
        if libc in said:
            return libc
    return None


def _foreign(found: Sequence[Word], *, is_complete: bool) -> str | None:
    """Find a foreign platform; a tool may be named after one, then its name says ours too (`wasm-pack-…-linux`)."""
    for word in found:
        if word.foreign and (word.is_foreign_abi or not is_complete):
            return word.foreign
    return None
