"""Packages that other packages name: whether there are any of that name, and whether it shows where they are needed.

A catalogue may lean on another's.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from artesian.definitions.folder import read_file
from artesian.definitions.lines import line_of, locate
from artesian.definitions.load import Catalogue, Problem
from artesian.definitions.shapes import near
from artesian.model.definition import Definition, SourceKind
from artesian.model.query import parse_spec

__all__ = ["doubtful_mentions"]


def doubtful_mentions(
    directory: Path, catalogue: Catalogue, others: Iterable[Definition]
) -> Iterator[Problem]:
    """Find names that neither the catalogue in `directory` nor `others` have, and needs that no installer could see."""
    known = {
        name: each
        for each in (*others, *catalogue.definitions)  # the catalogue's own word counts
        for name in (*each.aliases, each.name)
    }
    for definition in catalogue.definitions:
        for key, specs in (("packages", definition.packages), ("needs", definition.needs)):
            for place, spec in enumerate(specs):
                name = parse_spec(spec).name
                if name not in known:
                    message = f"no package is called '{name}'{near(name, known)}"
                elif key == "needs" and not _is_seen(known[name]):
                    message = f"nothing tells where '{name}' is here already: it has no commands, and provides none"
                else:
                    continue
                file = directory / definition.name / "package.toml"
                line = line_of((key, place), locate(read_file(file, within=directory).decode()))
                yield Problem(file=str(file), line=line, message=message)


def _is_seen(needed: Definition) -> bool:
    """Tell whether it shows on a host that a package is there, or it does no harm to install it once more."""
    recipe = needed.recipe
    is_set = bool(needed.packages) and not needed.piece
    is_clone = needed.source.kind is SourceKind.GIT
    return bool(recipe.commands or recipe.links or needed.provides or is_clone or is_set)
