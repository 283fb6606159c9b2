"""What single words of a file name say about its platform, as data. Knows no order and no conflicts: see names.py."""

from collections.abc import Iterable, Mapping

import msgspec

from artesian.model.host import Arch, Libc, Os

__all__ = ["PAIRS", "WORDS", "Word"]


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What one word says. `hint_…` counts only where no word of the name says more."""

    os: Os | None = None
    arch: Arch | None = None
    hint_os: Os | None = None
    hint_arch: Arch | None = None
    level: int | None = None
    libc: Libc | None = None
    foreign: str | None = None  # a platform that no host of ours has
    is_foreign_abi: bool = False  # … although os and arch are ours


_OS: Mapping[Os, str] = {
    Os.LINUX: "linux gnulinux manylinux musllinux",
    Os.MACOS: "darwin macos macosx osx mac macintosh osxcross",
    Os.WINDOWS: "windows win mswin mingw mingw32 mingw64 cygwin ucrt64 clang64",
    Os.FREEBSD: "freebsd fbsd",
    Os.OPENBSD: "openbsd obsd",
    Os.NETBSD: "netbsd",
    Os.DRAGONFLY: "dragonfly dragonflybsd",
    Os.ILLUMOS: "illumos omnios smartos",
    Os.SOLARIS: "solaris sunos",
    Os.AIX: "aix",
    Os.ANDROID: "android androideabi termux",
    Os.PLAN9: "plan9",
}

_ARCH: Mapping[Arch, str] = {
    Arch.AMD64: "amd64 x64 amd64bit 64amd x8664 intel64 em64t x64bit",
    Arch.X86: "i386 i486 i586 i686 x86 ia32 x32bit 32x86 i86 x86only intel32",
    Arch.ARM64: "arm64 aarch64 armv8 arm64v8 arm64bit armv8a armv8l arm64e arm8 arm64ec aarch64bit applesilicon",
    Arch.ARMV7: "armv7 armv7l armv7a armv7h armv7hf armv7hl armv7ml arm7 arm7l arm7hf arm32v7 armv7neon armv7r"
    " armv7eabihf",
    Arch.ARMV6: "armv6 armv6l armv6h armv6hf armv6hl armv6kz arm6 arm6l arm6hf arm32v6",
    Arch.ARMV5: "armv5 armv5l armv5te armv5tel armv5tejl arm5 arm32v5 armv4t armv4",
    Arch.PPC64LE: "ppc64le ppc64el powerpc64le powerpc64el ppcle64",
    Arch.PPC64: "ppc64 powerpc64",
    Arch.PPC: "ppc powerpc ppc32",
    Arch.S390X: "s390x s390",
    Arch.RISCV64: "riscv64 riscv64gc riscv64imac",
    Arch.LOONG64: "loong64 loongarch64 loongson64",
    Arch.MIPS: "mips mips32 mipsbe",
    Arch.MIPSLE: "mipsle mipsel mips32le mips32el",
    Arch.MIPS64: "mips64",
    Arch.MIPS64LE: "mips64le mips64el",
    Arch.SPARC64: "sparc64 sparcv9",
}

# Words that say an arch only where no other does: `linux-64bit`, `arm-unknown-linux-gnueabihf`, `jq-linux-armel`.
_HINT_ARCH: Mapping[Arch, str] = {
    Arch.AMD64: "64bit 64bits 64 bit64 intel",
    Arch.X86: "386 32bit 32bits 32 bit32",
    Arch.ARMV7: "arm32",
    Arch.ARMV5: "armel",  # Debian's word for what has no floating-point unit: any ARM may run it, and others come first
    Arch.ARMV6: "arm armhf armeabi armeabihf aarch32 armhfp gnueabi gnueabihf musleabi musleabihf",
    Arch.RISCV64: "riscv rv64",
    Arch.LOONG64: "loong loongarch",
    Arch.UNIVERSAL: "universal universal2 fat all",  # `hugo_0.89.0_macOS-all.tar.gz`
    Arch.ANY: "noarch anyarch crossplatform",
}

_HINT_OS: Mapping[Os, str] = {
    Os.LINUX: "ubuntu debian alpine fedora centos rhel musl glibc gnu gnueabi gnueabihf musleabi musleabihf gnuabi64"
    " muslabi64 el opensuse raspbian raspberrypi rpi archlinux amazonlinux buster bullseye"
    " bookworm focal jammy noble",
    Os.MACOS: "apple",
    Os.WINDOWS: "msvc exe msi gnullvm msys msys2",
    Os.ANY: "noarch anyarch crossplatform",
}

_LIBC: Mapping[Libc, str] = {
    Libc.MUSL: "musl musleabi musleabihf muslabi64 alpine musllinux",
    Libc.GNU: "gnu glibc gnueabi gnueabihf gnuabi64 gnulinux manylinux gnullvm",
    Libc.MSVC: "msvc",
    Libc.NONE: "static",
}

# No host of ours is one of these; recognised so that the words beside them don't make a platform.
_FOREIGN = (
    "wasm wasm32 wasm64 wasi wasip1 wasip2 emscripten ios tvos watchos iphoneos haiku fuchsia redox hurd irix"
    " irix64 os2 uefi sgx hermit freedos msdos armeb armebv7r riscv32 riscv32gc riscv32imac ia64 itanium m68k"
    " hppa sh4 sh4eb sparc csky xtensa e2k elbrus microblaze or1k nios2 parisc thumbv6m thumbv7em thumbv7neon"
    " mipsisa32r6 mipsisa32r6el mipsisa64r6 mipsisa64r6el mips32r6 mips32r6el mips64r6 mips64r6el"
)

# The same, where the words beside them do: `x86_64-unknown-linux-gnux32`.
_FOREIGN_ABI = "gnux32 muslx32 gnuabin32 x32 ilp32 aarch64be arm64be"

# One word for system and processor: `win64`, `linux32`, `macaarch64`. Its 64 or 32 is a hint: `node-v20-win32-arm64`.
_GLUED_OS: Mapping[Os, str] = {
    Os.LINUX: "linux lin lnx ubuntu",
    Os.MACOS: "darwin macos macosx osx mac",
    Os.WINDOWS: "windows win",
    Os.FREEBSD: "freebsd",
    Os.OPENBSD: "openbsd",
    Os.NETBSD: "netbsd",
}
_GLUED_HINT: Mapping[Arch, str] = {
    Arch.AMD64: "64 64bit intel",
    Arch.X86: "32 32bit 386",
    Arch.ARMV6: "arm armhf",
    Arch.UNIVERSAL: "universal",
}

# Single words of both that follow no rule.
_BOTH: dict[str, Word] = {
    "w32": Word(os=Os.WINDOWS, hint_arch=Arch.X86),
    "w64": Word(os=Os.WINDOWS, hint_arch=Arch.AMD64),
    "woa": Word(os=Os.WINDOWS, arch=Arch.ARM64),  # Windows on ARM
    "woa64": Word(os=Os.WINDOWS, arch=Arch.ARM64),  # darktable-5.6.0-woa64.exe
}

_LEVELS: Mapping[str, int] = {"v1": 1, "v2": 2, "v3": 3, "v4": 4}
_INSTRUCTIONS: Mapping[str, int] = {"avx2": 3, "avx512": 4}


def _split(table: Mapping[Os, str] | Mapping[Arch, str]) -> Iterable[tuple[Os | Arch, str]]:
    return ((value, word) for value, words in table.items() for word in words.split())


def _glued() -> dict[str, Word]:
    words = {}
    for os, stem in _split(_GLUED_OS):
        assert isinstance(os, Os)
        for table, is_hint in ((_ARCH, False), (_GLUED_HINT, True)):
            for arch, word in _split(table):
                assert isinstance(arch, Arch)
                said = Word(os=os, hint_arch=arch) if is_hint else Word(os=os, arch=arch)
                words[stem + word] = said
                words[word + stem] = said
    return words


def _levelled() -> dict[str, Word]:
    return {
        stem + suffix: Word(arch=Arch.AMD64, level=level)
        for stem in ("amd64", "x64")
        for suffix, level in _LEVELS.items()
    }


def _words() -> dict[str, Word]:
    fields: dict[str, dict[str, object]] = {}
    for name, table in (
        ("os", _OS),
        ("arch", _ARCH),
        ("hint_os", _HINT_OS),
        ("hint_arch", _HINT_ARCH),
        ("libc", _LIBC),
    ):
        for value, words in table.items():
            for word in words.split():
                fields.setdefault(word, {})[name] = value
    plain = {word: msgspec.convert(said, Word) for word, said in fields.items()}
    foreign = {word: Word(foreign=word) for word in _FOREIGN.split()}
    abis = {word: Word(foreign=word, is_foreign_abi=True) for word in _FOREIGN_ABI.split()}
    instructions = {word: Word(level=level) for word, level in _INSTRUCTIONS.items()}
    return _glued() | _levelled() | _BOTH | foreign | abis | instructions | plain


def _pairs() -> dict[tuple[str, str], Word]:
    """Make the table of neighbours: `amd64_v3`, `arm-v7`, `arm32-v7a`, `mac-m1`, `os-x`, `aarch64_be`."""
    pairs = {
        ("os", "x"): Word(os=Os.MACOS),  # lnav-0.11.0-os-x.zip
        ("pc", "window"): Word(os=Os.WINDOWS),  # choose-x86_64-pc-window-gnu.exe
    }
    for stem in _ARCH[Arch.AMD64].split():
        for suffix, level in _LEVELS.items():
            pairs[stem, suffix] = Word(level=level)
    for version, arch in (
        ("5", Arch.ARMV5),
        ("6", Arch.ARMV6),
        ("7", Arch.ARMV7),
        ("8", Arch.ARM64),
    ):
        for stem in ("arm", "arm32", "armv", "armeabi", "armhf"):
            for suffix in (version, f"v{version}", f"v{version}a", f"v{version}l"):
                pairs[stem, suffix] = Word(arch=arch)
    for stem in (*_OS[Os.MACOS].split(), "apple"):
        for chip in ("m1", "m2", "m3", "silicon"):
            pairs[stem, chip] = pairs[f"{stem}64", chip] = Word(
                arch=Arch.ARM64
            )  # chromedriver_mac64_m1.zip
    for stem in ("aarch64", "arm64"):
        pairs[stem, "be"] = Word(foreign=f"{stem}_be", is_foreign_abi=True)
    return pairs


WORDS: Mapping[str, Word] = _words()
PAIRS: Mapping[tuple[str, str], Word] = _pairs()
