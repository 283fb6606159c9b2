"""Metrics: what they say, read back by Prometheus' own parser; nothing of a token, and nothing global."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import prometheus_client
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from tests.reading import app_of

from artesian.health.assess import Facts, assess
from artesian.metrics import Exposition, of_answers, of_events, of_loops, of_report, of_status
from artesian.model.health import Alert, LoopHealth, UpstreamHealth, WriterHealth
from artesian.model.names import PackageName
from artesian.model.snapshot import Entry, Generation
from artesian.store.report import ReportFile
from artesian.web.board import look
from artesian.web.monitor import gather

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
Sample = tuple[str, frozenset[tuple[str, str]]]


def sample(name: str, **labels: str) -> Sample:
    """Name a sample."""
    return name, frozenset(labels.items())


def read(text: bytes) -> Mapping[Sample, float]:
    """Parse an exposition; no sample may come twice."""
    found: dict[Sample, float] = {}
    for family in text_string_to_metric_families(text.decode()):
        assert family.documentation, family.name
        for each in family.samples:
            key = sample(each.name, **each.labels)
            assert key not in found
            found[key] = each.value
    return found


def exposed(plane: str, gather: Callable[[], Iterable[Metric]]) -> Exposition:
    """Make the metrics of a process that began an hour ago."""
    return Exposition(plane, gather, started_at=ago(60))


def ago(minutes: float) -> datetime:
    """Tell the time that long before NOW."""
    return NOW - timedelta(minutes=minutes)


def test_events_and_answers() -> None:
    """Each event is a counter; answers are summed up in four kinds."""
    counts = {"answer.kept": 5, "answer.not_modified": 1, "error.A": 2, "error.B": 1, 'a"\n\\': 1}
    found = read(exposed("reader", lambda: (*of_events(counts), *of_answers(counts))).text())
    assert found[sample("artesian_events_total", event="error.A")] == 2
    assert found[sample("artesian_events_total", event='a"\n\\')] == 1
    kinds = ("kept", "made", "not_modified", "error")
    answers = [found[sample("artesian_answers_total", kind=kind)] for kind in kinds]
    assert answers == [5, 0, 1, 3]


def test_the_process_and_what_runs() -> None:
    """Version, plane and the process's own figures are there, once each."""
    found = read(exposed("writer", lambda: of_loops({"fetch": 1.5})).text())
    assert found[sample("artesian_loop_beat_age_seconds", loop="fetch")] == 1.5
    (build,) = [labels for name, labels in found if name == "artesian_build_info"]
    assert ("plane", "writer") in build
    assert found[sample("process_resident_memory_bytes")] > 1_000_000
    assert found[sample("process_cpu_seconds_total")] > 0
    assert found[sample("process_open_fds")] > 2
    assert found[sample("process_start_time_seconds")] == ago(60).timestamp()


def test_each_registry_is_its_own() -> None:
    """Two processes' worth of metrics in one process don't meet, and nothing is registered globally."""
    before = set(prometheus_client.REGISTRY._names_to_collectors)  # noqa: SLF001 - to see that it stays
    one, other = exposed("reader", tuple), exposed("reader", tuple)
    assert read(one.text()).keys() == read(other.text()).keys()
    assert set(prometheus_client.REGISTRY._names_to_collectors) == before  # noqa: SLF001


def test_how_the_service_is() -> None:
    """Level, ages, packages by level and by what there is to tell, the writer's state."""
    packages = {
        PackageName("rg"): Entry(object="0" * 64, checked_at=ago(10)),
        PackageName("jq"): Entry(object="1" * 64, checked_at=ago(600)),
        PackageName("fd"): Entry(),
    }
    generation = Generation(number=7, created_at=ago(5), packages=packages, aliases={})
    status = assess(Facts(generation=generation, damaged=("1" * 64,)), now=ago(1))
    found = read(exposed("reader", lambda: of_status(status, now=NOW)).text())
    wanted = {
        sample("artesian_judged_age_seconds"): 60,
        sample("artesian_generation"): 7,
        sample("artesian_generation_age_seconds"): 300,
        sample("artesian_level", level="fresh"): 0,
        sample("artesian_level", level=status.level): 1,
        sample("artesian_packages", level="fresh"): 1,
        sample("artesian_packages", level="aging"): 1,
        sample("artesian_packages", level="frozen"): 1,
        sample("artesian_packages_noted", what="damaged"): 1,
        sample("artesian_packages_noted", what="not_fetched"): 1,
        sample("artesian_packages_noted", what="held"): 0,
        sample("artesian_data_age_max_seconds"): 36_000,
        sample("artesian_data_age_median_seconds"): 600,
        sample("artesian_reasons", gravity="alarm"): 2,
        sample("artesian_writer_state", state="absent"): 1,
        sample("artesian_writer_state", state="working"): 0,
    }
    assert {key: found[key] for key in wanted} == wanted
    assert sample("artesian_writer_report_age_seconds") not in found


def test_how_the_writer_is() -> None:
    """Its report, loops, alerts and upstreams; what isn't known isn't there."""
    github = UpstreamHealth(
        host="api.github.com",
        credential="api.github.com:…x9Qz",
        breaker="open",
        limit=5000,
        remaining=4000,
        resets_at=ago(-10),
        foreign=3,
        succeeded_at=ago(2),
        token_expires_at=ago(-60),
    )
    other = UpstreamHealth(host="git.example", credential="anonymous", breaker="closed")
    report = WriterHealth(
        written_at=ago(1),
        pid=1,
        generation=7,
        upstreams=(github, other),
        loops={"fetch": LoopHealth(beat_at=ago(2), every_s=5, restarts=4)},
        alerts=(Alert(key="auth_lost:api.github.com", what="", why="", todo="", since=NOW),),
    )
    text = exposed("writer", lambda: of_report(report, now=NOW)).text()
    found = read(text)
    of_github = {"host": "api.github.com", "credential": "token"}
    wanted = {
        sample("artesian_report_age_seconds"): 60,
        sample("artesian_idle"): 0,
        sample("artesian_generation"): 7,
        sample("artesian_loop_beat_age_seconds", loop="fetch"): 120,
        sample("artesian_loop_restarts_total", loop="fetch"): 4,
        sample("artesian_alert", key="auth_lost:api.github.com"): 1,
        sample("artesian_upstream_breaker", state="open", **of_github): 1,
        sample("artesian_upstream_breaker", state="closed", **of_github): 0,
        sample("artesian_upstream_limit", **of_github): 5000,
        sample("artesian_upstream_remaining", **of_github): 4000,
        sample("artesian_upstream_foreign", **of_github): 3,
        sample("artesian_upstream_reset_seconds", **of_github): 600,
        sample("artesian_upstream_success_age_seconds", **of_github): 120,
        sample("artesian_upstream_token_seconds", **of_github): 3600,
    }
    assert {key: found[key] for key in wanted} == wanted
    unknown = sample("artesian_upstream_limit", host="git.example", credential="anonymous")
    assert unknown not in found
    assert b"x9Qz" not in text


def test_every_metric_is_documented() -> None:
    """The page for operators names each metric there is, and no other."""
    github = UpstreamHealth(
        host="a", credential="b", breaker="open", limit=1, remaining=1, resets_at=NOW, succeeded_at=NOW,
        token_expires_at=NOW,
    )  # fmt: skip
    loops = {"fetch": LoopHealth(beat_at=NOW, every_s=5)}
    alerts = (Alert(key="a", what="", why="", todo="", since=NOW),)
    report = WriterHealth(written_at=NOW, pid=1, upstreams=(github,), loops=loops, alerts=alerts)
    packages = {PackageName("rg"): Entry(object="0" * 64, checked_at=NOW)}
    generation = Generation(number=7, created_at=NOW, packages=packages, aliases={})
    status = assess(Facts(generation=generation, report=report), now=NOW)
    app = app_of()
    board = look(generation, (), ReportFile(Path("/none")), now=NOW)
    app.show(msgspec.structs.replace(board, status=status))
    counts = {"answer.made": 1}
    of_reader = exposed("reader", lambda: gather(app.serving, counts, {"watch": 1.0}, now=NOW))
    of_writer = exposed("writer", lambda: (*of_events(counts), *of_report(report, now=NOW)))
    names = {name for name, _ in (*read(of_reader.text()), *read(of_writer.text()))}
    page = (Path(__file__).parents[2] / "docs/operating.md").read_text("utf-8")
    told = set(re.findall(r"`(?:(?:artesian|process)_\w+)", page))
    assert {each.removeprefix("`") for each in told} == names
