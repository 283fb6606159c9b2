"""What the installer itself costs: its time beside download and unpacking, and the processes it starts (by strace)."""

import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROUNDS = 7

# A line of strace that starts a process; threads are none.
_CHILD = re.compile(r"^\d+ +(?:clone3?|v?fork)\((?!.*CLONE_THREAD)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Medians of interleaved runs in dash."""

    install_ms: float
    plain_ms: float  # download and unpack alone
    children: int

    @property
    def own_ms(self) -> float:
        """What the installer adds."""
        return self.install_ms - self.plain_ms


def measure(script: bytes, archive_url: str) -> Cost:
    """Install a tool in dash, in a new HOME each time, and beside it only download and unpack its tar.gz."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "rg.sh"
        file.write_bytes(script)
        installs, plain = [], []
        for _ in range(ROUNDS):
            installs.append(_timed(["dash", str(file)], scratch))
            plain.append(
                _timed(
                    ["dash", "-c", f"curl -sSL -o a.tar.gz '{archive_url}' && tar xzf a.tar.gz"],
                    scratch,
                )
            )
        trace = Path(scratch) / "trace"
        _timed(
            ["strace", "-f", "-qq", "-e", "trace=process", "-o", str(trace), "dash", str(file)],
            scratch,
        )
        children = sum(1 for line in trace.read_text().splitlines() if _CHILD.match(line))
    return Cost(install_ms=median(installs), plain_ms=median(plain), children=children)


def _timed(command: list[str], scratch: str) -> float:
    home = Path(tempfile.mkdtemp(dir=scratch))
    env = {"HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "TMPDIR": str(home)}
    begin = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=home,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    took_ms = (time.perf_counter() - begin) * 1000
    if done.returncode != 0:
        raise SystemExit(f"bench: {' '.join(command)} exited {done.returncode}:\n{done.stderr}")
    shutil.rmtree(home)
    return took_ms
