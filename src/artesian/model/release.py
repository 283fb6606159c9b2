"""What an upstream says (RawRelease), what a file name says (Classified), and what we serve (Release)."""

import re
from datetime import datetime
from enum import StrEnum

import msgspec

from artesian.model.host import Arch, Libc, Os
from artesian.model.version import Channel

__all__ = [
    "Asset",
    "Classified",
    "Format",
    "Listed",
    "RawAsset",
    "RawRelease",
    "Release",
    "Skipped",
    "Unclassified",
    "is_commit",
]


_COMMIT = re.compile(r"[0-9a-f]{40}")


class Format(StrEnum):
    """How an asset is packed. RAW is a bare executable, `.exe` on Windows included."""

    TAR_GZ = "tar.gz"
    TAR_XZ = "tar.xz"
    TAR_ZST = "tar.zst"
    TAR_BZ2 = "tar.bz2"
    TAR = "tar"
    ZIP = "zip"
    GZ = "gz"
    XZ = "xz"
    ZST = "zst"
    BZ2 = "bz2"
    SEVEN_ZIP = "7z"
    RAW = "raw"
    MSI = "msi"
    DMG = "dmg"
    PKG = "pkg"
    GIT = "git"  # cloned; the URL's fragment is the commit
    FILES = "files"  # travel in the installer


class RawAsset(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a release as its upstream lists it."""

    name: str
    url: str
    size_bytes: int | None = None
    sha256: str | None = None  # lower-case hex; None: upstream publishes none
    updated_at: datetime | None = None


class RawRelease(msgspec.Struct, frozen=True, kw_only=True):
    """One release as its upstream lists it; drafts never get here."""

    tag: str
    published_at: datetime | None = None
    is_prerelease: bool = False
    is_lts: bool = False
    is_immutable: bool = False  # the upstream itself promises that its files never change
    assets: tuple[RawAsset, ...] = ()


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """A release of an upstream's list that couldn't be read; it costs only itself."""

    tag: str  # empty where not even that could be read
    reason: str


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One page of an upstream's list."""

    releases: tuple[RawRelease, ...]
    skipped: tuple[Skipped, ...] = ()


class Classified(msgspec.Struct, frozen=True, kw_only=True):
    """What a file name says. `libc` is the name's own claim (`-musl` → MUSL); None where it is silent."""

    os: Os
    arch: Arch
    level: int | None = None  # x86-64 level 1–4 where the name says one
    libc: Libc | None = None
    format: Format


class Unclassified(msgspec.Struct, frozen=True, kw_only=True):
    """Why a file is not a build for some host, in words for a person; the fields hold what its name did say."""

    reason: str
    os: Os | None = None
    arch: Arch | None = None
    level: int | None = None
    libc: Libc | None = None
    format: Format | None = None


class Asset(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One build of one release, ready to be chosen."""

    name: str
    urls: tuple[str, ...]  # tried in this order
    os: Os
    arch: Arch
    level: int = 1  # least x86-64 level that runs it; 1 for every other arch
    libc: Libc = Libc.NONE
    format: Format
    size_bytes: int | None = None
    sha256: str | None = None  # lower-case hex; None: none known, so it can't be verified


class Release(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One version of a package. `version` is the text that people see (no leading v); `tag` is the upstream's own."""

    version: str
    tag: str
    channel: Channel = Channel.STABLE
    is_lts: bool = False
    published_at: datetime | None = None
    held: tuple[
        str, ...
    ] = ()  # `os/arch` that stay at an older release while this one is being uploaded
    assets: tuple[Asset, ...] = ()


def is_commit(tag: str) -> bool:
    """Tell whether what stands for a tag is a commit: the only release of a repository without tags."""
    return _COMMIT.fullmatch(tag) is not None
