"""How clients fared: every question and what came of it, and from that shares, gaps and spans of time."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from artesian.clock import Clock

__all__ = ["Answered", "Span", "Tally", "keep_asking"]


class Answered(StrEnum):
    """What a client got. Only USABLE lets it install something."""

    USABLE = "usable"
    EMPTY = "empty"  # 200, but without a build for any host
    WRONG = "wrong"  # a build for another processor, though one of its own exists
    ERROR = "error"
    REFUSED = "refused"  # nobody listens
    HUNG = "hung"  # gave up waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time in which all answers were of one kind."""

    start_s: float
    end_s: float
    answered: Answered


@dataclass(slots=True)
class Tally:
    """The record of one subject."""

    answers: list[tuple[float, Answered]] = field(default_factory=list)

    def add(self, at_s: float, answered: Answered) -> None:
        """Write one answer down."""
        self.answers.append((at_s, answered))

    @property
    def counts(self) -> Counter[Answered]:
        """Count the answers of each kind."""
        return Counter(answered for _, answered in self.answers)

    @property
    def usable_share(self) -> float:
        """Tell which share of the questions got a usable answer."""
        return self.counts[Answered.USABLE] / len(self.answers) if self.answers else 0.0

    @property
    def longest_gap_s(self) -> float:
        """Tell the longest time in which nobody got a usable answer."""
        longest, since = 0.0, None
        for at_s, answered in self.answers:
            if answered is Answered.USABLE:
                since = None
            else:
                since = at_s if since is None else since
                longest = max(longest, at_s - since)
        return longest

    def spans(self, end_s: float) -> tuple[Span, ...]:
        """Join neighbouring answers of one kind, for a picture."""
        made: list[Span] = []
        for at_s, answered in self.answers:
            if made and made[-1].answered is answered:
                made[-1] = Span(start_s=made[-1].start_s, end_s=at_s, answered=answered)
            else:
                if made:
                    last = made[-1]
                    made[-1] = Span(start_s=last.start_s, end_s=at_s, answered=last.answered)
                made.append(Span(start_s=at_s, end_s=at_s, answered=answered))
        if made:
            last = made[-1]
            made[-1] = Span(start_s=last.start_s, end_s=end_s, answered=last.answered)
        return tuple(made)


async def keep_asking(
    ask: Callable[[str], Awaitable[Answered]],
    names: Sequence[str],
    clock: Clock,
    tally: Tally,
    *,
    every_s: float,
) -> None:
    """Ask for one package after the other, for ever, at a steady pace."""
    number = 0
    while True:
        answered = await ask(names[number % len(names)])
        tally.add(clock.monotonic_s(), answered)
        number += 1
        await clock.sleep(every_s)
