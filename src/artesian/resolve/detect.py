"""What a User-Agent says about its host, and what kind of client sent it. Unknown is None, never a guess.

The forms are those that Webi's clients, `curl -A "$(uname -srm)"`, PowerShell and browsers send.
"""

import re
from enum import StrEnum

import msgspec

from artesian.model.host import Arch, Libc, Os
from artesian.resolve.words import ARCHS

__all__ = ["Detected", "Kind", "detect"]


class Kind(StrEnum):
    """What sent a User-Agent. UNAME: a downloader told to send what `uname` prints; BOT: whatever else asks."""

    WEBI = "webi"
    WEBI_POWERSHELL = "webi-pwsh"
    WEBI_SHORT = "webi-short"
    POWERSHELL = "powershell"
    UNAME = "curl/wget+uname"
    UNAME_ALL = "uname -a style"
    BARE = "bare-client"
    BROWSER = "browser"
    BOT = "bot/probe"


class Detected(msgspec.Struct, frozen=True, kw_only=True):
    """What a User-Agent says; None: nothing."""

    os: Os | None
    arch: Arch | None
    libc: Libc | None
    kind: Kind


# Longer than any real one; a header may have 16 kB.
_MAX_CHARACTERS = 1000

_BOT = re.compile(
    r"bot\b|bot/|crawl|spider|\+https?:|\(https?:|uptime|monitor|probe|externalhit|prefetch|scanner|synthetics|datadog",
    re.IGNORECASE,
)
_PLATFORM = r"(?:linux|darwin|\w*bsd|dragonfly|sunos|illumos|aix|android|(?:mingw|msys|cygwin)\w*)"
# The first that is found tells the kind.
_KINDS = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"^webi/", Kind.WEBI),
        (r"^powershell\+", Kind.WEBI_POWERSHELL),
        (r"^(?:ms|windows)(?: \w+)?$", Kind.WEBI_SHORT),
        (r"powershell/|^microsoft windows", Kind.POWERSHELL),
        (r"#\d+\S* .*(?:SMP|PREEMPT)|#\d+-\w+ .*linux", Kind.UNAME_ALL),
        (rf"^(?:curl|wget)\b.*\b{_PLATFORM}.*\d|^{_PLATFORM}\b", Kind.UNAME),
        (rf"^\S+/unknown (?:{_PLATFORM}|windows)", Kind.UNAME),
        (r"^(?:curl|wget2?|libfetch|fetch|aria2|httpie|ftp)(?:[/ ]|$)", Kind.BARE),
        (r"^(?:mozilla|opera)/|^macintosh\b|^x11\b", Kind.BROWSER),
    )
)
# A kernel's name of a build for phones: `5.10.149-android12-9`, Samsung's `27242513-abA037USQU6DWJ3`.
_ANDROID = r"\bandroid|-android\d|-(?-i:ab(?:\d{6,}|[A-Z]\d{3}[A-Z0-9]+))"
# The first that is found tells the os. WSL's kernel (`…-microsoft-standard-WSL2`) is Linux; MSYS2's isn't.
_OSES = tuple(
    (re.compile(pattern, re.IGNORECASE), os)
    for pattern, os in (
        (_ANDROID, Os.ANDROID),
        (r"\b(?:mingw|msys|cygwin)", Os.WINDOWS),
        (r"\biphone|\bipad|\bcros\b", None),
        (r"\bdarwin(?:\b|\d)|\bmacintosh|\bmac ?os\b", Os.MACOS),
        (r"\blinux\b", Os.LINUX),
        (r"\bfreebsd", Os.FREEBSD),
        (r"\bopenbsd", Os.OPENBSD),
        (r"\bnetbsd", Os.NETBSD),
        (r"\bdragonfly", Os.DRAGONFLY),
        (r"\billumos", Os.ILLUMOS),
        (r"\bsunos\b|\bsolaris", Os.SOLARIS),
        (r"\baix\b", Os.AIX),
        (r"\bwindows|\bmicrosoft\b|^ms\b|\bpowershell", Os.WINDOWS),
    )
)
_SEPARATOR = re.compile(r"[\s/;(),]+")
# macOS tells the processor of its kernel, which under Rosetta is not that of the program that asks.
_XNU = re.compile(r"\bRELEASE_(ARM64|X86_64)\w*")
_LIBC = re.compile(r"(?:^|[\s/])(gnu|glibc|musl|msvc|bionic|libc)$")
_LIBCS = {
    "gnu": Libc.GNU,
    "glibc": Libc.GNU,
    "musl": Libc.MUSL,
    "msvc": Libc.MSVC,
    "bionic": Libc.BIONIC,
}


def detect(user_agent: str) -> Detected:
    """Read a User-Agent; never raises."""
    text = user_agent[:_MAX_CHARACTERS].strip()
    kind = _kind(text)
    if kind is Kind.BOT:
        return Detected(os=None, arch=None, libc=None, kind=kind)
    os = next((os for pattern, os in _OSES if pattern.search(text)), None)
    return Detected(os=os, arch=_arch(text), libc=_libc(text, kind, os), kind=kind)


def _kind(text: str) -> Kind:
    if _BOT.search(text):
        return Kind.BOT
    return next((kind for pattern, kind in _KINDS if pattern.search(text)), Kind.BOT)


def _arch(text: str) -> Arch | None:
    """Take the last word that is a processor: `uname -m` comes after the release that may name one too."""
    words = _SEPARATOR.split(_XNU.sub(" ", text).lower())
    found = next((ARCHS[word] for word in reversed(words) if word in ARCHS), None)
    xnu = _XNU.search(text)
    if found is None and xnu is not None:
        return ARCHS[xnu[1].lower()]
    return found


def _libc(text: str, kind: Kind, os: Os | None) -> Libc | None:
    said = _LIBC.search(text.lower())
    match os:
        case Os.LINUX:
            if said is not None:
                return _LIBCS.get(said[1])
            # `uname -srm` on WSL, and `uname -a`, whose last word musl's systems don't print.
            is_wsl = text.startswith("Linux ") and "-microsoft-standard" in text
            is_gnu = kind is Kind.UNAME_ALL and "GNU/Linux" in text
            return Libc.GNU if is_wsl or is_gnu else None
        case Os.ANDROID:
            return Libc.BIONIC if said is None and kind is not Kind.UNAME_ALL else None
        case Os.WINDOWS:
            is_msvc = text.lower().startswith("microsoft") or (
                said is not None and said[1] == "msvc"
            )
            return Libc.MSVC if is_msvc else None
        case _:
            return None
