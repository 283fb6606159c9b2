"""Ways of packing one program as upstreams do, each `(stem of the file name, program, its bytes) -> bytes`.

Deterministic: no times, owners or chance inside, so the same program always gives the same checksum.
"""

import gzip
import io
import lzma
import platform
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from artesian.sim.genuine import Program

__all__ = [
    "alone",
    "bare",
    "gz",
    "npm_package",
    "ripgrep",
    "shellcheck",
    "tar_bz2",
    "tar_zst",
    "xz",
    "zipped",
]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time a zip can hold
_FASTEST = 1  # compression level: only the format matters here
_MACHINES = {0x3E: "x86_64", 0xB7: "aarch64"}  # e_machine of the ELF header
_RIPGREP_WRITES = {
    "doc/rg.1": "man",
    "complete/rg.bash": "complete-bash",
    "complete/rg.fish": "complete-fish",
    "complete/_rg": "complete-zsh",
}


def bare(_stem: str, _program: Program, content: bytes) -> bytes:
    """Pack nothing: the program itself."""
    return content


def gz(_stem: str, _program: Program, content: bytes) -> bytes:
    """Compress the program alone by gzip."""
    return gzip.compress(content, _FASTEST, mtime=0)


def xz(_stem: str, _program: Program, content: bytes) -> bytes:
    """Compress the program alone by xz."""
    return lzma.compress(content, preset=_FASTEST)


def alone(stem: str, program: Program, content: bytes) -> bytes:
    """Put the program at the top of a tar.gz, without a folder."""
    return gz(stem, program, _tar({program.package: content}))


def npm_package(stem: str, program: Program, content: bytes) -> bytes:
    """Put the program where npm packages have it."""
    files = {
        "package/package.json": b"{}\n",
        "package/README.md": b"",
        f"package/bin/{program.package}": content,
    }
    return gz(stem, program, _tar(files))


def ripgrep(stem: str, program: Program, content: bytes) -> bytes:
    """Put ripgrep beside its documents; man page and completions come from itself, where this machine can run it."""
    files = {"README.md": b"", "LICENSE-MIT": b"", "rg": content, **_ripgrep_extras(content)}
    return gz(stem, program, _tar({f"{stem}/{name}": text for name, text in files.items()}))


def shellcheck(stem: str, program: Program, content: bytes) -> bytes:
    """Put ShellCheck below a folder that names no platform, in a tar.xz."""
    files = {"README.txt": b"", "LICENSE.txt": b"", "shellcheck": content}
    return xz(
        stem,
        program,
        _tar({f"shellcheck-v{program.version}/{name}": text for name, text in files.items()}),
    )


def tar_zst(stem: str, program: Program, content: bytes) -> bytes:
    """Put the program below a folder in a tar.zst; needs the program zstd."""
    packer = ["zstd", "--quiet", "--stdout"]
    archive = _tar({f"{stem}/{program.package}": content})
    return subprocess.run(packer, input=archive, capture_output=True, check=True).stdout  # noqa: S603


def tar_bz2(stem: str, program: Program, content: bytes) -> bytes:
    """Put the program below a folder in a tar.bz2."""
    return _tar({f"{stem}/{program.package}": content}, mode="w:bz2")


def zipped(stem: str, program: Program, content: bytes) -> bytes:
    """Put the program below a folder in a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        member = zipfile.ZipInfo(f"{stem}/{program.package}", _EPOCH)
        member.external_attr = 0o100755 << 16
        archive.writestr(member, content, zipfile.ZIP_DEFLATED, _FASTEST)
    return buffer.getvalue()


def _tar(files: Mapping[str, bytes], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=tarfile.USTAR_FORMAT) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            member.mode = 0o755 if content.startswith(b"\x7fELF") else 0o644
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _ripgrep_extras(content: bytes) -> dict[str, bytes]:
    machine = _MACHINES[int.from_bytes(content[18:20], "little")]
    if (platform.system(), platform.machine()) != ("Linux", machine):
        return {}
    with tempfile.TemporaryDirectory() as scratch:
        rg = Path(scratch) / "rg"
        rg.write_bytes(content)
        rg.chmod(0o755)
        return {
            name: subprocess.run([rg, "--generate", what], capture_output=True, check=True).stdout  # noqa: S603
            for name, what in _RIPGREP_WRITES.items()
        }
