"""Ways of packing, in order of preference: small before large, an archive (it may hold more) before a bare file."""

from collections.abc import Mapping

from artesian.model.definition import Definition
from artesian.model.host import Os
from artesian.model.release import Format

__all__ = ["EVERY", "INSTALLABLE", "installable", "preference"]

_ELSEWHERE = (
    Format.TAR_XZ,
    Format.TAR_ZST,
    Format.TAR_GZ,
    Format.TAR_BZ2,
    Format.ZIP,
    Format.XZ,
    Format.ZST,
    Format.GZ,
    Format.BZ2,
    Format.TAR,
    Format.RAW,
    Format.FILES,  # before a clone: a script that needs no build may have releases all the same
    Format.GIT,
)
_PREFERENCE: Mapping[Os, tuple[Format, ...]] = {
    Os.WINDOWS: (Format.ZIP, *(form for form in _ELSEWHERE if form is not Format.ZIP)),
}

INSTALLABLE = frozenset(_ELSEWHERE)

# Only for a client that says it can: these need a system's own installer, or a program few hosts have.
_OTHERS = (Format.SEVEN_ZIP, Format.MSI, Format.DMG, Format.PKG)

EVERY = frozenset((*_ELSEWHERE, *_OTHERS))


def installable(definition: Definition, os: Os | None = None) -> frozenset[Format]:
    """Tell what installers of a package take on hosts that run `os`, or on any where it is None.

    One with a piece can hand an image over to it as it is; macOS has a program that unpacks its `.pkg`.
    """
    formats = INSTALLABLE | {Format.DMG} if definition.piece else INSTALLABLE
    return formats | {Format.PKG} if os is Os.MACOS else formats


def preference(os: Os) -> tuple[Format, ...]:
    """List all formats, best first, for a host that runs `os`."""
    return (*_PREFERENCE.get(os, _ELSEWHERE), *_OTHERS)
