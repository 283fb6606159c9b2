"""Ways of packing, unpacked by the programs that people have."""

import subprocess
from pathlib import Path

import pytest
from tests.programs import require

from artesian.model.host import Arch
from artesian.sim import pack
from artesian.sim.genuine import Program, Registry

# The head of an ELF file for a processor that no test machine has (s390x), so that nothing tries to run it.
_CONTENT = b"\x7fELF" + bytes(14) + b"\x16\x00" + b"program" * 1000
_PROGRAM = Program(
    package="tool",
    version="1.2.3",
    arch=Arch.AMD64,
    registry=Registry.PYPI,
    registry_name="tool-bin",
    registry_version="1.2.3",
    sha256="0" * 64,
    member="data/scripts/tool",
)


@pytest.mark.parametrize(
    ("how", "unpacker", "member"),
    [
        (pack.bare, "cat > tool", "tool"),
        (pack.gz, "gzip -dc > tool", "tool"),
        (pack.xz, "xz -dc > tool", "tool"),
        (pack.alone, "tar -xz", "tool"),
        (pack.npm_package, "tar -xz", "package/bin/tool"),
        (pack.tar_bz2, "tar -xj", "stem/tool"),
        (pack.tar_zst, "zstd -dc | tar -x", "stem/tool"),
        (pack.zipped, "cat > a.zip && unzip -q a.zip", "stem/tool"),
    ],
)
def test_unpacks(how: object, unpacker: str, member: str, tmp_path: Path) -> None:
    """What is packed comes out of the ordinary unpacker byte for byte, executable where a mode is kept."""
    assert callable(how)
    require(unpacker.partition(" ")[0], "unzip", "bzip2")
    packed = how("stem", _PROGRAM, _CONTENT)
    assert packed == how("stem", _PROGRAM, _CONTENT)
    subprocess.run(["sh", "-c", unpacker], input=packed, cwd=tmp_path, check=True)
    file = tmp_path / member
    assert file.read_bytes() == _CONTENT
    assert member == "tool" or file.stat().st_mode & 0o111
