"""Measure what the performance goals speak of, in one run; print a table, and write it to the documentation.

Needs wrk, nginx, strace, curl and dash. Exits 1 only if the installer starts more child processes than it may: the
other figures depend on the machine.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

import classifying
import installer
import load
import refreshing
import servers
import stalls
import store_10k
from report import Figure, at_least, at_most, show, told, write

from artesian.clock import SystemClock
from artesian.sim.generation import publish_releases
from artesian.sim.genuine import PROGRAMS as GENUINE
from artesian.sim.genuine import cache_folder, fetch, native_arch
from artesian.sim.repack import repack
from artesian.sim.upstream import serving

PROGRAMS = ("wrk", "nginx", "strace", "curl", "dash")
STARTS = 5
STORE_FIGURES = (
    "start: ms",
    "start: kB of memory",
    "first use of a package: ms",
    "swap, 10 packages changed: ms",
    "after use of every package: kB of memory",
)
ROOT = Path(__file__).parents[1]


def main() -> int:
    """Run every section."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        print(f"bench: needs {', '.join(missing)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)  # nginx's worker runs as another user
        figures = [
            *serving_figures(folder),
            *start_figures(folder),
            *classifying.figures(),
            *install_figures(folder),
            *store_figures(),
            *stalls.figures(),
            *refreshing.figures(),
        ]
    show(figures)
    write(figures, ROOT / "docs/reference/performance.md")
    return 0 if all(figure.is_met for figure in figures if figure.is_hard) else 1


def serving_figures(folder: Path) -> list[Figure]:
    """Measure requests a second and p99 beside the bare app and nginx, all with the same bytes, from the seed."""
    static = folder / "static"
    static.mkdir()
    with servers.artesian(folder / "none" / "data") as ours:
        body = servers.fetch(ours.port)
        assert body is not None
        (static / "rg.sh").write_bytes(body)
        with servers.bare(static / "rg.sh") as bare, servers.nginx(folder) as nginx:
            loads = load.compare({"ours": ours, "bare": bare, "nginx": nginx})
    rates = {name: load.rate(each) for name, each in loads.items()}
    return [
        at_most("`/rg.sh`, bytes", len(body), 45_000, "{:,.0f}"),
        at_least(
            "`/rg.sh`, requests a second ÷ bare uvicorn",
            load.ratio(loads["ours"], loads["bare"]),
            0.75,
        ),
        at_least(
            "`/rg.sh`, requests a second ÷ nginx, static file",
            load.ratio(loads["ours"], loads["nginx"]),
            0.4,
        ),
        *(told(f"requests a second: {name}", value, "{:,.0f}") for name, value in rates.items()),
        *(
            told(f"p99, {load.CONNECTIONS} connections, ms: {name}", load.p99(each), "{:.1f}")
            for name, each in loads.items()
        ),
    ]


def start_figures(folder: Path) -> list[Figure]:
    """Measure start to first answer and resident memory with the seed, beside the bare app, in turn."""
    data, body = folder / "none" / "data", folder / "static" / "rg.sh"
    starters = {
        "bare uvicorn": lambda: servers.bare(body),
        "artesian web": lambda: servers.artesian(data),
        "artesian up": lambda: servers.artesian(data, "up"),
    }
    starts_s: dict[str, list[float]] = {name: [] for name in starters}
    memory_mb: dict[str, float] = {}
    for _ in range(STARTS):
        for name, start in starters.items():
            with start() as server:
                starts_s[name].append(server.start_s)
                memory_mb[name] = servers.resident_mb(server.pid)
    bare_s, web_s, up_s = (median(each) for each in starts_s.values())
    return [
        told("start to first answer, s: bare uvicorn", bare_s, "{:.2f}"),
        at_most(
            "start to first answer, s: `artesian web`, from the seed", web_s, bare_s + 0.5, "{:.2f}"
        ),
        told("start to first answer, s: `artesian up`, from the seed", up_s, "{:.2f}"),
        told("resident memory, MB: bare uvicorn", memory_mb["bare uvicorn"]),
        at_most(
            "resident memory, MB: `artesian web`, with the seed", memory_mb["artesian web"], 90
        ),
        told("resident memory, MB: `artesian up`, all its processes", memory_mb["artesian up"]),
    ]


def store_figures() -> list[Figure]:
    """Measure what a catalogue of 10,000 packages costs a reader beside one of 100."""
    small, large = store_10k.both()
    return [
        Figure(
            what=f"10,000 packages (100): {what}", value=f"{large[what]:,.1f} ({small[what]:,.1f})"
        )
        for what in STORE_FIGURES
    ]


def install_figures(folder: Path) -> list[Figure]:
    """Measure what the installer adds to fetching and unpacking a genuine ripgrep, and its processes."""
    programs = tuple(
        each for each in GENUINE if each.package == "rg" and each.arch is native_arch()
    )
    fetch(cache_folder(), print, programs)
    root, files = repack(cache_folder(), programs, print)
    data = folder / "demo" / "data"
    with serving(root) as upstream:
        publish_releases(data, files, (upstream.base_url,), SystemClock().now())
        with servers.artesian(data) as server:
            script = servers.fetch(server.port)
        assert script is not None
        cost = installer.measure(script, f"{upstream.base_url}/{files[0].path}")
    return [
        told("installing ripgrep in dash, ms", cost.install_ms),
        told("its download and unpacking alone, ms", cost.plain_ms),
        at_most("what the installer adds, ms", cost.own_ms, 150),
        at_most("child processes of the installer", cost.children, 60, is_hard=True),
    ]


if __name__ == "__main__":
    sys.exit(main())
