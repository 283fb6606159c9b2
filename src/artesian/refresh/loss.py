"""Whether a snapshot may replace the one in force: the gate behind `admit`. Pure.

That one guards against upstreams; a misspelt rule in a definition, or a classifier that got worse, does the same harm.
"""

from artesian.model.release import is_commit
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel
from artesian.refresh.admit import GONE_SHARE, is_short_and_newer
from artesian.refresh.hold import exact_hosts

__all__ = ["loss"]


def loss(before: Snapshot, after: Snapshot) -> str:
    """Tell what `after` loses, if that is too much to go unseen; empty: it may replace `before`."""
    if before.releases and not after.releases:
        return f"none of its {len(before.releases)} versions would be left"
    had, has = _stable(before), _stable(after)
    gone = had - has
    has_moved_on = is_short_and_newer(tuple(had), tuple(has))
    if len(gone) > GONE_SHARE * len(had) and not has_moved_on:
        named = ", ".join(sorted(gone)[:5])
        return f"{len(gone)} of {len(had)} stable versions would be gone: {named}"
    hosts = _hosts(before)
    lost = hosts - _hosts(after)
    if len(lost) > GONE_SHARE * len(hosts):
        return f"{len(lost)} of {len(hosts)} kinds of host would lose all builds: {', '.join(sorted(lost)[:5])}"
    return ""


def _stable(snapshot: Snapshot) -> frozenset[str]:
    """Name the stable versions; a commit of a repository without tags is none, for the next one takes its place."""
    return frozenset(
        one.version
        for one in snapshot.releases
        if one.channel is Channel.STABLE and not is_commit(one.tag)
    )


def _hosts(snapshot: Snapshot) -> frozenset[str]:
    return frozenset(host for release in snapshot.releases for host in exact_hosts(release))
