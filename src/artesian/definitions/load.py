"""A folder of packages → Catalogue: the good definitions, and every problem of all of them at once.

A package is a folder with a package.toml, or a package directory of Webi's; both may lie side by side.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import msgspec

from artesian.definitions import webi
from artesian.definitions.folder import contents, folders, read_file, target
from artesian.definitions.lines import line_of, locate
from artesian.definitions.outline import Outline, read_outline
from artesian.definitions.own import PIECE
from artesian.definitions.read import read_definition
from artesian.model.definition import Definition, Source
from artesian.model.names import PackageName, is_package_name
from artesian.settings import shipped

__all__ = ["Catalogue", "Problem", "load_catalogue"]

_TOML = "package.toml"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a line of a file, and what was meant; prints as `file:line: message`."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """All packages, sorted by name, but those with problems; of a contested alias only the alias is left out."""

    definitions: tuple[Definition, ...]
    problems: tuple[Problem, ...]
    faulty: tuple[Outline, ...] = ()  # the packages left out


class _Package(msgspec.Struct, frozen=True):
    """toml: of its package.toml, to find lines in; empty for Webi's."""

    file: Path
    toml: bytes
    definition: Definition


class _Faulty(msgspec.Struct, frozen=True):
    """A package.toml that makes no definition."""

    file: Path
    toml: bytes
    outline: Outline


class _Alias(msgspec.Struct, frozen=True):
    """A folder that is another name of a package."""

    file: Path
    line: int
    of: str


class _Found(msgspec.Struct, frozen=True):
    """What the folders of a catalogue are."""

    names: frozenset[str]  # of all folders
    packages: dict[str, _Package] = {}
    faulty: dict[str, _Faulty] = {}
    aliases: dict[str, _Alias] = {}
    problems: list[Problem] = []


def load_catalogue(directory: Path) -> Catalogue:
    """Load every package folder of `directory`; a broken one costs only itself."""
    try:
        listed = folders(directory)
    except OSError as error:
        return Catalogue(definitions=(), problems=(_problem(directory, _why(error)),))
    if not listed:
        return Catalogue(definitions=(), problems=(_problem(directory, _emptiness(directory)),))
    found = _Found(frozenset(folder.name for folder in listed), {}, {}, {}, [])
    for folder in listed:
        _load(folder, found)
    targets = dict(_targets(found))
    contested = tuple(_contested(found, targets))
    found.problems.extend(problem for _, _, problem in contested)
    dropped = {(name, alias) for name, alias, _ in contested}
    return Catalogue(
        definitions=tuple(
            _named(found.packages[name].definition, targets, dropped)
            for name in sorted(found.packages)
        ),
        problems=tuple(sorted(found.problems, key=lambda problem: (problem.file, problem.line))),
        faulty=tuple(
            found.faulty[name].outline if name in found.faulty else Outline(name=name)
            for name in sorted(found.names - found.packages.keys() - targets.keys())
        ),
    )


def _emptiness(directory: Path) -> str:
    if (directory / _TOML).is_file():
        return "this is a package's own folder; name the folder around it"
    return "there is no package in this folder"


def _load(folder: Path, found: _Found) -> None:
    """Add what a folder is to `found`."""
    of = _linked(folder, found.names)
    file = folder / _TOML
    if of is not None:
        found.aliases[folder.name] = _Alias(folder, 1, of)
        return
    try:
        toml = read_file(file, within=folder.parent)
    except FileNotFoundError:
        toml = None
    except OSError as error:
        found.problems.append(_problem(file, _why(error)))
        return
    try:
        inside = contents(folder)
    except OSError as error:
        found.problems.append(_problem(folder, _why(error)))
        return
    if toml is None and not webi.is_webi(inside.files):
        found.problems.append(_problem(file, "this package has no package.toml"))
        return
    found.problems.extend(
        _problem(folder / name, "left out: it is too large, elsewhere, or can't be read")
        for name in inside.left_out
        if name != _TOML  # read already
    )
    if PIECE in inside.left_out:
        return  # without it something else would be installed than is written
    if toml is None:
        _load_webi(folder, inside.files, found)
        return
    others = {name: content for name, content in inside.files.items() if name != _TOML}
    read = read_definition(folder.name, toml, others)
    if isinstance(read, Definition):
        found.packages[folder.name] = _Package(file, toml, read)
    else:
        found.faulty[folder.name] = _Faulty(file, toml, read_outline(folder.name, toml))
        found.problems.extend(
            Problem(file=str(file), line=mistake.line, message=mistake.message) for mistake in read
        )


def _linked(folder: Path, names: frozenset[str]) -> str | None:
    """Name the folder beside it that `folder` is a link to."""
    if not folder.is_symlink():
        return None
    place = target(folder)
    is_beside = place.parent == target(folder.parent) and place.name in names
    return place.name if is_beside else None


def _load_webi(folder: Path, files: Mapping[str, bytes], found: _Found) -> None:
    read, faults = webi.read_webi(folder.name, files, _confs(folder.parent), _known)
    found.problems.extend(
        Problem(file=str(folder / fault.file), line=fault.line, message=fault.message)
        for fault in faults
    )
    match read:
        case Definition():
            found.packages[folder.name] = _Package(folder, b"", read)
        case webi.Alias():
            found.aliases[folder.name] = _Alias(folder / read.file, read.line, read.name)
        case None:
            pass


def _confs(directory: Path) -> webi.Confs:
    def conf(name: str) -> bytes | None:
        try:
            return read_file(directory / name / webi.CONF, within=directory)
        except OSError:
            return None

    return conf


def _known(name: PackageName, source: Source) -> Definition | None:
    """Find our own definition of a source, rather that of the same name."""
    same = _ours().get(_key(source), ())
    return next((each for each in same if each.name == name), same[0] if same else None)


@cache
def _ours() -> Mapping[tuple[str, ...], tuple[Definition, ...]]:
    found: dict[tuple[str, ...], tuple[Definition, ...]] = {}
    catalogue = shipped("catalogue")
    for folder in folders(catalogue):
        toml = read_file(folder / _TOML, within=catalogue)
        read = read_definition(folder.name, toml, contents(folder).files)
        if isinstance(read, Definition):
            key = _key(read.source)
            found[key] = (*found.get(key, ()), read)
    return found


def _key(source: Source) -> tuple[str, ...]:
    return (source.kind, source.repository.lower(), source.base_url or "")


def _targets(found: _Found) -> Iterable[tuple[PackageName, PackageName]]:
    """Follow the folders that are aliases to the packages that they mean."""
    for name, alias in sorted(found.aliases.items()):
        seen = {name}
        of = alias.of
        while of in found.aliases and of not in seen:
            seen.add(of)
            of = found.aliases[of].of
        if not is_package_name(name):
            message = f"folder '{name}' is not named like a package: a-z, 0-9 and . _ + -"
        elif of in seen:
            message = f"alias '{name}' leads back to itself"
        elif of not in found.names:
            message = f"alias '{name}' leads to '{of}', which isn't here"
        elif of in found.packages:
            yield PackageName(name), PackageName(of)
            continue
        else:
            continue  # that package's problem is told already
        found.problems.append(Problem(file=str(alias.file), line=alias.line, message=message))


def _contested(
    found: _Found, targets: Mapping[PackageName, PackageName]
) -> Iterable[tuple[PackageName, PackageName, Problem]]:
    """Find aliases that are packages themselves, or of two packages: each with its package and problem."""
    owners = dict(targets)
    packages: dict[str, _Package | _Faulty] = {  # what is faulty takes no alias from what is good
        **dict(sorted(found.packages.items())),
        **dict(sorted(found.faulty.items())),
    }
    for package in packages.values():
        said = package.outline if isinstance(package, _Faulty) else package.definition
        for index, alias in enumerate(map(PackageName, said.aliases)):
            if alias == said.name or not is_package_name(alias):
                continue  # which is told already
            if alias in found.names - found.aliases.keys():
                message = f"alias '{alias}' is a package of its own"
            elif owners.setdefault(alias, PackageName(said.name)) != said.name:
                message = f"alias '{alias}' leads to {owners[alias]} already"
            else:
                continue
            line = line_of(("aliases", index), locate(package.toml.decode()))
            problem = Problem(file=str(package.file), line=line, message=message)
            yield PackageName(said.name), alias, problem


def _named(
    definition: Definition,
    targets: Mapping[PackageName, PackageName],
    dropped: set[tuple[PackageName, PackageName]],
) -> Definition:
    """Give a definition the aliases that are its alone."""
    kept = [alias for alias in definition.aliases if (definition.name, alias) not in dropped]
    more = [alias for alias, name in targets.items() if name == definition.name]
    aliases = tuple(dict.fromkeys((*kept, *more)))
    if aliases == definition.aliases:
        return definition
    return msgspec.structs.replace(definition, aliases=aliases)


def _problem(file: Path, message: str) -> Problem:
    return Problem(file=str(file), line=1, message=message)


def _why(error: OSError) -> str:
    return f"can't be read: {error.strerror or error}"
