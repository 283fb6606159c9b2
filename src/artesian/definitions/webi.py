"""A package directory of Webi's, as it stands → Definition, the name that it is an alias of, or what is wrong with it.

It reads no file itself. What Webi knows of an upstream in its code rather than in releases.conf is taken from a
definition of ours with the same source, where there is one.
"""

import re
from collections.abc import Callable, Mapping

import msgspec
from msgspec.structs import replace

from artesian.definitions.own import CHEAT_SHEET, LONGEST_PIECE, PIECE, text
from artesian.definitions.raw import RawRecipe
from artesian.definitions.recipes import Usual, recipe
from artesian.definitions.source import page
from artesian.definitions.webi_conf import Conf, Slip, read_conf
from artesian.definitions.webi_readme import Sheet, read_sheet
from artesian.model.definition import (
    AssetRules,
    Definition,
    File,
    Recipe,
    Source,
    SourceKind,
    TagRules,
)
from artesian.model.names import PackageName, is_package_name

__all__ = ["CONF", "Alias", "Confs", "Fault", "Known", "is_webi", "read_webi"]

CONF = "releases.conf"
_POWERSHELL = "install.ps1"
_OLD_CONF = "releases.js"
_FILES = frozenset({CHEAT_SHEET, CONF, PIECE, _POWERSHELL, _OLD_CONF})
_NOT_SERVED = frozenset({CONF, PIECE, _OLD_CONF})
_VERSION = "1.0.0"
# What a piece says that works on a build; without any of it, it does its work by itself.
_OF_BUILD = re.compile(
    r"\bpkg_[a-z_]+(=|[ \t]*\()|\bWEBI_(SINGLE|PKG_URL|PKG_FILE|PKG_PATHNAME|EXT|TMP|VERSION|GIT_TAG)\b"
    r"|\bwebi_(extract|install|pre_install|link)\b"
)
# What all files that are served of one package may hold; the largest package directory has a tenth of it.
MOST_SERVED = 1_000_000  # bytes

# The releases.conf of another directory; None if it has none.
Confs = Callable[[str], bytes | None]
# Our own definition of a source, rather that of the same name.
Known = Callable[[PackageName, Source], Definition | None]


class Alias(msgspec.Struct, frozen=True):
    """The directory is another name of `name`; said in `file` at `line`."""

    name: PackageName
    file: str
    line: int


class Fault(msgspec.Struct, frozen=True):
    """What is wrong in a file of the directory. is_minor: the package is usable nonetheless."""

    file: str
    line: int
    message: str
    is_minor: bool = False


def is_webi(contents: Mapping[str, bytes]) -> bool:
    """Tell whether a folder without a package.toml may be a package directory of Webi's."""
    return not _FILES.isdisjoint(contents)


def read_webi(
    name: str,
    contents: Mapping[str, bytes],
    confs: Confs,
    known: Known,
) -> tuple[Definition | Alias | None, tuple[Fault, ...]]:
    """Read a package directory out of its files; None where its faults leave nothing.

    contents: its files by path. confs: the releases.conf of another directory, None if it has none. known: our own
    definition of a source.
    """
    faults: list[Fault] = []
    if not is_package_name(name):
        message = f"folder '{name}' is not named like a package: a-z, 0-9 and . _ + -"
        return None, (Fault(CHEAT_SHEET, 1, message),)
    sheet = _sheet(contents, faults)
    if sheet is None:
        return None, tuple(faults)
    if sheet.alias:
        return _alias(name, sheet, faults), tuple(faults)
    conf = _conf(contents, confs, faults)
    if conf.alias_of is not None and PIECE not in contents:
        return Alias(conf.alias_of, CONF, conf.alias_line), tuple(faults)
    piece = _piece(contents, faults)
    has_nothing = PIECE not in contents and CONF not in contents
    if any(not fault.is_minor for fault in faults):
        return None, tuple(faults)
    own = _own(PackageName(name), conf, piece, known)
    definition = replace(
        own,
        title=sheet.title or name,
        homepage=_homepage(sheet, own.source),
        description=sheet.tagline or sheet.description,
        refused=_refusal(contents) if has_nothing else "",
        readme=sheet.body,
        served=_served(contents, faults),
    )
    return definition, tuple(faults)


def _sheet(contents: Mapping[str, bytes], faults: list[Fault]) -> Sheet | None:
    if CHEAT_SHEET not in contents:
        message = f"there is no {CHEAT_SHEET}: Webi serves no package without one"
        faults.append(Fault(CHEAT_SHEET, 1, message))
        return None
    found = text(contents[CHEAT_SHEET])
    if found is None or "\0" in found:
        faults.append(Fault(CHEAT_SHEET, 1, f"{CHEAT_SHEET} is no text of UTF-8"))
        return None
    return read_sheet(found)


def _alias(name: str, sheet: Sheet, faults: list[Fault]) -> Alias | None:
    if not is_package_name(sheet.alias) or sheet.alias == name:
        message = f"alias '{sheet.alias}' is no name of another package"
        faults.append(Fault(CHEAT_SHEET, sheet.alias_line, message))
        return None
    return Alias(PackageName(sheet.alias), CHEAT_SHEET, sheet.alias_line)


def _conf(contents: Mapping[str, bytes], confs: Confs, faults: list[Fault]) -> Conf:
    """Read releases.conf, or that of the package whose releases these are."""
    if CONF not in contents:
        if _OLD_CONF in contents:
            message = f"{_OLD_CONF} is a program; write what it says in {CONF}"
            faults.append(Fault(_OLD_CONF, 1, message))
        return Conf()
    slips: list[Slip] = []
    first = conf = read_conf(contents[CONF], slips)
    others: set[str] = set()
    while conf.source is None and conf.alias_of is not None:
        other = confs(conf.alias_of)
        if other is None or conf.alias_of in others:
            break
        others.add(conf.alias_of)
        conf = read_conf(other, [])
    faults.extend(Fault(CONF, slip.line, slip.message, slip.is_minor) for slip in slips)
    if conf.source is None and PIECE in contents and first.alias_of is not None:
        message = f"alias_of: '{first.alias_of}' has no releases"
        faults.append(Fault(CONF, first.alias_line, message))
    elif conf.source is None and PIECE not in contents and first.alias_of is None and not slips:
        faults.append(Fault(CONF, 1, "no key says where the releases are"))
    return replace(conf, alias_of=first.alias_of, alias_line=first.alias_line)


def _piece(contents: Mapping[str, bytes], faults: list[Fault]) -> str:
    content = contents.get(PIECE, b"")
    found = text(content)
    if found is None or "\0" in found:
        faults.append(Fault(PIECE, 1, f"{PIECE} is no text of UTF-8"))
        return ""
    if len(content) > LONGEST_PIECE:
        message = f"{PIECE} is over {LONGEST_PIECE} bytes; no installer carries that"
        faults.append(Fault(PIECE, 1, message))
    return found.replace("\r\n", "\n")


def _refusal(contents: Mapping[str, bytes]) -> str:
    if _POWERSHELL in contents:
        return "it has an installer for Windows alone, in PowerShell, which this server doesn't serve yet"
    return "it is a cheat sheet, and has no installer"


def _own(name: PackageName, conf: Conf, piece: str, known: Known) -> Definition:
    """Make the part of the definition that is about releases and their install."""
    nothing = Recipe(commands=())
    if conf.source is None:
        source = Source(kind=SourceKind.OWN, repository="")
        return Definition(
            name=name, title=name, source=source, recipe=nothing, version=_VERSION, piece=piece
        )
    assets, tags = conf.assets, conf.tags
    ours = known(name, conf.source)
    if ours is not None:
        assets, tags = _assets(assets, ours.assets), _tags(tags, ours.tags)
    inferred = recipe(RawRecipe(), Usual(commands=(name,), is_tested=False), [])
    return Definition(
        name=name,
        title=name,
        # In our spelling, so that releases that are known stay known: forges don't mind the case.
        source=conf.source if ours is None else ours.source,
        assets=assets,
        tags=tags,
        recipe=nothing if piece else inferred,
        piece=piece,
        is_script_only=bool(piece) and not _OF_BUILD.search(piece),
    )


def _assets(said: AssetRules, ours: AssetRules) -> AssetRules:
    """Lay what releases.conf says over what we know."""
    return AssetRules(
        include=said.include or ours.include,
        exclude=(*said.exclude, *(glob for glob in ours.exclude if glob not in said.exclude)),
        os=ours.os or said.os,
        platform=ours.platform,
        libc=ours.libc,
        level=said.level or ours.level,
    )


def _tags(said: TagRules, ours: TagRules) -> TagRules:
    return TagRules(
        prefix=said.prefix or ours.prefix,
        match=ours.match,
        rewrite=said.rewrite or ours.rewrite,
        rolling=ours.rolling,
    )


def _homepage(sheet: Sheet, source: Source) -> str:
    return sheet.homepage if re.fullmatch(r"https?://[^\s/]\S*", sheet.homepage) else page(source)


def _served(contents: Mapping[str, bytes], faults: list[Fault]) -> tuple[File, ...]:
    """Take the static files, as many as are small enough together."""
    files: list[File] = []
    size = 0
    for name, content in sorted(contents.items(), key=lambda item: (len(item[1]), item[0])):
        if name in _NOT_SERVED:
            continue
        size += len(content)
        if size > MOST_SERVED:
            message = f"not served: the files here are over {MOST_SERVED} bytes together"
            faults.append(Fault(name, 1, message, is_minor=True))
        else:
            files.append(File(name=name, content=content))
    return tuple(sorted(files, key=lambda file: file.name))
