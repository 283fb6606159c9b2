"""/openapi.json: what programs may ask, built from the same Structs and words that answer them."""

from functools import cache
from typing import Any

import msgspec

from artesian import __version__
from artesian.model.status import Status
from artesian.render.document import (
    PackageDocument,
    PackageList,
    Problem,
    ResolutionDocument,
    encode,
)
from artesian.render.webi import Build, Detection
from artesian.web.answers import JSON, Answer
from artesian.web.parameters import ARCHES, FORMATS, LIBCS, OSES
from artesian.web.plane import Asked, Serving

__all__ = ["PROBLEM", "openapi"]

PROBLEM = "application/problem+json"

# What is surely accepted; the server itself is more lenient with what people type.
_NAME_PATTERN = "[A-Za-z0-9]+([._+-][A-Za-z0-9]+){0,8}"
_VERSION_PATTERN = "[0-9]{1,6}([.][0-9]{1,6}){0,3}"
_TAG_PATTERN = (
    f"(stable|latest|lts|rc|beta|preview|alpha|dev|v?{_VERSION_PATTERN}"
    f"|(\\^|~|>=|<=|>|<|=){_VERSION_PATTERN}(,(>=|<=|>|<){_VERSION_PATTERN})?)"
)
_NAME = {"type": "string", "pattern": f"^{_NAME_PATTERN}$", "maxLength": 64}
_SPEC = {
    "type": "string",
    "pattern": f"^{_NAME_PATTERN}(@{_TAG_PATTERN})?$",
    "maxLength": 64,
    "examples": ["rg", "node@lts", "rg@14"],
}


def openapi(serving: Serving, asked: Asked) -> Answer:
    """Answer `/openapi.json`."""
    del serving, asked
    return Answer(body=_encoded(), media_type=JSON)


@cache
def _encoded() -> bytes:
    return encode(_document())


def _document() -> dict[str, Any]:
    documents = (
        *(PackageList, PackageDocument, ResolutionDocument, Status, Problem),
        *(Build, Detection),
    )
    _, schemas = msgspec.json.schema_components(
        documents, ref_template="#/components/schemas/{name}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Artesian",
            "version": __version__,
            "description": "What to install: packages, their versions, and the build for a host.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/v1/packages": {"get": _get("packages", "All packages", PackageList, ())},
            "/v1/packages/{name}": {
                "get": _get(
                    "package",
                    "One package, with every build of every version",
                    PackageDocument,
                    (_name(),),
                )
            },
            "/v1/resolve/{spec}": {
                "get": _get(
                    "resolve", "What to install on one host", ResolutionDocument, _host_parameters()
                )
            },
            "/v1/status": {
                "get": _get("status", "How fresh the data are, and what is wrong", Status, ())
            },
            **_webi_paths(),
        },
        "components": {"schemas": schemas, "responses": _problems()},
    }


def _get(
    operation: str, summary: str, document: type[msgspec.Struct], parameters: tuple[Any, ...]
) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{document.__name__}"}
    checked_at = {
        "description": "When the package's upstream last confirmed what is told here",
        "schema": {"type": "string", "format": "date-time"},
    }
    responses = {
        "200": {
            "description": summary,
            "headers": {"Artesian-Checked-At": checked_at},
            "content": {JSON: {"schema": reference}},
        },
        "503": {"$ref": "#/components/responses/Later"},
    }
    if parameters:
        responses["400"] = {"$ref": "#/components/responses/Malformed"}
        responses["404"] = {"$ref": "#/components/responses/NotFound"}
    return {
        "operationId": operation,
        "summary": summary,
        "parameters": list(parameters),
        "responses": responses,
    }


def _parameter(
    name: str, schema: Any, description: str, *, where: str = "query", is_required: bool = False
) -> dict[str, Any]:
    return {
        "name": name,
        "in": where,
        "required": is_required or where == "path",
        "description": description,
        "schema": schema,
    }


def _name() -> dict[str, Any]:
    return _parameter("name", _NAME, "A package or an alias", where="path")


def _file() -> dict[str, Any]:
    file = {"type": "string", "pattern": r"^[A-Za-z0-9._/-]{1,100}$", "examples": ["README.md"]}
    return _parameter("file", file, "Its path in the folder", where="path")


def _words(words: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": [str(word) for word in words]}


def _host_parameters() -> tuple[dict[str, Any], ...]:
    formats = _parameter(
        "formats",
        {"type": "array", "items": _words(FORMATS), "minItems": 1, "uniqueItems": True},
        "What the host can unpack, best first; without it, whatever there is",
    )
    return (
        _parameter("spec", _SPEC, "`name` or `name@tag`", where="path"),
        _parameter("os", _words(OSES), "Operating system", is_required=True),
        _parameter("arch", _words(ARCHES), "Processor family", is_required=True),
        _parameter("libc", _words(LIBCS), "C library, where known"),
        _parameter(
            "level",
            {"type": "integer", "minimum": 1, "maximum": 4},
            "x86-64 micro-architecture level, where known",
        ),
        formats | {"style": "form", "explode": False},
    )


def _webi_paths() -> dict[str, Any]:
    """List the routes that Webi has too; what their answers hold stands in docs/reference/webi-differences.md."""
    spec = _parameter("spec", _SPEC, "`name` or `name@tag`", where="path")
    asked = tuple(
        _parameter(name, {"type": "string"}, description)
        for name, description in (
            ("os", "`macos`, `linux`, `windows`, …; `-`: all"),
            ("arch", "`amd64`, `arm64`, `armv7l`, …; `-`: all"),
            ("libc", "`gnu`, `musl`, `msvc`; `libc`: all"),
            ("lts", "`true`: only releases with long-term support"),
            ("channel", "`stable`, `rc`, `beta`, …"),
            ("formats", "parts of endings, best first: `tar,exe,zip,xz`"),
            ("limit", "rows, 1000 at most"),
            ("pretty", "`true`: for people"),
        )
    )
    listed = _get("builds", "Builds, newest version first", Build, (spec, *asked))
    listed["responses"]["200"]["content"][JSON]["schema"] = {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Build"},
    }
    table = _get("buildsTable", "The same between tabs", Build, (spec, *asked))
    table["responses"]["200"]["content"] = {"text/plain": {"schema": {"type": "string"}}}
    seen = _get("debug", "What the User-Agent was taken for", Detection, asked[:2])
    del seen["responses"]["404"]
    file = _get("file", "A file of a package's folder", Build, (_name(), _file()))
    file["responses"]["200"]["content"] = {"*/*": {"schema": {"type": "string"}}}
    return {
        "/api/releases/{spec}.json": {"get": listed},
        "/api/releases/{spec}.tab": {"get": table},
        "/api/debug": {"get": seen},
        "/api/installers/{spec}.sh": {"get": _text("installer", "An installer", spec)},
        "/packages/{name}/{file}": {"get": file},
        "/sitemap.xml": {"get": _text("sitemap", "All names", media_type="application/xml")},
    }


def _text(
    operation: str, summary: str, *parameters: Any, media_type: str = "text/plain"
) -> dict[str, Any]:
    """Describe a document that is no JSON; its errors are for terminals."""
    content = {media_type: {"schema": {"type": "string"}}}
    terminal = {"text/plain": {"schema": {"type": "string"}}}
    failures = ("400", "404", "503") if parameters else ()
    return {
        "operationId": operation,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {
            "200": {"description": summary, "content": content},
            **{
                status: {"description": "A script that says what is wrong", "content": terminal}
                for status in failures
            },
        },
    }


def _problems() -> dict[str, Any]:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    retry_after = {"description": "Seconds to wait", "schema": {"type": "integer"}}
    return {
        "Malformed": {"description": "The request can't be read", "content": content},
        "NotFound": {
            "description": "No such package, version or build; the problem says what there is",
            "content": content,
        },
        "Later": {
            "description": "Not known yet, or too much to do: ask again",
            "headers": {"Retry-After": retry_after},
            "content": content,
        },
    }
