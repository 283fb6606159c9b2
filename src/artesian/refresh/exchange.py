"""One request to an upstream: booked and written down, sent, judged, reported, and perhaps tried again.

It knows nothing of packages. Whatever happens in between, killed or cancelled, a request that was sent is booked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never
from urllib.parse import urlsplit

from msgspec.structs import replace

from artesian.clock import Clock
from artesian.model.header import Received
from artesian.model.outcome import (
    Fetched,
    Gone,
    NetworkFault,
    Nonsense,
    NotModified,
    Outcome,
    Refused,
    Request,
    Response,
    ServerFault,
)
from artesian.net import Transport
from artesian.observe import Observer
from artesian.refresh.access import Access
from artesian.refresh.judge import judge, wants_page
from artesian.refresh.memory import Memory
from artesian.refresh.upstream import (
    Key,
    NotNow,
    Upstream,
    book,
    cancel,
    first_met,
    read_expiry,
    redirected,
    report,
    retried,
)

__all__ = ["Exchange", "Mark"]

# What else to write down in the transaction that books a request, given its time.
Mark: TypeAlias = Callable[[datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What it takes to talk to upstreams. is_operator: a person waits for it, so it may use the reserve.

    beat: called before and after each request, for whoever watches that this goes on.
    """

    transport: Transport
    access: Access
    memory: Memory
    clock: Clock
    jitter: Callable[[], float]
    observer: Observer
    beat: Callable[[], None] = lambda: None
    is_operator: bool = False

    async def ask(
        self,
        request: Request,
        *,
        key: Key | None = None,
        mark: Mark | None = None,
        is_retried: bool = True,
        is_begun: bool = False,
    ) -> Outcome | NotNow:
        """Send a request as often as its outcome, the breaker and the budgets allow; NotNow: not even once.

        key: whose books it is in; not given: those of its host. is_begun: it is the next of several that are of use
        together only.
        """
        key = key or self.access.key(urlsplit(request.url).netloc)
        outcome: Outcome | None = None
        tries = 0
        while True:
            number = self._book(key, request, mark, is_begun=is_begun)
            if isinstance(number, NotNow):
                return number if outcome is None else outcome
            tries += 1
            outcome = await self._send(key, request, number)
            # A query that took too long costs more than it is worth.
            may_retry = is_retried and request.body is None
            delay = self._retry(key, outcome, tries) if may_retry else None
            if delay is None:
                return outcome
            await self.clock.sleep(delay.total_seconds())

    def upstream(self, key: Key) -> Upstream:
        """Read what is known of an upstream, inside a transaction."""
        known = self.memory.upstream(key)
        limit = self.access.first_limit(key.host)
        return first_met(limit, now=self.clock.now()) if known is None else known

    def report(self, key: Key, outcome: Outcome) -> Upstream:
        """Take in what a request came to, inside a transaction."""
        before = self.upstream(key)
        upstream = report(before, outcome, now=self.clock.now(), jitter=self.jitter())
        self.memory.save_upstream(key, upstream)
        return upstream

    def _book(
        self, key: Key, request: Request, mark: Mark | None, *, is_begun: bool
    ) -> int | NotNow:
        now = self.clock.now()
        with self.memory.transaction():
            before = self.upstream(key)
            upstream, refusal = book(
                before, now=now, is_operator=self.is_operator, is_begun=is_begun
            )
            if refusal is not None:
                return refusal
            if upstream.probed_at is None:
                upstream = replace(upstream, probed_at=now)
            self.memory.save_upstream(key, upstream)
            if mark is not None:
                mark(now)
            return self.memory.note_sent(key, request.url, now=now)

    async def _send(self, key: Key, request: Request, number: int) -> Outcome:
        outcome: Outcome | None = None
        try:
            self.beat()
            outcome = self._judged(key, request, await self.transport.send(request), number)
            self.beat()
        finally:
            if outcome is None:  # cancelled: neutral, and another may probe in its place
                with self.memory.transaction():
                    self.memory.save_upstream(key, cancel(self.upstream(key)))
                    self.memory.note_outcome(number, "cancelled")
        return outcome

    def _judged(
        self, key: Key, request: Request, answer: Response | NetworkFault, number: int
    ) -> Outcome:
        expires_at = None
        outcome: Outcome
        if isinstance(answer, NetworkFault):
            outcome = answer
        else:
            promise, is_page = self.access.promise(key.host), wants_page(request)
            outcome = judge(answer, promise, now=self.clock.now(), is_page=is_page)
            expires_at = read_expiry(answer.headers.get(Received.TOKEN_EXPIRATION))
        with self.memory.transaction():
            if answer.redirects:
                self.memory.save_upstream(key, redirected(self.upstream(key), answer.redirects))
            upstream = self.report(key, outcome)
            if expires_at is not None:
                upstream = replace(upstream, token_expires_at=expires_at)
                self.memory.save_upstream(key, upstream)
            self.memory.note_outcome(number, _name(outcome))
        self.observer.note("request", host=key.host, outcome=_name(outcome))
        return outcome

    def _retry(self, key: Key, outcome: Outcome, tries: int) -> timedelta | None:
        with self.memory.transaction():
            before = self.upstream(key)
            upstream, delay = retried(before, outcome, tries=tries, jitter=self.jitter())
            self.memory.save_upstream(key, upstream)
        return delay


def _name(outcome: Outcome) -> str:
    """Name an outcome for the log and the memory, without a word of what the upstream said."""
    match outcome:
        case Fetched():
            return "fetched"
        case NotModified():
            return "not_modified"
        case Gone():
            return "gone"
        case Refused(reason=reason):
            return reason.value
        case ServerFault(status=status):
            return f"server_fault {status}"
        case NetworkFault(kind=kind):
            return f"network_fault {kind.value}"
        case Nonsense():
            return "nonsense"
        case _ as unreachable:
            assert_never(unreachable)
