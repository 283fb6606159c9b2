"""Several folders of packages read as one catalogue, and a cheap look whether any of them changed."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from artesian.definitions.folder import folders, stamps
from artesian.definitions.load import Catalogue, Problem, load_catalogue
from artesian.model.definition import Definition
from artesian.model.names import PackageName
from artesian.settings import shipped

__all__ = ["fingerprint", "folders_of", "load_catalogues"]


def folders_of(names: Sequence[str]) -> tuple[Path, ...]:
    """Find the folders that the settings name; `shipped` is the one that comes with the program."""
    return tuple(shipped("catalogue") if name == "shipped" else Path(name) for name in names)


def load_catalogues(directories: Sequence[Path]) -> Catalogue:
    """Load all folders; what later ones say of a name counts, and aliases give way to names."""
    found: dict[PackageName, Definition] = {}
    problems: list[Problem] = []
    for directory in reversed(directories):
        catalogue = load_catalogue(directory)
        problems = [*catalogue.problems, *problems]
        for definition in catalogue.definitions:
            found.setdefault(definition.name, definition)
    taken = set(found)
    definitions = []
    for definition in found.values():  # those of the last folder first
        aliases = tuple(alias for alias in definition.aliases if alias not in taken)
        taken.update(aliases)
        definitions.append(replace(definition, aliases=aliases))
    by_name = sorted(definitions, key=lambda definition: definition.name)
    return Catalogue(definitions=tuple(by_name), problems=tuple(problems))


def fingerprint(directories: Sequence[Path]) -> str:
    """Tell the state of all packages' files from their times and sizes; another text means that something changed."""
    state = hashlib.sha256()
    for directory in directories:
        state.update(f"{directory}\n".encode(errors="surrogateescape"))
        with suppress(OSError):
            for package in folders(directory):
                state.update(f"{package.name}\n".encode(errors="surrogateescape"))
                with suppress(OSError):
                    for stamp in stamps(package):
                        state.update(f"{stamp}\n".encode(errors="surrogateescape"))
    return state.hexdigest()
