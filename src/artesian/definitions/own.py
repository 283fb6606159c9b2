"""Read what isn't about releases: the folder's own files, other packages, the systems it is for, fields of an index."""

import re
from collections.abc import Iterable, Mapping, Sequence

from artesian.definitions.lines import Path
from artesian.definitions.raw import RawPackage
from artesian.definitions.recipes import is_command
from artesian.definitions.shapes import Fault, did_you_mean
from artesian.errors import Invalid
from artesian.model.definition import File, Index, SourceKind
from artesian.model.host import Os
from artesian.model.query import parse_spec

__all__ = [
    "CHEAT_SHEET",
    "LONGEST_PIECE",
    "PIECE",
    "index",
    "is_own",
    "own_faults",
    "own_files",
    "systems",
    "text",
]

PIECE = "install.sh"
CHEAT_SHEET = "README.md"
# What an installer can carry, and a page show: they are read by people.
LONGEST_PIECE = 64_000
_HOST_OS = frozenset(Os) - {Os.POSIX, Os.ANY}
_LISTS = frozenset({"releases", "assets"})  # they lead to places, never to a text
_BRACES = re.compile(r"\{([^{}]*)\}")
_STEP = re.compile(r"(?:[^\[\]{}*]+|\*)(?:\[\])*|(?:\[\])+")  # between dots: name, name[], *, []
_GROUPS = frozenset(Index.__struct_fields__) - {"releases", "assets", "pattern"}


def is_own(raw: RawPackage, contents: Mapping[str, bytes]) -> bool:
    """Tell whether there is something to a package without a source."""
    return bool(raw.files or raw.packages or raw.refused is not None or PIECE in contents)


def own_faults(raw: RawPackage, contents: Mapping[str, bytes]) -> Iterable[Fault]:
    """Find keys that contradict each other, and words of no meaning."""
    yield from _refusal_faults(raw)
    if raw.provides and PIECE not in contents:
        message = f"provides is of packages with an {PIECE}; write commands"
        yield Fault(("provides",), message)
    for place, name in enumerate(raw.provides):
        if not is_command(name):
            yield Fault(("provides", place), f"'{name}' is not the name of a command")
    if raw.version is not None and raw.source is not None:
        yield Fault(("version",), "the version of a package with a source is what its source says")
    if raw.version is not None and not re.search(r"\d", raw.version):
        yield Fault(("version",), f"version '{raw.version}' has no number")
    if raw.elsewhere and not raw.os:
        yield Fault(("elsewhere",), "elsewhere needs os: the systems that the package is for")
    for key, specs in (("packages", raw.packages), ("needs", raw.needs)):
        for place, spec in enumerate(specs):
            try:
                parse_spec(spec)
            except Invalid as error:
                yield Fault((key, place), str(error))


def _refusal_faults(raw: RawPackage) -> Iterable[Fault]:
    if raw.refused is None:
        return
    for name in ("source", "files", "packages", "needs", "version"):
        if getattr(raw, name):
            yield Fault((name,), f"a refused package has no {name}")
    if not raw.refused.strip():
        yield Fault(("refused",), "refused must say why, and what to do instead")


def own_files(
    raw: RawPackage, contents: Mapping[str, bytes], faults: list[Fault]
) -> tuple[File, ...]:
    """Take the files of the folder that are to travel in the installer."""
    found: list[File] = []
    for place, name in enumerate(raw.files):
        path: Path = ("files", place)
        content = contents.get(name)
        if name in raw.files[:place]:
            faults.append(Fault(path, f"file '{name}' is listed twice"))
        elif content is None:
            others = sorted(contents)
            hint = did_you_mean(name, others) if others else ""
            faults.append(Fault(path, f"the folder has no file '{name}'{hint}"))
        elif b"\0" in content or text(content) is None:
            faults.append(Fault(path, f"'{name}' is no text of UTF-8; no script can carry it"))
        else:
            found.append(File(name=name, content=content))
    if sum(len(file.content) for file in found) > LONGEST_PIECE:
        faults.append(Fault(("files",), f"files are over {LONGEST_PIECE} bytes together"))
    return tuple(found)


def text(content: bytes) -> str | None:
    """Decode UTF-8; None where it isn't that."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def systems(words: Sequence[str], faults: list[Fault], here: Path = ()) -> tuple[Os, ...]:
    """Read the names of systems that machines run."""
    found = []
    for place, word in enumerate(words):
        try:
            os = Os(word)
        except ValueError:
            faults.append(
                Fault((*here, "os", place), f"unknown os '{word}'{did_you_mean(word, Os)}")
            )
            continue
        if os not in _HOST_OS:
            faults.append(
                Fault((*here, "os", place), f"os '{word}' is of files, never of a machine")
            )
        else:
            found.append(os)
    return tuple(found)


def index(raw: RawPackage, kind: SourceKind | None, faults: list[Fault]) -> Index | None:
    """Read `[index]`; None for sources that know their own."""
    if kind is SourceKind.HTML and "pattern" not in (raw.index or {}):
        faults.append(Fault(("index",), "an html: source needs [index] with a pattern"))
        return None
    if kind is SourceKind.JSON and "pattern" in (raw.index or {}):
        faults.append(Fault(("index", "pattern"), "pattern is for html: sources"))
        return None
    if kind not in (SourceKind.JSON, SourceKind.HTML):
        if raw.index is not None and kind is not None:
            faults.append(Fault(("index",), "[index] is for json: and html: sources"))
        return None
    found = Index(**(raw.index or {}))
    if found.pattern:
        _check_pattern(found.pattern, faults)
    faults.extend(
        Fault(("index", name), fault)
        for name, text in (raw.index or {}).items()
        if text != getattr(Index(), name)  # empty: none
        if name != "pattern" and (fault := _path_fault(text, is_list=name in _LISTS))
    )
    return found


def _path_fault(text: str, *, is_list: bool) -> str | None:
    """Tell what is wrong with a path, or with a text that has paths in braces."""
    has_braces = not is_list and bool(re.search("[{}]", text))
    around, paths = _BRACES.sub("", text), _BRACES.findall(text)
    if has_braces and (not paths or re.search("[{}]", around)):
        return f"'{text}' has a brace without its other one"
    wrong = [path for path in (paths if has_braces else [text]) if not _is_path(path, is_list)]
    if not wrong:
        return None
    where = f" in '{text}'" if has_braces else ""
    return f"'{wrong[0]}'{where} is no path, such as a.b, a[].b or *.b"


def _is_path(text: str, is_list: bool) -> bool:
    if text == "$key":
        return not is_list
    return all(_STEP.fullmatch(step) and step != "$key" for step in text.split("."))


def _check_pattern(pattern: str, faults: list[Fault]) -> None:
    here: Path = ("index", "pattern")
    try:
        groups = re.compile(pattern).groupindex
    except (re.error, OverflowError, RecursionError) as error:
        faults.append(Fault(here, f"'{pattern}' is not a regular expression: {error}"))
        return
    lacking = (needed for needed in ("version", "url") if needed not in groups)
    faults.extend(Fault(here, f"pattern lacks the group (?P<{name}>…)") for name in lacking)
    unknown = (name for name in groups if name not in _GROUPS)
    faults.extend(
        Fault(here, f"pattern has the unknown group '{name}'{did_you_mean(name, _GROUPS)}")
        for name in unknown
    )
