"""Archives shaped as upstreams shape them, around programs that merely tell their version: small, and of any package.

Layouts are those that Webi's install scripts rely on (archive patterns A to I), for the newest release of the seed.
"""

import bz2
import gzip
import hashlib
import io
import lzma
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from artesian.model.definition import Recipe
from artesian.model.query import Resolution
from artesian.model.release import Format, RawAsset, RawRelease

__all__ = ["SHAPES", "Shape", "packed", "release_of"]


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A layout. `{stem}` is the archive's name without its ending, `{version}` the version."""

    top: str = ""  # the folder around everything
    commands: str = (
        ""  # the folder of the commands, below top; `{folder}`: that which the recipe says
    )
    others: tuple[str, ...] = ("LICENSE", "README.md")


_FLAT = Shape()
_ALONE = (
    "awless",
    "caddy",
    "cilium",
    "curlie",
    "dotenv-linter",
    "ffuf",
    "goreleaser",
    "grype",
    "hugo",
    "hugo-extended",
    "k9s",
    "koji",
    "kubectx",
    "kubens",
    "lf",
    "sqlc",
    "sttr",
    "terraform",
    "terramate",
    "xcaddy",
    "xsv",
    "deno",
)
_STEM = Shape(top="{stem}/")


def _pages(name: str, man: str, completions: tuple[str, ...]) -> Shape:
    return Shape(top="{stem}/", others=("LICENSE", man.format(name), *completions))


SHAPES: Mapping[str, Shape] = {
    **dict.fromkeys(
        _ALONE,
        _FLAT,
    ),
    **dict.fromkeys(("comrak", "crabz", "ffmpeg", "jq", "kind", "yq", "shfmt"), _FLAT),  # bare
    **dict.fromkeys(("delta", "hexyl", "trip", "rclone", "syncthing", "shellcheck"), _STEM),
    "bat": _pages(
        "bat", "{}.1", ("autocomplete/bat.bash", "autocomplete/_bat", "autocomplete/bat.fish")
    ),
    "fd": _pages(
        "fd", "{}.1", ("autocomplete/fd.bash", "autocomplete/_fd", "autocomplete/fd.fish")
    ),
    "lsd": _pages("lsd", "{}.1", ("autocomplete/lsd.bash-completion", "autocomplete/_lsd")),
    "sd": _pages("sd", "{}.1", ("completions/sd.bash", "completions/_sd", "completions/sd.fish")),
    "watchexec": _pages("watchexec", "{}.1", ("completions/bash", "completions/zsh")),
    "zoxide": Shape(others=("LICENSE", "man/man1/zoxide.1", "completions/_zoxide")),
    "rg": _pages(
        "rg",
        "doc/{}.1",
        ("complete/rg.bash", "complete/_rg", "complete/rg.fish", "complete/_rg.ps1"),
    ),
    "fzf": Shape(others=()),
    "gh": Shape(top="{stem}/", commands="bin/", others=("LICENSE", "share/man/man1/gh.1")),
    "pandoc": Shape(
        top="pandoc-{version}/", commands="bin/", others=("share/man/man1/pandoc.1.gz",)
    ),
    "cmake": Shape(top="{stem}/", commands="bin/", others=("share/cmake/Modules/a.cmake",)),
    "go": Shape(top="go/", commands="bin/", others=("src/fmt/print.go", "VERSION", "pkg/tool/x")),
    "julia": Shape(top="julia-{version}/", commands="bin/", others=("lib/julia/sys.so",)),
    "node": Shape(
        top="{stem}/", commands="bin/", others=("include/node/node.h", "lib/node_modules/npm/x")
    ),
    "zig": Shape(top="{stem}/", others=("lib/std/std.zig", "doc/langref.html")),
    "tinygo": Shape(top="tinygo/", commands="bin/", others=("lib/x.h", "src/runtime/y.go")),
    "sass": Shape(top="dart-sass/", others=("src/dart", "src/sass.snapshot")),
    "ollama": Shape(commands="bin/", others=("lib/ollama/libggml-base.so",)),
    "mutagen": Shape(others=("mutagen-agents.tar.gz",)),
    "pwsh": Shape(others=("System.dll", "Modules/PSReadLine/PSReadLine.psd1", "LICENSE.txt")),
    "xz": Shape(top="{stem}/"),
    "flutter": Shape(
        top="flutter/", commands="bin/", others=("version", "packages/flutter/lib/x.dart")
    ),
    "postgres": Shape(top="{stem}/", commands="bin/", others=("lib/libpq.so.5", "share/x.sample")),
    "psql": Shape(top="{stem}/", commands="bin/", others=("lib/libpq.so.5",)),
    "mariadb": Shape(top="{stem}/", commands="{folder}", others=("share/english/errmsg.sys",)),
    "serviceman": Shape(
        top="serviceman-{version}/", commands="bin/", others=("share/serviceman/x.service",)
    ),
    "aliasman": Shape(top="aliasman-{version}/"),
    "duckdns.sh": Shape(top="DuckDNS.sh-{version}/"),
    "chromedriver": Shape(top="chromedriver-linux64/", others=("LICENSE.chromedriver",)),
}

_ENDINGS = tuple(sorted((f".{form}" for form in (*Format, "tgz")), key=len, reverse=True))


def release_of(name: str, found: Resolution, folder: Path, base_url: str) -> RawRelease:
    """Pack the best build of `found` into `folder`; list the release as an upstream at `base_url` would."""
    release, asset, recipe = found.release, found.assets[0], found.recipe
    shape = SHAPES[name]
    stem = next(
        (asset.name.removesuffix(end) for end in _ENDINGS if asset.name.endswith(end)), asset.name
    )
    content = packed(asset.format, shape, recipe, stem, release.version)
    path = folder / name / release.version / asset.name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return RawRelease(
        tag=release.tag,
        assets=(
            RawAsset(
                name=asset.name,
                url=f"{base_url}/{path.relative_to(folder)}",
                size_bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            ),
        ),
    )


def packed(form: Format, shape: Shape, recipe: Recipe, stem: str, version: str) -> bytes:
    """Pack the programs of a recipe, and what lies beside them."""
    if form in (Format.RAW, Format.GZ, Format.XZ, Format.BZ2):
        return _compressed(_program(recipe, recipe.commands[0].name, version), form)
    members = dict(_members(shape, recipe, stem, version))
    if form is Format.ZIP:
        return _zip(members)
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, (content, mode) in members.items():
            about = tarfile.TarInfo(name)
            about.size, about.mode = len(content), mode
            tar.addfile(about, io.BytesIO(content))
    return _compressed(plain.getvalue(), form)


def _members(
    shape: Shape, recipe: Recipe, stem: str, version: str
) -> Iterator[tuple[str, tuple[bytes, int]]]:
    top = shape.top.format(stem=stem, version=version)
    for command in recipe.commands:
        file = command.file.rpartition("/")[2].replace("*", "")
        folder = "".join(command.file.rpartition("/")[:2])
        place = shape.commands.format(folder=folder)
        yield f"{top}{place}{file}", (_program(recipe, command.name, version), 0o755)
    for other in shape.others:
        yield f"{top}{other}", (b"text\n", 0o644)


def _program(recipe: Recipe, name: str, version: str) -> bytes:
    """Write a program that tells its version, and what it is expected to tell."""
    expected = recipe.test.expect.replace("{version}", version) if recipe.test else ""
    return f'#!/bin/sh\necho "{name} version {version}"\necho "{expected}"\n'.encode()


def _zip(members: Mapping[str, tuple[bytes, int]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (content, mode) in members.items():
            about = zipfile.ZipInfo(name)
            about.external_attr = mode << 16
            archive.writestr(about, content)
    return packed.getvalue()


def _compressed(content: bytes, form: Format) -> bytes:
    match form:
        case Format.TAR_GZ | Format.GZ:
            return gzip.compress(content)
        case Format.TAR_XZ | Format.XZ:
            return lzma.compress(content)
        case Format.TAR_BZ2 | Format.BZ2:
            return bz2.compress(content)
        case Format.TAR_ZST:
            return subprocess.run(
                ["zstd", "-qc"], input=content, stdout=subprocess.PIPE, check=True
            ).stdout
        case _:
            return content
