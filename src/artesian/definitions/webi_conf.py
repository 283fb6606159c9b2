"""Webi's releases.conf → where releases come from, which files and tags count. Knows no other file of the folder."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec

from artesian.definitions.recipes import glob_fault
from artesian.definitions.shapes import did_you_mean
from artesian.definitions.source import InvalidSource, parse_source
from artesian.errors import Invalid
from artesian.model.definition import AssetRules, LevelRule, Source, SourceKind, TagRules
from artesian.model.host import Os
from artesian.model.names import PackageName, parse_name

__all__ = ["KEYS", "Conf", "Slip", "read_conf"]

# In this order: where several are written, the first one counts.
_REPOSITORIES: Mapping[str, SourceKind] = {
    "github_releases": SourceKind.GITHUB,
    "gitea_releases": SourceKind.GITEA,
    "gitlab_releases": SourceKind.GITLAB,
    "github_sources": SourceKind.GITHUB_SOURCE,
    "gitea_sources": SourceKind.GITEA_SOURCE,
    "gitlab_sources": SourceKind.GIT,  # a clone holds what a source archive does
    "git_url": SourceKind.GIT,
}
_PUBLISHERS: Mapping[str, str] = {
    "chromedist": "chrome:chromedriver",
    "ffmpegdist": "github:eugeneware/ffmpeg-static",
    "flutterdist": "flutter",
    "golang": "go",
    "gpgdist": "gnupg",
    "iterm2dist": "iterm2",
    "juliadist": "julia",
    "mariadbdist": "mariadb",
    "nodedist": "node",
    "servicemandist": "serviceman",
    "zigdist": "zig",
}
# A `url` on these hosts is the publisher's own; any other is a mirror's.
_OWN_HOSTS = frozenset(
    {
        "api.github.com", "dl.google.com", "downloads.mariadb.org", "get.enterprisedb.com", "github.com",
        "go.dev", "golang.org", "googlechromelabs.github.io", "iterm2.com", "julialang-s3.julialang.org",
        "nodejs.org", "releases.hashicorp.com", "sourceforge.net", "storage.googleapis.com",
        "unofficial-builds.nodejs.org", "ziglang.org",
    }
)  # fmt: skip
_LISTS = frozenset({"asset_exclude", "asset_filter", "exclude", "variants", "version_prefixes"})
_LEVELS = {"x86_64_v2": 2, "x86_64_v3": 3, "x86_64_v4": 4}
KEYS = (
    *_REPOSITORIES, "hashicorp_product", "source", "url", "unofficial_url", "base_url", "tag_prefix",
    "version_prefix", *sorted(_LISTS), "os", "default_x86_64", *_LEVELS, "alias_of", "extra",
)  # fmt: skip
# Of files for clones and source archives; Webi's `*` is any.
_OS: Mapping[str, Os] = {
    "*": Os.ANY,
    "darwin": Os.MACOS,
    "posix_2017": Os.POSIX,
    "posix_2024": Os.POSIX,
    "sunos": Os.SOLARIS,
    **{os.value: os for os in Os},
}
_SOURCES = frozenset({SourceKind.GITHUB_SOURCE, SourceKind.GITEA_SOURCE, SourceKind.GIT})

_Read = TypeVar("_Read")


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong at a line. is_minor: the rest of the file still says what is meant."""

    line: int
    message: str
    is_minor: bool = False


class Conf(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says. source: None where it names none; alias_of: whose releases these are, too."""

    source: Source | None = None
    alias_of: PackageName | None = None
    alias_line: int = 1
    assets: AssetRules = AssetRules()
    tags: TagRules = TagRules()


class _Entry(msgspec.Struct, frozen=True):
    value: str
    line: int


class _Fault(Invalid):
    """What is wrong with a value."""


def read_conf(content: bytes, slips: list[Slip]) -> Conf:
    """Read a releases.conf; add what is wrong to `slips`."""
    entries = _entries(content, slips)

    def tried(key: str, read: Callable[[], _Read]) -> _Read | None:
        try:
            return read()
        except Invalid as error:
            slips.append(Slip(line=entries[key].line, message=f"{key}: {error}"))
            return None

    origin = _origin(entries)
    source = tried(origin, lambda: _source(origin, entries)) if origin else None
    os = tried("os", lambda: _os(entries["os"].value)) if "os" in entries else None
    words = {key: _words(entries, key) for key in (*_LISTS, *_LEVELS)}
    for key, values in words.items():
        for value in values:
            tried(key, lambda value=value: _check_glob(value))  # type: ignore[misc]
    alias_of = (
        tried("alias_of", lambda: parse_name(entries["alias_of"].value))
        if "alias_of" in entries
        else None
    )
    if source is not None and source.kind in _SOURCES:
        os = os or Os.ANY
    return Conf(
        source=source,
        alias_of=alias_of,
        alias_line=entries["alias_of"].line if "alias_of" in entries else 1,
        assets=AssetRules(
            include=_globs(words["asset_filter"]),
            exclude=_globs(
                (*words["exclude"], *words["asset_exclude"], *_variants(entries, words))
            ),
            os=os,
            level=tuple(_levels(entries, words, slips)),
        ),
        tags=_tags(entries, words["version_prefixes"]),
    )


def _entries(content: bytes, slips: list[Slip]) -> dict[str, _Entry]:
    """Read the lines; values of a list that is written twice are put together."""
    found: dict[str, _Entry] = {}
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    for number, line in enumerate(text.split("\n"), 1):
        bare = re.sub(r"(^|\s)#.*$", "", line).strip()
        key, sign, value = (part.strip() for part in bare.partition("="))
        if not bare:
            continue
        value = value[1:-1] if len(value) > 1 and value[0] == value[-1] in "\"'" else value
        if not sign or not key:
            slips.append(Slip(line=number, message="this is no `key = value`"))
        elif not value.isprintable() or "\N{REPLACEMENT CHARACTER}" in value:
            slips.append(
                Slip(line=number, message=f"{key[:40]!r} has a character that can't be seen")
            )
        elif key not in KEYS:
            message = f"unknown key {key[:40]!r} does nothing{did_you_mean(key[:40], KEYS)}"
            slips.append(Slip(line=number, message=message, is_minor=True))
        elif key not in found:
            found[key] = _Entry(value, number)
        elif key in _LISTS:
            found[key] = _Entry(f"{found[key].value} {value}", found[key].line)
        else:
            slips.append(Slip(line=number, message=f"{key} is written twice"))
    return {key: entry for key, entry in found.items() if entry.value}


def _origin(entries: Mapping[str, _Entry]) -> str | None:
    """Find the key that says where the releases are."""
    keys = ("source", "hashicorp_product", *_REPOSITORIES)
    return next((key for key in keys if key in entries), None)


def _source(key: str, entries: Mapping[str, _Entry]) -> Source:
    value = entries[key].value
    if key == "source":
        if value not in _PUBLISHERS:
            raise _Fault(f"'{value}' is unknown{did_you_mean(value, _PUBLISHERS)}")
        return _at(parse_source(_PUBLISHERS[value]), entries)
    if key == "hashicorp_product":
        return _at(parse_source(f"hashicorp:{value}"), entries)
    both = {
        entries[each].value for each in ("github_releases", "github_sources") if each in entries
    }
    if both == {"therootcompany/serviceman", "bnnanet/serviceman"}:
        return Source(kind=SourceKind.SERVICEMAN, repository="")
    repository = value.rstrip("/").removesuffix(".git")
    base = entries["base_url"].value.rstrip("/") if "base_url" in entries else ""
    if base and "://" not in repository and not _is_own(base):
        repository = f"{base}/{repository}"
    try:
        return parse_source(f"{_REPOSITORIES[key]}:{_located(key, repository)}")
    except InvalidSource as error:
        raise _Fault(f"'{value}' {error.reason}") from error


def _located(key: str, repository: str) -> str:
    """Write where a repository is: a clone always needs the server's name."""
    is_bare = "://" not in repository and repository.count("/") == 1
    return f"https://gitlab.com/{repository}" if key == "gitlab_sources" and is_bare else repository


def _at(source: Source, entries: Mapping[str, _Entry]) -> Source:
    """Ask a mirror where `url` or `base_url` names one."""
    for key in ("url", "base_url"):
        if key in entries and not _is_own(entries[key].value):
            base = _folder(entries[key].value)
            return msgspec.structs.replace(source, base_url=base)
    return source


def _is_own(url: str) -> bool:
    found = re.match(r"https?://([^/:?#]+)", url)
    return found is not None and found[1].lower() in _OWN_HOSTS


def _folder(url: str) -> str:
    """Cut off the index's file name and query: what is left is what all addresses of the publisher begin with."""
    bare = re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/")
    scheme, _, rest = bare.partition("://")
    if scheme not in ("https", "http") or not re.fullmatch(
        r"[\w.-]+(:\d+)?(/[^\s{}]*)?", rest, re.ASCII
    ):
        raise _Fault(f"'{url}' is no http or https URL")
    head, slash, last = rest.rpartition("/")
    return f"{scheme}://{head if slash and '.' in last else rest}"


def _os(value: str) -> Os:
    if value not in _OS:
        raise _Fault(f"'{value}' is unknown{did_you_mean(value, _OS)}")
    return _OS[value]


def _words(entries: Mapping[str, _Entry], key: str) -> tuple[str, ...]:
    return tuple(re.split(r"[,\s]+", entries[key].value.strip(", "))) if key in entries else ()


def _check_glob(value: str) -> None:
    if value and (fault := glob_fault(value, is_path=False)):
        raise _Fault(fault)


def _globs(words: Iterable[str]) -> tuple[str, ...]:
    """Make globs of pieces of file names."""
    return tuple(dict.fromkeys(f"*{word.strip('*')}*" for word in words if word.strip("*")))


def _variants(
    entries: Mapping[str, _Entry], words: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Leave out builds of another kind; but what a level is called is the ordinary build of that level."""
    levels = {entries[key].value for key in _LEVELS if key in entries}
    return tuple(word for word in words["variants"] if word not in levels)


def _levels(
    entries: Mapping[str, _Entry], words: Mapping[str, tuple[str, ...]], slips: list[Slip]
) -> Iterable[LevelRule]:
    for key, level in _LEVELS.items():
        yield from (LevelRule(match=glob, level=level) for glob in _globs(words[key]))
    if "default_x86_64" in entries:
        default = entries["default_x86_64"]
        if default.value in _LEVELS:
            yield LevelRule(match="*", level=_LEVELS[default.value])
        elif default.value not in ("x86_64", "x86_64_v1", "amd64"):
            hint = did_you_mean(default.value, ("x86_64", *_LEVELS))
            message = f"default_x86_64: '{default.value}' is unknown{hint}"
            slips.append(Slip(line=default.line, message=message))


def _tags(entries: Mapping[str, _Entry], prefixes: tuple[str, ...]) -> TagRules:
    if "version_prefix" in entries:
        prefixes = (entries["version_prefix"].value, *prefixes)
    longest_first = sorted(filter(None, prefixes), key=len, reverse=True)
    cut = "|".join(map(re.escape, longest_first))
    return TagRules(
        prefix=entries["tag_prefix"].value if "tag_prefix" in entries else "",
        rewrite=(f"^(?:{cut})", "") if cut else None,
    )
