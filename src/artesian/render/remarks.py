"""What somebody who installs a package should know of its data beyond their age, in sentences."""

from artesian.model.status import PackageStatus

__all__ = ["remarks"]


def remarks(package: PackageStatus) -> tuple[str, ...]:
    """Say, in sentences, what somebody who installs a package should know beyond its age."""
    said = []
    if package.is_pinned:
        said.append("An operator went back to an earlier state of it, and pinned it there.")
    if package.quarantined:
        why = package.quarantined
        said.append(f"What its upstream lists now is set aside: {why}. The list before is served.")
    if package.held_until is not None:
        said.append(
            "Its newest release is being uploaded: platforms that it lacks stay at the one before, "
            f"until {package.held_until:%Y-%m-%d %H:%M} UTC at the latest."
        )
    if package.withheld:
        said.append(f"Withheld: {'; '.join(package.withheld)}.")
    if package.is_damaged:
        said.append("Its data here are damaged: an earlier state of them is served.")
    return tuple(said)
