"""Webi's routes, for its clients and whoever reads its lists; docs/reference/webi-differences.md tells what differs.

The installers that they lead to are ours; only the ways to ask, the words and the columns are Webi's.
"""

from pathlib import PurePosixPath

from artesian.errors import NotFound
from artesian.index import UnknownPackage
from artesian.model.definition import Definition
from artesian.model.host import Arch, Libc, Os
from artesian.model.names import PackageName, parse_name
from artesian.model.query import parse_specs
from artesian.model.version import InvalidTag, parse_tag
from artesian.render.script import throw_script
from artesian.render.webi import Detection, as_json, as_table, client, sitemap
from artesian.resolve.detect import Kind, detect
from artesian.web.answers import JSON, NEGOTIATED, NEVER, TEXT, Answer
from artesian.web.failures import failure_answer
from artesian.web.installers import answer_specs
from artesian.web.negotiate import Form, NoSuchPage
from artesian.web.plane import Asked, Serving
from artesian.web.webi_builds import NO_BUILD, builds
from artesian.web.webi_query import LISTS, read_builds_query, split_ending
from artesian.web.webi_words import ARCHES, OSES, arch_word, os_word

__all__ = ["NoSuchFile", "debug", "installer", "packaged", "releases", "site"]

_FORMS = {".sh": Form.SCRIPT, ".ps1": Form.POWERSHELL}
# Files that aren't plain text. What a browser would run as a page stays text, whatever it is called.
_MEDIA_TYPES = {".json": JSON, ".md": "text/markdown; charset=utf-8", ".png": "image/png"}
_BINARY = "application/octet-stream"
_NO_POWERSHELL = (
    "Artesian has no client for PowerShell yet. In WSL, Git Bash or MSYS2 there is: {url}"
)


class NoSuchFile(NotFound):
    """The package has no file of that name to give out."""

    def __init__(self, name: PackageName, file: str) -> None:
        super().__init__(f"{name} has no file {file[:80]!r} here")
        self.name = name
        self.file = file


def releases(serving: Serving, asked: Asked, text: str) -> Answer:
    """Answer `/api/releases/NAME[@TAG].json|.tab?os=&arch=…`: a list of builds."""
    text, ending = split_ending(text, LISTS)
    name_text, _, tag_text = text.partition("@")
    query = read_builds_query(asked.query)
    name = serving.canonical(parse_name(name_text))
    snapshot, checked_at = serving.index.snapshot(name), serving.checked_at(name)
    try:
        found = builds(snapshot, parse_tag(tag_text) if tag_text else None, query)
    except InvalidTag:
        found = (NO_BUILD,)
    if ending == ".tab":
        body, media_type = as_table(found, is_pretty=query.is_pretty), TEXT
    else:
        body, media_type = as_json(found, is_pretty=query.is_pretty), JSON
    return Answer(body=body, media_type=media_type, checked_at=checked_at)


def installer(serving: Serving, asked: Asked, text: str) -> Answer:
    """Answer `/api/installers/NAME[@TAG].sh|.ps1`, the same as `/NAME[@TAG].sh`.

    It finds out by itself what a query would say. Webi's clients drop the body of an error status, so what a script
    can say of a package that exists goes with 200.
    """
    line, ending = split_ending(text, tuple(_FORMS))
    if ending not in _FORMS:
        raise NoSuchPage(f"api/installers/{text}")
    form = _FORMS[ending]
    try:
        return answer_specs(serving, asked, parse_specs(line), form)
    except UnknownPackage:
        raise
    except (NotFound, InvalidTag) as error:
        return failure_answer(
            error, form=form, is_wget=True, origin=asked.origin, nearest=serving.nearest
        )


def packaged(serving: Serving, asked: Asked, text: str) -> Answer:
    """Answer `/packages/NAME/FILE`: a file of the package's folder, looked up among those that it gives out."""
    name_text, _, file = text.partition("/")
    if name_text == "webi" and file in {"webi.sh", "webi-pwsh.ps1"}:
        return _client(asked, file)
    name = serving.canonical(parse_name(name_text))
    definition = serving.index.about(name)
    content = _content(definition, file)
    if content is None:
        raise NoSuchFile(name, file)
    return Answer(body=content, media_type=_media_type(file, content))


def _client(asked: Asked, file: str) -> Answer:
    """Give out the `webi` script, which knows where it comes from; to PowerShell, one clear word."""
    if file == "webi.sh":
        return Answer(body=client(asked.origin).encode(), media_type=TEXT, vary=NEGOTIATED)
    message = _NO_POWERSHELL.format(url=f"{asked.origin}/packages/webi/webi.sh")
    return Answer(body=throw_script(message).encode(), media_type=TEXT, vary=NEGOTIATED)


def _content(definition: Definition, file: str) -> bytes | None:
    """Find a file of a package's folder; None where it has none of that name."""
    every = (*definition.served, *definition.files)
    found = next((one.content for one in every if one.name == file), None)
    if found is None:
        texts = {"README.md": definition.readme, "install.sh": definition.piece}
        return texts.get(file, "").encode(errors="replace") or None
    return found


def _media_type(file: str, content: bytes) -> str:
    """Tell a file's media type: text unless it can't be."""
    known = _MEDIA_TYPES.get(PurePosixPath(file).suffix.lower())
    if known is not None:
        return known
    try:
        is_text = "\0" not in content.decode()
    except UnicodeDecodeError:
        is_text = False
    return TEXT if is_text else _BINARY


def debug(serving: Serving, asked: Asked) -> Answer:
    """Answer `/api/debug`: what the client's User-Agent was taken for; `?os=&arch=` stand in for it."""
    del serving
    seen = detect(asked.user_agent)
    # A bare downloader says nothing; where one is at hand, it is most likely Linux.
    os = Os.LINUX if seen.os is None and seen.kind is Kind.BARE else seen.os
    own = _os(os, asked)
    said = os_word(asked.query["os"]) or "-" if "os" in asked.query else own
    url = f"{asked.origin}/api/debug"
    document = Detection(
        unix=f'curl -sS -A "$(uname -srm)" {url}',
        windows=f'curl.exe -sS -A "MS $Env:PROCESSOR_ARCHITECTURE" {url}',
        ua=asked.user_agent,
        user_agent=asked.user_agent,
        os=said,
        arch=arch_word(asked.query["arch"]) or "-"
        if "arch" in asked.query
        else _arch(seen.arch, asked),
        libc=_libc(said, seen.libc if said == own else None),
    )
    body = as_json(document, is_pretty=True)
    return Answer(body=body, media_type=JSON, vary=NEGOTIATED, cache_control=NEVER)


def _os(os: Os | None, asked: Asked) -> str:
    return _nothing(asked) if os is None else OSES[os]


def _arch(arch: Arch | None, asked: Asked) -> str:
    return _nothing(asked) if arch is None else ARCHES[arch][0]


def _libc(os: str, libc: Libc | None) -> str:
    if libc is None and os == OSES[Os.WINDOWS]:
        return Libc.MSVC
    return "libc" if libc is None else libc


def _nothing(asked: Asked) -> str:
    """Write that nothing is said: `-` was asked for, `error` is a User-Agent that nobody can read."""
    return "-" if asked.user_agent == "-" else "error"


def site(serving: Serving, asked: Asked) -> Answer:
    """Answer `/sitemap.xml`: the page of each name, aliases too, since Webi's clients list them from here."""
    generation = serving.index.generation
    body = sitemap(asked.origin, sorted((*generation.packages, *generation.aliases)))
    return Answer(body=body, media_type="application/xml; charset=utf-8", vary=NEGOTIATED)
