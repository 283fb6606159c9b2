"""Package names near to one that doesn't exist: bounded work per question, and none under a flood of them."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from artesian.clock import Clock

__all__ = ["Bucket", "Nearest", "distance"]

# Suggestions shown: more would not be read.
_MOST_SHOWN = 5
# Candidates compared per question. One comparison takes about 5 µs, so the whole stays under 1 ms.
_MOST_COMPARED = 100
# Questions worked on per second, and at once after a pause: people misspell seldom, scanners ask thousands.
_RATE_PER_S = 20.0
_BURST = 100.0
# Answers remembered: misses repeat, mostly those of scripts.
_MOST_REMEMBERED = 1024
# Names longer than this have no near neighbours worth the time.
_LONGEST = 40


def distance(left: str, right: str, limit: int) -> int:
    """Count insertions, deletions, substitutions and swaps of neighbours; above `limit` any number above it."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, letter in enumerate(left, start=1):
        line = [row]
        for column, other in enumerate(right, start=1):
            cost = min(
                above[column] + 1, line[column - 1] + 1, above[column - 1] + (letter != other)
            )
            if row > 1 < column and letter == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > limit:
            return limit + 1
        before, above = above, line
    return above[-1]


class Bucket:
    """A token bucket on the Clock: says whether one more piece of work is affordable now."""

    def __init__(self, clock: Clock, *, rate_per_s: float, burst: float) -> None:
        self._clock = clock
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._tokens = burst
        self._filled_at_s = clock.monotonic_s()

    def take(self) -> bool:
        now_s = self._clock.monotonic_s()
        grown = self._tokens + (now_s - self._filled_at_s) * self._rate_per_s
        self._tokens = min(self._burst, grown)
        self._filled_at_s = now_s
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def _shortened(name: str) -> Iterator[str]:
    """Yield the name and it without each one of its characters."""
    yield name
    for position in range(len(name)):
        yield name[:position] + name[position + 1 :]


class Nearest:
    """Finds near names among those indexed so far. The index grows with the catalogue, so it is made in small steps.

    Two names within one edit (or one insertion and one deletion) of each other share a shortened form; so a lookup
    of the question's own shortened forms finds all candidates without looking at the others.
    """

    def __init__(self, names: Iterable[str], clock: Clock) -> None:
        self._waiting = [name for name in names if len(name) <= _LONGEST]
        self._by_form: dict[
            str, str
        ] = {}  # names joined by blanks: most stand alone, and cost nothing
        self._bucket = Bucket(clock, rate_per_s=_RATE_PER_S, burst=_BURST)
        self._remembered: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def grow(self, count: int) -> bool:
        """Index `count` more names (about 10 µs each); tell whether any are left."""
        for name in self._waiting[-count:]:
            for form in set(_shortened(name)):
                other = self._by_form.get(form)
                self._by_form[form] = name if other is None else f"{other} {name}"
        del self._waiting[-count:]
        return bool(self._waiting)

    def find(self, name: str) -> tuple[str, ...]:
        """Return near names, nearest first; empty if none is near, or under a flood of questions."""
        known = self._remembered.get(name)
        if known is not None:
            return known
        if len(name) > _LONGEST or not self._bucket.take():
            return ()
        limit = 1 if len(name) <= 3 else 2
        ranked = sorted((distance(name, found, limit), found) for found in self._candidates(name))
        near = tuple(found for rank, found in ranked if rank <= limit)[:_MOST_SHOWN]
        if not self._waiting:
            self._remembered[name] = near
            if len(self._remembered) > _MOST_REMEMBERED:
                self._remembered.popitem(last=False)
        return near

    def _candidates(self, name: str) -> Iterable[str]:
        found: dict[str, None] = {}
        for form in _shortened(name):
            for candidate in self._by_form.get(form, "").split():
                found[candidate] = None
                if len(found) >= _MOST_COMPARED:
                    return found
        return found
