"""Packages that other packages name: whether there are any of that name, and whether it shows where they are needed.

A catalogue may lean on another's.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from artesian.definitions.folder import read_file
from artesian.definitions.lines import line_of, locate
from artesian.definitions.load import Catalogue, Problem
from artesian.definitions.outline import Outline
from artesian.definitions.shapes import near
from artesian.errors import Invalid
from artesian.model.definition import Definition, SourceKind
from artesian.model.names import PackageName
from artesian.model.query import parse_spec

__all__ = ["doubtful_mentions"]


def doubtful_mentions(
    directory: Path, catalogue: Catalogue, others: Iterable[Definition]
) -> Iterator[Problem]:
    """Find names that neither the catalogue in `directory` nor `others` have, and needs that no installer could see."""
    packages: tuple[Definition | Outline, ...] = (*catalogue.faulty, *catalogue.definitions)
    theirs: dict[str, Definition | None] = {
        name: each for each in others for name in (*each.aliases, each.name)
    }
    own: dict[str, Definition | None] = {
        name: each if isinstance(each, Definition) else None
        for each in packages
        for name in (*each.aliases, each.name)
    }
    known = {**theirs, **own}  # the catalogue's own word counts
    for package in packages:
        for key, specs in (("packages", package.packages), ("needs", package.needs)):
            for place, spec in enumerate(specs):
                name = _named(spec)
                if name is None:
                    continue
                if name not in known:
                    message = f"no package is called '{name}'{_meant(name, own, theirs)}"
                elif key == "needs" and not _is_seen(known[name]):
                    message = f"nothing tells where '{name}' is here already: it has no commands, and provides none"
                else:
                    continue
                file = directory / package.name / "package.toml"
                line = line_of((key, place), locate(read_file(file, within=directory).decode()))
                yield Problem(file=str(file), line=line, message=message)


def _named(spec: str) -> PackageName | None:
    """Take the name out of what a package writes; None: that it is malformed is told already."""
    try:
        return parse_spec(spec).name
    except Invalid:
        return None


def _meant(name: str, own: Iterable[str], theirs: Iterable[str]) -> str:
    hint = near(name, theirs).replace("?", ", which comes with the program?")
    return near(name, own) or hint


def _is_seen(needed: Definition | None) -> bool:
    """Tell whether it shows on a host that a package is there, or it does no harm to install it once more."""
    if needed is None:
        return True  # it is faulty, so nobody knows yet
    recipe = needed.recipe
    is_set = bool(needed.packages) and not needed.piece
    is_clone = needed.source.kind is SourceKind.GIT
    return bool(recipe.commands or recipe.links or needed.provides or is_clone or is_set)
