"""A folder of packages → Catalogue: the good definitions, and every problem of all of them at once."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from artesian.definitions.lines import line_of, locate
from artesian.definitions.read import read_definition
from artesian.model.definition import Definition
from artesian.model.names import PackageName

__all__ = ["Catalogue", "Problem", "load_catalogue"]

LARGEST_FILE = 256_000  # bytes; larger ones are no part of a package


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


class _Package(msgspec.Struct, frozen=True):
    file: Path
    content: bytes
    definition: Definition


def load_catalogue(directory: Path) -> Catalogue:
    """Load `directory`/<name>/package.toml of every name; a broken one costs only itself."""
    packages: list[_Package] = []
    problems: list[Problem] = []
    try:
        folders = sorted(
            each for each in directory.iterdir() if each.is_dir() and not each.name.startswith(".")
        )
    except OSError as error:
        return Catalogue(definitions=(), problems=(_problem(directory, _why(error)),))
    for folder in folders:
        loaded = _load(folder)
        if isinstance(loaded, _Package):
            packages.append(loaded)
        else:
            problems.extend(loaded)
    contested = tuple(_contested(packages, frozenset(folder.name for folder in folders)))
    problems.extend(problem for _, _, problem in contested)
    dropped = {(name, alias) for name, alias, _ in contested}
    return Catalogue(
        definitions=tuple(_without(package.definition, dropped) for package in packages),
        problems=tuple(sorted(problems, key=lambda problem: (problem.file, problem.line))),
    )


def _load(folder: Path) -> _Package | tuple[Problem, ...]:
    file = folder / "package.toml"
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return (_problem(file, "this package has no package.toml"),)
    except OSError as error:
        return (_problem(file, _why(error)),)
    try:
        contents = _contents(folder)
    except OSError as error:
        return (_problem(folder, _why(error)),)
    read = read_definition(folder.name, content, contents)
    if isinstance(read, Definition):
        return _Package(file, content, read)
    return tuple(
        Problem(file=str(file), line=mistake.line, message=mistake.message) for mistake in read
    )


def _contents(folder: Path) -> dict[str, bytes]:
    """Read the other files of a package's folder: they are small, being read by people."""
    return {
        each.name: each.read_bytes()
        for each in sorted(folder.iterdir())
        if each.is_file() and not each.name.startswith(".") and each.name != "package.toml"
        if each.stat().st_size <= LARGEST_FILE
    }


def _contested(
    packages: Iterable[_Package], folders: frozenset[str]
) -> Iterable[tuple[PackageName, PackageName, Problem]]:
    """Find aliases that are packages themselves, or of two packages: each with its package and problem."""
    owners: dict[PackageName, PackageName] = {}
    for package in packages:
        name = package.definition.name
        for index, alias in enumerate(package.definition.aliases):
            if alias in folders:
                message = f"alias '{alias}' is a package of its own"
            elif alias in owners:
                message = f"alias '{alias}' leads to {owners[alias]} already"
            else:
                owners[alias] = name
                continue
            line = line_of(("aliases", index), locate(package.content.decode()))
            yield name, alias, Problem(file=str(package.file), line=line, message=message)


def _without(definition: Definition, dropped: set[tuple[PackageName, PackageName]]) -> Definition:
    kept = tuple(alias for alias in definition.aliases if (definition.name, alias) not in dropped)
    if kept == definition.aliases:
        return definition
    return msgspec.structs.replace(definition, aliases=kept)


def _problem(file: Path, message: str) -> Problem:
    return Problem(file=str(file), line=1, message=message)


def _why(error: OSError) -> str:
    return f"can't be read: {error.strerror or error}"
