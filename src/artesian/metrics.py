"""What monitoring asks for, as Prometheus reads it: one registry a process, filled from values at each scrape.

Nothing is counted here: events are counted by the Observer alone, so that a request pays for one counter.
"""

import os
import resource
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)

from artesian import __version__
from artesian.model.health import Level, UpstreamHealth, WriterHealth
from artesian.model.status import Gravity, Status, WriterState

__all__ = ["Exposition", "gauge", "of_answers", "of_events", "of_loops", "of_report", "of_status"]

_ANSWERS = ("kept", "made", "not_modified")
_BREAKERS = ("closed", "open", "half_open")


class Exposition:
    """The metrics of this process. `gather` is called at each scrape."""

    def __init__(
        self, plane: str, gather: Callable[[], Iterable[Metric]], *, started_at: datetime
    ) -> None:
        self._plane = plane
        self._gather = gather
        self._started_at = started_at
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """Give all metrics; the registry calls it."""
        build = {"version": __version__, "plane": self._plane}
        yield InfoMetricFamily("artesian_build", "What runs here", value=build)
        started_s = self._started_at.timestamp()
        yield _single("process_start_time_seconds", "When this process began", started_s)
        yield from _of_process()
        yield from self._gather()

    def text(self) -> bytes:
        """Write everything in Prometheus' text format."""
        return generate_latest(self._registry)


def gauge(
    name: str, help_text: str, values: Iterable[tuple[Sequence[str], float]], *labels: str
) -> Metric:
    """Make a gauge: for each of the values of its labels a number."""
    family = GaugeMetricFamily(name, help_text, labels=labels)
    for label_values, value in values:
        family.add_metric(label_values, value)
    return family


def _single(name: str, help_text: str, value: float) -> Metric:
    return gauge(name, help_text, [((), value)])


def _states(name: str, help_text: str, label: str, states: Iterable[str], now: str) -> Metric:
    return gauge(name, help_text, [((state,), float(state == now)) for state in states], label)


def _of_process() -> Iterator[Metric]:
    """Tell what the process takes. The library's own collector needs /proc/stat, which a confined service can't see."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    yield CounterMetricFamily(
        "process_cpu_seconds", "Processor time used", value=used.ru_utime + used.ru_stime
    )
    with suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        memory_bytes = pages * resource.getpagesize()
        yield _single("process_resident_memory_bytes", "Memory in use", memory_bytes)
        count = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names alone, not paths
        yield _single("process_open_fds", "Open files and sockets", count)


def of_events(counts: Mapping[str, int]) -> Iterator[Metric]:
    """Tell what the process has counted since its start."""
    events = CounterMetricFamily("artesian_events", "Events by kind", labels=["event"])
    for event, count in sorted(counts.items()):
        events.add_metric([event], count)
    yield events


def of_answers(counts: Mapping[str, int]) -> Iterator[Metric]:
    """Tell what was answered, in a few kinds."""
    answers = CounterMetricFamily(
        "artesian_answers",
        "Answers: made, or kept from before (not_modified are some of these), and errors",
        labels=["kind"],
    )
    for kind in _ANSWERS:
        answers.add_metric([kind], counts.get(f"answer.{kind}", 0))
    answers.add_metric(
        ["error"], sum(count for event, count in counts.items() if event.startswith("error."))
    )
    yield answers


def of_loops(beat_ages_s: Mapping[str, float]) -> Iterator[Metric]:
    """Tell how long ago each loop of the process gave a sign of life."""
    ages = [((loop,), age_s) for loop, age_s in sorted(beat_ages_s.items())]
    yield gauge("artesian_loop_beat_age_seconds", "Time since a loop's last beat", ages, "loop")


def of_status(status: Status, *, now: datetime) -> Iterator[Metric]:
    """Tell how the service is, as it was judged last."""

    def age(name: str, help_text: str, when: datetime | None) -> Iterator[Metric]:
        if when is not None:
            yield _single(name, help_text, (now - when).total_seconds())

    yield from age("artesian_judged_age_seconds", "Age of this judgement", status.judged_at)
    yield _single("artesian_generation", "Generation in force; 0: the seed", status.generation)
    yield from age("artesian_generation_age_seconds", "Time since it was made", status.created_at)
    yield _states(
        "artesian_level", "How fresh the data are as a whole", "level", Level, status.level
    )
    counts = [((level.value,), count) for level, count in status.counts.items()]
    yield gauge("artesian_packages", "Packages by how fresh they are", counts, "level")
    noted = [((what,), count) for what, count in status.noted.items()]
    yield gauge("artesian_packages_noted", "Packages by what is to tell of them", noted, "what")
    yield from age("artesian_data_age_max_seconds", "Age of the oldest", status.oldest_checked_at)
    yield from age(
        "artesian_data_age_median_seconds", "Age that half exceed", status.median_checked_at
    )
    gravities = [reason.gravity for reason in status.reasons]
    found = [((each.value,), gravities.count(each)) for each in (Gravity.NOTICE, Gravity.ALARM)]
    yield gauge("artesian_reasons", "What isn't as it should be", found, "gravity")
    yield _states(
        "artesian_writer_state",
        "What the reader makes of the writer",
        "state",
        WriterState,
        status.writer.state,
    )
    yield from age(
        "artesian_writer_report_age_seconds", "Age of its report", status.writer.written_at
    )


def of_report(report: WriterHealth, *, now: datetime) -> Iterator[Metric]:
    """Tell how the writer is, by its own account."""
    age_s = (now - report.written_at).total_seconds()
    yield _single("artesian_report_age_seconds", "Age of the writer's report of itself", age_s)
    yield _single("artesian_idle", "1: it does nothing, and says why", bool(report.idle))
    yield _single("artesian_generation", "Generation published last", report.generation)
    yield from of_loops(
        {name: (now - loop.beat_at).total_seconds() for name, loop in report.loops.items()}
    )
    restarts = CounterMetricFamily(
        "artesian_loop_restarts", "Steps of a loop that failed", labels=["loop"]
    )
    for name, loop in sorted(report.loops.items()):
        restarts.add_metric([name], loop.restarts)
    yield restarts
    alerts = [((alert.key,), 1.0) for alert in report.alerts]
    yield gauge("artesian_alert", "Alerts in force", alerts, "key")
    yield from _of_upstreams({(one.host, _credential(one)): one for one in report.upstreams}, now)


def _of_upstreams(
    upstreams: Mapping[tuple[str, str], UpstreamHealth], now: datetime
) -> Iterator[Metric]:
    """Tell how each upstream is."""

    def each(
        name: str, help_text: str, value_of: Callable[[UpstreamHealth], float | None]
    ) -> Metric:
        found = [(labels, value_of(one)) for labels, one in upstreams.items()]
        known = [(labels, value) for labels, value in found if value is not None]
        return gauge(f"artesian_upstream_{name}", help_text, known, "host", "credential")

    def left_s(when: datetime | None) -> float | None:
        return None if when is None else (when - now).total_seconds()

    yield gauge(
        "artesian_upstream_breaker",
        "Closed: asked; open: not asked; half_open: one probe",
        [
            ((*labels, state), float(one.breaker == state))
            for labels, one in upstreams.items()
            for state in _BREAKERS
        ],
        "host",
        "credential",
        "state",
    )
    yield each("limit", "Requests an hour", lambda one: one.limit)
    yield each("remaining", "Requests left of this hour", lambda one: one.remaining)
    yield each("foreign", "Requests that others made with the credential", lambda one: one.foreign)
    yield each("reset_seconds", "Time until the hour is over", lambda one: left_s(one.resets_at))
    yield each(
        "success_age_seconds",
        "Time since the last success",
        lambda one: None if one.succeeded_at is None else (now - one.succeeded_at).total_seconds(),
    )
    yield each(
        "token_seconds", "Time until the token expires", lambda one: left_s(one.token_expires_at)
    )


def _credential(one: UpstreamHealth) -> str:
    """Tell the kind alone: an identity holds the end of a token."""
    return one.credential if one.credential in {"anonymous", "broken"} else "token"
