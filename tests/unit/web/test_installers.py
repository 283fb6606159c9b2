"""Installers: tags written the one way that means them, and data that can't be served."""

import pytest
from msgspec.structs import replace
from tests.reading import BROWSER, Memory, app_of, ask, package

from artesian.model.definition import Command, Recipe
from artesian.model.snapshot import Snapshot


def _lts(snapshot: Snapshot) -> Snapshot:
    return replace(
        snapshot, releases=tuple(replace(release, is_lts=True) for release in snapshot.releases)
    )


@pytest.mark.parametrize(
    ("tag", "asked"),
    [("", "rg"), ("@stable", "rg"), ("@lts", "rg@lts"), ("@alpha", "rg@alpha"), ("@1.x", "rg@1")],
)
def test_tags(tag: str, asked: str) -> None:
    """A tag is repeated in the script in its shortest form."""
    app = app_of(Memory((_lts(package("rg")),)))
    assert f"_asked='{asked}'\n" in ask(app, f"/rg{tag}").text
    assert f"/{asked} | sh" in ask(app, f"/rg{tag}", BROWSER).text


def test_a_package_named_twice() -> None:
    """It is installed once; in two versions it is refused, since only one of them could be in force."""
    app = app_of(Memory((package("rg"), package("jq"))))
    assert ask(app, "/rg,jq,RG@stable").text == ask(app, "/rg,jq").text
    said = ask(app, "/rg,jq,rg@1")
    assert said.status == 400
    assert "rg is named twice" in said.text


def test_a_release_without_builds() -> None:
    """A version that nobody can install is told as such, not as an empty script."""
    snapshot = package("rg", ("1.0",))
    bare = replace(snapshot, releases=(replace(snapshot.releases[0], assets=()),))
    said = ask(app_of(Memory((bare,))), "/rg")
    assert said.status == 404
    assert "no build" in said.text


def test_data_that_cant_be_written_down() -> None:
    """If a package's data can't stand in a script, that is said as trouble of ours, not of the request."""
    snapshot = package("rg")
    odd = Recipe(commands=(Command(name="two words", file="x"),))
    definition = replace(snapshot.definition, recipe=odd)
    said = ask(app_of(Memory((replace(snapshot, definition=definition),))), "/rg")
    assert said.status == 503
    assert "rg has data that no script can hold" in said.text
    assert "incident" not in said.text
