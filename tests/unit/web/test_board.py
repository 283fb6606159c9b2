"""How the service is, as the app answers it: judged apart, kept until the next judgement, told on package pages."""

import json
from pathlib import Path

import msgspec
import pytest
from tests.clocks import StillClock
from tests.reading import BROWSER, CURL, POWERSHELL, app_of, ask, generation

from artesian.model.health import Level, PackageHealth, WriterHealth
from artesian.model.names import PackageName
from artesian.model.status import WriterState
from artesian.store.report import ReportFile
from artesian.web.answers import BRIEF
from artesian.web.app import App
from artesian.web.board import Board, look

RG = PackageName("rg")
NOW = StillClock().now()


def judged(directory: Path, report: WriterHealth | None = None) -> Board:
    """Judge the small generation with this report."""
    if report is not None:
        (directory / "health.json").write_bytes(msgspec.json.encode(report))
    return look(generation(), (), ReportFile(directory), now=NOW)


def reporting(**of_rg: object) -> WriterHealth:
    """Make a report that is well, but for what is told of rg."""
    health = msgspec.convert(of_rg, PackageHealth)
    return WriterHealth(written_at=NOW, pid=1, packages={RG: health})


@pytest.fixture
def app(tmp_path: Path) -> App:
    """An app that shows a judgement without trouble."""
    app = app_of()
    app.show(judged(tmp_path, reporting()))
    return app


def test_before_the_first_judgement(tmp_path: Path) -> None:
    """A reader that has just started says so, and answers everything else."""
    app = app_of()
    for path in ("/status", "/v1/status"):
        said = ask(app, path)
        assert (said.status, said.headers["retry-after"]) == (503, "1")
    assert ask(app, "/rg", BROWSER).status == 200
    assert ask(app, "/readyz").status == 200
    assert judged(tmp_path).status.writer.state is WriterState.ABSENT


@pytest.mark.parametrize(
    ("headers", "begin", "media_type"),
    [
        (BROWSER, "<!doctype html>", "text/html"),
        (CURL, "# ", "text/plain"),
        (POWERSHELL, "# ", "text/plain"),
        ({"accept": "application/json"}, "{", "application/json"),
    ],
)
def test_each_client_gets_its_form(
    app: App, headers: dict[str, str], begin: str, media_type: str
) -> None:
    """A browser gets the page, a terminal comments, who asks for JSON that; all for a moment, and no longer."""
    ask(
        app, "/status", {"accept": "application/json"}
    )  # what is kept for one client isn't another's
    said = ask(app, "/status", headers)
    assert said.status == 200
    assert said.text.startswith(begin)
    assert said.headers["content-type"].startswith(media_type)
    assert said.headers["cache-control"] == BRIEF
    assert "User-Agent" in said.headers["vary"]
    assert ("content-security-policy" in said.headers) == (media_type == "text/html")


def test_programs_get_json(app: App) -> None:
    """The document has the level, the writer and each package."""
    said = json.loads(ask(app, "/v1/status").body)
    assert said["level"] == Level.AGING
    assert said["writer"]["state"] == WriterState.WORKING
    assert [one["name"] for one in said["packages"]][-1] == "rg"
    assert sum(said["counts"].values()) == len(said["packages"])


@pytest.mark.parametrize("path", ["/status", "/v1/status", "/%73tatus"])
def test_a_new_judgement_is_answered_at_once(app: App, tmp_path: Path, path: str) -> None:
    """What was kept of the last judgement, however its path was written, isn't answered after the next."""
    before = ask(app, path)
    assert ask(app, path).body == before.body
    app.show(judged(tmp_path, msgspec.structs.replace(reporting(), idle="no disk")))
    after = ask(app, path)
    assert b"no disk" in after.body
    assert b"no disk" not in before.body


def test_a_package_page_says_what_is_held_back(app: App, tmp_path: Path) -> None:
    """A page says when its data are set aside, also one that was kept; scripts and other pages stay kept."""
    assert "set aside" not in ask(app, "/rg", BROWSER).text
    script = ask(app, "/rg").body
    app.show(judged(tmp_path, reporting(quarantined="no <releases> where there were 9")))
    text = ask(app, "/rg", BROWSER).text
    assert "set aside: no &lt;releases&gt; where there were 9" in text
    assert ask(app, "/rg").body == script
    assert "set aside" not in ask(app, "/jq", BROWSER).text
    app.show(judged(tmp_path, reporting()))
    assert "set aside" not in ask(app, "/rg", BROWSER).text


def test_pages_are_made_anew_only_when_there_is_news(app: App, tmp_path: Path) -> None:
    """A judgement that says the same of all packages leaves kept pages alone."""
    ask(app, "/rg", BROWSER)
    ask(app, "/status", BROWSER)
    kept = len(app.serving.answers)
    app.show(judged(tmp_path, reporting()))
    assert len(app.serving.answers) == kept - 1
    app.show(judged(tmp_path, reporting(withheld=["a.zip"])))
    assert len(app.serving.answers) == 0
    assert app.serving.answers.size_bytes == 0


def test_a_new_generation_keeps_the_judgement(app: App) -> None:
    """Between a new generation and the next judgement the last one is answered."""
    app.replace(app.serving.index)
    assert ask(app, "/v1/status").status == 200


def test_the_page_is_linked(app: App) -> None:
    """Every page leads to it."""
    assert 'href="/status"' in ask(app, "/", BROWSER).text
