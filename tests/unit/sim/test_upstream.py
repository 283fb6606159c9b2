"""The local upstream, asked over real sockets."""

import http.client
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.programs import require

from artesian.sim.certificate import make_certificate
from artesian.sim.faults import Fault, Upstream
from artesian.sim.upstream import serving

_CONTENT = bytes(range(256)) * 1024
_PATH = "/acme/tool/releases/download/v1.0/tool.tar.gz"


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[Upstream]:
    file = tmp_path / _PATH.lstrip("/")
    file.parent.mkdir(parents=True)
    file.write_bytes(_CONTENT)
    (tmp_path.parent / "secret").write_text("outside the served folder")
    with serving(tmp_path) as running:
        yield running


def _ask(upstream: Upstream, path: str = _PATH, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(upstream.base_url).netloc, timeout=5)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_serves_a_file_whole(upstream: Upstream) -> None:
    """A release file is answered byte for byte, and the request is on the list."""
    assert _ask(upstream) == (200, _CONTENT)
    assert upstream.paths() == [_PATH]


def test_serves_the_rest_of_a_file(upstream: Upstream) -> None:
    """`Range: bytes=N-` gets what comes after N bytes; a range past the end gets the whole."""
    assert _ask(upstream, Range="bytes=1000-") == (206, _CONTENT[1000:])
    assert _ask(upstream, Range="bytes=999999999-") == (200, _CONTENT)


@pytest.mark.parametrize("path", ["/nothing", "/", "/acme", "/../secret", "/%2e%2e/secret"])
def test_keeps_to_its_folder(upstream: Upstream, path: str) -> None:
    """What is no file inside the folder is not found."""
    assert _ask(upstream, path)[0] == 404


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.NOT_FOUND, 404),
        (Fault.FORBIDDEN, 403),
        (Fault.RATE_LIMITED, 429),
        (Fault.SERVER_ERROR, 500),
    ],
)
def test_refuses_on_request(upstream: Upstream, fault: Fault, status: int) -> None:
    """A fault of a status answers with it, as often as asked for, then all is well again."""
    upstream.fail("*/tool.tar.gz", fault, times=2)
    assert [_ask(upstream)[0] for _ in range(3)] == [status, status, 200]


def test_sends_wrong_bytes_on_request(upstream: Upstream) -> None:
    """Wrong bytes have the right length."""
    upstream.fail("*", Fault.WRONG_BYTES)
    status, body = _ask(upstream)
    assert (status, len(body)) == (200, len(_CONTENT))
    assert body != _CONTENT


def test_sends_half_as_if_it_were_all(upstream: Upstream) -> None:
    """A short answer looks complete."""
    upstream.fail("*", Fault.SHORT)
    assert _ask(upstream) == (200, _CONTENT[: len(_CONTENT) // 2])


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Fault.TRUNCATED, http.client.IncompleteRead), (Fault.RESET, ConnectionResetError)],
)
def test_breaks_off_on_request(upstream: Upstream, fault: Fault, error: type[Exception]) -> None:
    """A truncated answer ends early; a reset one ends with a TCP reset."""
    upstream.fail("*", fault)
    with pytest.raises(error):
        _ask(upstream)


def test_hangs_on_request(upstream: Upstream) -> None:
    """A hanging answer sends half and then nothing; stopping the server ends it."""
    upstream.fail("*", Fault.HANG)
    connection = http.client.HTTPConnection(urlsplit(upstream.base_url).netloc, timeout=0.2)
    connection.request("GET", _PATH)
    answer = connection.getresponse()
    with pytest.raises(TimeoutError):
        answer.read()
    connection.close()


def test_is_slow_on_request(upstream: Upstream) -> None:
    """A slow answer comes whole, in the end."""
    upstream.fail("*", Fault.SLOW)
    assert _ask(upstream) == (200, _CONTENT)


def test_heals(upstream: Upstream) -> None:
    """After heal there are no faults and no recorded requests."""
    upstream.fail("*", Fault.SERVER_ERROR)
    assert _ask(upstream)[0] == 500
    upstream.heal()
    assert upstream.paths() == []
    assert _ask(upstream)[0] == 200


def test_redirects(upstream: Upstream) -> None:
    """A path can be redirected, as release downloads are."""
    upstream.redirects["/old"] = _PATH
    assert _ask(upstream, "/old")[0] == 302


def test_serves_https(tmp_path: Path) -> None:
    """Over https a client that trusts the certificate is answered, and one that doesn't breaks nothing."""
    require("openssl")
    (tmp_path / "file").write_bytes(b"secret")
    certificate = make_certificate(tmp_path)
    with serving(tmp_path, certificate=certificate) as upstream:
        host = urlsplit(upstream.base_url).netloc
        with pytest.raises(ssl.SSLCertVerificationError):
            http.client.HTTPSConnection(host, timeout=5).request("GET", "/file")
        trusting = ssl.create_default_context(cafile=str(certificate.file))
        connection = http.client.HTTPSConnection(host, timeout=5, context=trusting)
        connection.request("GET", "/file")
        assert connection.getresponse().read() == b"secret"
        connection.close()
