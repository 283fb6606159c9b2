"""(Survey, Survey) → Impact. Pure."""

from collections.abc import Iterator, Mapping

from artesian.model.impact import (
    USUAL_TAGS,
    Build,
    Change,
    Impact,
    Kind,
    NameChange,
    Offer,
    ScriptChange,
    Survey,
    Surveyed,
)
from artesian.model.names import PackageName

__all__ = ["compare"]

_NOTHING = Offer()


def compare(before: Survey, after: Survey) -> Impact:
    """Tell what changes for every package, tag and host; a name that became an alias is followed."""
    old, new = _names(before), _names(after)
    # A tag that only one of the surveys was asked for says nothing, but for those that every survey looks at.
    asked_once = set(before.tags) ^ set(after.tags)
    one_sided = {tag for tag in asked_once.difference(USUAL_TAGS) if not tag.isdecimal()}
    changes: list[Change] = []
    scripts: list[ScriptChange] = []
    unknown: list[PackageName] = []
    unknown_now: list[PackageName] = []
    redefined: list[PackageName] = []
    compared = 0
    for name in sorted({*before.packages, *after.packages}):
        if name not in old or name not in new:
            continue
        first, second = before.packages[old[name]], after.packages[new[name]]
        if _is_redefined(first, second):
            redefined.append(name)
        if not (first.is_known and second.is_known):
            unknown.append(name)
            if first.is_known:
                unknown_now.append(name)
            continue
        compared += 1
        for tag in sorted({*first.offers, *second.offers} - one_sided, key=_tag_order):
            changes.extend(_changes(name, tag, first, second))
            scripts.extend(_scripts(name, tag, first, second))
    return Impact(
        before=before.what,
        after=after.what,
        compared=compared,
        names=tuple(
            NameChange(name=name, kind=_kind(was, now), before=was, after=now)
            for name in sorted({*old, *new})
            if (was := old.get(name)) != (now := new.get(name))
        ),
        changes=tuple(changes),
        scripts=tuple(scripts),
        unknown=tuple(unknown),
        unknown_now=tuple(unknown_now),
        redefined=tuple(redefined),
    )


def _names(survey: Survey) -> Mapping[PackageName, PackageName]:
    """List every name that answers, and the package that it leads to."""
    own = {name: name for name in survey.packages}
    aliases = {alias: name for alias, name in survey.aliases.items() if name in own}
    return {**aliases, **own}


def _is_redefined(first: Surveyed, second: Surveyed) -> bool:
    """Tell whether definitions differ, and for some tag no installer shows what that means."""
    if not (first.definition and second.definition) or first.definition == second.definition:
        return False
    if not (first.is_known and second.is_known):
        return True
    tags = {*first.offers, *second.offers}
    pairs = ((first.offers.get(tag, _NOTHING), second.offers.get(tag, _NOTHING)) for tag in tags)
    return any(was.script is None and now.script is None for was, now in pairs)


def _tag_order(tag: str) -> tuple[int, int, str]:
    """Put no tag first, then words, then major versions from the newest."""
    if tag.isdecimal():
        return (2, -int(tag), tag)
    return (1 if tag else 0, 0, tag)


def _changes(name: PackageName, tag: str, first: Surveyed, second: Surveyed) -> Iterator[Change]:
    old, new = first.offers.get(tag, _NOTHING), second.offers.get(tag, _NOTHING)
    for host in dict.fromkeys((*old.hosts, *new.hosts)):
        was, now = _build(first, old, host), _build(second, new, host)
        if was != now:
            kind = _kind(was, now)
            yield Change(package=name, tag=tag, host=host, kind=kind, before=was, after=now)


def _build(package: Surveyed, offer: Offer, host: str) -> Build | None:
    """Find what a host gets; one of a higher level gets what the level below it gets, unless told otherwise."""
    place = offer.hosts.get(host)
    if place is not None:
        return package.builds[place]
    base, slash, level = host.rpartition("/v")
    if not slash:
        return None
    return _build(package, offer, base if level == "2" else f"{base}/v{int(level) - 1}")


def _scripts(
    name: PackageName, tag: str, first: Surveyed, second: Surveyed
) -> Iterator[ScriptChange]:
    was, now = first.offers.get(tag, _NOTHING), second.offers.get(tag, _NOTHING)
    if was.script != now.script:
        trouble = now.trouble or ("" if now.script else "no release is what the tag means")
        yield ScriptChange(
            package=name,
            tag=tag,
            kind=_kind(was.script, now.script),
            before=was.script,
            after=now.script,
            trouble=trouble,
        )


def _kind(before: object, after: object) -> Kind:
    if after is None:
        return Kind.LOST
    return Kind.GAINED if before is None else Kind.CHANGED
