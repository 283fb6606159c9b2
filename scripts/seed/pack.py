"""A data directory → a zip with the same layout, the same bytes for the same content."""

import zipfile
from pathlib import Path

__all__ = ["pack"]

_EPOCH = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the earliest that a zip can say: the bytes must not depend on when it was made
_PLAIN_FILE = 0o644 << 16


def pack(directory: Path, archive: Path) -> None:
    """Write every file of `directory` that a reader needs (objects, generations, current) into `archive`."""
    files = sorted(
        path.relative_to(directory)
        for pattern in ("objects/**/*", "generations/*", "current")
        for path in directory.glob(pattern)
        if path.is_file()
    )
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in files:
            entry = zipfile.ZipInfo(path.as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _PLAIN_FILE
            entry.create_system = 3
            packed.writestr(entry, (directory / path).read_bytes(), compresslevel=9)
