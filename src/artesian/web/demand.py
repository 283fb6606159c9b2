"""How often each package is asked for: paths are counted on the read path, and what they name is worked out off it."""

from collections import Counter
from contextlib import suppress

from artesian.errors import ArtesianError
from artesian.model.names import PackageName, parse_name
from artesian.model.query import parse_specs
from artesian.web.negotiate import read_path, split_suffix
from artesian.web.plane import Serving
from artesian.web.webi_query import split_ending

__all__ = ["Demand"]

# Different paths counted between two looks; more than a catalogue's, less than anyone's memory.
MOST_PATHS = 20_000
_OF_PROGRAMS = ("v1/packages/", "v1/resolve/")
_OF_WEBI = ("api/releases/", "api/installers/")
_ENDINGS = (".json", ".tab", ".sh", ".ps1")


class Demand:
    """The counts since they were last taken."""

    def __init__(self) -> None:
        self._paths: dict[bytes, int] = {}

    def count(self, path: bytes) -> None:
        """Count a request that was answered, or would be if the package were fetched already."""
        paths = self._paths
        if path in paths:
            paths[path] += 1
        elif len(paths) < MOST_PATHS:
            paths[path] = 1

    def take(self, serving: Serving) -> Counter[PackageName]:
        """Return how often each package was asked for since the last time."""
        paths, self._paths = self._paths, {}
        counts: Counter[PackageName] = Counter()
        for path, count in paths.items():
            for name in _names(serving, path):
                counts[name] += count
        return counts


def _names(serving: Serving, path: bytes) -> set[PackageName]:
    """Name the packages that a path is about."""
    with suppress(ArtesianError):
        text = read_path(path)
        for prefix in _OF_PROGRAMS:
            if text.startswith(prefix):
                name, _, _ = text.removeprefix(prefix).partition("@")
                return {serving.canonical(parse_name(name))}
        for prefix in _OF_WEBI:
            if text.startswith(prefix):
                text, _ = split_ending(text.removeprefix(prefix), _ENDINGS)
                break
        else:
            text, _ = split_suffix(text, serving.has)
        specs = parse_specs(text)
        return {serving.canonical(spec.name) for spec in specs}
    return set()
