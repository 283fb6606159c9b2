"""`artesian up` with another writer: `python -m tests.e2e.supervised DATA PORT SILENT_S WRITER…`.

WRITER is its command, SILENT_S how long a reader may go without a heartbeat.
"""

import os
import sys
from dataclasses import replace

import typer

from artesian.cli.up import planes
from artesian.clock import SystemClock
from artesian.listening import open_socket
from artesian.restarts import WRITER
from artesian.settings import take_manager_variables
from artesian.supervise import Member, supervise
from artesian.systemd import of_systemd


def main(data: str, port: str, silent_s: str, *writer: str) -> None:
    """Run the real reader beside a writer that restarts sooner than a real one."""
    manager = of_systemd(take_manager_variables(), os.getpid())
    reader = next(member for member in planes(("--data", data), 10) if member.is_serving)
    reader = replace(reader, policy=replace(reader.policy, silent_s=float(silent_s)))
    # What takes the place of the writer here may say nothing of itself.
    policy = replace(WRITER, first_s=0.2, longest_s=0.2, start_s=1000)
    members = (reader, Member(name="writer", command=writer, policy=policy, niceness=10))
    with open_socket("127.0.0.1", int(port), manager) as listening:
        supervise(members, listening, manager=manager, clock=SystemClock(), tell=typer.echo)


if __name__ == "__main__":
    main(*sys.argv[1:])
