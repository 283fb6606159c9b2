"""Everything in order: what is inside, the directory, the ports, the tokens, the upstreams."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from msgspec.structs import replace

from artesian.doctor.directory import (
    look_at_clock,
    look_at_directory,
    look_at_generation,
    look_at_writer,
)
from artesian.doctor.finding import Finding, skipped
from artesian.doctor.inside import look_at_catalogue, look_at_seed, look_at_settings
from artesian.doctor.ports import look_at_ports
from artesian.doctor.upstreams import hosts_of, look_at_tokens, look_at_upstream
from artesian.model.credential import redact
from artesian.net import HttpTransport
from artesian.refresh.catalogues import folders_of, load_catalogues
from artesian.refresh.tokens import read_access
from artesian.settings import Loaded, proxies_of_environment, shipped

__all__ = ["examine"]


async def examine(
    loaded: Loaded, *, is_offline: bool, now: Callable[[], datetime]
) -> AsyncIterator[Finding]:
    """Look at everything; no token is in what comes out."""
    access = read_access(loaded.settings)
    secrets = tuple(credential.secret for credential in access.credentials.values())
    async for finding in _all(loaded, is_offline=is_offline, now=now):
        yield replace(
            finding,
            found=redact(finding.found, secrets),
            todo=redact(finding.todo, secrets),
        )


async def _all(
    loaded: Loaded, *, is_offline: bool, now: Callable[[], datetime]
) -> AsyncIterator[Finding]:
    settings = loaded.settings
    catalogue = load_catalogues(folders_of(settings.catalogue))
    directory = settings.data_dir
    for local in (
        look_at_settings(loaded),
        look_at_catalogue(catalogue),
        look_at_seed(shipped("seed") / "seed.zip"),
        look_at_directory(directory),
        look_at_generation(directory),
        look_at_writer(directory, now=now()),
        look_at_ports(settings),
        look_at_clock(directory, now=now()),
    ):
        for finding in local:
            yield finding
    access = read_access(settings)
    for finding in look_at_tokens(access):
        yield finding
    hosts = hosts_of(catalogue, access)
    if is_offline:
        yield skipped("upstreams", f"{', '.join(hosts)}: not asked, for --offline was given")
        return
    transport = HttpTransport(
        credentials=tuple(access.credentials.values()), proxies=proxies_of_environment()
    )
    try:
        for host, source in hosts.items():
            for finding in await look_at_upstream(host, source, access, transport, now):
                yield finding
    finally:
        await transport.aclose()
