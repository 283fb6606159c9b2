"""All simulated upstreams together: their worlds, edited over time, and what goes wrong in their answers.

The one place that keeps state; both faces of the simulator, in memory and on sockets, ask it.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from artesian.sim import forges, github, publishers
from artesian.sim.ledger import Ledger, take
from artesian.sim.trouble import Trouble, active, spoil_answer, spoil_request
from artesian.sim.wire import Answer, Wire, header_of
from artesian.sim.world import World

__all__ = ["GITEA_HOST", "GITLAB_HOST", "Edit", "Hosts", "Seen"]

GITEA_HOST = "gitea.example.com"
GITLAB_HOST = "gitlab.com"
_SLOW_DOWN_S = 60.0  # after a secondary limit without Retry-After

Edit = Callable[[World, datetime], World]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One request as an upstream saw it. `fault`: it never got an answer, and why."""

    at_s: float
    host: str
    method: str
    path: str
    authorization: str | None
    headers: tuple[str, ...]
    status: int = 0
    remaining: int | None = None
    until_s: float | None = None  # told not to ask before, and so it mustn't
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    at_s: float
    edit: Edit


class Hosts:
    """Every upstream that a scenario has. Times are seconds from its start."""

    def __init__(
        self,
        world: World,
        *,
        now: Callable[[], datetime],
        elapsed_s: Callable[[], float],
        chance: Callable[[], float],
        base_url: str = f"https://{github.HOST}",
    ) -> None:
        self.world = world
        self.ledger = Ledger.empty()
        self.troubles: tuple[Trouble, ...] = ()
        self.seen: list[Seen] = []
        self.spent: Counter[str] = Counter()  # account → requests or points that GitHub counted
        self.chance = chance
        self.elapsed_s = elapsed_s
        self._now = now
        self._base_url = base_url
        self._due: deque[_Due] = deque()

    def schedule(self, edits: Iterable[tuple[float, Edit]]) -> None:
        """Plan edits of the world."""
        both = [*self._due, *(_Due(at_s=at_s, edit=edit) for at_s, edit in edits)]
        self._due = deque(sorted(both, key=lambda due: due.at_s))

    def consume(self, account: str, count: int) -> None:
        """Use up some of an account's requests, as somebody else with the same token would."""
        self.ledger = take(self.ledger, account, self._now(), count)

    def meets(self, wire: Wire) -> tuple[Trouble, ...]:
        """Choose what goes wrong with a request."""
        return active(self.troubles, wire, self.elapsed_s(), self.chance)

    def serve(self, wire: Wire, troubles: tuple[Trouble, ...]) -> Answer:
        """Answer a request that arrived; some of its `troubles` show in what arrives, and in what comes back."""
        self.settle()
        arrived = spoil_request(troubles, wire)
        answer = spoil_answer(troubles, arrived, self._answer(arrived))
        self.note(arrived, answer=answer)
        return answer

    def settle(self) -> None:
        """Make the edits that are due."""
        while self._due and self._due[0].at_s <= self.elapsed_s():
            self.world = self._due.popleft().edit(self.world, self._now())

    def note(self, wire: Wire, *, answer: Answer | None = None, fault: str = "") -> None:
        """Write down a request and what came of it."""
        headers = {name.lower(): value for name, value in wire.headers}
        rate = {} if answer is None else dict(answer.headers)
        remaining = rate.get("x-ratelimit-remaining", "")
        self.seen.append(
            Seen(
                at_s=self.elapsed_s(),
                host=wire.host,
                method=wire.method,
                path=wire.path,
                authorization=headers.get("authorization"),
                headers=tuple(sorted(headers)),
                status=0 if answer is None else answer.status,
                remaining=int(remaining) if remaining.isdecimal() else None,
                until_s=None if answer is None else self._until_s(wire, answer),
                fault=fault,
            )
        )

    def _until_s(self, wire: Wire, answer: Answer) -> float | None:
        """Tell until when an answer forbids to ask again, by what GitHub documents."""
        if answer.status not in (403, 429):
            return None
        here_s = self.elapsed_s()
        wait = header_of(answer.headers, "retry-after")
        if wait is not None and wait.isdecimal():
            return here_s + int(wait)
        remaining = header_of(answer.headers, "x-ratelimit-remaining")
        if header_of(answer.headers, "server") != "Varnish" and remaining != "0":
            return here_s + _SLOW_DOWN_S
        known = self.ledger.windows.get(f"address {wire.peer}") if remaining is None else None
        reset = header_of(answer.headers, "x-ratelimit-reset") or ""
        ends = known.resets_at.timestamp() if known else float(reset if reset.isdecimal() else 0)
        return here_s + max(0.0, min(ends - self._now().timestamp(), 3600.0))

    def _answer(self, wire: Wire) -> Answer:
        now = self._now()
        published = publishers.answer(wire)
        if published is not None:
            return published
        if wire.host == GITEA_HOST or wire.path.startswith("/api/v1/repos/"):
            return forges.gitea(self.world, wire, now)
        if wire.host == GITLAB_HOST:
            return forges.gitlab(self.world, wire, now)
        if wire.host in ("github.com", forges.ASSETS_HOST):
            return forges.downloads(self.world, wire, now)
        before = self.ledger
        self.ledger, answer = github.answer(
            self.world, self.ledger, wire, now, base_url=self._base_url
        )
        self._count(before, self.ledger)
        return answer

    def _count(self, before: Ledger, after: Ledger) -> None:
        """Sum up what GitHub counted, over all hours."""
        for account, present in after.windows.items():
            past = before.windows.get(account)
            is_same = past is not None and past.resets_at == present.resets_at
            self.spent[account] += present.used - (past.used if past and is_same else 0)
