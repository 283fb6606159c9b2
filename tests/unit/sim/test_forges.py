"""The simulated web sites of forges: what a git server and a Gitea anywhere answer."""

from datetime import UTC, datetime

from artesian.definitions.source import parse_source
from artesian.model.release import Listed
from artesian.sim.forges import downloads
from artesian.sim.hosts import Hosts
from artesian.sim.wire import Wire
from artesian.sim.world import World, add, publish
from artesian.sources import gitea
from artesian.sources.publishers import PUBLISHERS

NOW = datetime(2026, 1, 2, tzinfo=UTC)
WORLD = publish(add(World.empty(), "acme/rocket", NOW), "acme/rocket", "v1.2.0", NOW)


def test_refs_of_a_repository() -> None:
    """The adapter of git reads a tag for each release; other repositories aren't there."""
    source = parse_source("git:github.com/acme/rocket")
    (url,) = PUBLISHERS[source.kind].documents(source, {})
    path = url.removeprefix("https://github.com").partition("?")[0]
    answer = downloads(WORLD, Wire(host="github.com", path=path), NOW)
    listed = PUBLISHERS[source.kind].parse(source, {url: answer.body})
    assert isinstance(listed, Listed)
    assert [one.tag for one in listed.releases] == ["v1.2.0"]
    assert downloads(WORLD, Wire(host="github.com", path="/a/b.git/info/refs"), NOW).status == 404


def test_any_host_may_be_a_gitea() -> None:
    """Its API is known by its path."""
    hosts = Hosts(WORLD, now=lambda: NOW, elapsed_s=lambda: 0.0, chance=lambda: 0.0)
    wire = Wire(host="git.example.org", path="/api/v1/repos/acme/rocket/releases")
    listed = gitea.parse(hosts.serve(wire, ()).body)
    assert isinstance(listed, Listed)
    assert [one.tag for one in listed.releases] == ["v1.2.0"]
