"""Names of packages, normalised once and typed so that nobody normalises twice or forgets to."""

import re
from typing import NewType

from artesian.errors import Invalid

__all__ = ["InvalidName", "PackageName", "is_package_name", "parse_name"]

PackageName = NewType("PackageName", str)

# Webi's names hold dots (`duckdns.sh`, `rust.vim`) and underscores (`vc_redist`). 64 is over twice the longest.
_NAME = re.compile(r"[a-z0-9][a-z0-9._+-]{0,63}", re.ASCII)


class InvalidName(Invalid):
    """A package name with characters that no package has."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:80]!r} is not a package name: names are letters, digits and . _ + -, at most 64 of them"
        )
        self.text = text


def is_package_name(text: str) -> bool:
    """Tell whether `text` is a normalised package name."""
    return _NAME.fullmatch(text) is not None and ".." not in text


def parse_name(text: str) -> PackageName:
    """Normalise a package name as a person typed it; raise InvalidName."""
    name = text.lower()
    if not is_package_name(name):
        raise InvalidName(text)
    return PackageName(name)
