"""What `/NAME[@TAG]` answers: the installer of one or several packages, or a page about it, or a word to PowerShell."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import assert_never

from artesian.errors import Invalid
from artesian.index import NotFetched
from artesian.model.names import PackageName
from artesian.model.query import Spec
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel, Lts, Matching, Newest, Tag
from artesian.render.page import Several, package_page, several_page
from artesian.render.quote import url_path
from artesian.render.script import Part, script, throw_script
from artesian.resolve.verified import verified_places
from artesian.web.answers import FRESH, NEGOTIATED, NEVER, TEXT, Answer, page_answer
from artesian.web.chosen import Chosen, NotOffered, choose
from artesian.web.negotiate import Form
from artesian.web.plane import Asked, Serving, Unrenderable

__all__ = ["answer_specs", "installer"]

_NO_POWERSHELL = "Artesian has no installer for PowerShell yet. In WSL, Git Bash or MSYS2 use: curl -sSL {url} | sh"


def answer_specs(
    serving: Serving, asked: Asked, specs: Sequence[Spec], forced: Form | None
) -> Answer:
    """Answer in the form that was forced, else in the client's; raise unless every spec can be served."""
    form = forced or asked.form
    try:
        chosen = choose(serving, specs)
        if form is Form.PAGE:
            _check_fetched(chosen)
    except (NotFetched, NotOffered) as error:
        if form is not Form.PAGE or len(specs) > 1:
            raise
        return _unavailable(serving, asked, serving.canonical(specs[0].name), error)
    line = _line(chosen)
    checked_at = serving.checked_at(*(one.name for one in chosen))
    vary = "Accept-Encoding" if forced and not _has_piece(chosen) else NEGOTIATED
    match form:
        case Form.SCRIPT | Form.JSON:
            body = installer(serving, asked, chosen)
            is_whole = all(one.is_fetched for one in chosen)
            return Answer(
                body=body,
                media_type=TEXT,
                vary=vary,
                cache_control=FRESH if is_whole else NEVER,
                checked_at=checked_at,
            )
        case Form.POWERSHELL:
            return _no_powershell(asked, line, vary)
        case Form.PAGE:
            html = _page(serving, asked, chosen, line, checked_at)
            return page_answer(html, vary=vary, checked_at=checked_at)
        case _:
            assert_never(form)


def _check_fetched(chosen: Sequence[Chosen]) -> None:
    """Raise NotFetched where nothing can be told of the builds of a package that was asked for."""
    for one in chosen:
        if one.is_asked and not one.is_fetched:
            raise NotFetched(one.name)


def installer(serving: Serving, asked: Asked, chosen: Sequence[Chosen]) -> bytes:
    """Write the script that installs what was chosen; raise Unrenderable."""
    origin = asked.origin if _has_piece(chosen) else ""
    return _script(chosen, _line(chosen), serving.public_url or origin)


def _has_piece(chosen: Sequence[Chosen]) -> bool:
    """Tell whether the script names its server: what a piece may fetch from there, it fetches from where it came."""
    return any(one.definition.piece for one in chosen)


def _line(chosen: Sequence[Chosen]) -> str:
    return ",".join(_asked(one) for one in chosen if one.is_asked)


def _page(
    serving: Serving,
    asked: Asked,
    chosen: Sequence[Chosen],
    line: str,
    checked_at: datetime | None,
) -> str:
    named = [one for one in chosen if one.is_asked]
    if len(named) > 1:
        return several_page(
            [_summary(one) for one in named],
            asked=line,
            origin=asked.origin,
            generation=serving.number,
            checked_at=checked_at,
        )
    return package_page(
        named[0].snapshot,
        asked=line,
        origin=asked.origin,
        serves=named[0].serves,
        generation=serving.number,
        checked_at=checked_at,
        verified=partial(verified_places, named[0].snapshot),
        remarks=serving.remarks(named[0].name),
    )


def _unavailable(
    serving: Serving, asked: Asked, name: PackageName, error: NotFetched | NotOffered
) -> Answer:
    """Say on a package's page why it can't be installed, or not yet; raise NotFetched where nothing else is known."""
    snapshot = Snapshot(definition=serving.index.about(name), releases=())
    html = package_page(
        snapshot,
        asked=name,
        origin=asked.origin,
        serves="",
        generation=serving.number,
        checked_at=None,
        verified=partial(verified_places, snapshot),
        unavailable=str(error),
    )
    if isinstance(error, NotOffered):
        return page_answer(html, vary=NEGOTIATED, status=HTTPStatus.NOT_FOUND)
    return page_answer(
        html,
        vary=NEGOTIATED,
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        cache_control=NEVER,
        more=(("Retry-After", str(error.retry_after_s)),),
    )


def _asked(one: Chosen) -> str:
    tag = _tag_text(one.tag)
    return f"{one.name}@{tag}" if tag else one.name


def _tag_text(tag: Tag) -> str:
    """Write a tag the one way that means it; nothing for the newest stable version."""
    match tag:
        case Newest(channel=Channel.STABLE):
            return ""
        case Newest(channel=channel):
            return channel.value
        case Lts():
            return "lts"
        case Matching(text=text):
            return text
        case _:
            assert_never(tag)


def _script(chosen: Sequence[Chosen], line: str, server: str) -> bytes:
    parts = [
        Part(
            name=one.name,
            title=one.definition.title,
            tag=_tag_text(one.tag),
            rows=one.rows,
            is_needed=one.is_needed,
            definition=one.definition,
        )
        for one in chosen
        if one.rows or not one.is_fetched
    ]
    try:
        return script(parts, public_url=server).encode()
    except Invalid as error:
        raise Unrenderable(line, str(error)) from error


def _no_powershell(asked: Asked, line: str, vary: str) -> Answer:
    """Throw in PowerShell's own words. Status 200: of an error status irm would show its own words instead."""
    message = _NO_POWERSHELL.format(url=f"{asked.origin}/{url_path(line)}")
    return Answer(
        body=throw_script(message).encode(),
        media_type=TEXT,
        vary=vary,
        cache_control=NEVER,
        headers=(("Artesian-Status", "501"),),
    )


def _summary(one: Chosen) -> Several:
    return Several(name=one.name, serves=one.serves, description=one.definition.description)
