"""Packages that need others or stand for them: what a line installs, in which order; and what can't be installed."""

from msgspec.structs import replace
from tests.reading import BROWSER, CURL, Memory, app_of, ask, generation, package

from artesian.index import Index
from artesian.model.definition import Definition, Source, SourceKind
from artesian.model.host import Os
from artesian.model.snapshot import Entry, Snapshot
from artesian.web.app import App


def _changed(snapshot: Snapshot, **values: object) -> Snapshot:
    return replace(snapshot, definition=replace(snapshot.definition, **values))


def _own(name: str, **values: object) -> Snapshot:
    """Make a package without an upstream, and without builds."""
    definition: Definition = replace(
        package(name).definition, source=Source(kind=SourceKind.OWN, repository=""), **values
    )
    return Snapshot(definition=definition, releases=())


def _names(script: str) -> list[str]:
    return [line.split()[1] for line in script.splitlines() if line.startswith("package ")]


NODE = package("node")
PRETTIER = _changed(package("prettier"), needs=("node@1",))
TOOLS = _own("tools", packages=("rg", "prettier"))
APP = app_of(Memory((NODE, PRETTIER, TOOLS, package("rg"))))


def test_what_a_package_needs_comes_first() -> None:
    """A package is installed behind what it needs; each package once, in the version that was asked for by name."""
    assert _names(ask(APP, "/prettier").text) == ["node", "prettier"]
    assert _names(ask(APP, "/prettier,node").text) == ["node", "prettier"]
    assert "\npackage node 1" in ask(APP, "/prettier").text
    assert "\npackage node -" in ask(APP, "/prettier,node").text


def test_a_set_is_its_packages_in_order() -> None:
    """A package that stands for others has no builds of its own."""
    assert _names(ask(APP, "/tools").text) == ["rg", "node", "prettier"]
    page = ask(APP, "/tools", BROWSER).text
    assert "/tools | sh" in page
    assert '<a href="/prettier">prettier</a>' in page
    said = ask(APP, "/v1/resolve/tools?os=linux&arch=amd64")
    assert said.status == 404
    assert "stands for rg, prettier" in said.text


def test_what_one_needs_and_another_stands_for_is_installed() -> None:
    """A package of a set is installed in any case, whoever else merely needs it."""
    line = (_changed(package("a"), needs=("x",)), _own("b", packages=("x",)), package("x"))
    app = app_of(Memory(line))
    assert "\nneeded\n" in ask(app, "/a").text
    assert "\nneeded\n" not in ask(app, "/a,b").text


def test_sets_that_lead_back_to_themselves() -> None:
    """A circle of packages is no endless line."""
    circle = (_own("a", packages=("b", "rg")), _own("b", packages=("a", "rg")), package("rg"))
    assert _names(ask(app_of(Memory(circle)), "/a,b").text) == ["rg"]


def test_a_need_that_the_catalogue_lacks() -> None:
    """It is told as a matter of the server, with both names."""
    said = ask(app_of(Memory((PRETTIER,))), "/prettier")
    assert said.status == 503
    assert "prettier needs node@1, which this server" in said.text


def test_a_refused_package() -> None:
    """Scripts, programs and pages say why it can't be installed."""
    refused = _own(
        "test",
        refused="It would delete what you have. There is nothing to test.",
        readme="*Sheet*\n",
    )
    app = app_of(Memory((refused, package("rg"))))
    for path, client in (("/test", CURL), ("/rg,test", CURL), ("/test", BROWSER)):
        said = ask(app, path, client)
        assert said.status == 404
        assert "It would delete what you have" in said.text
    assert "<em>Sheet</em>" in ask(app, "/test", BROWSER).text
    assert ask(app, "/v1/resolve/test?os=linux&arch=amd64").status == 404
    assert "It would delete" in ask(app, "/v1/packages/test").text


def test_a_page_shows_the_cheat_sheet() -> None:
    """What people use a package for stands on its page."""
    app = app_of(Memory((_changed(package("rg"), readme="# rg\n\nFinds *text*.\n"),)))
    assert "<em>text</em>" in ask(app, "/rg", BROWSER).text


def test_a_piece_is_told_where_it_came_from() -> None:
    """A script with a piece names its server, for what the piece may fetch there; others name none."""
    app = app_of(Memory((_changed(package("rg"), piece="true\n"), package("jq"))))
    assert "_server='http://a.example'" not in ask(app, "/jq.sh").text
    for host in ("one.example.com", "two.example.com"):
        assert f"_server='https://{host}'" in ask(app, "/rg.sh", host=host).text


def _waiting(soon: Snapshot, *others: Snapshot) -> App:
    """Serve packages, of which no release of the first is fetched yet."""
    memory = Memory((soon, *others))
    given = generation(tuple(memory.snapshots.values()))
    entry = Entry(about="1" * 64, title="Soon", description="")
    packages = {**given.packages, soon.definition.name: entry}
    app = app_of(memory)
    app.replace(Index(generation=replace(given, packages=packages), backing=memory))
    return app


def test_a_need_that_isnt_fetched_yet() -> None:
    """It may be on the host already, so the installer carries its name alone; nobody keeps that installer."""
    wants = _changed(package("a"), needs=("soon",))
    said = ask(_waiting(package("soon"), wants), "/a")
    assert said.status == 200
    assert _names(said.text) == ["soon", "a"]
    assert "\nneeded\nunfetched soon\nprovides soon\npackage a" in said.text
    assert said.headers["cache-control"] == "no-store"
    assert ask(_waiting(package("soon"), wants), "/a,soon").status == 503
    assert ask(_waiting(package("soon"), wants), "/a", BROWSER).status == 200
    both = _own("both", packages=("soon", "a"))
    assert ask(_waiting(package("soon"), wants, both), "/both").status == 503


def test_a_package_for_other_systems_that_isnt_fetched_yet() -> None:
    """What is told elsewhere doesn't wait for its releases; its page says that they are to come."""
    mac = _changed(package("soon"), os=(Os.MACOS,), elsewhere="Use apt.")
    app = _waiting(mac, package("rg"))
    said = ask(app, "/soon,rg")
    assert (said.status, said.headers["cache-control"]) == (200, "no-store")
    assert "\nunfetched soon macos\nprovides soon\nelsewhere Use apt.\n" in said.text
    page = ask(app, "/soon", BROWSER)
    assert (page.status, "not fetched yet" in page.text) == (503, True)
    assert ask(app, "/soon,rg", BROWSER).status == 503


def test_a_package_that_isnt_fetched_yet() -> None:
    """Its page tells what it is and that it can't be installed yet; a script is refused for now."""
    app = _waiting(_changed(package("soon"), readme="*Sheet*\n"), package("rg"))
    page = ask(app, "/soon", BROWSER)
    assert page.status == 503
    assert page.headers["retry-after"] == "60"
    assert "<em>Sheet</em>" in page.text
    assert "not fetched yet" in page.text
    assert "| sh" not in page.text
    assert ask(app, "/soon").status == 503
    assert "*Sheet*" in ask(app, "/packages/soon/README.md").text
