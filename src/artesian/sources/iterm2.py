"""iTerm2: the links of its page of downloads. The page states no digests.

https://iterm2.com/downloads.html
"""

import re
from collections.abc import Mapping

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources.fields import missing
from artesian.sources.lenient import listed

__all__ = ["BASE", "documents", "parse"]

BASE = "https://iterm2.com"
_LINK = re.compile(
    r"/downloads/(stable|beta)/(iTerm2-((?:[3-9]|\d\d)(?:_\d{1,4})+)((?:beta|preview|rc)\d*)?\.zip)",
    re.IGNORECASE,
)


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: the page."""
    return missing((_url(source),), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read the links of the page."""
    text = found[_url(source)].decode(errors="replace")
    base = source.base_url or BASE
    releases = tuple(_release(base, link) for link in _LINK.finditer(text))
    return listed((Listed(releases=releases),), what="the page of iTerm2")


def _url(source: Source) -> str:
    return f"{source.base_url or BASE}/downloads.html"


def _release(base: str, link: re.Match[str]) -> RawRelease:
    """Read a link: iTerm2-3_5_0beta17.zip is 3.5.0-beta17."""
    suffix = f"-{link[4].lower()}" if link[4] else ""
    is_stable = link[1].lower() == "stable" and not suffix
    return RawRelease(
        tag=link[3].replace("_", ".") + suffix,
        is_prerelease=not is_stable,
        is_lts=is_stable,
        assets=(RawAsset(name=link[2], url=f"{base}{link[0]}"),),
    )
