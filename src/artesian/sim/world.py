"""What upstreams hold: repositories, their releases and files, and the tokens of users. Frozen; edits make a new world.

Only download counts change by themselves: they follow from the time, so that nothing has to be edited for them.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from artesian.errors import NotFound

__all__ = [
    "Published",
    "Repository",
    "Token",
    "Upload",
    "World",
    "add",
    "edit_release",
    "edit_repository",
    "find",
    "forget",
    "publish",
    "rename",
    "uploads",
]

# What most Rust and Go projects upload; {name} and {version} are filled in.
_FILES = (
    "{name}-{version}-x86_64-unknown-linux-musl.tar.gz",
    "{name}-{version}-aarch64-unknown-linux-musl.tar.gz",
    "{name}-{version}-x86_64-apple-darwin.tar.gz",
    "{name}-{version}-aarch64-apple-darwin.tar.gz",
    "{name}-{version}-x86_64-pc-windows-msvc.zip",
)


class NoSuchRepository(NotFound):
    """A script of a world speaks of a repository that isn't there."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the simulated world has no repository {name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file of a release. `is_uploaded` False: GitHub lists it as `starter`, its bytes aren't all there."""

    id: int
    name: str
    size_bytes: int
    digest: str | None
    created_at: datetime
    updated_at: datetime
    is_uploaded: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One release; a draft has no published_at."""

    id: int
    tag: str
    created_at: datetime
    published_at: datetime | None
    updated_at: datetime
    is_prerelease: bool = False
    is_immutable: bool = False
    uploads: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Repository:
    """One repository. Compared by identity: an edit makes another one, so what was rendered of it can be kept."""

    id: int
    name: str  # owner/name
    created_at: datetime
    downloads_per_hour: float = 0.0
    releases: tuple[Published, ...] = ()

    def downloads(self, now: datetime) -> int:
        """Count the downloads of each file by now."""
        return int(self.downloads_per_hour * (now - self.created_at).total_seconds() / 3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token that GitHub knows. `user_id`: limits are shared by all tokens of a user."""

    text: str
    user_id: int = 1
    limit: int = 5000
    graphql_limit: int = 5000
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything there is. `renamed`: old name → id."""

    repositories: Mapping[int, Repository]
    names: Mapping[str, int]
    renamed: Mapping[str, int]
    tokens: Mapping[str, Token]
    next_id: int = 1000

    @classmethod
    def empty(cls, tokens: Iterable[Token] = ()) -> "World":
        """Make a world without repositories."""
        known = {token.text: token for token in tokens}
        return cls(repositories={}, names={}, renamed={}, tokens=known)


def find(world: World, name: str) -> Repository | None:
    """Look a repository up by its present name; case doesn't matter."""
    return world.repositories.get(world.names.get(name.lower(), -1))


def add(world: World, name: str, now: datetime, *, downloads_per_hour: float = 0.0) -> World:
    """Make an empty repository."""
    made = Repository(
        id=world.next_id, name=name, created_at=now, downloads_per_hour=downloads_per_hour
    )
    return replace(
        world,
        repositories={**world.repositories, made.id: made},
        names={**world.names, name.lower(): made.id},
        next_id=world.next_id + 1,
    )


def edit_repository(world: World, name: str, change: Callable[[Repository], Repository]) -> World:
    """Replace a repository by what `change` makes of it."""
    repository = find(world, name)
    if repository is None:
        raise NoSuchRepository(name)
    return replace(world, repositories={**world.repositories, repository.id: change(repository)})


def edit_release(
    world: World, name: str, tag: str, change: Callable[[Published], Published]
) -> World:
    """Replace one release by what `change` makes of it."""

    def changed(repository: Repository) -> Repository:
        releases = tuple(
            change(release) if release.tag == tag else release for release in repository.releases
        )
        return replace(repository, releases=releases)

    return edit_repository(world, name, changed)


def uploads(
    world: World,
    name: str,
    tag: str,
    now: datetime,
    *,
    files: Iterable[str] = _FILES,
    has_digest: bool = True,
) -> tuple[Upload, ...]:
    """Make the files of a release; their ids are taken from the world's next one on."""
    made = []
    for number, pattern in enumerate(files):
        file = pattern.format(name=name.rpartition("/")[2], version=tag.removeprefix("v"))
        digest = hashlib.sha256(f"{name}/{tag}/{file}".encode()).hexdigest()
        made.append(
            Upload(
                id=world.next_id + 1 + number,
                name=file,
                size_bytes=1_000_000 + int(digest[:4], 16),
                digest=f"sha256:{digest}" if has_digest else None,
                created_at=now,
                updated_at=now,
            )
        )
    return tuple(made)


def publish(  # noqa: PLR0913 - what a release can be
    world: World,
    name: str,
    tag: str,
    now: datetime,
    *,
    files: tuple[Upload, ...] | None = None,
    is_draft: bool = False,
    is_prerelease: bool = False,
    is_immutable: bool = False,
) -> World:
    """Make a release, with the usual files unless others are given."""
    files = uploads(world, name, tag, now) if files is None else files
    release = Published(
        id=world.next_id,
        tag=tag,
        created_at=now,
        published_at=None if is_draft else now,
        updated_at=now,
        is_prerelease=is_prerelease,
        is_immutable=is_immutable,
        uploads=files,
    )

    def published(repository: Repository) -> Repository:
        return replace(repository, releases=(release, *repository.releases))

    world = replace(world, next_id=world.next_id + 1 + len(files))
    return edit_repository(world, name, published)


def rename(world: World, old: str, new: str) -> World:
    """Give a repository another name; the old one leads there."""
    repository = find(world, old)
    if repository is None:
        raise NoSuchRepository(old)
    world = edit_repository(world, old, lambda one: replace(one, name=new))
    names = {key: value for key, value in world.names.items() if key != old.lower()}
    return replace(
        world,
        names={**names, new.lower(): repository.id},
        renamed={**world.renamed, old.lower(): repository.id},
    )


def forget(world: World, name: str) -> World:
    """Delete a repository, or make it private: from outside that is the same."""
    repository = find(world, name)
    if repository is None:
        raise NoSuchRepository(name)
    rest = {key: value for key, value in world.repositories.items() if key != repository.id}
    names = {key: value for key, value in world.names.items() if value != repository.id}
    return replace(world, repositories=rest, names=names)
