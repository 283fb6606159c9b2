"""Platforms in the one vocabulary used everywhere; Webi's two are translated at the edge (web/, definitions/)."""

from enum import StrEnum

import msgspec

__all__ = ["Arch", "Host", "Libc", "Os"]


class Os(StrEnum):
    """Operating systems. ANY and POSIX are of builds only (a POSIX script runs on all but Windows), never of hosts."""

    LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"
    FREEBSD = "freebsd"
    OPENBSD = "openbsd"
    NETBSD = "netbsd"
    DRAGONFLY = "dragonfly"
    ILLUMOS = "illumos"
    SOLARIS = "solaris"
    AIX = "aix"
    ANDROID = "android"
    PLAN9 = "plan9"
    POSIX = "posix"
    ANY = "any"


class Arch(StrEnum):
    """Processor families. UNIVERSAL (macOS: amd64 and arm64 in one file) and ANY are of builds only, never of hosts."""

    AMD64 = "amd64"
    X86 = "x86"
    ARM64 = "arm64"
    ARMV7 = "armv7"
    ARMV6 = "armv6"
    ARMV5 = "armv5"
    PPC64LE = "ppc64le"
    PPC64 = "ppc64"
    PPC = "ppc"
    S390X = "s390x"
    RISCV64 = "riscv64"
    LOONG64 = "loong64"
    MIPS = "mips"
    MIPSLE = "mipsle"
    MIPS64 = "mips64"
    MIPS64LE = "mips64le"
    SPARC64 = "sparc64"
    UNIVERSAL = "universal"
    ANY = "any"


class Libc(StrEnum):
    """What a build links to, or a host has. NONE: static or no need of one; MUSL of a build: needs musl's loader."""

    NONE = "none"
    GNU = "gnu"
    MUSL = "musl"
    MSVC = "msvc"
    BIONIC = "bionic"


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """A machine that asks. `level` is the x86-64 micro-architecture level 1–4 of an amd64 one."""

    os: Os
    arch: Arch
    level: int | None = None  # None: unknown
    libc: Libc | None = None  # None: unknown
