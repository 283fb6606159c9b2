"""The question what our credential is worth: asked once a minute where nothing else is; a lost one shows by it."""

import asyncio
from pathlib import Path

import pytest
from tests.clocks import StillClock
from tests.upstreams import HOST, Answer, Forge, definition, github_token, plane_of, release

from artesian.model.credential import Credential
from artesian.model.outcome import NetworkFault, NetworkFaultKind, Refusal, Request
from artesian.refresh.canary import watch
from artesian.refresh.pipeline import Step, run_pass
from artesian.refresh.plane import Plane
from artesian.refresh.upstream import Upstream

PROBE = "/rate_limit"


def site(folder: Path, credential: Credential | None) -> tuple[Forge, Plane]:
    """Make a plane of one package, which was just fetched."""
    forge = Forge(StillClock(), credential=credential)
    forge.repositories = {"o/jq": [release("v1")]}
    plane = plane_of(folder, forge, definition("jq"))
    asyncio.run(run_pass(plane, [Step(name) for name in plane.wanted]))
    forge.asked.clear()
    return forge, plane


def live(forge: Forge, plane: Plane, *, minutes: int) -> None:
    """Let the canary come by every ten seconds."""
    assert isinstance(forge.clock, StillClock)
    for _ in range(minutes * 6):
        forge.clock.seconds += 10
        asyncio.run(watch(plane, HOST))


def host_of(plane: Plane) -> Upstream:
    """Read what is known of the host."""
    with plane.memory.transaction():
        return plane.exchange.upstream(plane.exchange.access.key(HOST))


def test_once_a_minute(tmp_path: Path) -> None:
    """Where nothing else is asked, it is asked once a minute, and not before a minute has passed."""
    forge, plane = site(tmp_path, github_token())
    live(forge, plane, minutes=10)
    assert forge.listed == [PROBE] * 10


@pytest.mark.parametrize(("status", "count"), [(500, 2), (404, 90)])
def test_a_host_that_doesnt_answer_it(tmp_path: Path, status: int, count: int) -> None:
    """An answer that is none is no matter of the host's, whose lists are asked for; after a fault an hour passes."""
    forge, plane = site(tmp_path, github_token())

    def fault(request: Request) -> Answer | None:
        return forge.answer(request, status, b"{}")

    forge.fault = fault
    live(forge, plane, minutes=90)
    assert len(forge.asked) == count
    assert host_of(plane).is_well


def test_the_way_is_cut(tmp_path: Path) -> None:
    """What doesn't get through counts for the host as any request does, and nothing more is asked so."""
    forge, plane = site(tmp_path, github_token())
    forge.fault = lambda _: NetworkFault(kind=NetworkFaultKind.CONNECT, message="refused")
    live(forge, plane, minutes=30)
    assert forge.listed == [PROBE]
    assert host_of(plane).failing_since is not None


def test_strangers_have_nothing_to_lose(tmp_path: Path) -> None:
    """Without a token it isn't asked."""
    forge, plane = site(tmp_path, None)
    live(forge, plane, minutes=5)
    assert forge.asked == []


@pytest.mark.parametrize(
    ("status", "limit", "reason"),
    [(200, 60, Refusal.AUTH_LOST), (401, 5000, Refusal.BAD_CREDENTIAL)],
)
def test_a_credential_that_is_lost(
    tmp_path: Path, status: int, limit: int, reason: Refusal
) -> None:
    """The first answer stops all that is asked of the host, and is told in its name."""
    forge, plane = site(tmp_path, github_token())
    forge.limit = limit

    def fault(request: Request) -> Answer | None:
        return forge.answer(request, status, b"{}")

    forge.fault = fault
    live(forge, plane, minutes=10)
    assert forge.listed == [PROBE]
    upstream = host_of(plane)
    assert not upstream.is_well
    assert upstream.refusal is reason
    assert PROBE not in upstream.message
    assert HOST in upstream.message
