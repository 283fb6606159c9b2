"""The read plane from a request to an answer: forms, caching, hosts, and a generation that is replaced."""

import gzip
import subprocess

import msgspec
import pytest
from tests.clocks import StillClock
from tests.reading import (
    BROWSER,
    CURL,
    POWERSHELL,
    WGET,
    Memory,
    app_of,
    ask,
    generation,
    package,
)

from artesian.index import Index

HOSTS = ["linux/amd64", "linux/arm64", "macos/arm64", "windows/amd64"]
NEGOTIATED = "User-Agent, Accept, Accept-Encoding"


@pytest.mark.parametrize("agent", [CURL, WGET, {}, {"user-agent": "python-requests/2.31"}])
def test_terminals_get_a_script(agent: dict[str, str]) -> None:
    """curl, wget and whoever we don't know get the installer."""
    said = ask(app_of(), "/rg", agent)
    assert said.status == 200
    assert said.text.startswith("#!/bin/sh\n{ trap ")
    assert "\n# Installs Rg " in said.text
    assert said.headers["vary"] == NEGOTIATED
    assert said.headers["content-type"] == "text/plain; charset=utf-8"
    assert said.headers["artesian-checked-at"] == "2026-01-02T03:04:05Z"
    assert "age" not in said.headers


def test_browsers_get_a_page() -> None:
    """A browser gets a page with the command, and nothing on it comes from elsewhere."""
    said = ask(app_of(), "/rg", BROWSER)
    assert said.headers["content-type"] == "text/html; charset=utf-8"
    assert "curl -sSL https://get.example.com/rg | sh" in said.text
    assert "Searches &lt;text&gt;." in said.text
    assert "default-src 'none'" in said.headers["content-security-policy"]
    assert said.headers["vary"] == NEGOTIATED


@pytest.mark.parametrize(
    ("path", "agent"), [("/rg", POWERSHELL), ("/rg.ps1", CURL), ("/jq.ps1", BROWSER)]
)
def test_powershell_gets_one_clear_throw(path: str, agent: dict[str, str]) -> None:
    """Until PowerShell comes, its clients are told so in their own language."""
    said = ask(app_of(), path, agent)
    assert said.status == 200
    assert said.text.startswith("throw 'Artesian has no installer for PowerShell yet.")
    assert said.headers["artesian-status"] == "501"
    assert said.headers["cache-control"] == "no-store"


def test_a_range_that_powershell_is_told_can_be_pasted() -> None:
    """What a shell would take for a redirection is percent-encoded."""
    thrown = ask(app_of(), "/rg@%3E=13,%3C14.ps1").text
    assert "curl -sSL https://get.example.com/rg@%3E=13,%3C14 | sh" in thrown


@pytest.mark.parametrize("agent", [CURL, WGET, BROWSER, POWERSHELL])
def test_the_cdn_form_is_the_same_for_everyone(agent: dict[str, str]) -> None:
    """`.sh` is the script for every client and host, so it varies on the encoding alone."""
    app = app_of()
    said = ask(app, "/rg.sh", agent, host="one.example")
    assert said == ask(app, "/rg.sh", CURL, host="other.example")
    assert said.headers["vary"] == "Accept-Encoding"
    assert "one.example" not in said.text


def test_a_name_may_end_in_sh() -> None:
    """`/duckdns.sh` is a package, and `/duckdns.sh.sh` its script."""
    app = app_of()
    assert ask(app, "/duckdns.sh", BROWSER).headers["content-type"].startswith("text/html")
    assert ask(app, "/duckdns.sh").headers["vary"] == NEGOTIATED
    forced = ask(app, "/duckdns.sh.sh", BROWSER)
    assert forced.text.startswith("#!/bin/sh")
    assert forced.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/rg", "rg"),
        ("/RG", "rg"),
        ("/ripgrep", "rg"),
        ("/rg@14", "rg@14"),
        ("/rg@v14.0", "rg@14.0"),
        ("/rg@latest", "rg"),
        ("/rg@beta", "rg@beta"),
        ("/rg%4014", "rg@14"),
        ("/rg@%3E=13,%3C14", "rg@%3E=13,%3C14"),
        ("/rg,jq@1.6", "rg,jq@1.6"),
        ("/rg@>=13,<14,jq", "rg@%3E=13,%3C14,jq"),
    ],
)
def test_what_is_asked_for(path: str, asked: str) -> None:
    """Names, aliases, tags and ranges, joined or not, lead to the installer that was meant."""
    said = ask(app_of(), path)
    assert said.status == 200, said.text
    assert f"_asked='{asked}'\n" in said.text


def test_several_in_one_line() -> None:
    """A browser sees what several packages in one line are, and the one command for them."""
    said = ask(app_of(), "/rg@14,jq", BROWSER)
    assert "curl -sSL https://get.example.com/rg@14,jq | sh" in said.text


def test_a_range_on_a_page_is_a_command_that_works() -> None:
    """What a shell would take for a redirection is percent-encoded in the command."""
    said = ask(app_of(), "/rg@>=13,<14", BROWSER)
    assert "/rg@%3E=13,%3C14 | sh" in said.text


def test_head_is_get_without_a_body() -> None:
    """HEAD has the headers of GET, the first time and from the cache."""
    app = app_of()
    first = ask(app, "/rg", method="HEAD")
    again = ask(app, "/rg", method="GET")
    assert first.body == b""
    assert first.headers == again.headers
    assert int(first.headers["content-length"]) == len(again.body)


def test_gzip_is_made_on_first_use_and_kept() -> None:
    """A client that takes gzip gets it, with a tag of its own, the same bytes each time."""
    app = app_of()
    plain = ask(app, "/rg")
    packed = ask(app, "/rg", CURL | {"accept-encoding": "gzip, br"})
    assert packed == ask(app, "/rg", CURL | {"accept-encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert len(packed.body) < len(plain.body) / 2


@pytest.mark.parametrize(
    "path", ["/rg", "/rg.sh", "/", "/v1/packages", "/v1/packages/rg", "/openapi.json"]
)
def test_unchanged_answers_cost_304(path: str) -> None:
    """Who has an answer already, and says so, gets 304 without a body; who has another one gets this."""
    app = app_of()
    tag = ask(app, path).headers["etag"]
    for known in (tag, f'"x", W/{tag}', "*"):
        said = ask(app, path, CURL | {"if-none-match": known})
        assert (said.status, said.body) == (304, b"")
        assert said.headers["etag"] == tag
        assert {"cache-control", "vary"} <= set(said.headers)
    assert ask(app, path, CURL | {"if-none-match": '"x"'}).status == 200


def test_caches_may_serve_old_answers() -> None:
    """A cache asks after a minute, and keeps answering while we are away."""
    directives = ask(app_of(), "/rg").headers["cache-control"]
    assert "max-age=60" in directives
    assert "stale-while-revalidate=" in directives
    assert "stale-if-error=" in directives


def test_what_connections_may_send_at_once() -> None:
    """A connection gets a kept answer for a plain GET, and nothing where more has to be looked at."""
    app = app_of(allowed_hosts=("get.example.com",))
    host, curl = (b"host", b"get.example.com"), (b"user-agent", b"curl/8.5.0")
    assert app.kept(b"/rg", [host, curl]) is None
    said = ask(app, "/rg")
    kept = app.kept(b"/rg", [host, curl])
    assert kept is not None
    assert kept.body["body"] == said.body
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.headers.items())
    assert kept.head.decode() == f"{lines}\r\n"
    for path, headers in (
        (b"/rg", [curl]),
        (b"/rg", [(b"host", b"evil.example"), curl]),
        (b"/rg", [host, host, curl]),
        (b"/rg", [host, curl, (b"if-none-match", b"*")]),
        (b"/rg", [host, (b"user-agent", b"PowerShell")]),
        (b"/rg?x", [host, curl]),
        (b"/jq", [host, curl]),
    ):
        assert app.kept(path, headers) is None


def test_a_new_generation_costs_one_assignment() -> None:
    """After `replace` the new data is served, from the first request on."""
    memory = Memory()
    app = app_of(memory)
    old = ask(app, "/rg.sh")
    memory.snapshots["rg"] = package("rg", ("99.0.0",))  # type: ignore[index]
    assert ask(app, "/rg.sh") == old
    app.replace(Index(generation=generation(number=8), backing=memory))
    assert "99.0.0" in ask(app, "/rg.sh").text
    assert app.serving.number == 8


def test_kept_answers_stay_within_their_memory() -> None:
    """However many different things are asked for, the kept answers stay below their limit."""
    app = app_of(answers_bytes=300_000)
    for number in range(40):
        assert ask(app, f"/rg@>={number / 10}").status == 200
        assert app.serving.answers.size_bytes <= 300_000
    assert len(app.serving.answers) > 1


def test_pages_are_kept_for_each_host() -> None:
    """A page names the host it was asked at, whatever was asked before."""
    app = app_of()
    for host in ("one.example", "two.example", "one.example"):
        assert f"https://{host}/rg" in ask(app, "/rg", BROWSER, host=host).text


def test_public_url_is_what_is_printed() -> None:
    """With a public URL every one-liner names it, at whatever name of ours the client came."""
    app = app_of(public_url="https://pub.example", allowed_hosts=("inner.example",))
    for host in ("pub.example", "inner.example", "localhost:8080"):
        assert "curl -sSL https://pub.example/rg | sh" in ask(app, "/rg", BROWSER, host=host).text
    assert "_server='https://pub.example'" in ask(app, "/rg.sh", host="localhost").text


def test_one_liners_never_hide_the_error() -> None:
    """No printed command has curl's -f: it would drop what the error says."""
    app = app_of()
    for path in ("/", "/rg", "/rg,jq", "/nope", "/rg@99"):
        assert "curl -f" not in ask(app, path, BROWSER).text
        assert "curl -f" not in ask(app, path).text.partition("_server=")[0]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("get.example.com", 200),
        ("evil.example", 421),
        ("localhost:1", 200),
        ("a b", 421),
        ("<x>", 421),
    ],
)
def test_only_our_hosts_are_answered(host: str, status: int) -> None:
    """With hosts set, another Host is refused, in words that don't repeat it as a link."""
    said = ask(app_of(allowed_hosts=("get.example.com",)), "/rg", host=host)
    assert said.status == status


def test_a_public_address_is_our_host_too() -> None:
    """A public URL may be an IPv6 address with a port."""
    app = app_of(public_url="https://[2001:db8::1]:8443")
    assert ask(app, "/rg", host="[2001:db8::1]:8443").status == 200
    assert ask(app, "/rg", host="[2001:db8::2]:8443").status == 421


@pytest.mark.parametrize(
    ("host", "extra"), [(None, ()), ("", ()), ("a.example", ((b"host", b"b.example"),))]
)
def test_one_host_is_named(host: str | None, extra: tuple[tuple[bytes, bytes], ...]) -> None:
    """A request without a Host, or with two, is malformed."""
    assert ask(app_of(), "/rg", host=host, raw_headers=extra).status == 400


def test_the_oldest_clients_name_no_host() -> None:
    """HTTP/1.0 has no Host; such a client sees the public origin, else the address that it came to."""
    for public_url, origin in (
        ("", "http://127.0.0.1:8080"),
        ("https://p.example", "https://p.example"),
    ):
        said = ask(app_of(public_url=public_url), "/", host=None, http_version="1.0")
        assert f"curl -sSL {origin}/rg | sh" in said.text


def test_probes_need_no_host() -> None:
    """Probes come from machines that know an address only."""
    app = app_of(allowed_hosts=("get.example.com",))
    assert ask(app, "/livez", host="10.0.0.1:8080").status == 200
    assert ask(app, "/readyz", host=None).status == 200


def test_ready_means_that_something_is_loaded() -> None:
    """With nothing loaded we live, aren't ready, and tell clients to come back rather than 404."""
    app = app_of(is_empty=True)
    assert ask(app, "/livez").status == 200
    assert ask(app, "/readyz", WGET).status == 503
    assert ask(app, "/v1/packages").status == 200
    assert ask(app, "/", BROWSER).status == 200
    said = ask(app, "/rg")
    assert (said.status, said.headers["retry-after"]) == (503, "10")
    assert "nothing is known yet" in said.text


def test_front_page_lists_and_searches() -> None:
    """`/` lists all packages, and `?q=` those that have every word, without any JavaScript."""
    app = app_of()
    everything = ask(app, "/", BROWSER).text
    for name in ("rg", "jq", "duckdns.sh", "node", "later"):
        assert f'href="/{name}"' in everything
    found = ask(app, "/?q=searches%20text", BROWSER).text
    assert 'href="/rg"' in found
    assert 'href="/jq"' not in found
    nothing = ask(app, "/?q=%3Cscript%3Ealert(1)", BROWSER).text
    assert "<script>alert" not in nothing
    assert "0 packages" in nothing


def test_front_page_for_a_terminal() -> None:
    """In a terminal `/` is a list; piped to a shell by mistake it fails and says what is missing."""
    said = ask(app_of(), "/?q=ripgrep%0aevil")
    assert "0 packages for ripgrep evil" in said.text
    said = ask(app_of(), "/?q=ripgrep")
    assert "# rg " in said.text
    ran = subprocess.run(["sh"], input=said.body, capture_output=True, check=False)
    assert ran.returncode == 64
    assert b"Name a package: curl -sSL https://get.example.com/rg | sh" in ran.stderr


def test_the_search_puts_names_first() -> None:
    """A package of that name comes before those that only speak of it."""
    app = app_of(
        Memory((package("zip"), package("azip"), package("arc", description="For zip files.")))
    )
    lines = ask(app, "/?q=zip").text.splitlines()
    assert [line.split()[1] for line in lines[1:4]] == ["zip", "azip", "arc"]


def test_packages_as_json() -> None:
    """Programs get all packages, one package with every build, and what to install on a host."""
    app = app_of()
    listed = msgspec.json.decode(ask(app, "/v1/packages").body)
    assert [each["name"] for each in listed["packages"]] == [
        "duckdns.sh",
        "jq",
        "later",
        "node",
        "none",
        "rg",
    ]
    one = msgspec.json.decode(ask(app, "/v1/packages/ripgrep").body)
    assert one["name"] == "rg"
    assert one["checked_at"] == "2026-01-02T03:04:05Z"
    assert {asset["os"] for asset in one["releases"][0]["assets"]} == {"linux", "macos", "windows"}
    found = msgspec.json.decode(
        ask(app, "/v1/resolve/rg@14?os=linux&arch=arm64&libc=gnu&level=1&formats=tar.gz,zip").body
    )
    assert (found["version"], found["generation"]) == ("14.1.1", 7)
    assert found["assets"][0]["name"] == "rg-14.1.1-linux-arm64.tar.gz"


@pytest.mark.parametrize(
    ("path", "status", "has"),
    [
        ("/v1/packages/nope", 404, {"nearest": ["node", "none"]}),
        ("/v1/packages/rg%2F..", 400, {}),
        ("/v1/packages/later", 503, {"retry_after_s": 60}),
        ("/v1/resolve/rg@99?os=linux&arch=amd64", 404, {"versions": ["14.1.1", "14.0.0", "13.0.0"]}),
        ("/v1/resolve/rg?os=aix&arch=ppc", 404, {"hosts": HOSTS}),
        ("/v1/resolve/rg?os=linux&arch=amd64&formats=zip", 404, {"formats": ["tar.gz"]}),
        ("/v1/resolve/rg?os=linux", 400, {}),
        ("/v1/resolve/rg?os=posix&arch=amd64", 400, {}),
        ("/v1/resolve/rg?os=linux&arch=amd64&level=5", 400, {}),
        ("/v1/resolve/rg?os=linux&arch=amd64&libc=", 400, {}),
        ("/v1/resolve/rg?os=linux&arch=amd64&formats=", 400, {}),
        ("/v1/resolve/rg?os=linux&os=linux&arch=amd64", 400, {}),
        ("/v1/resolve/rg?" + "a=1&" * 30, 400, {}),
        ("/v1/resolve/rg,jq?os=linux&arch=amd64", 400, {}),
        ("/v1/resolve/rg@x@y?os=linux&arch=amd64", 400, {}),
        ("/v1/nope", 404, {}),
    ],
)  # fmt: skip
def test_problems_as_json(path: str, status: int, has: dict[str, object]) -> None:
    """Programs get RFC 9457 problems that say what there is instead, whatever their User-Agent."""
    for agent in (CURL, WGET, BROWSER):
        said = ask(app_of(), path, agent)
        problem = msgspec.json.decode(said.body)
        assert (said.status, problem["status"]) == (status, status)
        assert said.headers["content-type"] == "application/problem+json"
        assert said.headers["cache-control"] == "no-store"
        assert {name: problem.get(name) for name in has} == has


def test_small_files() -> None:
    """Robots and browsers find what they look for."""
    app = app_of()
    assert "Disallow: /v1/" in ask(app, "/robots.txt").text
    assert ask(app, "/favicon.svg").headers["content-type"] == "image/svg+xml"


def test_our_own_faults_are_incidents() -> None:
    """A fault is answered 503 in the client's language, with a number, and nothing of its insides."""
    memory = Memory()
    memory.fault = ZeroDivisionError("secret")
    for agent, path in (
        (CURL, "/rg"),
        (BROWSER, "/rg"),
        (POWERSHELL, "/rg"),
        (CURL, "/v1/packages/rg"),
    ):
        said = ask(app_of(memory), path, agent)
        assert said.status == 503
        assert "incident" in said.text
        assert "secret" not in said.text
        assert said.headers["retry-after"] == "30"


def test_overload_is_said_in_the_clients_language() -> None:
    """Beyond the cap a client is told to come back, and its pipe fails."""
    said = ask(app_of(), "/rg", is_overloaded=True)
    assert (said.status, said.headers["retry-after"]) == (503, "5")
    assert said.text.startswith("#!/bin/sh")


def test_a_flood_of_unknown_names_costs_no_suggestions() -> None:
    """Under a flood of misses they are answered without a search; a while later suggestions are back."""
    clock = StillClock()
    app = app_of(clock=clock)
    for number in range(150):
        ask(app, f"/zz{number}")
    assert "Did you mean" not in ask(app, "/nodee").text
    clock.seconds += 1
    assert "Did you mean node" in ask(app, "/nodee").text
