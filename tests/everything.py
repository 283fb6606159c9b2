"""Every package of a catalogue with releases to serve: the seed's, else what its upstream would list, shaped by us."""

from collections.abc import Iterable, Mapping
from functools import cache

from msgspec.structs import replace

from artesian.cli.check_seed import read_seed
from artesian.definitions.load import load_catalogue
from artesian.model.definition import AssetRules, Definition, SourceKind, TagRules
from artesian.model.names import PackageName
from artesian.model.outcome import Nonsense
from artesian.model.release import Listed, RawAsset, RawRelease
from artesian.model.snapshot import Snapshot
from artesian.refresh.assemble import assemble
from artesian.settings import shipped
from artesian.sim import indexes, publishers
from artesian.sources.github_source import with_archive
from artesian.sources.publishers import PUBLISHERS
from artesian.store.read import Files, load_snapshot

__all__ = ["everything", "shipped_snapshots"]

_PLATFORMS = ("linux-amd64", "linux-arm64", "darwin-arm64", "windows-amd64")
_VERSIONS = ("v1.2.3", "v1.1.0")
_SOURCES = frozenset({SourceKind.GITHUB_SOURCE, SourceKind.GITEA_SOURCE, SourceKind.SERVICEMAN})


@cache
def shipped_snapshots() -> Mapping[PackageName, Snapshot]:
    """Give every package of the shipped catalogue, with its present definition."""
    definitions = load_catalogue(shipped("catalogue")).definitions
    generation, files = read_seed(shipped("seed") / "seed.zip")
    known = {name: entry.object for name, entry in generation.packages.items() if entry.object}
    return everything(definitions, files, known)


def everything(
    definitions: Iterable[Definition],
    files: Files | None = None,
    known: Mapping[PackageName, str] | None = None,
) -> Mapping[PackageName, Snapshot]:
    """Give each definition its releases: those that are `known` in `files`, else some of ours."""
    found = {}
    for one in definitions:
        at = (known or {}).get(one.name)
        if one.source.kind is SourceKind.OWN:
            found[one.name] = assemble(one, ())
        elif at is not None and files is not None:
            found[one.name] = replace(load_snapshot(files, at), definition=one)
        else:
            found[one.name] = _shaped(one)
    return found


def _shaped(definition: Definition) -> Snapshot:
    """Assemble what an upstream of its kind lists; where no file is as its rules want them, without the rules."""
    listed = _listed(definition)
    snapshot = assemble(definition, listed)
    if any(release.assets for release in snapshot.releases):
        return snapshot
    rules = AssetRules(os=definition.assets.os)
    plain = assemble(replace(definition, assets=rules, tags=TagRules()), listed)
    assert plain.releases, definition.name
    return replace(plain, definition=definition)


def _listed(definition: Definition) -> tuple[RawRelease, ...]:
    source = definition.source
    if source.kind is SourceKind.GIT:
        (url,) = PUBLISHERS[source.kind].documents(source, {})
        listed = PUBLISHERS[source.kind].parse(source, {url: indexes.tagged()})
        assert isinstance(listed, Listed), listed
        return listed.releases
    try:
        found = publishers.documents(source) if source.kind in PUBLISHERS else {}
    except KeyError:  # the test bed doesn't serve this one
        found = {}
    if found:
        parsed = PUBLISHERS[source.kind].parse(source, found)
        assert not isinstance(parsed, Nonsense), parsed
        return parsed.releases
    return tuple(_release(definition, tag) for tag in _VERSIONS)


def _release(definition: Definition, tag: str) -> RawRelease:
    if definition.source.kind in _SOURCES:
        repository = definition.source.repository or f"owner/{definition.name}"
        root = f"https://upstream.example/{repository}/archive"
        return with_archive(RawRelease(tag=f"{definition.tags.prefix}{tag}"), root)
    commands = definition.recipe.commands
    stem = f"{commands[0].name if commands else definition.name}-{tag}"
    assets = tuple(
        RawAsset(
            name=f"{stem}-{platform}.tar.gz",
            url=f"https://upstream.example/{definition.name}/{tag}/{stem}-{platform}.tar.gz",
            sha256="0123456789abcdef" * 4,
        )
        for platform in _PLATFORMS
    )
    return RawRelease(tag=f"{definition.tags.prefix}{tag}", assets=assets)
