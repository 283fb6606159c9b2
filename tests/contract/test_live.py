"""`artesian contract --live` against the simulated GitHub: it holds there, and a difference is found."""

import pytest
from tests.faces import FACES, TOKEN, Face, Subject, world_with

from artesian.cli.main import main
from artesian.sim.clock import START
from artesian.sim.live import check_live
from artesian.sim.trouble import Kind, Trouble
from artesian.sim.world import World, add, publish

both = pytest.mark.parametrize("face", FACES, ids=["memory", "socket"])


def world() -> World:
    """Make a repository with five releases."""
    made = add(world_with(), "acme/rocket", START)
    for number in range(5):
        made = publish(made, "acme/rocket", f"v1.{number}.0", START)
    return made


async def differences(subject: Subject, token: str | None) -> list[str]:
    """List what differs from the contract."""
    checks = await check_live(
        subject.transport(token),
        subject.source("acme/rocket"),
        has_token=token is not None,
        now=subject.clock.now(),
    )
    assert len(checks) > 8
    return [check.what for check in checks if check.found]


@both
@pytest.mark.parametrize("token", [TOKEN, None], ids=["token", "anonymous"])
def test_it_holds(face: Face, token: str | None) -> None:
    """The simulated GitHub keeps its own contract."""

    async def script(subject: Subject) -> None:
        assert await differences(subject, token) == []

    face(world(), script)


FAULTS = [
    pytest.param(
        Trouble(kind=Kind.CHANGE_HEADER, name="etag"), "it has a validator", id="no validator"
    ),
    pytest.param(
        Trouble(kind=Kind.CHANGE_HEADER, name="x-ratelimit-limit"), "it tells the limit", id="limit"
    ),
    pytest.param(
        Trouble(kind=Kind.REPLACE, name='"assets":', value='"files":'),
        "every release in it can be read",
        id="a field is missing",
    ),
    pytest.param(
        Trouble(kind=Kind.STRIP_HEADER, name="authorization"),
        "its limit is more than 60",
        id="token",
    ),
]


@pytest.mark.parametrize(("trouble", "what"), FAULTS)
def test_a_difference_is_found(trouble: Trouble, what: str) -> None:
    """Each thing that the write plane relies on is looked at."""

    async def script(subject: Subject) -> None:
        subject.hosts.troubles = (trouble,)
        assert what in await differences(subject, TOKEN)

    FACES[0](world(), script)


def test_a_host_that_does_not_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """Who can't be asked differs in nothing: the command says so, and exits as what may be tried again."""
    with pytest.raises(SystemExit) as ended:
        main(["contract", "--live", "--base-url", "http://127.0.0.1:9"])
    assert ended.value.code == 75
    said = capsys.readouterr().out
    assert said.startswith("no answer a list of releases is 200: ")
    assert "DIFFERS" not in said
