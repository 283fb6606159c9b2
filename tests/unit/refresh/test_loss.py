"""Whether a snapshot may replace the one in force."""

import pytest

from artesian.model.definition import Command, Definition, Recipe, Source, SourceKind
from artesian.model.host import Arch, Os
from artesian.model.names import PackageName
from artesian.model.release import Asset, Format, Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel
from artesian.refresh.loss import loss


def snapshot(*tags: str, os: Os = Os.LINUX, channel: Channel = Channel.STABLE) -> Snapshot:
    """Build a package with a release of each tag."""
    name = PackageName("x")
    recipe = Recipe(commands=(Command(name="x", file="x"),))
    source = Source(kind=SourceKind.GIT, repository="o/x", base_url="https://h.example")
    file = Asset(name="x", urls=("https://h.example/x",), os=os, arch=Arch.AMD64, format=Format.RAW)
    releases = tuple(
        Release(
            version=f"0+{tag[:12]}" if len(tag) == 40 else tag,
            tag=tag,
            channel=channel,
            assets=(file,),
        )
        for tag in tags
    )
    return Snapshot(
        definition=Definition(name=name, title="x", source=source, recipe=recipe),
        releases=releases,
    )


CASES = [
    pytest.param(snapshot("1.0"), snapshot(), "none of its 1 versions would be left", id="empty"),
    pytest.param(
        snapshot("1.4", "1.3", "1.2", "1.1"), snapshot("1.5"), "4 of 4 stable", id="history gone"
    ),
    pytest.param(
        snapshot("1.2", "1.1"),
        snapshot("1.2", "1.1", channel=Channel.BETA),
        "2 of 2 stable versions would be gone",
        id="no longer stable",
    ),
    pytest.param(
        snapshot("1.2", "1.1", channel=Channel.BETA), snapshot("1.2"), "", id="stable by now"
    ),
    pytest.param(snapshot("1.1"), snapshot("1.0"), "1 of 1 stable versions", id="older"),
    pytest.param(snapshot("1.1"), snapshot("1.2"), "", id="a page of the newest alone"),
    pytest.param(snapshot("a" * 40), snapshot("b" * 40), "", id="a repository without tags"),
    pytest.param(
        snapshot("1.1"), snapshot("1.1", os=Os.MACOS), "1 of 1 kinds of host", id="a host lost"
    ),
]


@pytest.mark.parametrize(("before", "after", "reason"), CASES)
def test_loss(before: Snapshot, after: Snapshot, reason: str) -> None:
    """What loses many versions or hosts doesn't replace; newer versions of what has only the newest do."""
    found = loss(before, after)
    assert found.startswith(reason)
    assert bool(found) == bool(reason)
