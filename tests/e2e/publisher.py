"""A publisher to be killed and starved: `python -m tests.e2e.publisher DIR VERSION` publishes two packages of VERSION.

Exit status 0: published, and nothing written elsewhere; 3: NotPublished, and why on standard output. Anything else is
a fault of ours.
"""

import sys
from pathlib import Path

from tests.stores import put

from artesian.store.disk import NotPublished


def main(directory: str, version: str) -> int:
    """Publish, and tell if it failed."""
    try:
        put(Path(directory), rg=version, fd=version)
    except NotPublished as error:
        sys.stdout.write(f"{error.reason}\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
