"""Requests a second and latency under 32 connections, by wrk, in short interleaved runs."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from servers import Server

CONNECTIONS = 32
RUN_S = 2
ROUNDS = 5
GENTLE = Path(__file__).parent / "gentle.lua"
REST_MS = 3  # of a connection, between two requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one run of wrk measured."""

    requests_s: float
    p99_ms: float


def press(server: Server, seconds: int = RUN_S) -> Load:
    """Run wrk once against a server."""
    return _wrk(f"-c{CONNECTIONS}", f"-d{seconds}s", server.url)


def press_gently(server: Server, path: str, connections: int) -> Load:
    """Run wrk once with pauses: so that a share of what the server can do is asked of it."""
    url = f"http://127.0.0.1:{server.port}{path}"
    return _wrk("-s", str(GENTLE), f"-c{connections}", f"-d{RUN_S}s", url, "--", str(REST_MS))


def connections_for(server: Server, path: str, share: float) -> int:
    """Find how many connections with pauses make about a share of the most that the server can do."""
    most = _wrk(f"-c{CONNECTIONS}", "-d1s", f"http://127.0.0.1:{server.port}{path}").requests_s
    few = press_gently(server, path, CONNECTIONS).requests_s
    return max(1, round(CONNECTIONS * share * most / few))


def _wrk(*options: str) -> Load:
    command = ["wrk", "--latency", "-t1", *options]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"bench: failed under load: {' '.join(command)}\n{said}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert rate, said
    assert p99, said
    unit_ms = {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]]
    return Load(requests_s=float(rate[1]), p99_ms=float(p99[1]) * unit_ms)


def compare(servers: dict[str, Server]) -> dict[str, list[Load]]:
    """Press each server in turn, ROUNDS times, so that a busy moment of the machine meets all of them."""
    for server in servers.values():
        press(server, seconds=1)
    loads: dict[str, list[Load]] = {name: [] for name in servers}
    for _ in range(ROUNDS):
        for name, server in servers.items():
            loads[name].append(press(server))
    return loads


def ratio(ours: list[Load], theirs: list[Load]) -> float:
    """Median of the ratios of each round."""
    return median(
        our.requests_s / their.requests_s for our, their in zip(ours, theirs, strict=True)
    )


def rate(loads: list[Load]) -> float:
    """Median requests a second."""
    return median(load.requests_s for load in loads)


def p99(loads: list[Load]) -> float:
    """Median p99 in milliseconds."""
    return median(load.p99_ms for load in loads)
