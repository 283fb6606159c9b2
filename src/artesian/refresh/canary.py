"""Asks GitHub once a minute what our credential is worth, unless it has just told: that costs nothing.

So a header that no longer arrives shows within a minute, however seldom a small site asks for anything else. It has
books of its own, for that a host answers this says nothing of its lists.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from artesian.model.outcome import NetworkFault, Outcome, Refusal, Refused
from artesian.refresh.plane import Plane
from artesian.refresh.upstream import ANONYMOUS

__all__ = ["watch"]

# GitHub doesn't count this request, but says that too many may look like abuse: one a minute is no matter.
EVERY = timedelta(minutes=1)
# A host that couldn't answer it is asked for its lists alone.
AFTER_TROUBLE = timedelta(hours=1)


async def watch(plane: Plane, host: str) -> None:
    """Find out whether our credential reaches a host, if that wasn't seen of late; if it doesn't, stop asking there."""
    exchange = plane.exchange
    access, memory = exchange.access, exchange.memory
    core, own = access.key(host), access.key(f"{host}/rate_limit")
    if core.credential == ANONYMOUS or access.query(host, ()) is None:
        return  # there is nothing to lose, or nobody to ask so
    with memory.transaction():
        upstream, canary = exchange.upstream(core), exchange.upstream(own)
        swept = exchange.upstream(access.key(f"{host}/graphql"))
    if upstream.probed_at is None or upstream.failing_since is not None:
        return  # what is in trouble shows by what has to be asked anyway
    now = exchange.clock.now()
    patience = EVERY if canary.failing_since is None else AFTER_TROUBLE
    heard = (
        (upstream.succeeded_at, EVERY),
        (swept.succeeded_at, EVERY),
        (canary.probed_at, patience),
    )
    if any(at is not None and now - lately < at <= now for at, lately in heard):
        return

    def mark(at: datetime) -> None:
        memory.save_upstream(own, replace(exchange.upstream(own), probed_at=at))

    outcome = await exchange.ask(access.probe_of_github(), key=own, mark=mark, is_retried=False)
    match outcome:
        case Refused(reason=reason, message=message) if reason is not Refusal.FORBIDDEN:
            told: Outcome = replace(outcome, message=message.replace(own.host, host))
        case NetworkFault():  # the way to it is the same for all that is asked there
            told = outcome
        case _:
            return
    with memory.transaction():
        exchange.report(core, told)
