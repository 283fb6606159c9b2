"""Several folders of packages read as one catalogue, and a cheap look whether any of them changed."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from artesian.definitions.load import Catalogue, Problem, load_catalogue
from artesian.model.definition import Definition
from artesian.model.names import PackageName
from artesian.settings import shipped

__all__ = ["fingerprint", "folders_of", "load_catalogues"]


def folders_of(names: Sequence[str]) -> tuple[Path, ...]:
    """Find the folders that the settings name; `shipped` is the one that comes with the program."""
    return tuple(shipped("catalogue") if name == "shipped" else Path(name) for name in names)


def load_catalogues(folders: Sequence[Path]) -> Catalogue:
    """Load all folders; of packages with one name that of the first folder counts, aliases give way to names."""
    found: dict[PackageName, Definition] = {}
    problems: list[Problem] = []
    for folder in folders:
        catalogue = load_catalogue(folder)
        problems.extend(catalogue.problems)
        for definition in catalogue.definitions:
            found.setdefault(definition.name, definition)
    taken = set(found)
    definitions = []
    for _, definition in sorted(found.items()):
        aliases = tuple(alias for alias in definition.aliases if alias not in taken)
        taken.update(aliases)
        definitions.append(replace(definition, aliases=aliases))
    return Catalogue(definitions=tuple(definitions), problems=tuple(problems))


def fingerprint(folders: Sequence[Path]) -> str:
    """Tell the state of all packages' files from their times and sizes; another text means that something changed."""
    state = hashlib.sha256()
    for folder in folders:
        state.update(f"{folder}\n".encode())
        with suppress(OSError):
            for package in sorted(folder.iterdir()):
                with suppress(OSError):
                    found = (package / "package.toml").stat()
                    seen = f"{package.name} {found.st_ino} {found.st_mtime_ns} {found.st_size}\n"
                    state.update(seen.encode())
    return state.hexdigest()
