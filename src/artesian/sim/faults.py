"""What goes wrong at an upstream on request, and what it was asked: state that the server's threads share."""

import threading
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

__all__ = ["Fault", "Request", "Rule", "Upstream"]


class Fault(StrEnum):
    """What can go wrong with a download."""

    WRONG_BYTES = "wrong-bytes"  # the right length, one byte changed in the middle
    TRUNCATED = "truncated"  # the right Content-Length, half of the bytes, then the connection ends
    SHORT = "short"  # half of the bytes, with a Content-Length that agrees
    NOT_FOUND = "not-found"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate-limited"  # 429 with Retry-After: 1
    SERVER_ERROR = "server-error"
    SLOW = "slow"
    RESET = "reset"  # half of the bytes, then a TCP reset
    HANG = "hang"  # headers and half of the bytes, then silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came in."""

    method: str
    path: str
    range: str | None
    user_agent: str | None


@dataclass(slots=True)
class Rule:
    """Answers whose path matches the glob go wrong; `times` counts down, None means always."""

    glob: str
    fault: Fault
    times: int | None = None


class Upstream:
    """The state of one running upstream: its folder, its faults, its redirects and what it was asked."""

    def __init__(self, root: Path, base_url: str) -> None:
        self.root = root
        self.base_url = base_url
        self.rules: list[Rule] = []
        self.redirects: dict[str, str] = {}  # path -> Location
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self._lock = threading.Lock()

    def fail(self, glob: str, fault: Fault, *, times: int | None = None) -> None:
        """Let answers to paths that match `glob` go wrong, `times` times or for good; the newest rule wins."""
        with self._lock:
            self.rules.insert(0, Rule(glob, fault, times))

    def heal(self) -> None:
        """Forget all faults, redirects and recorded requests."""
        with self._lock:
            self.rules.clear()
            self.redirects.clear()
            self.requests.clear()

    def paths(self, method: str = "GET") -> list[str]:
        """List the paths asked for by `method`, in order."""
        with self._lock:
            return [request.path for request in self.requests if request.method == method]

    def take(self, request: Request) -> Fault | None:
        """Record a request and say what goes wrong with its answer."""
        with self._lock:
            self.requests.append(request)
            for rule in self.rules:
                if rule.times != 0 and fnmatchcase(request.path, rule.glob):
                    rule.times = None if rule.times is None else rule.times - 1
                    return rule.fault
            return None
