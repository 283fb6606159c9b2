"""`artesian breaker`: see which upstreams are asked, and hold one open or closed by order."""

from enum import StrEnum
from typing import Annotated, assert_never

import typer

from artesian.cli.options import Data
from artesian.cli.plane import opened_memory
from artesian.errors import NotFound
from artesian.refresh.breaker import Force
from artesian.refresh.memory import Memory
from artesian.refresh.report import upstream_health
from artesian.refresh.upstream import Key, Upstream, released

__all__ = ["breaker_command"]


class Action(StrEnum):
    """What to do with a breaker."""

    LIST = "list"
    OPEN = "open"
    CLOSE = "close"
    AUTO = "auto"


class UnknownHost(NotFound):
    """No upstream of this name was ever asked."""

    def __init__(self, host: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"{host or 'no host'} is no upstream that was asked; these were: {', '.join(known)}"
        )


def breaker_command(
    action: Annotated[
        Action,
        typer.Argument(
            help="open: ask it nothing; close: ask it whatever it answers; auto: as it judges."
        ),
    ] = Action.LIST,
    host: Annotated[str, typer.Argument(help="For one, api.github.com.")] = "",
    data: Data = None,
) -> None:
    """Tell which upstreams are asked and why not; or hold one open or closed, until `auto`."""
    with opened_memory(data) as memory:
        if action is not Action.LIST:
            _order(memory, action, host)
        with memory.transaction():
            upstreams = memory.upstreams()
    for key, upstream in upstreams.items():
        if host in ("", key.host):
            typer.echo(_line(key, upstream))


def _order(memory: Memory, action: Action, host: str) -> None:
    with memory.transaction():
        upstreams = memory.upstreams()
        keys = [key for key in upstreams if key.host == host]
        if not keys:
            raise UnknownHost(host, tuple(dict.fromkeys(key.host for key in upstreams)))
        for key in keys:
            memory.save_upstream(key, released(upstreams[key], _force(action)))


def _force(action: Action) -> Force:
    match action:
        case Action.OPEN:
            return Force.OPEN
        case Action.CLOSE:
            return Force.CLOSED
        case Action.AUTO | Action.LIST:
            return Force.NONE
        case _:
            assert_never(action)


def _line(key: Key, upstream: Upstream) -> str:
    health = upstream_health(key, upstream)
    until = f" until {health.until:%H:%M} UTC" if health.until and health.breaker == "open" else ""
    why = f": {health.reason}" if health.reason else ""
    left = f"{health.remaining} of {health.limit} requests left this hour"
    return f"{key.host} ({key.credential}): {health.breaker}{until}{why}; {left}"
