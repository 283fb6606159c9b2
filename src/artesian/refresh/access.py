"""Who we are to each upstream, and which request asks what of it: credentials by host, adapters by kind. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from msgspec.structs import replace

from artesian.model.credential import Credential
from artesian.model.definition import Source, SourceKind
from artesian.model.header import Header, MediaType
from artesian.model.outcome import Nonsense, Request
from artesian.model.release import Listed, RawRelease
from artesian.refresh.budget import ANONYMOUS_LIMIT
from artesian.refresh.judge import Promise
from artesian.refresh.upstream import ANONYMOUS, Key
from artesian.sources import gitea, github, github_source, gitlab, postgres, publishers, sweep
from artesian.sources.fields import missing, split_url
from artesian.sources.publishers import PUBLISHERS

__all__ = ["GITHUB_URL", "Access"]

GITHUB_URL = f"https://{github.HOST}"
# Requests an hour to a host that states no limit: one in four seconds is no burden to a small forge.
POLITE_LIMIT = 900
# Where github.com sends those who download a release's file.
_DOWNLOAD_HOSTS = frozenset(
    {"objects.githubusercontent.com", "release-assets.githubusercontent.com"}
)


class _Plan(Protocol):
    def __call__(
        self, source: Source, *, user_agent: str, page_url: str | None, etag: str | None
    ) -> Request: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forge:
    """A forge lists releases page by page, newest first; `parse` reads one of them.

    older: releases that come after its last page, which no page lists.
    """

    plan: _Plan
    parse: Callable[[Source, bytes], Listed | Nonsense]
    older: tuple[RawRelease, ...] = ()


_FORGES: Mapping[SourceKind, _Forge] = {
    SourceKind.GITHUB: _Forge(plan=github.plan, parse=lambda _, body: github.parse(body)),
    SourceKind.GITEA: _Forge(plan=gitea.plan, parse=lambda _, body: gitea.parse(body)),
    SourceKind.GITLAB: _Forge(plan=gitlab.plan, parse=lambda _, body: gitlab.parse(body)),
    SourceKind.GITHUB_SOURCE: _Forge(plan=github.plan, parse=github_source.parse_github),
    SourceKind.GITEA_SOURCE: _Forge(plan=gitea.plan, parse=github_source.parse_gitea),
    SourceKind.POSTGRES: _Forge(
        plan=postgres.plan, parse=lambda _, body: github.parse(body), older=postgres.OLDER
    ),
}
_OF_GITHUB = frozenset(
    {SourceKind.GITHUB, SourceKind.GITHUB_SOURCE, SourceKind.POSTGRES, SourceKind.SERVICEMAN}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """All of it. `broken` tells of hosts whose credential can't be used, and why: they are asked nothing.

    github_url: where `github:` sources without a host of their own are asked, `https://ghe.example/api/v3` for one.
    """

    user_agent: str
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    github_url: str = GITHUB_URL

    def host(self, source: Source) -> str:
        """Tell which host lists the releases of a source."""
        return urlsplit(self.list_releases(source).url).netloc

    def key(self, host: str) -> Key:
        """Tell as whom we ask a host."""
        credential = self._credential(host)
        return Key(host, credential.identity if credential else ANONYMOUS)

    def promise(self, host: str) -> Promise:
        """Tell what a host owes us."""
        credential = self._credential(host)
        return Promise(host=host, expected_limit=credential.expected_limit if credential else None)

    def first_limit(self, host: str) -> int:
        """Tell how many requests an hour to count with until the host itself says."""
        credential = self._credential(host)
        if credential is not None:
            return credential.expected_limit or POLITE_LIMIT
        return ANONYMOUS_LIMIT if host == urlsplit(self.github_url).netloc else POLITE_LIMIT

    def documents(self, source: Source, found: Mapping[str, bytes]) -> tuple[str, ...]:
        """Name the documents that are needed beside those found to know the newest releases; none: all are there."""
        if source.kind in _FORGES:
            return missing((self.list_releases(source).url,), found)
        return PUBLISHERS[source.kind].documents(source, found)

    def list_releases(
        self, source: Source, *, page_url: str | None = None, etag: str | None = None
    ) -> Request:
        """Ask for the first document that lists releases, or for `page_url`."""
        if source.kind in _FORGES:
            plan = _FORGES[source.kind].plan
            request = plan(source, user_agent=self.user_agent, page_url=page_url, etag=etag)
            return request if page_url else self._rebased(request)
        publisher = PUBLISHERS[source.kind]
        url = page_url or publisher.documents(source, {})[0]
        if source.kind in _OF_GITHUB:
            request = github.plan(source, user_agent=self.user_agent, page_url=url, etag=etag)
            return self._rebased(request)
        return publishers.plan(publisher, url, user_agent=self.user_agent, etag=etag)

    def has_pages(self, source: Source) -> bool:
        """Tell whether older releases are on further pages."""
        return source.kind in _FORGES

    def probe(self, source: Source) -> Request | None:
        """Ask what our credential is worth, where that can be asked."""
        return self.probe_of_github() if source.kind in _OF_GITHUB else None

    def probe_of_github(self) -> Request:
        """Ask what our credential is worth at GitHub, whatever package it is for."""
        source = Source(kind=SourceKind.GITHUB, repository="")
        return self._rebased(github.probe(source, user_agent=self.user_agent))

    def query(self, host: str, repositories: Sequence[str]) -> Request | None:
        """Ask which of these repositories changed; None: a host that can't be asked so."""
        base = self.github_url.rstrip("/")
        if urlsplit(base).netloc != host:
            return None
        request = sweep.plan(repositories, user_agent=self.user_agent)
        # https://docs.github.com/en/enterprise-server/graphql/guides/managing-enterprise-accounts: /api, not /api/v3
        return replace(request, url=f"{base.removesuffix('/v3')}/graphql")

    def download(self, source: Source, url: str) -> Request | None:
        """Ask for a small file of a release; None: it lies nowhere, or at a host that its source doesn't speak for."""
        parts = split_url(url)
        if parts is None:
            return None
        place = parts[:2]
        is_github = source.kind in _OF_GITHUB and source.base_url is None
        own = {urlsplit(source.base_url or self.list_releases(source).url)[:2]}
        if source.kind in PUBLISHERS and not is_github:
            own |= {urlsplit(one)[:2] for one in self.documents(source, {})}
        if place not in own and not (is_github and place == ("https", "github.com")):
            return None
        headers = {Header.ACCEPT: MediaType.ANY, Header.USER_AGENT: self.user_agent}
        hosts = _DOWNLOAD_HOSTS if is_github else frozenset[str]()
        return Request(url=url, headers=headers, hosts=hosts)

    def parse(
        self, source: Source, found: Mapping[str, bytes], *, is_last: bool = True
    ) -> Listed | Nonsense:
        """Read all documents that `documents` named; of a forge a page, which may be the last one."""
        if source.kind not in _FORGES:
            return PUBLISHERS[source.kind].parse(source, found)
        forge = _FORGES[source.kind]
        (body,) = found.values()
        page = forge.parse(source, body)
        if isinstance(page, Nonsense) or not is_last:
            return page
        tags = {release.tag for release in page.releases}
        older = (release for release in forge.older if release.tag not in tags)
        return replace(page, releases=(*page.releases, *older))

    def _credential(self, host: str) -> Credential | None:
        """Find a host's credential; a part of it with limits of its own is named behind a slash."""
        return self.credentials.get(host.partition("/")[0])

    def _rebased(self, request: Request) -> Request:
        if self.github_url == GITHUB_URL or not request.url.startswith(f"{GITHUB_URL}/"):
            return request
        base = self.github_url.rstrip("/")
        return replace(request, url=base + request.url.removeprefix(GITHUB_URL))
