"""GnuPG for macOS: disk images in SourceForge's feed of new files; the feed states no SHA-256.

https://sourceforge.net/projects/gpgosx/rss?path=/
"""

import email.utils
import re
from collections.abc import Mapping
from datetime import datetime

from artesian.model.definition import Source
from artesian.model.instant import instant
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.sources.fields import missing
from artesian.sources.lenient import listed

__all__ = ["BASE", "documents", "parse"]

BASE = "https://sourceforge.net/projects/gpgosx"
_ITEM = re.compile(r"<item>(.*?)</item>", re.DOTALL)
_LINK = re.compile(r"<link>\s*(https?://[^<\s]+/GnuPG-(\d[\d.]*\d)\.dmg/download)\s*</link>")
_DATE = re.compile(r"<pubDate>([^<]{1,60})</pubDate>")
_LTS = "2.2."  # the line that GnuPG.org supports for long


def documents(source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is still needed: the feed."""
    return missing((_url(source),), found)


def parse(source: Source, found: Mapping[str, bytes]) -> Listed | Nonsense:
    """Read the feed."""
    text = found[_url(source)].decode(errors="replace")
    if "</rss>" not in text:
        return Nonsense(reason="the feed of GnuPG for macOS doesn't end as a feed does")
    releases = tuple(
        release for item in _ITEM.findall(text) if (release := _release(item)) is not None
    )
    return listed((Listed(releases=releases),), what="the feed of GnuPG for macOS")


def _url(source: Source) -> str:
    return f"{source.base_url or BASE}/rss?path=/"


def _release(item: str) -> RawRelease | None:
    link, dated = _LINK.search(item), _DATE.search(item)
    if link is None:
        return None
    version = link[2]
    numbers = version.split(".")
    if len(numbers) > 3:  # the fourth counts rebuilds: 2.2.19.0
        version = f"{'.'.join(numbers[:3])}+{'.'.join(numbers[3:])}"
    return RawRelease(
        tag=version,
        published_at=_date(dated[1]) if dated else None,
        is_lts=version.startswith(_LTS),
        assets=(RawAsset(name=f"GnuPG-{link[2]}.dmg", url=link[1]),),
    )


def _date(text: str) -> datetime | None:
    # The feed writes UT, which the standard library takes for an unknown zone and leaves naive.
    try:
        return instant(email.utils.parsedate_to_datetime(text.strip()))
    except (ValueError, OverflowError):  # a zone may have any number of digits
        return None
