"""A writer to be killed: `python -m tests.e2e.republisher DIR` publishes one generation after the other, for ever."""

import sys
from itertools import count
from pathlib import Path
from threading import Event

from tests.stores import put, seen

PACE_S = 0.02


def main(directory: str) -> None:
    """Publish the version after the one that is there, again and again."""
    found = seen(Path(directory))
    for version in count(found[0] + 1 if found else 1):
        put(Path(directory), rg=f"{version}.0", fd=f"{version}.0")
        Event().wait(PACE_S)


if __name__ == "__main__":
    main(*sys.argv[1:])
