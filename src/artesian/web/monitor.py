"""What the read plane tells monitoring: its counters, its loops, its caches, and how it judged the service last."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from prometheus_client.core import Metric

from artesian.metrics import gauge, of_answers, of_events, of_loops, of_status
from artesian.web.plane import Serving

__all__ = ["gather"]


def gather(
    serving: Serving, counts: Mapping[str, int], beat_ages_s: Mapping[str, float], *, now: datetime
) -> Iterator[Metric]:
    """Give all metrics of a reader; before its first judgement those alone that need none."""
    yield from of_answers(counts)
    yield from of_events(counts)
    yield from of_loops(beat_ages_s)
    answers = serving.answers
    sizes = [((), float(len(answers)))]
    yield gauge("artesian_answers_kept", "Answers kept ready", sizes)
    size_bytes = [((), float(answers.size_bytes))]
    yield gauge("artesian_answers_kept_bytes", "Memory that these take", size_bytes)
    if serving.board is not None:
        yield from of_status(serving.board.status, now=now)
