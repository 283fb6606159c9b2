"""What tests need beside the checkout. With CI=true a missing program fails the test, else it skips and says so.

The larger data may be absent anywhere: what is evaluated on it is skipped, and says how to name its folder.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

__all__ = ["give_up", "need_data", "require"]

# Debian package of a program, where its name differs.
_DEBIAN = {
    "busybox": "busybox-static",
    "ksh93": "ksh93u+m",
    "bwrap": "bubblewrap",
    "nginx": "nginx-light",
    "qemu-aarch64-static": "qemu-user-static",
    "xz": "xz-utils",
}


def require(*programs: str) -> None:
    """Skip (with CI=true: fail) the calling test unless every program is on PATH."""
    missing = [program for program in programs if shutil.which(program) is None]
    if not missing:
        return
    packages = " ".join(sorted({_DEBIAN.get(program, program) for program in missing}))
    give_up(f"needs {', '.join(missing)} (Debian: apt-get install {packages})")


def need_data(path: Path) -> Path:
    """Skip the calling test unless this file of the larger data, which no test run needs, is there."""
    if not path.is_file():
        pytest.skip(f"needs {path}: name its folder in ARTESIAN_SHARED_DATA")
    return path


def give_up(message: str) -> NoReturn:
    """Skip (with CI=true: fail) the calling test: something that it needs is missing."""
    if os.environ.get("CI") == "true":  # noqa: TID251 - the switch between skip and fail
        pytest.fail(message)
    pytest.skip(message)
