"""What an operator decides about a package that was set aside: accept it, or drop it. Neither asks anybody."""

from msgspec.structs import replace

from artesian.model.names import PackageName
from artesian.refresh import quarantine
from artesian.refresh.pipeline import recall
from artesian.refresh.plane import Plane
from artesian.refresh.publication import publish_changes
from artesian.refresh.quarantine import Kind, NotQuarantined
from artesian.refresh.record import Trouble
from artesian.refresh.settle import accept
from artesian.store.publish import Published

__all__ = ["accept_quarantined", "drop_quarantined"]


def accept_quarantined(plane: Plane, name: PackageName) -> Published | None:
    """Take what was set aside of a package, and publish it; raise NotQuarantined."""
    aside = quarantine.load(plane.directory, name)
    if name not in plane.wanted:
        raise NotQuarantined(name)
    memory = plane.memory
    record, known = recall(plane, name)
    with memory.transaction():
        match aside.kind:
            case Kind.LIST:
                settled = accept(
                    record,
                    known,
                    aside.releases,
                    is_whole=aside.is_whole,
                    rolling=plane.wanted[name].definition.tags.rolling,
                    now=plane.exchange.clock.now(),
                )
                memory.save(settled.record, settled.known)
            case Kind.SNAPSHOT:
                memory.save(replace(record, may_lose=True, assembly=None, set_aside=""))
    published = publish_changes(plane)
    quarantine.remove(plane.directory, plane.disk, name)
    return published


def drop_quarantined(plane: Plane, name: PackageName) -> None:
    """Throw away what was set aside of a package; raise NotQuarantined. The same list would be set aside again."""
    quarantine.load(plane.directory, name)
    quarantine.remove(plane.directory, plane.disk, name)
    with plane.memory.transaction():
        record = plane.memory.record(name)
        if record is None:
            return
        clean = replace(record, suspicion=None, set_aside="")
        if record.trouble is Trouble.QUARANTINED:
            clean = replace(clean, trouble=Trouble.NONE, why="")
        plane.memory.save(clean)
