"""An asset's name without version, platform and ending: tells `foo` from `foo-server` in one release."""

import re
from functools import lru_cache

__all__ = ["plain", "stem"]

_OS = (
    "linux|darwin|mac|macos|macosx|osx|os|apple|windows|win|freebsd|openbsd|netbsd|dragonfly|dragonflybsd"
    "|illumos|solaris|sunos|aix|android|plan9|unknown|pc|w64|posix|ubuntu|debian|alpine"
)
_ARCH = (
    r"amd64|x64|x86|i?[3456]86|ia32|intel|arm(?:v?\d\w*|el|hf|eabi\w*)?|aarch64\w*|(?:powerpc|ppc)\w*|s390x?|riscv\w*|loong\w*|mips\w*"
    r"|sparc\w*|universal2?|all|any|noarch|silicon|m1|32|64|32bit|64bit|bit|bits|v[1-4]|baseline"
)
_LIBC = r"gnu\w*|glibc|musl\w*|msvc|static|eabi\w*|libc|mingw\w*"
_PLATFORM = re.compile(rf"(?:{_OS})?(?:{_ARCH})?|{_LIBC}", re.ASCII)
_VERSION = re.compile(
    r"v?\d+(?:\.\d+)+[a-z0-9]*|v?\d+|(?:rc|beta|alpha|pre|preview|dev|nightly|snapshot)\d*"
    r"|(?=[a-f]*\d)[0-9a-f]{7,40}",
    re.ASCII,
)
_ENDING = re.compile(r"tar|t?[gx]z|t?zst|t?bz2?|zip|exe|7z|msi|dmg|pkg|app")
_X86_64 = re.compile(r"(?:x86[_-]64|x86_x64|amd64)(?:[_-]?v[1-4](?![0-9.]))?")
# AtomicParsleyLinux, but not in MacOS, NetBSD, DragonFlyBSD.
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])(?!OS(?![a-z])|BSD|Fly)")
_WORD = re.compile(r"v?\d+(?:\.\d+)+[a-z0-9]*|[a-z0-9]+", re.ASCII)


@lru_cache(maxsize=4096)
def stem(name: str) -> str:
    """Cut version, platform and ending from an asset's name; what is left is compared, never shown."""
    own = _words(name)
    while own and _ENDING.fullmatch(own[-1]):
        own.pop()
    return "".join(
        word
        for word in own
        if _PLATFORM.fullmatch(word) is None and _VERSION.fullmatch(word) is None
    )


def _words(name: str) -> list[str]:
    # FooBar_1.2_Linux_x86_64 is foo, bar, 1.2, linux, amd64.
    text = _CAMEL.sub("-", name).lower()
    return _WORD.findall(_X86_64.sub("-amd64-", text))


def plain(name: str) -> str:
    """Write a name of a package, command or repository as a stem would be."""
    return "".join(re.findall("[a-z0-9]+", name.lower()))
