"""Builds what a scenario plays in: a world of upstreams, its catalogue, and a data directory as after a good time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from artesian.definitions.load import Catalogue, load_catalogue
from artesian.model.definition import Source
from artesian.model.names import PackageName
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed
from artesian.refresh.assemble import assemble
from artesian.sim import bodies, publishers
from artesian.sim.clock import START
from artesian.sim.hosts import GITEA_HOST
from artesian.sim.plan import Credentials, Scene
from artesian.sim.world import Token, World, add, find, publish, uploads
from artesian.sources import github
from artesian.sources.publishers import PUBLISHERS
from artesian.store.disk import Disk
from artesian.store.publish import Replace
from artesian.store.publish import publish as put_in_force

__all__ = [
    "LONG_TOKEN",
    "NEW_TOKEN",
    "TOKEN",
    "UNKNOWN_TOKEN",
    "fill",
    "repository_of",
    "start_of",
    "token_text",
    "world_of",
    "write_catalogue",
]

TOKEN = "ghp_" + "Sim0" * 9
NEW_TOKEN = "github_pat_" + "Sim1" * 9
LONG_TOKEN = f"ghs_12345_{'Sim3.' * 102}"  # as GitHub's Apps get them since 2026-04
UNKNOWN_TOKEN = "ghp_" + "Sim2" * 9
_OWNER = "acme"
_WARM_UP = timedelta(days=30)  # releases of a world lie this far back at the most
USER_ID = 1


def start_of(scene: Scene) -> datetime:
    """Tell the wall time at which a scene begins."""
    return datetime.fromisoformat(scene.start).replace(tzinfo=UTC) if scene.start else START


def repository_of(package: str) -> str:
    """Name the repository of a package."""
    return f"{_OWNER}/{package}"


def world_of(scene: Scene, start: datetime) -> World:
    """Make the repositories of a scene, with some releases each."""
    ends_at = start + timedelta(seconds=scene.token_ends_s) if scene.token_ends_s else None
    world = World.empty(
        [
            Token(text=TOKEN, limit=scene.limit, user_id=USER_ID, expires_at=ends_at),
            Token(text=NEW_TOKEN, limit=scene.limit, user_id=USER_ID),
            Token(text=LONG_TOKEN, limit=scene.limit, user_id=USER_ID),
        ]
    )
    for number in range(scene.packages):
        name = repository_of(f"p{number:02}")
        world = add(world, name, start - _WARM_UP, downloads_per_hour=scene.downloads_per_hour)
        for minor in range(scene.releases):
            at = start - _WARM_UP * (scene.releases - minor) / scene.releases
            tag = f"v1.{minor}.0"
            files = uploads(world, name, tag, at, has_digest=scene.has_digests)
            world = publish(world, name, tag, at, files=files)
    return world


def write_catalogue(folder: Path, scene: Scene) -> Catalogue:
    """Write the definitions of a scene's packages, and read them as the writer does."""
    for number in range(scene.packages):
        name = f"p{number:02}"
        source = f"github:{repository_of(name)}"
        forges = scene.packages - len(scene.publishers)
        if number >= forges:
            source = scene.publishers[number - forges]
        elif number >= forges - scene.gitlab:
            source = f"gitlab:{repository_of(name)}"
        elif number >= forges - scene.gitlab - scene.gitea:
            source = f"gitea:{GITEA_HOST}/{repository_of(name)}"
        (folder / name).mkdir(parents=True)
        (folder / name / "package.toml").write_text(f'source = "{source}"\n', encoding="utf-8")
    catalogue = load_catalogue(folder)
    assert not catalogue.problems, catalogue.problems
    return catalogue


def token_text(scene: Scene) -> str | None:
    """Give what stands in the operator's file with the token at first; None: there is no such file."""
    texts = {
        Credentials.NONE: None,
        Credentials.GOOD: f"{TOKEN}\n",
        Credentials.ENDING: f"{TOKEN}\n",
        Credentials.UNKNOWN: f"{UNKNOWN_TOKEN}\n",
        Credentials.BROKEN: f'"{TOKEN}"\n',
    }
    return texts[scene.credentials]


def fill(
    directory: Path, catalogue: Catalogue, world: World, now: datetime, disk: Disk
) -> Mapping[PackageName, Replace]:
    """Publish what upstreams hold now, as a writer would have that checked it a moment ago."""
    changes = {}
    for definition in catalogue.definitions:
        listed = _listed(definition.source, world, now)
        if listed is None:
            continue
        assert not isinstance(listed, Nonsense)
        snapshot = assemble(definition, listed.releases)
        changes[definition.name] = Replace(snapshot=snapshot, checked_at=now)
    put_in_force(directory, changes, aliases={}, now=now, is_full=True, disk=disk)
    return changes


def _listed(source: Source, world: World, now: datetime) -> Listed | Nonsense | None:
    if source.kind in PUBLISHERS:
        return PUBLISHERS[source.kind].parse(source, publishers.documents(source))
    repository = find(world, source.repository)
    if repository is None:
        return None
    return github.parse(bodies.page(f"https://{github.HOST}", repository, 1, 100, now))
