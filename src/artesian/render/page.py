"""HTML pages. Everything that comes from outside is escaped by Jinja2; nothing on a page comes from another server."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import msgspec
from markupsafe import Markup

from artesian.model.host import Arch, Os
from artesian.model.release import Release
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel
from artesian.render.document import PackageSummary, Problem, source_words
from artesian.render.layout import fill
from artesian.render.quote import url_path
from artesian.render.sheet import sheet

__all__ = [
    "Several",
    "error_page",
    "front_page",
    "one_liner",
    "package_page",
    "several_page",
]

# Rows of the table of versions, and packages of the list: more would bury what is looked for.
_MOST_VERSIONS = 12
_MOST_LISTED = 500


class Several(msgspec.Struct, frozen=True, kw_only=True):
    """One of the packages of a page for several."""

    name: str
    serves: str  # the version that is installed
    description: str


class _Column(msgspec.Struct, frozen=True, kw_only=True):
    os: Os
    arch: Arch


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    version: str
    remark: str
    published_at: datetime | None
    cells: tuple[str, ...]


class _Page(msgspec.Struct, frozen=True, kw_only=True):
    """What the template of a package reads."""

    name: str
    title: str
    description: str
    homepage: str
    homepage_text: str
    source: str
    aliases: tuple[str, ...]
    commands: tuple[str, ...]
    notes: str
    serves: str
    command: str
    script_path: str
    version_example: str
    checked_at: datetime | None
    remarks: tuple[str, ...]
    columns: tuple[_Column, ...]
    rows: tuple[_Row, ...]
    older: int
    sheet: Markup
    is_own: bool  # it has no upstream: no age, no table of builds
    packages: tuple[str, ...]
    needs: tuple[str, ...]
    systems: tuple[Os, ...]
    elsewhere: str
    unavailable: str


def one_liner(origin: str, asked: str) -> str:
    """Write the command that installs `asked` (`rg`, `rg@14,jq`). Never -f: the error is in the body."""
    return f"curl -sSL {origin}/{url_path(asked)} | sh"


def front_page(
    packages: Sequence[PackageSummary],
    *,
    sought: str,
    example: str,
    generation: int,
    created_at: datetime | None,
) -> str:
    """Render the list of packages: all, or those found by a search."""
    return fill(
        "front.html",
        shown=packages[:_MOST_LISTED],
        total=len(packages),
        sought=sought,
        example=example,
        generation=generation,
        created_at=created_at,
    )


def package_page(  # noqa: PLR0913 - one page, all that it shows
    snapshot: Snapshot,
    *,
    asked: str,
    origin: str,
    serves: str,
    generation: int,
    checked_at: datetime | None,
    verified: Callable[[Release], Collection[tuple[Os, Arch]]],
    remarks: tuple[str, ...] = (),
    unavailable: str = "",
) -> str:
    """Render what a package is and which builds it has; `serves` is the version that `asked` installs now.

    verified: tells the platforms of a release whose hosts get what can be verified.
    remarks: what there is to tell of its data beyond their age. unavailable: why it can't be installed (yet).
    """
    definition = snapshot.definition
    releases = [release for release in snapshot.releases if release.assets]
    shown = releases[:_MOST_VERSIONS]
    columns = _columns(shown)
    homepage = definition.homepage if definition.homepage.startswith("https://") else ""
    page = _Page(
        name=definition.name,
        title=definition.title,
        description=definition.description,
        homepage=homepage,
        homepage_text=homepage.removeprefix("https://").rstrip("/"),
        source=source_words(definition.source),
        aliases=definition.aliases,
        commands=tuple(command.name for command in definition.recipe.commands),
        notes=definition.recipe.notes,
        serves=serves,
        command=one_liner(origin, asked),
        script_path=f"/{url_path(asked)}.sh",
        version_example=serves or "1.2",
        checked_at=checked_at,
        remarks=remarks,
        columns=columns,
        rows=tuple(
            _Row(
                version=release.version,
                remark="LTS" if release.is_lts else _remark(release.channel),
                published_at=release.published_at,
                cells=_cells(release, columns, verified(release)),
            )
            for release in shown
        ),
        older=max(0, len(releases) - _MOST_VERSIONS),
        sheet=sheet(definition.readme),
        is_own=definition.is_own,
        packages=definition.packages,
        needs=definition.needs,
        systems=definition.os,
        elsewhere=definition.elsewhere,
        unavailable=unavailable,
    )
    return fill("package.html", page=page, generation=generation)


def _remark(channel: Channel) -> str:
    return "" if channel is Channel.STABLE else channel.value


def _columns(releases: Sequence[Release]) -> tuple[_Column, ...]:
    """Name the platforms that any release has a build for, common ones first."""
    systems, processors = list(Os), list(Arch)
    found = {(asset.os, asset.arch) for release in releases for asset in release.assets}
    ordered = sorted(found, key=lambda pair: (systems.index(pair[0]), processors.index(pair[1])))
    return tuple(_Column(os=os, arch=arch) for os, arch in ordered)


def _cells(
    release: Release, columns: Sequence[_Column], verified: Collection[tuple[Os, Arch]]
) -> tuple[str, ...]:
    built = {(asset.os, asset.arch) for asset in release.assets}
    places = [(column.os, column.arch) for column in columns]
    marks = {place: "verified" if place in verified else "unverified" for place in built}
    return tuple(marks.get(place, "none") for place in places)


def several_page(
    packages: Sequence[Several],
    *,
    asked: str,
    origin: str,
    generation: int,
    checked_at: datetime | None,
) -> str:
    """Render the page of several packages that one line installs."""
    return fill(
        "several.html",
        packages=packages,
        names=[package.name for package in packages],
        line=one_liner(origin, asked),
        script_path=f"/{url_path(asked)}.sh",
        generation=generation,
        checked_at=checked_at,
    )


def error_page(problem: Problem, *, name: str = "", begins_with_name: bool = False) -> str:
    """Render why there is no page, and what there is; `name` is the package whose versions are told.

    A message becomes a sentence by a capital letter; one that `begins_with_name` stays: names have their own spelling.
    """
    return fill(
        "error.html",
        status=problem.status,
        phrase=problem.title,
        message=problem.detail,
        begins_with_name=begins_with_name,
        nearest=problem.nearest,
        versions=problem.versions,
        hosts=problem.hosts,
        incident=problem.incident,
        name=name,
    )
