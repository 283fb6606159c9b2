"""`artesian contract --live`: whether the real GitHub still answers as the simulated one does."""

import asyncio
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from artesian.clock import SystemClock
from artesian.model.credential import Credential, parse_token
from artesian.model.definition import Source, SourceKind
from artesian.model.header import Scheme
from artesian.net import HttpTransport
from artesian.settings import proxies_of_environment
from artesian.sim.live import Check, check_live
from artesian.sources import github

__all__ = ["contract_command"]


def contract_command(
    live: Annotated[
        bool, typer.Option("--live", help="Ask the real host: seven requests.")
    ] = False,
    repository: Annotated[
        str, typer.Option(help="One with more than two releases.")
    ] = "BurntSushi/ripgrep",
    base_url: Annotated[
        str | None, typer.Option(help="Of a GitHub Enterprise server; default: github.com.")
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            help="With a token in it; default: ask anonymously.", exists=True, dir_okay=False
        ),
    ] = None,
) -> None:
    """Check that a host keeps the contract that everything here is tested against.

    Exit with 1 if it doesn't, with 75 if it can't be asked.
    """
    if not live:
        typer.echo(
            "Without --live there is nothing to ask: `make test` holds the simulated GitHub to the contract,\n"
            "`make contract-drift` compares GitHub's own description with the one that is used."
        )
        raise typer.Exit(64)
    source = Source(kind=SourceKind.GITHUB, repository=repository, base_url=base_url)
    checks = asyncio.run(_check(source, _credentials(source, token_file)))
    for check in checks:
        typer.echo(f"{_word(check):9} {check.what}" + (f": {check.found}" if check.found else ""))
    if any(check.is_silent for check in checks):
        raise typer.Exit(75)
    if any(check.found for check in checks):
        raise typer.Exit(1)


def _word(check: Check) -> str:
    if check.is_silent:
        return "no answer"
    return "DIFFERS" if check.found else "ok"


def _credentials(source: Source, token_file: Path | None) -> tuple[Credential, ...]:
    if token_file is None:
        return ()
    secret = parse_token(token_file.read_text("utf-8", errors="replace"), origin=str(token_file))
    host = urlsplit(github.api_url(source)).netloc
    return (Credential(host=host, scheme=Scheme.BEARER, secret=secret, expected_limit=61),)


async def _check(source: Source, credentials: tuple[Credential, ...]) -> tuple[Check, ...]:
    transport = HttpTransport(credentials=credentials, proxies=proxies_of_environment())
    try:
        return await check_live(
            transport, source, has_token=bool(credentials), now=SystemClock().now()
        )
    finally:
        await transport.aclose()
