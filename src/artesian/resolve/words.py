"""Other people's words for our os, arch and libc: what `uname` prints, and what Go, Node, Rust and packagers write."""

from collections.abc import Mapping

from artesian.errors import Invalid
from artesian.model.host import Arch, Host, Libc, Os

__all__ = ["ARCHS", "UnknownWord", "read_arch", "read_host", "read_libc", "read_os"]

_OSES: Mapping[str, Os] = {
    **{os.value: os for os in Os if os not in {Os.ANY, Os.POSIX}},
    "darwin": Os.MACOS,
    "osx": Os.MACOS,
    "mac": Os.MACOS,
    "win": Os.WINDOWS,
    "win32": Os.WINDOWS,
    "win64": Os.WINDOWS,
    "gnu/linux": Os.LINUX,
    "sunos": Os.SOLARIS,
    "dragonflybsd": Os.DRAGONFLY,
}
ARCHS: Mapping[str, Arch] = {
    **{arch.value: arch for arch in Arch if arch not in {Arch.ANY, Arch.UNIVERSAL}},
    "x86_64": Arch.AMD64,
    "x86-64": Arch.AMD64,
    "x64": Arch.AMD64,
    "386": Arch.X86,
    "i386": Arch.X86,
    "i486": Arch.X86,
    "i586": Arch.X86,
    "i686": Arch.X86,
    "i86pc": Arch.X86,
    "ia32": Arch.X86,
    "aarch64": Arch.ARM64,
    "armv8": Arch.ARM64,
    "armv8l": Arch.ARMV7,  # a 32-bit userland on a 64-bit processor
    "armv7l": Arch.ARMV7,
    "armv7a": Arch.ARMV7,
    "armhf": Arch.ARMV7,  # Debian's word; Raspberry Pi OS means armv6 by it
    "arm": Arch.ARMV6,
    "armv6l": Arch.ARMV6,
    "armv6hf": Arch.ARMV6,
    "earmv6hf": Arch.ARMV6,
    "armel": Arch.ARMV5,
    "armv5l": Arch.ARMV5,
    "armv5tel": Arch.ARMV5,
    "ppc64el": Arch.PPC64LE,
    "powerpc64le": Arch.PPC64LE,
    "powerpc64": Arch.PPC64,
    "powerpc": Arch.PPC,
    "riscv": Arch.RISCV64,
    "loongarch64": Arch.LOONG64,
    "mipsel": Arch.MIPSLE,
    "mips64el": Arch.MIPS64LE,
}
_LIBCS: Mapping[str, Libc | None] = {
    **{libc.value: libc for libc in Libc},
    "glibc": Libc.GNU,
    "": None,
    "unknown": None,
    "libc": None,
}


class UnknownWord(Invalid):
    """A word for a platform that nobody we know uses."""

    def __init__(self, kind: str, word: str, known: Mapping[str, object]) -> None:
        names = dict.fromkeys(str(value) for value in known.values() if value is not None)
        super().__init__(f"{word[:40]!r} is no {kind} we know: {', '.join(names)}")
        self.word = word


def read_os(word: str) -> Os:
    """Read a word for an operating system; raise UnknownWord."""
    found = _OSES.get(word.strip().lower())
    if found is None:
        raise UnknownWord("os", word, _OSES)
    return found


def read_arch(word: str) -> Arch:
    """Read a word for a processor family; raise UnknownWord."""
    found = ARCHS.get(word.strip().lower())
    if found is None:
        raise UnknownWord("arch", word, ARCHS)
    return found


def read_libc(word: str | None) -> Libc | None:
    """Read a word for a libc, None where it is not known; raise UnknownWord."""
    key = (word or "").strip().lower()
    if key not in _LIBCS:
        raise UnknownWord("libc", key, _LIBCS)
    return _LIBCS[key]


def read_host(os: str, arch: str, libc: str | None = None, level: int | None = None) -> Host:
    """Read a host from its words; raise UnknownWord."""
    return Host(os=read_os(os), arch=read_arch(arch), libc=read_libc(libc), level=level)
