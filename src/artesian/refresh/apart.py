"""Read a page by an author's pattern in a process of its own: one that backtracks costs its package, not the writer.

While it runs, Python's matching can be neither interrupted nor overtaken by another thread.
"""

import asyncio
import resource
import subprocess
import sys
from collections.abc import Mapping

import msgspec

from artesian.model.definition import Source
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed
from artesian.sources.publishers import PUBLISHERS

__all__ = ["main", "parse_apart"]

# What a page of megabytes takes by a pattern that reads it once, on a slow machine, and Python's own start.
LIMIT_S = 5
_COMMAND = (sys.executable, "-P", "-c", "from artesian.refresh.apart import main; main()")


class _Task(msgspec.Struct, frozen=True):
    """What goes in."""

    source: Source
    found: Mapping[str, bytes]


class _Done(msgspec.Struct, frozen=True):
    """What comes out: a list, or why there is none."""

    listed: Listed | None = None
    reason: str = ""


async def parse_apart(
    source: Source, found: Mapping[str, bytes], *, limit_s: float = LIMIT_S
) -> Listed | Nonsense:
    """Do as the `parse` of the source's adapter does, within limit_s."""
    task = msgspec.msgpack.encode(_Task(source, found))
    return await asyncio.to_thread(_run, task, limit_s)


def _run(task: bytes, limit_s: float) -> Listed | Nonsense:
    try:
        ran = subprocess.run(  # noqa: S603 - our own words
            _COMMAND, input=task, capture_output=True, check=True, timeout=limit_s
        )
    except subprocess.TimeoutExpired:
        return Nonsense(
            reason=f"the pattern takes over {limit_s:g} s on this page: write it tighter"
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Nonsense(reason=f"the page could not be read apart: {error.__class__.__name__}")
    done = msgspec.msgpack.decode(ran.stdout, type=_Done)
    return Nonsense(reason=done.reason) if done.listed is None else done.listed


def main() -> None:
    """Read what `parse_apart` sends, and answer."""
    # Whoever started it may be killed, and then nobody is left to stop it.
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S))
    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=_Task)
    result = PUBLISHERS[task.source.kind].parse(task.source, task.found)
    done = _Done(listed=result) if isinstance(result, Listed) else _Done(reason=result.reason)
    sys.stdout.buffer.write(msgspec.msgpack.encode(done))
