"""What a client understands, told from its request alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artesian.errors import Invalid
from artesian.web import negotiate
from artesian.web.negotiate import Form, WrongHost

BROWSER = b"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
HTML = b"text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.mark.parametrize(
    ("user_agent", "accept", "form"),
    [
        (b"curl/8.3.0", b"*/*", Form.SCRIPT),
        (b"curl/8.3.0", HTML, Form.SCRIPT),
        (b"Wget/1.21.3", b"*/*", Form.SCRIPT),
        (b"Wget", b"", Form.SCRIPT),
        (b"", b"", Form.SCRIPT),
        (b"python-requests/2.31", b"*/*", Form.SCRIPT),
        (BROWSER, HTML, Form.PAGE),
        (BROWSER, b"TEXT/HTML", Form.PAGE),
        (BROWSER, b"*/*", Form.SCRIPT),
        (b"Opera/9.80", HTML, Form.PAGE),
        (b"Mozilla/5.0 (Windows NT; en-US) WindowsPowerShell/5.1.26010.1000", b"", Form.POWERSHELL),
        (b"Mozilla/5.0 (Macintosh; Darwin 24.3.0; en-US) PowerShell/7.5.0", HTML, Form.POWERSHELL),
        (b"PowerShell+curl Windows/10+ AMD64 msvc", b"*/*", Form.POWERSHELL),
        (b"MS", b"", Form.POWERSHELL),
        (b"MS AMD64", b"", Form.POWERSHELL),
        (b"windows", b"", Form.POWERSHELL),
        (b"curl MS", b"", Form.SCRIPT),
        (b"\xff\xfe", b"\xff", Form.SCRIPT),
        (b"curl/8.3.0", b"application/json", Form.JSON),
        (b"python-requests/2.31", b"Application/JSON, */*;q=0.5", Form.JSON),
        (b"curl/8.3.0", b"*/*, application/json", Form.SCRIPT),
        # of an error it would print nothing
        (b"Wget/1.21.3", b"application/json", Form.SCRIPT),
    ],
)
def test_form_for(user_agent: bytes, accept: bytes, form: Form) -> None:
    """Browsers that take HTML get a page, PowerShell its own words, who asks for JSON first that, others a script."""
    assert negotiate.form_for(user_agent, accept) is form


@pytest.mark.parametrize(
    ("user_agent", "is_it"),
    [
        (b"Wget", True),
        (b"Wget/1.14 (linux-gnu)", True),
        (b"wget Linux/6.1", False),
        (b"curl/8", False),
    ],
)
def test_is_wget(user_agent: bytes, is_it: bool) -> None:
    """Only agents that begin with `Wget` are the ones that drop error bodies unasked."""
    assert negotiate.is_wget(user_agent) is is_it


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"", False),
        (b"gzip", True),
        (b"GZIP", True),
        (b"x-gzip", True),
        (b"deflate, gzip;q=0.5, br", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000", False),
        (b"gzip;q=0.001", True),
        (b"*", True),
        (b"*;q=0", False),
        (b"gzip;q=0, *", False),
        (b"identity", False),
        (b"br", False),
        (b";;,,q=\xff", False),
    ],
)
def test_accepts_gzip(header: bytes, expected: bool) -> None:
    """Gzip is sent only to clients that list it with a weight above zero."""
    assert negotiate.accepts_gzip(header) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b'"a"', True),
        (b'W/"a"', True),
        (b'"b", "a"', True),
        (b'"b",W/"a"', True),
        (b"*", True),
        (b'"b"', False),
        (b"a", False),
        (b"", False),
    ],
)
def test_matches_etag(header: bytes, expected: bool) -> None:
    """If-None-Match is a list compared weakly, and `*` matches whatever there is."""
    assert negotiate.matches_etag(header, b'"a"') is expected


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"/rg", "rg"),
        (b"/r%67@14", "rg@14"),
        (b"/%3E%3D1", ">=1"),
        (b"/", ""),
        (b"", ""),
        (b"/a%252e", "a%2e"),
        (b"//rg", "/rg"),
        (b"/%C3%A9", "é"),
        (b"/100%", "100%"),
    ],
)
def test_read_path(raw: bytes, text: str) -> None:
    """A path is decoded exactly once."""
    assert negotiate.read_path(raw) == text


@pytest.mark.parametrize(
    "raw", [b"/%ff", b"/a%00", b"/a%0d%0aSet-Cookie:x", b"/%1b[31m", b"/%E2%80%AE"]
)
def test_read_path_refuses(raw: bytes) -> None:
    """Bytes that are no text, control characters and direction marks are malformed."""
    with pytest.raises(negotiate.MalformedPath):
        negotiate.read_path(raw)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rg", ("rg", None)),
        ("rg.sh", ("rg", Form.SCRIPT)),
        ("rg.ps1", ("rg", Form.POWERSHELL)),
        ("RG.SH", ("RG", Form.SCRIPT)),
        ("duckdns.sh", ("duckdns.sh", None)),
        ("DuckDNS.sh", ("DuckDNS.sh", None)),
        ("duckdns.sh.sh", ("duckdns.sh", Form.SCRIPT)),
        ("duckdns.sh@1.0", ("duckdns.sh@1.0", None)),
        ("duckdns.sh@1.0.sh", ("duckdns.sh@1.0", Form.SCRIPT)),
        ("rg,duckdns.sh", ("rg,duckdns.sh", None)),
        ("duckdns.sh,rg.sh", ("duckdns.sh,rg", Form.SCRIPT)),
        ("rg@14.sh", ("rg@14", Form.SCRIPT)),
        (".sh", ("", Form.SCRIPT)),
        ("", ("", None)),
    ],
)
def test_split_suffix(text: str, expected: tuple[str, Form | None]) -> None:
    """`.sh` forces the script, but not where it belongs to a known package's name."""
    assert negotiate.split_suffix(text, {"rg", "duckdns.sh"}.__contains__) == expected


@pytest.mark.parametrize(
    ("header", "origin"),
    [
        (b"get.example.com", "https://get.example.com"),
        (b"GET.example.com:8443", "https://get.example.com:8443"),
        (b"localhost:8080", "http://localhost:8080"),
        (b"a.localhost", "http://a.localhost"),
        (b"127.0.0.1:8080", "http://127.0.0.1:8080"),
        (b"[::1]:8080", "http://[::1]:8080"),
        (b"192.168.1.9:8080", "http://192.168.1.9:8080"),
        (b"8.8.8.8", "https://8.8.8.8"),
    ],
)
def test_origin_of(header: bytes, origin: str) -> None:
    """One-liners use https, but http for the machine itself and for addresses that no certificate names."""
    assert negotiate.origin_of(header, allowed=(), has_public_url=False) == origin


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"a b",
        b"a/b",
        b"a:b",
        b"a:123456",
        b"<x>",
        b"a\xff",
        b"-a",
        b"a..b",
        b"[1",
        b"@",
        b"a" * 300,
    ],
)
def test_origin_of_refuses_what_is_no_host(header: bytes) -> None:
    """What isn't a host name or address is refused whatever the settings say."""
    with pytest.raises(WrongHost):
        negotiate.origin_of(header, allowed=(), has_public_url=False)


@pytest.mark.parametrize(
    ("header", "allowed", "has_public_url", "is_ours"),
    [
        (b"get.example.com", ("get.example.com",), True, True),
        (b"evil.example", ("get.example.com",), True, False),
        (b"evil.example", ("get.example.com",), False, False),
        (b"evil.example", (), True, False),
        (b"localhost", ("get.example.com",), True, True),
        (b"127.1.2.3:9", (), True, True),
    ],
)
def test_origin_of_knows_its_hosts(
    header: bytes, allowed: tuple[str, ...], has_public_url: bool, is_ours: bool
) -> None:
    """Once a public URL or hosts are set, only these and loopback are answered."""
    try:
        negotiate.origin_of(header, allowed=allowed, has_public_url=has_public_url)
    except WrongHost:
        assert not is_ours
    else:
        assert is_ours


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Headers and paths of any bytes give an answer or Invalid, never another error."""
    negotiate.form_for(data, data)
    negotiate.accepts_gzip(data)
    negotiate.matches_etag(data, b'"a"')
    try:
        assert negotiate.read_path(data).isprintable()
        origin = negotiate.origin_of(data, allowed=(), has_public_url=False)
        assert origin.isascii()
        assert origin.isprintable()
    except Invalid:
        pass
