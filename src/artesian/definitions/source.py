"""Parse `kind:[scheme://][host/]owner/name`, and find a source's page."""

import re

from artesian.errors import Invalid
from artesian.model.definition import Source, SourceKind

__all__ = ["InvalidSource", "page", "parse_source"]

_PUBLIC = {SourceKind.GITHUB: "https://github.com", SourceKind.GITLAB: "https://gitlab.com"}
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?", re.ASCII | re.IGNORECASE)
_PART = re.compile(r"(?!\.+$)[A-Za-z0-9_.-]+", re.ASCII)


class InvalidSource(Invalid):
    """A source that doesn't say which repository of which kind of server it means."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"source '{text}' {reason}")
        self.text = text
        self.reason = reason


def parse_source(text: str) -> Source:
    """Parse a source as authors write it; raise InvalidSource."""
    word, colon, rest = text.partition(":")
    kinds = {kind.value: kind for kind in SourceKind}
    if not colon or word not in kinds:
        raise InvalidSource(
            text, f"must begin with one of {', '.join(f'{kind}:' for kind in kinds)}"
        )
    kind = kinds[word]
    scheme, separator, bare = rest.partition("://")
    if separator and scheme not in ("https", "http"):
        raise InvalidSource(text, f"has the scheme '{scheme}'; only https and http are known")
    parts = (bare if separator else rest).split("/")
    host = (
        parts.pop(0)
        if separator or "." in parts[0] or ":" in parts[0] or kind not in _PUBLIC
        else None
    )
    if host is not None and (not {".", ":"} & set(host) or not _HOST.fullmatch(host)):
        raise InvalidSource(text, f"needs the server's name first: {kind}:host/owner/name")
    is_group_allowed = kind is SourceKind.GITLAB  # groups may hold groups there
    if (
        len(parts) < 2
        or (len(parts) > 2 and not is_group_allowed)
        or not all(map(_PART.fullmatch, parts))
    ):
        raise InvalidSource(text, f"must end with owner/name, not '{'/'.join(parts)}'")
    base_url = None if host is None else f"{scheme if separator else 'https'}://{host}"
    if base_url == _PUBLIC.get(kind):
        base_url = None
    return Source(kind=kind, repository="/".join(parts), base_url=base_url)


def page(source: Source) -> str:
    """Tell the URL of the source's page for people."""
    return f"{source.base_url or _PUBLIC[source.kind]}/{source.repository}"
