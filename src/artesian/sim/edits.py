"""What happens in the world of a scenario: releases whole and in parts, files replaced, repositories gone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from artesian.sim.plan import Do
from artesian.sim.scene import repository_of
from artesian.sim.world import (
    Published,
    Repository,
    World,
    edit_release,
    edit_repository,
    find,
    forget,
    publish,
    rename,
    uploads,
)

__all__ = ["EDITS", "apply", "newest_tag", "next_tag"]


def newest_tag(world: World, name: str) -> str:
    """Name the newest release of a package; empty where there is none."""
    repository = find(world, repository_of(name))
    return repository.releases[0].tag if repository and repository.releases else ""


def next_tag(world: World, name: str) -> str:
    """Name the release that comes next."""
    major, minor, _ = newest_tag(world, name).split(".")
    return f"{major}.{int(minor) + 1}.0"


def apply(world: World, now: datetime, do: Do, name: str, value: str = "", count: int = 1) -> World:
    """Make one edit; one that has nothing to act on is left out."""
    if find(world, repository_of(name)) is None:
        return world
    return EDITS[do](world, now, name, value, count)


def _release(world: World, now: datetime, name: str, value: str, count: int) -> World:
    del value, count
    return publish(world, repository_of(name), next_tag(world, name), now)


def _begin(world: World, now: datetime, name: str, value: str, count: int) -> World:
    del value
    repository, tag = repository_of(name), next_tag(world, name)
    files = uploads(world, repository, tag, now)[:count]
    return publish(world, repository, tag, now, files=files)


def _finish(world: World, now: datetime, name: str, value: str, count: int) -> World:
    del value, count
    repository, tag = repository_of(name), newest_tag(world, name)
    whole = uploads(world, repository, tag, now)
    world = replace(world, next_id=world.next_id + 1 + len(whole))

    def finished(release: Published) -> Published:
        there = {one.name for one in release.uploads}
        late = tuple(one for one in whole if one.name not in there)
        return replace(release, uploads=(*release.uploads, *late), updated_at=now)

    return edit_release(world, repository, tag, finished)


def _replace_file(world: World, now: datetime, name: str, value: str, count: int) -> World:
    del count
    repository, tag = repository_of(name), newest_tag(world, name)

    def replaced(release: Published) -> Published:
        files = tuple(
            replace(one, digest=f"sha256:{'e' * 60}{len(value):04x}", updated_at=now)
            if value in one.name
            else one
            for one in release.uploads
        )
        return replace(release, uploads=files, updated_at=now)

    return edit_release(world, repository, tag, replaced)


def _seal(world: World, now: datetime, name: str, value: str, count: int) -> World:
    del now, value, count
    tag = newest_tag(world, name)
    return edit_release(
        world, repository_of(name), tag, lambda one: replace(one, is_immutable=True)
    )


def _rename(world: World, now: datetime, name: str, value: str, count: int) -> World:
    del now, count
    return rename(world, repository_of(name), value)


def _delete(world: World, now: datetime, name: str, value: str, count: int) -> World:
    del now, value, count
    return forget(world, repository_of(name))


def _drop_releases(world: World, now: datetime, name: str, value: str, count: int) -> World:
    del now, value

    def dropped(repository: Repository) -> Repository:
        return replace(repository, releases=repository.releases[:count])

    return edit_repository(world, repository_of(name), dropped)


_Edit = Callable[[World, datetime, str, str, int], World]

EDITS: dict[Do, _Edit] = {
    Do.RELEASE: _release,
    Do.BEGIN_RELEASE: _begin,
    Do.FINISH_RELEASE: _finish,
    Do.REPLACE_FILE: _replace_file,
    Do.SEAL: _seal,
    Do.RENAME: _rename,
    Do.DELETE: _delete,
    Do.DROP_RELEASES: _drop_releases,
}
