"""What `/NAME[@TAG]` answers: the installer of one or several packages, or a page about it, or a word to PowerShell."""

from collections.abc import Sequence
from typing import assert_never

import msgspec

from artesian.errors import Invalid
from artesian.model.names import PackageName
from artesian.model.query import NoMatch, Row, Spec
from artesian.model.snapshot import Snapshot
from artesian.model.version import Channel, Lts, Matching, Newest, Tag
from artesian.render.page import Several, package_page, several_page
from artesian.render.script import Part, script, throw_script
from artesian.resolve.table import table
from artesian.web.answers import NEGOTIATED, NEVER, TEXT, Answer, page_answer
from artesian.web.negotiate import Form
from artesian.web.plane import Asked, NoSuchBuild, NoSuchVersion, Serving, Unrenderable

__all__ = ["TwoVersions", "answer_specs"]


_NO_POWERSHELL = "Artesian has no installer for PowerShell yet. In WSL, Git Bash or MSYS2 use: curl -sSL {url} | sh"


class TwoVersions(Invalid):
    """One package in several versions, of which only one can be in force."""

    def __init__(self, name: PackageName) -> None:
        super().__init__(
            f"{name} is named twice, in different versions; one line installs one of them"
        )
        self.name = name


class _Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A package of the line, and its builds for all hosts."""

    name: PackageName
    tag: str
    snapshot: Snapshot
    rows: tuple[Row, ...]

    @property
    def asked(self) -> str:
        return f"{self.name}@{self.tag}" if self.tag else self.name

    @property
    def serves(self) -> str:
        return self.rows[0].release.version


def answer_specs(
    serving: Serving, asked: Asked, specs: Sequence[Spec], forced: Form | None
) -> Answer:
    """Answer in the form that was forced, else in the client's; raise unless every spec can be served."""
    # Each once: `/rg,ripgrep` asks for one package.
    wanted = dict.fromkeys((serving.canonical(spec.name), spec.tag) for spec in specs)
    names = [name for name, _ in wanted]
    twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if twice is not None:
        raise TwoVersions(twice)
    chosen = [_choose(serving, name, tag) for name, tag in wanted]
    checked_at = serving.checked_at(*names)
    vary = "Accept-Encoding" if forced else NEGOTIATED
    form = forced or asked.form
    match form:
        case Form.SCRIPT | Form.JSON:
            body = _script(serving, chosen)
            return Answer(body=body, media_type=TEXT, vary=vary, checked_at=checked_at)
        case Form.POWERSHELL:
            return _no_powershell(asked, chosen, vary)
        case Form.PAGE if len(chosen) == 1:
            html = package_page(
                chosen[0].snapshot,
                asked=chosen[0].asked,
                origin=asked.origin,
                serves=chosen[0].serves,
                generation=serving.number,
                checked_at=checked_at,
                remarks=serving.remarks(names[0]),
            )
            return page_answer(html, vary=vary, checked_at=checked_at)
        case Form.PAGE:
            html = several_page(
                [_summary(one) for one in chosen],
                asked=_line(chosen),
                origin=asked.origin,
                generation=serving.number,
                checked_at=checked_at,
            )
            return page_answer(html, vary=vary, checked_at=checked_at)
        case _:
            assert_never(form)


def _choose(serving: Serving, name: PackageName, tag: Tag) -> _Chosen:
    snapshot = serving.index.snapshot(name)
    rows = table(snapshot, tag)
    if isinstance(rows, NoMatch):
        raise NoSuchVersion(name, rows)
    if not rows:
        found = NoMatch(reason=f"{name} has no build for any host", is_version_known=True)
        raise NoSuchBuild(name, found)
    return _Chosen(name=name, tag=_tag_text(tag), snapshot=snapshot, rows=rows)


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


def _line(chosen: Sequence[_Chosen]) -> str:
    return ",".join(one.asked for one in chosen)


def _script(serving: Serving, chosen: Sequence[_Chosen]) -> bytes:
    parts = [
        Part(name=one.name, title=one.snapshot.definition.title, tag=one.tag, rows=one.rows)
        for one in chosen
    ]
    try:
        return script(parts, public_url=serving.public_url).encode()
    except Invalid as error:
        raise Unrenderable(_line(chosen), str(error)) from error


def _no_powershell(asked: Asked, chosen: Sequence[_Chosen], vary: str) -> Answer:
    """Throw in PowerShell's own words. Status 200: of an error status irm would show its own words instead."""
    message = _NO_POWERSHELL.format(url=f"{asked.origin}/{_line(chosen)}")
    return Answer(
        body=throw_script(message).encode(),
        media_type=TEXT,
        vary=vary,
        cache_control=NEVER,
        headers=(("Artesian-Status", "501"),),
    )


def _summary(one: _Chosen) -> Several:
    return Several(
        name=one.name, serves=one.serves, description=one.snapshot.definition.description
    )
