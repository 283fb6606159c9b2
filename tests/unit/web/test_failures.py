"""The error table: every error we can raise has its status, in every language a client speaks."""

import importlib
import pkgutil
import subprocess
from http import HTTPStatus

import msgspec
import pytest
from tests.clocks import StillClock
from tests.reading import BROWSER, CURL, POWERSHELL, WGET, app_of, ask

import artesian
from artesian.errors import ArtesianError, Invalid, NotFound, Unavailable
from artesian.model.names import InvalidName
from artesian.web.failures import MethodNotAllowed, PathTooLong, failure_answer, row_of
from artesian.web.nearest import Nearest
from artesian.web.negotiate import Form, WrongHost

# Statuses of their own; every other error has that of its family.
SPECIAL = {
    MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    PathTooLong: HTTPStatus.REQUEST_URI_TOO_LONG,
    WrongHost: HTTPStatus.MISDIRECTED_REQUEST,
}
FAMILIES = {
    NotFound: HTTPStatus.NOT_FOUND,
    Invalid: HTTPStatus.BAD_REQUEST,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def _subclasses(kind: type[ArtesianError]) -> set[type[ArtesianError]]:
    found = set(kind.__subclasses__())
    return found.union(*(_subclasses(each) for each in found))


def _all_errors() -> set[type[ArtesianError]]:
    for module in pkgutil.walk_packages(artesian.__path__, "artesian."):
        if not module.name.startswith(("artesian.cli", "artesian.sim")):
            importlib.import_module(module.name)
    return _subclasses(ArtesianError)


def test_every_error_has_a_status() -> None:
    """Whatever subclass of ArtesianError reaches the edge, its family (or the table) says its status."""
    for kind in _all_errors():
        family = next((each for each in FAMILIES if issubclass(kind, each)), None)
        assert family is not None, f"{kind.__name__} belongs to no family"
        error = kind.__new__(kind)
        assert row_of(error).status == SPECIAL.get(kind, FAMILIES[family])
        assert 1 <= row_of(error).exit_status <= 125


def test_an_error_of_no_family_is_ours() -> None:
    """The root itself is never raised; if it were, it would be a fault of ours and no bare 500."""
    assert row_of(ArtesianError()).status == HTTPStatus.SERVICE_UNAVAILABLE


@pytest.mark.parametrize(
    ("path", "lead"),
    [
        ("/rg@99", "rg has no version 99"),
        ("/rg/x", "There is nothing at"),
        ("/later", "later is known"),
    ],
)
def test_names_keep_their_spelling(path: str, lead: str) -> None:
    """A page's message is a sentence, but a name that it begins with gets no capital."""
    assert f'<p class="lead">{lead}' in ask(app_of(), path, BROWSER).text


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize(
    "name", ["'; rm -rf ~; '", "<script>alert(1)</script>", "\u2019;ls", "a\nb", "\x1b[2J"]
)
def test_what_a_client_sent_is_only_ever_text(form: Form, name: str) -> None:
    """A message that repeats the request can't break out of a script, a page, a problem or a header."""
    error = InvalidName(name)
    answer = failure_answer(
        error,
        form=form,
        is_wget=False,
        origin="https://a.example",
        nearest=Nearest([], StillClock()),
    )
    text = answer.body.decode()
    assert "<script>alert" not in text or form is not Form.PAGE
    assert "\x1b" not in text
    if form is Form.SCRIPT:
        ran = subprocess.run(["sh"], input=answer.body, capture_output=True, check=False)
        assert (ran.returncode, ran.stdout) == (64, b"")
        assert str(error).encode() in ran.stderr
    if form is Form.JSON:
        assert msgspec.json.decode(answer.body)["detail"] == str(error)


@pytest.mark.parametrize(
    ("path", "status", "exit_status", "words"),
    [
        ("/nodee", 404, 69, ["no package is called nodee", "Did you mean node?", "https://get.example.com/"]),
        ("/jq,nodee", 404, 69, ["no package is called nodee"]),
        ("/rg@99", 404, 69, ["rg has no version 99", "14.1.1, 14.0.0, 13.0.0"]),
        ("/none", 404, 69, ["none has no"]),
        ("/rg/x", 404, 69, ["nothing at /rg/x"]),
        ("/rg!", 400, 64, ["is not a package name"]),
        ("/rg@!!", 400, 64, ["is not a version"]),
        ("/" + ",".join(["rg"] * 11), 400, 64, ["at most 10"]),
        ("/later", 503, 75, ["not fetched yet", "Try again in 60 seconds"]),
        ("/" + "a" * 5000, 414, 64, ["too long"]),
    ],
)  # fmt: skip
def test_graded_errors(path: str, status: int, exit_status: int, words: list[str]) -> None:
    """Each error has its status, exit status and advice: in a script, a page, and PowerShell's words."""
    app = app_of()
    for agent in (CURL, BROWSER, POWERSHELL, WGET):
        said = ask(app, path, agent)
        assert said.headers["cache-control"] == "no-store"
        assert said.headers["vary"] == "User-Agent, Accept, Accept-Encoding"
        assert "etag" not in said.headers
        if agent is WGET:
            assert (said.status, said.headers["artesian-status"]) == (200, str(status))
        else:
            assert said.status == status
        if status == 503:
            assert said.headers["retry-after"] == "60"
        if agent in (CURL, WGET):
            ran = subprocess.run(["sh"], input=said.body, capture_output=True, check=False)
            assert (ran.returncode, ran.stdout) == (exit_status, b"")
            assert all(each in ran.stderr.decode() for each in words)
        elif agent is POWERSHELL:
            assert said.text.startswith("throw 'artesian: ")
        else:
            assert "<html" in said.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", ["/rg", "/", "/v1/packages", "/livez"])
def test_other_methods(method: str, path: str) -> None:
    """What is neither GET nor HEAD is answered 405 with what is allowed."""
    said = ask(app_of(), path, method=method)
    assert said.status == 405
    assert said.headers["allow"] == "GET, HEAD"


def test_the_suffix_tells_the_language_of_an_error() -> None:
    """A browser that asks for a script gets its error as a script."""
    app = app_of()
    assert ask(app, "/nope.sh", BROWSER).text.startswith("#!/bin/sh")
    assert ask(app, "/nope.ps1", BROWSER).text.startswith("throw '")
    assert ask(app, "/v1/nope", BROWSER).text.startswith("{")


def test_a_wrong_host_is_never_printed_as_ours() -> None:
    """The error of a Host that isn't ours names no place to go to but the public one."""
    app = app_of(public_url="https://pub.example")
    said = ask(app, "/rg", BROWSER, host="evil.example")
    assert said.status == 421
    assert "//evil.example" not in said.text
