"""One package.toml → Definition, with everything inferred, or all that is wrong with it."""

import codecs
import re
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from artesian.definitions.keys import PACKAGE
from artesian.definitions.lines import Path, line_of, locate
from artesian.definitions.own import (
    CHEAT_SHEET,
    LONGEST_PIECE,
    PIECE,
    index,
    is_own,
    own_faults,
    own_files,
    systems,
    text,
)
from artesian.definitions.raw import (
    RawAssets,
    RawPackage,
    RawRecipe,
    RawWhen,
    merged,
    raw_package,
)
from artesian.definitions.recipes import Usual, glob_fault, recipe
from artesian.definitions.shapes import Fault, conform, did_you_mean
from artesian.definitions.source import InvalidSource, page, parse_source
from artesian.definitions.tags import tag_rules
from artesian.model.definition import (
    AssetRules,
    Definition,
    File,
    LevelRule,
    LibcRule,
    PlatformRule,
    Source,
    SourceKind,
    When,
)
from artesian.model.host import Arch, Libc, Os
from artesian.model.names import PackageName, is_package_name
from artesian.model.version import InvalidTag, Matching, parse_tag

__all__ = ["Mistake", "read_definition"]

_Word = TypeVar("_Word", bound=StrEnum)
_FIRST_VERSION = "1.0.0"


class Mistake(msgspec.Struct, frozen=True):
    """What is wrong at a line, counted from 1."""

    line: int
    message: str


def read_definition(
    name: str, content: bytes, contents: Mapping[str, bytes] | None = None
) -> Definition | tuple[Mistake, ...]:
    """Read the package.toml in folder `name`; return every mistake in it instead, in the order of its lines.

    contents: the other files of the folder, by name.
    """
    values = _parse(content)
    if isinstance(values, Mistake):
        return (values,)
    faults: list[Fault] = []
    raw = raw_package(conform(values, PACKAGE, faults))
    definition = _definition(name, raw, contents or {}, faults)
    if definition is not None and not faults:
        return definition
    lines = locate(content.decode())
    mistakes = {Mistake(line_of(fault.path, lines), fault.message): None for fault in faults}
    return tuple(sorted(mistakes, key=lambda mistake: mistake.line))


def _parse(content: bytes) -> Mapping[str, object] | Mistake:
    if content.startswith(codecs.BOM_UTF8):
        return Mistake(1, "the file begins with a byte order mark: save it as UTF-8 without one")
    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        return Mistake(content.count(b"\n", 0, error.start) + 1, "this is not UTF-8")
    except (ValueError, RecursionError) as error:  # tomllib lets int() and deep nesting through
        text = str(error)
        place = re.search(r" \(at line (\d+), column \d+\)$", text)
        last = content.rstrip().count(b"\n") + 1
        message = re.sub(r" \(at [^()]*\)$", "", text)
        return Mistake(int(place[1]) if place else last, f"this is not TOML: {message}")


def _definition(
    name: str, raw: RawPackage, contents: Mapping[str, bytes], faults: list[Fault]
) -> Definition | None:
    if not is_package_name(name):
        faults.append(
            Fault((), f"folder '{name}' is not named like a package: a-z, 0-9 and . _ + -")
        )
    if raw.name is not None and raw.name != name:
        faults.append(Fault(("name",), f"name '{raw.name}' differs from the folder's, '{name}'"))
    if raw.homepage is not None and not re.fullmatch(r"https?://[^\s/]\S*", raw.homepage):
        faults.append(Fault(("homepage",), f"homepage '{raw.homepage}' is no http or https URL"))
    if raw.title is not None and not raw.title.strip():
        faults.append(Fault(("title",), "title is empty"))
    aliases = _aliases(name, raw, faults)
    assets = _assets(raw.assets, faults)
    tags = tag_rules(raw.tags, faults)
    faults.extend(own_faults(raw, contents))
    files = own_files(raw, contents, faults)
    source = _source(raw, contents, faults)
    usual = _usual(name, source, files, has_piece=PIECE in contents)
    own = recipe(raw.recipe, usual, faults)
    whens = tuple(_when(raw, place, each, usual, faults) for place, each in enumerate(raw.when))
    if source is None:
        return None
    return Definition(
        name=PackageName(name),
        title=raw.title or name,
        source=source,
        homepage=raw.homepage or page(source),
        description=raw.description,
        aliases=aliases,
        assets=assets,
        tags=tags,
        recipe=own,
        when=whens,
        version=(raw.version or _FIRST_VERSION) if source.kind is SourceKind.OWN else "",
        files=files,
        piece=_prose(contents, PIECE, faults),
        packages=raw.packages,
        needs=raw.needs,
        provides=raw.provides,
        os=systems(raw.os, faults),
        elsewhere=raw.elsewhere,
        refused=(raw.refused or "").strip(),
        readme=_prose(contents, CHEAT_SHEET, faults),
    )


def _source(raw: RawPackage, contents: Mapping[str, bytes], faults: list[Fault]) -> Source | None:
    if raw.source is None:
        is_said = any(fault.path == ("source",) for fault in faults)
        if not is_own(raw, contents) and not is_said:
            faults.append(Fault((), 'source is missing, such as source = "github:owner/name"'))
            is_said = True
        index(raw, None if is_said else SourceKind.OWN, faults)
        return None if is_said else Source(kind=SourceKind.OWN, repository="")
    try:
        source = parse_source(raw.source)
    except InvalidSource as error:
        faults.append(Fault(("source",), str(error)))
        return None
    fields = index(raw, source.kind, faults)
    return source if fields is None else replace(source, index=fields)


def _usual(name: str, source: Source | None, files: tuple[File, ...], *, has_piece: bool) -> Usual:
    """Tell what stands where commands or a test aren't written."""
    if has_piece and not files:  # it does what there is to do
        return Usual(commands=(), is_tested=False)
    if source is None or source.kind not in (SourceKind.OWN, SourceKind.GIT):
        return Usual(commands=(name,), is_tested=True)
    has_command = any(file.name == name for file in files)
    return Usual(commands=(name,) if has_command else (), is_tested=False)


def _prose(contents: Mapping[str, bytes], name: str, faults: list[Fault]) -> str:
    found = text(contents.get(name, b""))
    if found is None or "\0" in found:
        faults.append(Fault((), f"{name} is no text of UTF-8"))
        return ""
    if name == PIECE and len(contents.get(name, b"")) > LONGEST_PIECE:
        faults.append(Fault((), f"{name} is over {LONGEST_PIECE} bytes; no installer carries that"))
    return found


def _aliases(name: str, raw: RawPackage, faults: list[Fault]) -> tuple[PackageName, ...]:
    for place, alias in enumerate(raw.aliases):
        path: Path = ("aliases", place)
        if not is_package_name(alias):
            faults.append(
                Fault(path, f"alias '{alias}' is not named like a package: a-z, 0-9 and . _ + -")
            )
        elif alias == name:
            faults.append(Fault(path, f"alias '{alias}' is the package itself"))
        elif alias in raw.aliases[:place]:
            faults.append(Fault(path, f"alias '{alias}' is listed twice"))
    return tuple(map(PackageName, raw.aliases))


def _assets(raw: RawAssets, faults: list[Fault]) -> AssetRules:
    for key, globs in (("include", raw.include), ("exclude", raw.exclude)):
        _check_globs(key, enumerate(globs), faults)
    for key, table in (("platform", raw.platform), ("libc", raw.libc), ("level", raw.level)):
        _check_globs(key, ((glob, glob) for glob in table), faults)
    for glob, level in raw.level.items():
        if level not in (1, 2, 3, 4):
            faults.append(Fault(("assets", "level", glob), f"level is 1, 2, 3 or 4, not {level}"))
    os = None if raw.os is None else _word(Os, raw.os, ("assets", "os"), faults)
    libcs = (
        (glob, _word(Libc, word, ("assets", "libc", glob), faults))
        for glob, word in raw.libc.items()
    )
    return AssetRules(
        include=raw.include,
        exclude=raw.exclude,
        os=os,
        platform=tuple(_platform(glob, text, faults) for glob, text in raw.platform.items()),
        libc=tuple(LibcRule(match=glob, libc=libc) for glob, libc in libcs if libc is not None),
        level=tuple(LevelRule(match=glob, level=level) for glob, level in raw.level.items()),
    )


def _check_globs(key: str, globs: Iterable[tuple[str | int, str]], faults: list[Fault]) -> None:
    for place, glob in globs:
        if fault := glob_fault(glob, is_path=False):
            faults.append(Fault(("assets", key, place), fault))


def _platform(glob: str, text: str, faults: list[Fault]) -> PlatformRule:
    path: Path = ("assets", "platform", glob)
    if "/" not in text and text in frozenset(Arch):
        return PlatformRule(match=glob, arch=Arch(text))
    os, slash, arch = text.partition("/")
    return PlatformRule(
        match=glob,
        os=_word(Os, os, path, faults),
        arch=_word(Arch, arch, path, faults) if slash else None,
    )


def _word(kind: type[_Word], text: str, path: Path, faults: list[Fault]) -> _Word | None:
    try:
        return kind(text)
    except ValueError:
        faults.append(
            Fault(path, f"unknown {kind.__name__.lower()} '{text}'{did_you_mean(text, kind)}")
        )
        return None


def _when(
    raw: RawPackage,
    place: int,
    each: RawWhen,
    usual: Usual,
    faults: list[Fault],
) -> When:
    here: Path = ("when", place)
    is_spoilt = any(fault.path[:2] == here for fault in faults)
    if each.versions is None and not each.os and not is_spoilt:
        faults.append(Fault(here, "[[when]] needs versions or os; without them it is always so"))
    if not is_spoilt and each.recipe == RawRecipe():
        faults.append(Fault(here, "[[when]] changes nothing; write what differs then"))
    if each.versions is not None and not _is_range(each.versions):
        message = f"versions '{each.versions}' is no range or prefix of versions, such as '<1.0' or '>=1.2,<2'"
        faults.append(Fault((*here, "versions"), message))
    os = systems(each.os or (), faults, here)
    found: list[Fault] = []
    combined = recipe(merged(raw.recipe, each.recipe), usual, found, here)
    known = {fault.message for fault in faults}  # the package's own mistakes, which it passes on
    faults.extend(
        fault
        for fault in found
        if getattr(each.recipe, str(fault.path[2])) is not None or fault.message not in known
    )
    return When(versions=each.versions, os=os, recipe=combined)


def _is_range(text: str) -> bool:
    try:
        return isinstance(parse_tag(text), Matching)
    except InvalidTag:
        return False
