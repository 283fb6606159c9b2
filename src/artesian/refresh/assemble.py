"""Definition + what its upstream lists → Snapshot. Pure, and the same bytes whatever order the upstream lists in.

One odd tag or file never costs the package (webi #876): it is left out with a reason, the rest stays.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from artesian.classify.build import build
from artesian.model.definition import Definition, File, TagRules
from artesian.model.host import Arch, Os
from artesian.model.release import Asset, Format, RawAsset, RawRelease, Release, is_commit
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel, Version, parse_version

__all__ = ["Assembled", "LeftOut", "assemble", "assemble_with_reasons"]

# Tags are matched by authors' patterns, and what is short is soon done. Those of real packages end below 100.
LONGEST_TAG = 200
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A release or (with `asset`) one file of it that the snapshot lacks, and why, in words for a person."""

    tag: str
    asset: str | None = None
    reason: str


class Assembled(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot, and what was left out of it."""

    snapshot: Snapshot
    left_out: tuple[LeftOut, ...] = ()


def assemble(definition: Definition, raw_releases: Sequence[RawRelease]) -> Snapshot:
    """Turn what an upstream lists into a snapshot, newest version first."""
    return assemble_with_reasons(definition, raw_releases).snapshot


def assemble_with_reasons(definition: Definition, raw_releases: Sequence[RawRelease]) -> Assembled:
    """Do as `assemble`, and say what was left out and why."""
    if definition.is_own:
        return Assembled(snapshot=Snapshot(definition=definition, releases=_own(definition)))
    left_out: list[LeftOut] = []
    releases: list[Release] = []
    for raw in sorted(raw_releases, key=_preference):
        version = _version_of(raw.tag, definition.tags)
        if isinstance(version, str):
            left_out.append(LeftOut(tag=raw.tag, reason=version))
            continue
        assets, odd = _assets_of(raw, definition)
        left_out.extend(odd)
        if assets:
            releases.append(_release(raw, version, (*assets, *_script(definition, version))))
        else:
            left_out.append(LeftOut(tag=raw.tag, reason="no usable asset"))
    kept, doubles = _without_doubles(releases)
    return Assembled(
        snapshot=Snapshot(definition=definition, releases=kept),
        left_out=(*left_out, *doubles),
    )


def _own(definition: Definition) -> tuple[Release, ...]:
    """Make the only release of a package without an upstream: what its folder holds. None, where that is nothing."""
    if not definition.files and not definition.piece:
        return ()
    version = definition.version
    return (Release(version=version, tag=version, assets=tuple(_carried(definition, version))),)


def _script(definition: Definition, version: Version) -> Iterable[Asset]:
    """Let hosts without a build have a piece that asks for none."""
    return _carried(definition, version.text) if definition.is_script_only else ()


def _carried(definition: Definition, version: str) -> Iterable[Asset]:
    content = b"".join(
        b"%d %s\n%s" % (len(file.content), file.name.encode(), file.content)
        for file in (*definition.files, File(name="", content=definition.piece.encode()))
    )
    for os in definition.os or (Os.ANY,):
        yield Asset(
            name=f"{definition.name}-{version}-{os}",
            urls=(),
            os=os,
            arch=Arch.ANY,
            format=Format.FILES,
            sha256=hashlib.sha256(content).hexdigest(),
        )


def _preference(raw: RawRelease) -> tuple[bool, float, str]:
    """Order candidates for one version: finished first, later published first, then by tag."""
    published_at = raw.published_at or _NEVER
    return (raw.is_prerelease, -(published_at - _NEVER).total_seconds(), raw.tag)


def _version_of(tag: str, rules: TagRules) -> Version | str:
    """Apply the rules of the definition to a tag; a string is the reason why it is no release."""
    if len(tag) > LONGEST_TAG:
        return f"the tag is over {LONGEST_TAG} characters"
    if tag in rules.rolling:
        return parse_version(tag)
    if is_commit(tag):
        return parse_version(f"0+{tag[:12]}")
    if not tag.startswith(rules.prefix):
        return f"the tag lacks the prefix {rules.prefix}"
    if rules.match and not re.fullmatch(rules.match, tag):
        return f"the tag doesn't match {rules.match}"
    text = tag.removeprefix(rules.prefix)
    if rules.rewrite is not None:
        pattern, replacement = rules.rewrite
        text = re.sub(pattern, replacement, text)
    version = parse_version(text)
    return version if version.has_number else "the tag holds no version, and isn't rolling"


def _assets_of(
    raw: RawRelease, definition: Definition
) -> tuple[tuple[Asset, ...], tuple[LeftOut, ...]]:
    """Classify every file of a release; of files with one name the one with a checksum counts."""
    assets: dict[str, Asset] = {}
    left_out: list[LeftOut] = []
    by_name = sorted(raw.assets, key=_file_preference)
    for file in by_name:
        built = build(file, definition.assets)
        if not isinstance(built, Asset):
            left_out.append(LeftOut(tag=raw.tag, asset=file.name, reason=built.reason))
        elif file.name in assets:
            left_out.append(LeftOut(tag=raw.tag, asset=file.name, reason="listed twice"))
        else:
            assets[file.name] = built
    return tuple(assets.values()), tuple(left_out)


def _file_preference(file: RawAsset) -> tuple[str, bool, str, str]:
    return (file.name, file.sha256 is None, file.url, file.sha256 or "")


def _release(raw: RawRelease, version: Version, assets: tuple[Asset, ...]) -> Release:
    is_flagged = raw.is_prerelease and version.channel is Channel.STABLE
    return Release(
        version=version.text,
        tag=raw.tag,
        channel=Channel.BETA if is_flagged else version.channel,
        is_lts=raw.is_lts,
        published_at=raw.published_at,
        assets=assets,
    )


def _without_doubles(
    releases: Iterable[Release],
) -> tuple[tuple[Release, ...], tuple[LeftOut, ...]]:
    """Keep one release a version, the one with most assets (then the first), newest version first."""
    best: dict[Version, Release] = {}
    left_out: list[LeftOut] = []
    for release in sorted(releases, key=lambda one: -len(one.assets)):
        first = best.setdefault(parse_version(release.version), release)
        if first is not release:
            reason = f"the tag {first.tag} is the same version, {first.version}"
            left_out.append(LeftOut(tag=release.tag, reason=reason))
    return tuple(best[version] for version in sorted(best, reverse=True)), tuple(left_out)
