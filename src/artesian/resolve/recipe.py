"""Which recipe installs a version on a system: the definition's first exception that matches, else its own."""

from artesian.model.definition import Definition, Recipe, When
from artesian.model.host import Os
from artesian.model.version import Matching, Version, is_match, parse_tag

__all__ = ["recipe_for"]


def recipe_for(definition: Definition, version: Version, os: Os) -> Recipe:
    """Choose how `version` is installed on a host that runs `os`."""
    exceptions = (when.recipe for when in definition.when if _is_case(when, version, os))
    return next(exceptions, definition.recipe)


def _is_case(when: When, version: Version, os: Os) -> bool:
    if when.os and os not in when.os and not (Os.POSIX in when.os and os is not Os.WINDOWS):
        return False
    versions = parse_tag(when.versions)
    return not isinstance(versions, Matching) or is_match(versions, version)
