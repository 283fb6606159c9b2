"""Packages that other packages name: whether there are any of that name. A catalogue may lean on another's."""

from collections.abc import Iterator
from pathlib import Path

from artesian.definitions.folder import read_file
from artesian.definitions.lines import line_of, locate
from artesian.definitions.load import Catalogue, Problem
from artesian.definitions.shapes import near
from artesian.model.query import parse_spec

__all__ = ["missing_names"]


def missing_names(
    directory: Path, catalogue: Catalogue, others: frozenset[str]
) -> Iterator[Problem]:
    """Find what `packages` and `needs` name that neither the catalogue in `directory` nor `others` have."""
    own = {name for each in catalogue.definitions for name in (each.name, *each.aliases)}
    known = own | others
    for definition in catalogue.definitions:
        for key, specs in (("packages", definition.packages), ("needs", definition.needs)):
            for place, spec in enumerate(specs):
                name = parse_spec(spec).name
                if name in known:
                    continue
                hint = near(name, known)
                file = directory / definition.name / "package.toml"
                line = line_of((key, place), locate(read_file(file, within=directory).decode()))
                message = f"no package is called '{name}'{hint}"
                yield Problem(file=str(file), line=line, message=message)
