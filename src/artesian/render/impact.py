"""The impact of a change, as lines of text and as a page of its own."""

from collections.abc import Iterable, Iterator
from typing import assert_never

import msgspec

from artesian.model.impact import Impact, Kind, NameChange
from artesian.render.impact_groups import Group, ScriptGroup, group, group_scripts
from artesian.render.layout import fill

__all__ = ["impact_page", "impact_text", "summary"]

# Lines of installers in the text: a new program changes them all, and nobody reads 700 lines of that.
_MOST_SCRIPTS = 20
# Packages that neither side knows releases of: new ones, mostly, in a catalogue over the seed.
_MOST_UNKNOWN = 8
REDEFINED = "Defined otherwise, and no installer shows what that means"


class _Section(msgspec.Struct, frozen=True, kw_only=True):
    """All of one kind."""

    title: str
    kind: Kind
    names: tuple[str, ...]
    groups: tuple[Group, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.names or self.groups)


def impact_text(impact: Impact) -> str:
    """Write all of it as lines, what is lost first and the summary last."""
    lines = [f"Before: {impact.before}", f"After:  {impact.after}", ""]
    if impact.redefined:
        lines.append(REDEFINED)
        lines += [*(f"  {name}" for name in impact.redefined), ""]
    for section in _sections(impact):
        if not section.is_empty:
            lines.append(section.title)
            lines += [f"  {name}" for name in section.names]
            for each in section.groups:
                lines += _group_lines(each)
            lines.append("")
    lines += _script_lines(group_scripts(impact.scripts))
    if unknown := _unknown(impact):
        listed = ", ".join(unknown)
        lines += [f"Not compared, for a side has no releases of them: {listed}", ""]
    return "\n".join([*lines, summary(impact)])


def impact_page(impact: Impact) -> str:
    """Render all of it as one page that needs nothing else."""
    return fill(
        "impact.html",
        impact=impact,
        title=_verdict(impact),
        counts=_counts(impact),
        redefined=REDEFINED,
        sections=[section for section in _sections(impact) if not section.is_empty],
        scripts=group_scripts(impact.scripts),
    )


def summary(impact: Impact) -> str:
    """Say it in one line."""
    return f"{_verdict(impact)}: {_counts(impact)}."


def _counts(impact: Impact) -> str:
    said = [f"{_count(impact.compared, 'package')} compared"]
    for kind in Kind:
        places = {(one.package, one.host) for one in impact.changes if one.kind is kind}
        names = sum(1 for one in impact.names if one.kind is kind)
        said += [f"{_count(len(places), 'host')} {kind}"] if places else []
        said += [f"{_count(names, 'name')} {kind}"] if names else []
    if impact.redefined:
        said.append(f"{_count(len(impact.redefined), 'package')} defined otherwise")
    if impact.scripts:
        said.append(f"{_count(len(impact.scripts), 'installer')} other than before")
    return ", ".join(said)


def _verdict(impact: Impact) -> str:
    if impact.has_loss:
        return "Something is lost"
    return "Nothing changes" if impact.is_nothing else "Something changes, nothing is lost"


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _sections(impact: Impact) -> Iterator[_Section]:
    for kind, title in ((Kind.LOST, "Lost"), (Kind.CHANGED, "Changed"), (Kind.GAINED, "Gained")):
        yield _Section(
            title=title,
            kind=kind,
            names=tuple(_name_words(each) for each in impact.names if each.kind is kind),
            groups=group(impact.changes, kind),
        )


def _name_words(each: NameChange) -> str:
    match each.kind:
        case Kind.LOST:
            what = "package" if each.before == each.name else f"alias of {each.before}"
            return f"{each.name}: no longer a name ({what})"
        case Kind.GAINED:
            what = "package" if each.after == each.name else f"alias of {each.after}"
            return f"{each.name}: a new name ({what})"
        case Kind.CHANGED:
            return f"{each.name}: led to {each.before}, leads to {each.after}"
        case _:
            assert_never(each.kind)


def _group_lines(each: Group) -> Iterator[str]:
    older = " (an older one)" if each.is_older else ""
    yield f"  {each.specs}: {each.versions}{older} on {each.hosts}"
    if each.unverified:
        yield f"    no longer verified: {each.unverified}"
    for hosts in each.details:
        yield f"    {hosts.hosts}: {hosts.before} → {hosts.after}"


def _script_lines(groups: Iterable[ScriptGroup]) -> list[str]:
    every = list(groups)
    if not every:
        return []
    lines = ["Installers"]
    for each in every[:_MOST_SCRIPTS]:
        why = f": {each.trouble}" if each.trouble else ""
        lines.append(f"  {each.specs}: {each.size} bytes{why}")
    more = len(every) - _MOST_SCRIPTS
    if more > 0:
        lines.append(f"  and those of {_count(more, 'package')} more")
    return [*lines, ""]


def _unknown(impact: Impact) -> list[str]:
    told = {*impact.unknown_now, *impact.redefined}
    rest = [name for name in impact.unknown if name not in told]
    shown, more = rest[:_MOST_UNKNOWN], len(rest) - _MOST_UNKNOWN
    return [*impact.unknown_now, *shown, *([f"{more} more"] if more > 0 else [])]
