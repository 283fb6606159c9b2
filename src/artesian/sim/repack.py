"""Release files as upstreams pack them: the genuine programs under upstream's own names, folders and formats."""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from artesian.model.host import Arch
from artesian.sim import pack
from artesian.sim.genuine import Program, Say, locked, read

__all__ = ["ReleaseFile", "repack"]

_KEPT = 4  # packed trees in one cache folder: of the tests, the demo, another checkout


class ReleaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of one release. `path` is where it lies below the root that repack returns, and below a server's."""

    package: str
    repository: str
    tag: str
    name: str
    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """How one upstream names and packs its files; {v} is the version, {p} the platform."""

    package: str
    repository: str
    tag: str = "v{v}"
    name: str
    amd64: str = ""
    arm64: str = ""
    pack: Callable[[str, Program, bytes], bytes]


_SHAPES = (
    _Shape(
        package="rg",
        repository="BurntSushi/ripgrep",
        tag="{v}",
        name="ripgrep-{v}-{p}.tar.gz",
        amd64="x86_64-unknown-linux-musl",
        arm64="aarch64-unknown-linux-gnu",
        pack=pack.ripgrep,
    ),
    _Shape(
        package="fzf",
        repository="junegunn/fzf",
        name="fzf-{v}-{p}.tar.gz",
        amd64="linux_amd64",
        arm64="linux_arm64",
        pack=pack.alone,
    ),
    _Shape(
        package="jaq",
        repository="01mf02/jaq",
        name="jaq-{p}",
        amd64="x86_64-unknown-linux-musl",
        arm64="aarch64-unknown-linux-gnu",
        pack=pack.bare,
    ),
    _Shape(
        package="shfmt",
        repository="mvdan/sh",
        name="shfmt_v{v}_{p}",
        amd64="linux_amd64",
        arm64="linux_arm64",
        pack=pack.bare,
    ),
    _Shape(
        package="shellcheck",
        repository="koalaman/shellcheck",
        name="shellcheck-v{v}.{p}.tar.xz",
        amd64="linux.x86_64",
        pack=pack.shellcheck,
    ),
    _Shape(
        package="esbuild",
        repository="evanw/esbuild",
        name="esbuild-{p}-{v}.tgz",
        amd64="linux-x64",
        arm64="linux-arm64",
        pack=pack.npm_package,
    ),
    _Shape(
        package="lefthook",
        repository="evilmartians/lefthook",
        name="lefthook_{v}_{p}.gz",
        amd64="Linux_x86_64",
        arm64="Linux_arm64",
        pack=pack.gz,
    ),
    _Shape(
        package="bun",
        repository="oven-sh/bun",
        tag="bun-v{v}",
        name="bun-{p}.zip",
        amd64="linux-x64-musl",
        pack=pack.zipped,
    ),
)


def _sample(suffix: str, how: Callable[[str, Program, bytes], bytes]) -> _Shape:
    """Make a package of jaq in a format that no upstream above uses."""
    package = "jaq-" + suffix.replace(".", "-")
    name = "jaq-{p}." + suffix
    return _Shape(
        package=package, repository=f"samples/{package}", name=name, amd64="linux-amd64", pack=how
    )


_SAMPLES = (
    _sample("zip", pack.zipped),
    _sample("xz", pack.xz),
    _sample("tar.bz2", pack.tar_bz2),
    _sample("tar.zst", pack.tar_zst),
)


def repack(
    folder: Path, programs: tuple[Program, ...], say: Say
) -> tuple[Path, tuple[ReleaseFile, ...]]:
    """Pack fetched `programs` below the genuine cache `folder`; return the root to serve, and what is in it."""
    with locked(folder):
        shapes = _shapes_at_hand()
        root = folder / f"releases-{_fingerprint(programs, shapes)}"
        index = root / "index.json"
        if not index.exists():
            say("Packing them as their upstreams do, once")
            _drop_stale(folder)
            files = [
                file for program in programs for file in _repack_one(folder, root, program, shapes)
            ]
            index.write_bytes(msgspec.json.encode(files))
        index.touch()
        return root, msgspec.json.decode(index.read_bytes(), type=tuple[ReleaseFile, ...])


def _shapes_at_hand() -> Mapping[str, tuple[_Shape, ...]]:
    """Group shapes by the program they pack; without zstd its sample is left out."""
    samples = tuple(
        sample for sample in _SAMPLES if sample.pack is not pack.tar_zst or shutil.which("zstd")
    )
    return {
        shape.package: (shape, *samples) if shape.package == "jaq" else (shape,)
        for shape in _SHAPES
    }


def _fingerprint(programs: tuple[Program, ...], shapes: Mapping[str, tuple[_Shape, ...]]) -> str:
    sources = b"".join(Path(module).read_bytes() for module in (__file__, pack.__file__))
    wanted = repr((programs, sorted(len(group) for group in shapes.values())))
    return hashlib.sha256(sources + wanted.encode()).hexdigest()[:16]


def _drop_stale(folder: Path) -> None:
    trees = sorted(folder.glob("releases-*"), key=lambda tree: tree.stat().st_mtime, reverse=True)
    for tree in trees[_KEPT - 1 :]:
        shutil.rmtree(tree)


def _repack_one(
    folder: Path, root: Path, program: Program, shapes: Mapping[str, tuple[_Shape, ...]]
) -> list[ReleaseFile]:
    content = read(folder, program)
    platforms = {
        shape: shape.arm64 if program.arch is Arch.ARM64 else shape.amd64
        for shape in shapes[program.package]
    }
    return [
        _write(root, shape, name, program, content) for shape, name in platforms.items() if name
    ]


def _write(
    root: Path, shape: _Shape, platform: str, program: Program, content: bytes
) -> ReleaseFile:
    tag = shape.tag.format(v=program.version)
    name = shape.name.format(v=program.version, p=platform)
    packed = shape.pack(_stem(name), program, content)
    path = f"{shape.repository}/releases/download/{tag}/{name}"
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(packed)
    return ReleaseFile(
        package=shape.package,
        repository=shape.repository,
        tag=tag,
        name=name,
        path=path,
        size_bytes=len(packed),
        sha256=hashlib.sha256(packed).hexdigest(),
    )


def _stem(name: str) -> str:
    for suffix in (".tar.gz", ".tar.bz2", ".tar.zst", ".tar.xz", ".tgz", ".zip"):
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return name
