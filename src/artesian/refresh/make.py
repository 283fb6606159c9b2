"""What is known of a package → the snapshot to publish, and what it would lose. Pure.

It is the bulkhead between packages: whatever it is in the data of one that this can't cope with, the others are made.
"""

from datetime import datetime
from typing import NamedTuple

from artesian.errors import Invalid
from artesian.model.definition import Definition
from artesian.model.names import PackageName
from artesian.model.snapshot import Snapshot
from artesian.refresh.admit import served
from artesian.refresh.assemble import assemble
from artesian.refresh.hold import hold_back
from artesian.refresh.loss import loss
from artesian.refresh.record import Known, rebuilt
from artesian.store.encoding import digest_of, encode_snapshot

__all__ = ["Making", "NotMade", "make"]


class Making(NamedTuple):
    """A snapshot, the digest of its object, when its hold ends, and what it would lose (empty: nothing of note)."""

    snapshot: Snapshot
    digest: str
    held_until: datetime | None = None
    loses: str = ""


class NotMade(Invalid):
    """No snapshot can be made of what is known of a package."""

    def __init__(self, name: PackageName, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


def make(
    definition: Definition, known: Known | None, before: Snapshot | None, *, now: datetime
) -> Making:
    """Assemble what is `known`, else what is in force `before`, and hold back what isn't there yet; raise NotMade."""
    try:
        return _make(definition, known, before, now=now)
    except Exception as error:  # ADR 0015: odd data of one package cost that package alone
        reason = f"it can't be made ({type(error).__name__}: {error})"
        raise NotMade(definition.name, reason[:300]) from error


def _make(
    definition: Definition, known: Known | None, before: Snapshot | None, *, now: datetime
) -> Making:
    if known is None:
        known = Known() if before is None else rebuilt(before)
    whole = assemble(definition, served(known.admitted))
    snapshot, held_until = hold_back(whole, known.releases, now=now)
    loses = "" if before is None else loss(before, snapshot)
    return Making(snapshot, digest_of(encode_snapshot(snapshot)), held_until, loses)
