"""The READ PATH, top to bottom: a path and what the client understands → an answer, from memory alone.

Routes are plain functions: each returns an Answer or raises an ArtesianError; app.py does the rest.
"""

from msgspec.structs import replace
from starlette.routing import Match, Route

from artesian.model.names import parse_name
from artesian.model.query import NoMatch, Query, parse_spec, parse_specs
from artesian.render.document import encode, package_document, package_list, resolution_document
from artesian.resolve.choose import resolve
from artesian.web.answers import JSON, NEGOTIATED, Answer
from artesian.web.chosen import resolvable
from artesian.web.installers import answer_specs
from artesian.web.negotiate import Form, NoSuchPage, split_suffix
from artesian.web.openapi import openapi
from artesian.web.parameters import check_names, read_formats, read_host
from artesian.web.plane import Asked, NoSuchBuild, NoSuchVersion, Serving
from artesian.web.sundries import front, icon, livez, readyz, robots
from artesian.web.webi import debug, installer, packaged, releases, site

__all__ = ["route"]


def install(serving: Serving, asked: Asked, text: str) -> Answer:
    """Answer `/NAME[@TAG]`, or several joined by commas: an installer, or a page about it."""
    if "/" in text:
        raise NoSuchPage(text)
    text, forced = split_suffix(text, serving.has)
    return answer_specs(serving, asked, parse_specs(text), forced)


def packages(serving: Serving, asked: Asked) -> Answer:
    """Answer `/v1/packages`: all of them."""
    del asked
    return Answer(body=encode(package_list(serving.index.generation)), media_type=JSON)


def package(serving: Serving, asked: Asked, text: str) -> Answer:
    """Answer `/v1/packages/NAME`: what it is, and every build of every version."""
    del asked
    name = serving.canonical(parse_name(text))
    snapshot, checked_at = serving.index.snapshot(name), serving.checked_at(name)
    document = package_document(snapshot, generation=serving.number, checked_at=checked_at)
    return Answer(body=encode(document), media_type=JSON, checked_at=checked_at)


def resolution(serving: Serving, asked: Asked, text: str) -> Answer:
    """Answer `/v1/resolve/NAME[@TAG]?os=&arch=…`: what to install on one host."""
    check_names(asked.query)
    spec, host, formats = parse_spec(text), read_host(asked.query), read_formats(asked.query)
    name = serving.canonical(spec.name)
    snapshot, checked_at = resolvable(serving, name), serving.checked_at(name)
    found = resolve(snapshot, Query(tag=spec.tag, host=host, formats=formats))
    if isinstance(found, NoMatch):
        raise (NoSuchBuild if found.is_version_known else NoSuchVersion)(name, found)
    document = resolution_document(
        name, host, found, generation=serving.number, checked_at=checked_at
    )
    return Answer(body=encode(document), media_type=JSON, checked_at=checked_at)


def status(serving: Serving, asked: Asked) -> Answer:
    """Answer `/status`: how the service is, for people; for programs that ask for JSON as well."""
    board = serving.judged()
    if asked.form is Form.JSON:
        return replace(board.document, vary=NEGOTIATED)
    return board.page if asked.form is Form.PAGE else board.text


def status_document(serving: Serving, asked: Asked) -> Answer:
    """Answer `/v1/status`: how the service is, for programs."""
    del asked
    return serving.judged().document


_ROUTES = (
    Route("/", front),
    Route("/livez", livez),
    Route("/readyz", readyz),
    Route("/robots.txt", robots),
    Route("/favicon.svg", icon),
    Route("/openapi.json", openapi),
    Route("/status", status),
    Route("/v1/status", status_document),
    Route("/v1/packages", packages),
    Route("/v1/packages/{text:path}", package),
    Route("/v1/resolve/{text:path}", resolution),
    Route("/api/releases/{text:path}", releases),
    Route("/api/installers/{text:path}", installer),
    Route("/api/debug", debug),
    Route("/packages/{text:path}", packaged),
    Route("/sitemap.xml", site),
    Route("/{text:path}", install),
)


def route(serving: Serving, asked: Asked, path: str) -> Answer:
    """Answer a decoded path (without its first slash) by the first route that fits; raise ArtesianError."""
    scope = {"type": "http", "method": "GET", "path": f"/{path}"}
    for candidate in _ROUTES:
        match, found = candidate.matches(scope)
        if match is Match.FULL:
            answer: Answer = candidate.endpoint(serving, asked, **found["path_params"])
            return answer
    raise NoSuchPage(path)
