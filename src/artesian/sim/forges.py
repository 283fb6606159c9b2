"""The other upstreams: Gitea, GitLab, and the hosts where files of releases lie. Pure, over the same kind of world."""

from datetime import datetime
from urllib.parse import parse_qs, unquote

import msgspec

from artesian.sim.indexes import refs
from artesian.sim.wire import Answer, Fields, Wire, header_of
from artesian.sim.world import Published, Repository, World, find

__all__ = ["ASSETS_HOST", "downloads", "gitea", "gitlab"]

ASSETS_HOST = "release-assets.githubusercontent.com"
_JSON: Fields = (("content-type", "application/json;charset=utf-8"),)
_PAGE = 50


def gitea(world: World, wire: Wire, now: datetime) -> Answer:
    """Answer as a Gitea. It refuses tokens that it doesn't know, as Webi's did when it was sent GitHub's."""
    del now
    given = header_of(wire.headers, "authorization")
    if given is not None and given.partition(" ")[2] not in world.tokens:
        return _error(401, "user does not exist")
    match wire.path.split("/"):
        case ["", "api", "v1", "repos", owner, name, "releases"]:
            repository = _known(world, f"{owner}/{name}")
        case _:
            repository = None
    if repository is None:
        return _error(404, "The target couldn't be found.")
    rows = [_gitea_release(wire.host, repository, one) for one in _paged(repository, wire, "limit")]
    return Answer(status=200, reason="OK", headers=_JSON, body=msgspec.json.encode(rows))


def gitlab(world: World, wire: Wire, now: datetime) -> Answer:
    """Answer as a GitLab: files are links, without sizes or digests."""
    del now
    match wire.path.split("/"):
        case ["", "api", "v4", "projects", project, "releases"]:
            repository = _known(world, unquote(project))
        case _:
            repository = None
    if repository is None:
        return _error(404, "404 Project Not Found")
    rows = [
        {
            "tag_name": one.tag,
            "released_at": _time(one.published_at),
            "upcoming_release": False,
            "assets": {"links": [_link(wire.host, repository, one, file.name) for file in one.uploads]},
        }
        for one in _paged(repository, wire, "per_page")
    ]  # fmt: skip
    return Answer(status=200, reason="OK", headers=_JSON, body=msgspec.json.encode(rows))


def downloads(world: World, wire: Wire, now: datetime) -> Answer:
    """Answer as the web site does: git's refs; for files a redirect to where their bytes lie.

    Checksum lists are made up truly.
    """
    del now
    match wire.path.split("/"):
        case ["", owner, name, "info", "refs"]:
            return _refs(_known(world, f"{owner}/{name.removesuffix('.git')}"))
        case ["", owner, name, "releases", "download", tag, file]:
            repository = _known(world, f"{owner}/{name}")
        case _:
            return _error(404, "Not Found")
    if repository is None:
        return _error(404, "Not Found")
    if wire.host != ASSETS_HOST:
        target = (("location", f"https://{ASSETS_HOST}{wire.path}"),)
        return Answer(status=302, reason="Found", headers=target)
    release = next((one for one in repository.releases if one.tag == tag), None)
    if release is None or all(one.name != file for one in release.uploads):
        return _error(404, "Not Found")
    lines = [
        f"{one.digest.removeprefix('sha256:')}  {one.name}"
        for one in release.uploads
        if one.digest is not None
    ]
    body = "\n".join([*lines, ""]).encode()
    kind = (("content-type", "application/octet-stream"),)
    return Answer(status=200, reason="OK", headers=kind, body=body)


def _refs(repository: Repository | None) -> Answer:
    """Answer as a git server that is asked for a repository's refs; it has a tag for each release."""
    if repository is None:
        return _error(404, "Not Found")
    commits = ((one.tag, f"{one.id:040x}") for one in repository.releases)
    body = refs(*(f"{commit} refs/tags/{tag}" for tag, commit in commits))
    kind = (("content-type", "application/x-git-upload-pack-advertisement"),)
    return Answer(status=200, reason="OK", headers=kind, body=body)


def _known(world: World, name: str) -> Repository | None:
    """Find a repository, also by the name that it had."""
    return find(world, name) or world.repositories.get(world.renamed.get(name.lower(), -1))


def _gitea_release(host: str, repository: Repository, release: Published) -> dict[str, object]:
    return {
        "id": release.id,
        "tag_name": release.tag,
        "name": release.tag,
        "draft": False,
        "prerelease": release.is_prerelease,
        "created_at": _time(release.created_at),
        "published_at": _time(release.published_at),
        "assets": [
            {
                "id": one.id,
                "name": one.name,
                "size": one.size_bytes,
                "created_at": _time(one.created_at),
                "browser_download_url": f"https://{host}/{repository.name}/releases/download/{release.tag}/{one.name}",
            }
            for one in release.uploads
        ],
    }


def _link(host: str, repository: Repository, release: Published, file: str) -> dict[str, object]:
    url = f"https://{host}/{repository.name}/-/releases/{release.tag}/downloads/{file}"
    return {"name": file, "url": url, "direct_asset_url": url, "link_type": "package"}


def _paged(repository: Repository, wire: Wire, size_name: str) -> list[Published]:
    values = parse_qs(wire.query)
    size = min(int(values.get(size_name, ["30"])[0]), _PAGE if size_name == "limit" else 100)
    number = int(values.get("page", ["1"])[0])
    visible = [one for one in repository.releases if one.published_at is not None]
    return visible[(number - 1) * size : number * size]


def _error(status: int, message: str) -> Answer:
    return Answer(
        status=status, reason="Error", headers=_JSON, body=msgspec.json.encode({"message": message})
    )


def _time(when: datetime | None) -> str | None:
    return None if when is None else f"{when:%Y-%m-%dT%H:%M:%SZ}"
