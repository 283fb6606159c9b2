"""Parse a source as authors write it, such as `kind:[scheme://][host/]owner/name`, and find its page."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from enum import Enum

from artesian.errors import Invalid
from artesian.model.definition import Source, SourceKind

__all__ = ["InvalidSource", "page", "parse_source"]


class _Form(Enum):
    """What follows the kind."""

    REPOSITORY = "owner/name"
    PRODUCT = "the product's name"
    NOTHING = "nothing"  # or the URL of a mirror
    URL = "a URL"


_FORMS: Mapping[SourceKind, _Form] = {
    **dict.fromkeys(SourceKind, _Form.NOTHING),
    SourceKind.GITHUB: _Form.REPOSITORY,
    SourceKind.GITEA: _Form.REPOSITORY,
    SourceKind.GITLAB: _Form.REPOSITORY,
    SourceKind.GITHUB_SOURCE: _Form.REPOSITORY,
    SourceKind.GITEA_SOURCE: _Form.REPOSITORY,
    SourceKind.GIT: _Form.REPOSITORY,
    SourceKind.HASHICORP: _Form.PRODUCT,
    SourceKind.CHROME: _Form.PRODUCT,
    SourceKind.JSON: _Form.URL,
    SourceKind.HTML: _Form.URL,
}
_PUBLIC = {
    SourceKind.GITHUB: "https://github.com",
    SourceKind.GITHUB_SOURCE: "https://github.com",
    SourceKind.GITLAB: "https://gitlab.com",
}
# Where people look at what the other kinds list.
_PAGES = {
    SourceKind.NODE: "https://nodejs.org/",
    SourceKind.GO: "https://go.dev/dl/",
    SourceKind.ZIG: "https://ziglang.org/download/",
    SourceKind.HASHICORP: "https://releases.hashicorp.com/",
    SourceKind.JULIA: "https://julialang.org/downloads/",
    SourceKind.FLUTTER: "https://docs.flutter.dev/install/archive",
    SourceKind.CHROME: "https://googlechromelabs.github.io/chrome-for-testing/",
    SourceKind.MARIADB: "https://mariadb.org/download/",
    SourceKind.GNUPG: "https://sourceforge.net/projects/gpgosx/",
    SourceKind.ITERM2: "https://iterm2.com/downloads.html",
    SourceKind.SERVICEMAN: "https://github.com/bnnanet/serviceman",
    SourceKind.POSTGRES: "https://github.com/bnnanet/postgresql-releases",
    SourceKind.OWN: "",
}
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?", re.ASCII | re.IGNORECASE)
_PART = re.compile(r"(?!\.+$)[A-Za-z0-9_.-]+", re.ASCII)
_URL = re.compile(r"https?://([^\s/?#]+)(/[^\s#]*)?")


class InvalidSource(Invalid):
    """A source that doesn't say which upstream it means."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"source '{text}' {reason}")
        self.text = text
        self.reason = reason


def parse_source(text: str) -> Source:
    """Parse a source as authors write it; raise InvalidSource."""
    word, colon, rest = text.partition(":")
    kinds = {kind.value: kind for kind in SourceKind if kind is not SourceKind.OWN}
    if word not in kinds:
        near = get_close_matches(word, kinds, n=1, cutoff=0.6) if colon else []
        known = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(kinds)}"
        raise InvalidSource(text, f"must begin with its kind, as in github:owner/name; {known}")
    kind = kinds[word]
    match _FORMS[kind]:
        case _Form.REPOSITORY:
            return _repository(text, kind, rest)
        case _Form.PRODUCT:
            return _product(text, kind, rest)
        case _Form.URL:
            return Source(kind=kind, repository="", base_url=_url(text, kind, rest))
        case _Form.NOTHING:
            base_url = _url(text, kind, rest).rstrip("/") if colon else None
            return Source(kind=kind, repository="", base_url=base_url)


def page(source: Source) -> str:
    """Tell the URL of the source's page for people."""
    if _FORMS[source.kind] is _Form.REPOSITORY:
        return f"{source.base_url or _PUBLIC[source.kind]}/{source.repository}"
    return source.base_url or _PAGES[source.kind] + source.repository


def _url(text: str, kind: SourceKind, rest: str) -> str:
    found = _URL.fullmatch(rest)
    if found is None or not _HOST.fullmatch(found[1]):
        raise InvalidSource(text, f"needs a URL, such as {kind}:https://host/path")
    return rest


def _product(text: str, kind: SourceKind, rest: str) -> Source:
    """Read `terraform`, or a mirror's `https://host/terraform`."""
    base, slash, product = rest.rpartition("/")
    if not _PART.fullmatch(product):
        raise InvalidSource(text, f"needs the product's name, such as {kind}:name")
    return Source(kind=kind, repository=product, base_url=_url(text, kind, base) if slash else None)


def _repository(text: str, kind: SourceKind, rest: str) -> Source:
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
    has_groups = kind in {SourceKind.GITLAB, SourceKind.GIT}  # groups may hold groups there
    is_short = len(parts) < 2 and (kind is not SourceKind.GIT or not parts)
    if is_short or (len(parts) > 2 and not has_groups) or not all(map(_PART.fullmatch, parts)):
        raise InvalidSource(text, f"must end with owner/name, not '{'/'.join(parts)}'")
    base_url = None if host is None else f"{scheme if separator else 'https'}://{host}"
    if base_url == _PUBLIC.get(kind):
        base_url = None
    return Source(kind=kind, repository="/".join(parts), base_url=base_url)
