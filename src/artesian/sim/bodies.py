"""GitHub's answers as JSON: lists of releases, limits, errors. Shapes and texts as recorded, see tests/contract."""

from datetime import datetime
from functools import lru_cache

import msgspec

from artesian.sim.world import Published, Repository, Upload

__all__ = ["error", "limits", "page"]

_ENCODER = msgspec.json.Encoder()


def page(base_url: str, repository: Repository, number: int, size: int, now: datetime) -> bytes:
    """List page `number` (from 1) of a repository's releases as anybody sees them, newest first."""
    return _page(base_url, repository, number, size, repository.downloads(now))


def error(status: int, message: str, documentation: str) -> bytes:
    """Write an error as GitHub does since 2024: the status is a string."""
    return _ENCODER.encode(
        {"message": message, "documentation_url": documentation, "status": str(status)}
    )


def limits(core: dict[str, int], graphql: dict[str, int]) -> bytes:
    """Answer `GET /rate_limit`."""
    idle = {"limit": 10, "used": 0, "remaining": 10, "reset": core["reset"]}
    return _ENCODER.encode(
        {"resources": {"core": core, "search": idle, "graphql": graphql}, "rate": core}
    )


# A page is asked for far more often than it changes. Repositories compare by identity, so this is a lookup.
@lru_cache(maxsize=2_000)
def _page(base_url: str, repository: Repository, number: int, size: int, downloads: int) -> bytes:
    visible = [one for one in repository.releases if one.published_at is not None]
    # By the date of the tagged commit, not by version: maintenance releases stand between newer ones.
    visible.sort(key=lambda one: (one.created_at, one.id), reverse=True)
    shown = visible[(number - 1) * size : number * size]
    return _ENCODER.encode([_release(base_url, repository, one, downloads) for one in shown])


def _release(
    base_url: str, repository: Repository, release: Published, downloads: int
) -> dict[str, object]:
    api = f"{base_url}/repos/{repository.name}"
    web = f"https://github.com/{repository.name}"
    url = f"{api}/releases/{release.id}"
    return {
        "url": url,
        "assets_url": f"{url}/assets",
        "upload_url": f"https://uploads.github.com/repos/{repository.name}/releases/{release.id}/assets{{?name,label}}",
        "html_url": f"{web}/releases/tag/{release.tag}",
        "id": release.id,
        "author": _user(base_url, "octocat"),
        "node_id": f"RE_{release.id}",
        "tag_name": release.tag,
        "target_commitish": "main",
        "name": release.tag,
        "draft": release.published_at is None,
        "immutable": release.is_immutable,
        "prerelease": release.is_prerelease,
        "created_at": _time(release.created_at),
        "updated_at": _time(release.updated_at),
        "published_at": _time(release.published_at),
        "assets": [
            _asset(base_url, repository, release, one, downloads) for one in release.uploads
        ],
        "tarball_url": f"{api}/tarball/{release.tag}",
        "zipball_url": f"{api}/zipball/{release.tag}",
        "body": f"What's new in {release.tag}",
    }


def _asset(
    base_url: str, repository: Repository, release: Published, upload: Upload, downloads: int
) -> dict[str, object]:
    return {
        "url": f"{base_url}/repos/{repository.name}/releases/assets/{upload.id}",
        "id": upload.id,
        "node_id": f"RA_{upload.id}",
        "name": upload.name,
        "label": "",
        "uploader": _user(base_url, "octocat"),
        "content_type": "application/octet-stream",
        # What a failed upload leaves behind: https://docs.github.com/en/rest/releases/assets#upload-a-release-asset
        "state": "uploaded" if upload.is_uploaded else "starter",
        "size": upload.size_bytes,
        "digest": upload.digest,
        "download_count": downloads if upload.is_uploaded else 0,
        "created_at": _time(upload.created_at),
        "updated_at": _time(upload.updated_at),
        "browser_download_url": f"https://github.com/{repository.name}/releases/download/{release.tag}/{upload.name}",
    }


@lru_cache
def _user(base_url: str, login: str) -> dict[str, object]:
    url = f"{base_url}/users/{login}"
    return {
        "login": login,
        "id": 583231,
        "node_id": "MDQ6VXNlcjU4MzIzMQ==",
        "avatar_url": "https://avatars.githubusercontent.com/u/583231?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"https://github.com/{login}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": "User",
        "user_view_type": "public",
        "site_admin": False,
    }


def _time(when: datetime | None) -> str | None:
    return None if when is None else f"{when:%Y-%m-%dT%H:%M:%SZ}"
