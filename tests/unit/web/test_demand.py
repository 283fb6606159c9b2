"""What readers were asked for: counted by package, whatever the form of the question."""

from tests.reading import BROWSER, CURL, app_of, ask

from artesian.web.demand import MOST_PATHS, Demand


def test_every_form_counts() -> None:
    """Scripts, pages and documents of a package count for it, kept answers included; aliases and several, too."""
    app = app_of()
    for path, agent in [
        ("/rg", CURL),
        ("/rg", CURL),
        ("/rg", BROWSER),
        ("/rg.sh", CURL),
        ("/ripgrep@14", CURL),
        ("/rg,jq", CURL),
        ("/v1/packages/rg", CURL),
        ("/api/releases/rg@14.json", CURL),
        ("/api/installers/rg,jq.sh", CURL),
        ("/v1/resolve/rg@14?os=linux&arch=amd64", CURL),
    ]:
        assert ask(app, path, agent).status == 200
    assert app.taken_demand() == {"rg": 10, "jq": 2}
    assert app.taken_demand() == {}


def test_only_packages_count() -> None:
    """Neither other pages nor unknown names do, and no flood of them fills the memory."""
    app = app_of()
    for path in ("/", "/livez", "/v1/packages", "/nobody-has-this", "/rg@no-such-version"):
        ask(app, path, CURL)
    assert app.taken_demand() == {}
    demand = Demand()
    for number in range(MOST_PATHS + 10):
        demand.count(f"/{number}".encode())
    demand.count(b"/0")
    assert sum(demand.take(app.serving).values()) == 0
