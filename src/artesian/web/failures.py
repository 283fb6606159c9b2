"""Errors become answers here, each in the client's own language: the one error table, and how a failure reads."""

from http import HTTPStatus
from typing import assert_never

import msgspec

from artesian.errors import ArtesianError, Invalid, NotFound, Unavailable
from artesian.index import UnknownPackage
from artesian.render.document import Problem, encode
from artesian.render.page import error_page
from artesian.render.script import error_script, throw_script
from artesian.web.answers import NEGOTIATED, NEVER, TEXT, Answer, page_answer
from artesian.web.nearest import Nearest
from artesian.web.negotiate import Form, WrongHost
from artesian.web.openapi import PROBLEM
from artesian.web.plane import NoSuchBuild, NoSuchVersion

__all__ = [
    "TABLE",
    "Incident",
    "MethodNotAllowed",
    "MissingHost",
    "Overloaded",
    "PathTooLong",
    "failure_answer",
    "row_of",
]


class MethodNotAllowed(Invalid):
    """A method other than GET and HEAD."""

    def __init__(self) -> None:
        super().__init__("only GET and HEAD are answered here")


class PathTooLong(Invalid):
    """A path longer than ten packages with their versions."""

    def __init__(self) -> None:
        super().__init__("the path is too long")


class MissingHost(Invalid):
    """A request of HTTP/1.1 without a Host, or with two."""

    def __init__(self) -> None:
        super().__init__("a request names one host")


class Overloaded(Unavailable):
    """More is asked than can be answered now."""

    def __init__(self) -> None:
        super().__init__("too many clients at once", retry_after_s=5)


class Incident(Unavailable):
    """A fault of our own; its number leads to the log."""

    def __init__(self, number: str) -> None:
        super().__init__(f"something went wrong on our side (incident {number})", retry_after_s=30)
        self.number = number


_INCIDENT_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>503 Service Unavailable</title>'
    "<h1>Something went wrong on our side</h1><p>If you report it, name incident <code>{number}</code>.</p></html>"
)


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    status: HTTPStatus
    exit_status: int  # of an error script, after sysexits.h


# By the nearest ancestor: three families, and the few of them with a status of their own.
TABLE: dict[type[ArtesianError], _Row] = {
    NotFound: _Row(status=HTTPStatus.NOT_FOUND, exit_status=69),
    Invalid: _Row(status=HTTPStatus.BAD_REQUEST, exit_status=64),
    Unavailable: _Row(status=HTTPStatus.SERVICE_UNAVAILABLE, exit_status=75),
    MethodNotAllowed: _Row(status=HTTPStatus.METHOD_NOT_ALLOWED, exit_status=64),
    PathTooLong: _Row(status=HTTPStatus.REQUEST_URI_TOO_LONG, exit_status=64),
    WrongHost: _Row(status=HTTPStatus.MISDIRECTED_REQUEST, exit_status=64),
}


def row_of(error: ArtesianError) -> _Row:
    """Find the row of an error's nearest ancestor; one of no family is a fault of our own."""
    rows = (TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    return next(rows, TABLE[Unavailable])


def problem_of(error: ArtesianError, nearest: Nearest) -> Problem:
    """Say what is wrong, and what there is instead."""
    status = row_of(error).status
    problem = Problem(title=status.phrase, status=status, detail=str(error))
    match error:
        case UnknownPackage(name=name):
            return msgspec.structs.replace(problem, nearest=nearest.find(name))
        case NoSuchVersion(found=found) | NoSuchBuild(found=found):
            return msgspec.structs.replace(
                problem, versions=found.nearest_versions, hosts=found.hosts, formats=found.formats
            )
        case Incident(number=number):
            return msgspec.structs.replace(
                problem, incident=number, retry_after_s=error.retry_after_s
            )
        case Unavailable():
            return msgspec.structs.replace(problem, retry_after_s=error.retry_after_s)
        case _:
            return problem


def failure_answer(
    error: ArtesianError, *, form: Form, is_wget: bool, origin: str, nearest: Nearest
) -> Answer:
    """Answer an error in the client's form. Nobody may keep it: what is missing now may be there in a minute.

    wget drops the body of an error status, so that its pipe into a shell would succeed with nothing: to it an
    error script goes with status 200, and `Artesian-Status` tells the real one.
    """
    problem = problem_of(error, nearest)
    headers = _headers(error, problem)
    status = problem.status
    match form:
        case Form.PAGE if isinstance(error, Incident):
            # No template here: it might be what went wrong.
            html = _INCIDENT_PAGE.format(number=error.number)
            return page_answer(
                html, status=status, vary=NEGOTIATED, cache_control=NEVER, more=headers
            )
        case Form.PAGE:
            name = error.name if isinstance(error, NoSuchVersion) else ""
            html = error_page(problem, name=name, begins_with_name=_begins_with_name(error))
            return page_answer(
                html, status=status, vary=NEGOTIATED, cache_control=NEVER, more=headers
            )
        case Form.JSON:
            body, media_type = encode(problem), PROBLEM
        case Form.POWERSHELL:
            body, media_type = throw_script(_words(problem, origin)).encode(), TEXT
        case Form.SCRIPT:
            exit_status = row_of(error).exit_status
            body = error_script(_words(problem, origin), status=exit_status).encode()
            media_type = TEXT
            if is_wget:
                headers, status = (*headers, ("Artesian-Status", str(status))), 200
        case _:
            assert_never(form)
    return Answer(
        body=body,
        media_type=media_type,
        status=status,
        vary=NEGOTIATED,
        cache_control=NEVER,
        headers=headers,
    )


def _begins_with_name(error: ArtesianError) -> bool:
    """Tell whether the message opens with the package, or whatever the error is about."""
    return "name" in vars(error) and str(error).startswith(f"{vars(error)['name']} ")


def _headers(error: ArtesianError, problem: Problem) -> tuple[tuple[str, str], ...]:
    if isinstance(error, MethodNotAllowed):
        return (("Allow", "GET, HEAD"), ("Connection", "close"))
    if problem.retry_after_s is not None:
        return (("Retry-After", str(problem.retry_after_s)),)
    return ()


def _words(problem: Problem, origin: str) -> str:
    """Write a problem as lines for a terminal."""
    lines = [f"artesian: {problem.detail}"]
    if problem.nearest:
        lines.append(f"  Did you mean {_either(problem.nearest)}?")
    if problem.versions:
        lines.append(f"  There are {', '.join(problem.versions)}.")
    if problem.hosts:
        lines.append(f"  There are builds for {', '.join(problem.hosts)}.")
    if problem.retry_after_s is not None:
        lines.append(f"  Try again in {problem.retry_after_s} seconds.")
    if problem.status == HTTPStatus.NOT_FOUND and origin:
        lines.append(f"  All packages: {origin}/")
    return "\n".join(lines)


def _either(words: tuple[str, ...]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
