"""RawAsset + the package's AssetRules → Asset | Unclassified: what the name says, then what the author knows better."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from artesian.classify.names import INCOMPLETE, classify
from artesian.model.definition import AssetRules
from artesian.model.host import Arch, Libc, Os
from artesian.model.release import Asset, RawAsset, Unclassified

__all__ = ["LEFT_OUT", "build"]

# The reason of files that the definition's `include` and `exclude` leave out.
LEFT_OUT = "left out by the definition"

# A name that says its system but no processor means the usual one: 31 of 32 labelled repositories on Linux, 88 of 94 on
# Windows, 18 of 23 on macOS (where Apple silicon runs it too). A package with another habit says so by a rule.
_USUAL_ARCH: Mapping[Os, Arch] = {
    Os.LINUX: Arch.AMD64,
    Os.MACOS: Arch.AMD64,
    Os.WINDOWS: Arch.AMD64,
    Os.POSIX: Arch.ANY,
    Os.ANY: Arch.ANY,
}

# What a build of a system may link to; everything else that a name or rule says comes to NONE there.
_LIBCS: Mapping[Os, frozenset[Libc]] = {
    Os.LINUX: frozenset((Libc.GNU, Libc.MUSL)),
    Os.ANDROID: frozenset((Libc.BIONIC,)),
    Os.WINDOWS: frozenset((Libc.MSVC,)),
}


def build(asset: RawAsset, rules: AssetRules) -> Asset | Unclassified:
    """Make an upstream's file an asset that can be chosen, or say why it is none; never raises."""
    name = asset.name
    if not _is_wanted(name, rules):
        return Unclassified(reason=LEFT_OUT)
    said = classify(name)
    rule = next((rule for rule in rules.platform if fnmatchcase(name, rule.match)), None)
    if isinstance(said, Unclassified) and rule is None and not _may_complete(said, rules):
        return said
    os = (rule.os if rule else None) or said.os or rules.os
    arch = (rule.arch if rule else None) or said.arch or (_USUAL_ARCH.get(os) if os else None)
    if os is None or arch is None or said.format is None:
        assert isinstance(said, Unclassified)
        return said
    level = next((r.level for r in rules.level if fnmatchcase(name, r.match)), said.level or 1)
    libc = next((r.libc for r in rules.libc if fnmatchcase(name, r.match)), _own(said.libc, name))
    return Asset(
        name=name,
        urls=(asset.url,),
        os=os,
        arch=arch,
        level=level if arch is Arch.AMD64 else 1,
        libc=libc if libc in _LIBCS.get(os, ()) else Libc.NONE,
        format=said.format,
        size_bytes=asset.size_bytes,
        sha256=asset.sha256,
    )


def _is_wanted(name: str, rules: AssetRules) -> bool:
    if _matches(name, rules.exclude):
        return False
    return not rules.include or _matches(name, rules.include)


def _matches(name: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)


def _may_complete(said: Unclassified, rules: AssetRules) -> bool:
    if said.reason in INCOMPLETE:
        return True
    # A script is a build only where the author asks for it by name.
    return said.reason == "script" and rules.os is not None and bool(rules.include)


def _own(libc: Libc | None, name: str) -> Libc:
    # A build that says musl is static nearly always; a rule names those that need musl's loader (node, bun). What is
    # made for Alpine counts on that loader: amazon-corretto-11.0.16.8.1-alpine-linux-x64.tar.gz.
    if libc is Libc.MUSL:
        return Libc.MUSL if "alpine" in name.lower() else Libc.NONE
    return libc or Libc.NONE
