"""What routes read: the index in force with what belongs to it, and one request in plain words. No ASGI here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from artesian.errors import Invalid, NotFound, Unavailable
from artesian.index import Index
from artesian.model.names import PackageName
from artesian.model.query import NoMatch
from artesian.model.snapshot import Generation
from artesian.web.answers import Answers
from artesian.web.board import Board
from artesian.web.nearest import Nearest
from artesian.web.negotiate import Form

__all__ = [
    "EMPTY",
    "Asked",
    "InvalidParameter",
    "NoSuchBuild",
    "NoSuchVersion",
    "NotJudged",
    "NothingLoaded",
    "Serving",
    "Unrenderable",
]

# What a reader starts with if neither the data directory nor the seed has anything valid.
EMPTY = Generation(number=0, created_at=datetime.fromtimestamp(0, UTC), packages={}, aliases={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """One generation in force: its index, its ready answers, and the near names of its packages."""

    index: Index
    answers: Answers
    nearest: Nearest
    public_url: str  # empty: unset
    board: Board | None = None  # None: not judged yet

    @property
    def number(self) -> int:
        """The number of the generation."""
        return self.index.generation.number

    def canonical(self, name: PackageName) -> PackageName:
        """Follow an alias; raise UnknownPackage, or NothingLoaded while nobody can know."""
        if not self.index.generation.packages:
            raise NothingLoaded
        return self.index.canonical(name)

    def judged(self) -> Board:
        """Return how the service is; raise NotJudged."""
        if self.board is None:
            raise NotJudged
        return self.board

    def remarks(self, name: PackageName) -> tuple[str, ...]:
        """Tell what there is to tell of a package's data beyond their age."""
        return () if self.board is None else self.board.remarks.get(name, ())

    def has(self, text: str) -> bool:
        """Tell whether `text` is the name of a package or an alias."""
        generation = self.index.generation
        return text in generation.packages or text in generation.aliases

    def checked_at(self, *names: PackageName) -> datetime | None:
        """Tell when the package checked longest ago was checked; None if any never was, or none has an upstream."""
        entries = [entry for entry in map(self.index.find, names) if not entry.is_own]
        times = [entry.checked_at for entry in entries]
        known = [time for time in times if time is not None]
        return min(known) if known and len(known) == len(times) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: what the client understands, the origin it knows us by, its query, and what it calls itself."""

    form: Form
    origin: str
    query: Mapping[str, str]
    user_agent: str = ""


class NotJudged(Unavailable):
    """A reader that has just started hasn't looked around yet."""

    def __init__(self) -> None:
        super().__init__("how the service is will be known in a moment", retry_after_s=1)


class NothingLoaded(Unavailable):
    """There is no valid generation and no seed: we can't tell yet what exists."""

    def __init__(self) -> None:
        super().__init__("nothing is known yet: no data is loaded", retry_after_s=10)


class NoSuchVersion(NotFound):
    """The package exists, the version doesn't."""

    def __init__(self, name: PackageName, found: NoMatch) -> None:
        super().__init__(found.reason)
        self.name = name
        self.found = found


class NoSuchBuild(NotFound):
    """The version exists, a build for the host doesn't."""

    def __init__(self, name: PackageName, found: NoMatch) -> None:
        super().__init__(found.reason)
        self.name = name
        self.found = found


class InvalidParameter(Invalid):
    """A query parameter that is missing, unknown or has a value that it can't have."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"parameter {name}: {problem}")
        self.name = name


class Unrenderable(Unavailable):
    """The data of a package can't be written down safely; a matter of its upstream, not of the request."""

    def __init__(self, line: str, reason: str) -> None:
        super().__init__(f"{line} has data that no script can hold: {reason}", retry_after_s=3600)
