"""Archives of a small tool, in every format."""

import bz2
import gzip
import io
import lzma
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping

from tests.programs import require

from artesian.model.release import Format

__all__ = ["ALL_FORMATS", "pack", "tool"]

ALL_FORMATS = tuple(
    Format(name)
    for name in (
        "tar.gz",
        "tar.xz",
        "tar.zst",
        "tar.bz2",
        "tar",
        "zip",
        "gz",
        "xz",
        "zst",
        "bz2",
        "raw",
    )
)


def tool(version: str, *, status: int = 0) -> bytes:
    """Write a small program that tells its version."""
    return f'#!/bin/sh\n# {"x" * 300}\necho "tool {version} $*"\nexit {status}\n'.encode()


def pack(files: Mapping[str, bytes], format_: Format) -> bytes:
    """Pack files as an upstream would; formats of a single file take the first."""
    first = next(iter(files.values()))
    match format_:
        case Format.ZIP:
            return _zip(files)
        case Format.TAR | Format.TAR_GZ | Format.TAR_XZ | Format.TAR_ZST | Format.TAR_BZ2:
            return _compress(_tar(files), format_.removeprefix("tar").removeprefix("."))
        case _:
            return _compress(first, format_)


def _compress(data: bytes, suffix: str) -> bytes:
    match suffix:
        case "gz":
            return gzip.compress(data)
        case "xz":
            return lzma.compress(data)
        case "bz2":
            return bz2.compress(data)
        case "zst":
            require("zstd")
            return subprocess.run(
                ["zstd", "-qc"], input=data, capture_output=True, check=True
            ).stdout
        case _:
            return data


def _tar(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            member.mode = 0o755
            member.uid = member.gid = 12345
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()
