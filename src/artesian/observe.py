"""Events: a counter each, and a structured log line where it isn't the read path (there: errors and one in N).

A line for each request would halve what a reader serves. What the counters are called is told by their callers.
"""

import logging
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import structlog

__all__ = ["Observer", "log_to_stderr"]


def log_to_stderr(
    *, is_json: bool, redact: Callable[[str], str] = str, least: int = logging.INFO
) -> None:
    """Send log lines to stderr: JSON for machines, one readable line each for a terminal.

    redact: over each line; least: the level from which on a line is written.
    """
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if is_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
            lambda _logger, _method, line: redact(str(line)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


class Observer:
    """Counts events, and writes some of them down."""

    def __init__(self, *, one_in: int = 1000) -> None:
        self._one_in = one_in
        self._log: structlog.typing.FilteringBoundLogger = structlog.get_logger("artesian")
        self.counts: Counter[str] = Counter()

    def count(self, event: str, detail: object = None) -> None:
        """Count an event of the read path; write down one in N of its kind, with `detail`."""
        seen = self.counts[event] + 1
        self.counts[event] = seen
        if not seen % self._one_in:
            self._log.info(event, count=seen, detail=repr(detail)[:200])

    def note(self, event: str, **fields: Any) -> None:
        """Count an event off the read path and write it down."""
        self.counts[event] += 1
        self._log.info(event, **fields)

    def warn(self, event: str, **fields: Any) -> None:
        """Count something that an operator should know, and write it down."""
        self.counts[event] += 1
        self._log.warning(event, **fields)

    def fail(self, event: str, error: BaseException, **fields: Any) -> None:
        """Count a fault of our own, and write it down with its traceback."""
        self.counts[event] += 1
        self._log.error(event, exc_info=error, **fields)
