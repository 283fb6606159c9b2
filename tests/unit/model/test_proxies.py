"""Proxies of the environment: which way each upstream is asked, and which of them can't be used."""

import pytest

from artesian.model.proxies import Proxies, parse_proxies

PROXY = "http://proxy.example:3128"
GITHUB = "https://api.github.com/x"

WAYS = [
    ({}, GITHUB, None),
    ({"HTTPS_PROXY": PROXY}, GITHUB, PROXY),
    ({"https_proxy": "proxy.example:3128"}, GITHUB, PROXY),
    ({"HTTPS_PROXY": "https://me:secret@[::1]:1/"}, GITHUB, "https://me:secret@[::1]:1/"),
    ({"https_proxy": "", "HTTPS_PROXY": PROXY}, GITHUB, None),
    ({"all_proxy": PROXY}, GITHUB, PROXY),
    ({"ALL_PROXY": "socks5://127.0.0.1:1", "HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY}, GITHUB, PROXY),
    ({"HTTP_PROXY": PROXY}, GITHUB, None),
    ({"HTTP_PROXY": PROXY}, "http://forge.example/x", PROXY),
    ({"ALL_PROXY": PROXY}, "http://127.0.0.1:8080/x", None),
    ({"ALL_PROXY": PROXY}, "http://LOCALHOST/x", None),
    ({"ALL_PROXY": PROXY}, "https://[::1]/x", None),
    ({"ALL_PROXY": PROXY, "NO_PROXY": "*"}, GITHUB, None),
    ({"ALL_PROXY": "socks5://x", "NO_PROXY": "*"}, GITHUB, None),
    ({"ALL_PROXY": PROXY, "NO_PROXY": "one.example, github.com"}, GITHUB, None),
    ({"ALL_PROXY": PROXY, "no_proxy": ".GitHub.com,,"}, GITHUB, None),
    ({"ALL_PROXY": PROXY, "NO_PROXY": "hub.com"}, GITHUB, PROXY),
    ({"ALL_PROXY": PROXY, "NO_PROXY": "*.github.com:443"}, GITHUB, None),
    ({"ALL_PROXY": PROXY, "NO_PROXY": "api.github.com:80,.,[x"}, GITHUB, PROXY),
    ({"ALL_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8"}, "https://10.1.2.3/x", None),
    ({"ALL_PROXY": PROXY, "NO_PROXY": "10.1.2.3:8443"}, "https://10.1.2.3:8443/x", None),
    ({"ALL_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8"}, "https://11.1.2.3/x", PROXY),
    ({"ALL_PROXY": PROXY, "NO_PROXY": "fd00::1"}, "https://[fd00:0::1]/x", None),
    ({"ALL_PROXY": PROXY, "NO_PROXY": "[fd00::1]:443"}, "https://[fd00::1]/x", None),
]  # fmt: skip


@pytest.mark.parametrize(("environment", "url", "proxy"), WAYS)
def test_the_way(environment: dict[str, str], url: str, proxy: str | None) -> None:
    """An upstream is asked by the proxy of its scheme, else that of all; loopback and NO_PROXY directly."""
    proxies = parse_proxies(environment)
    assert proxies.problem == ""
    way = proxies.way(url)
    assert (None if way is None else way.reveal()) == proxy


UNUSABLE = [
    "socks5://me:secret@127.0.0.1:1",
    "http://",
    "http://[::1",
    "http://[secret]:1",
    "http://host:99999",
    "http://host:secret",
    "http://a@secret@host",
    "http://ho st",
    "http://host/secret",
]


@pytest.mark.parametrize("text", UNUSABLE)
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "http_proxy", "ALL_PROXY"])
def test_one_that_cannot_be_used(name: str, text: str) -> None:
    """It is told by the variable's name, and never quoted: it may hold a password."""
    proxies = parse_proxies({name: text})
    assert proxies.problem.startswith(f"environment variable {name}: ")
    assert "secret" not in proxies.problem
    assert proxies.way(GITHUB) is None


def test_a_password_does_not_show_itself() -> None:
    """Printing the proxies tells no password."""
    assert "secret" not in repr(parse_proxies({"ALL_PROXY": "http://me:secret@host:1"}))
    assert Proxies() == parse_proxies({})
