"""Read how a package is installed: commands, man pages, completions and test, with what isn't written inferred."""

import re
from collections.abc import Iterable

import msgspec

from artesian.definitions.lines import Path
from artesian.definitions.raw import RawRecipe
from artesian.definitions.shapes import Fault
from artesian.model.definition import Command, HomeLink, Layout, Recipe, TestRun

__all__ = ["Usual", "glob_fault", "is_command", "recipe"]

_COMMAND = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*", re.ASCII)
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_BASH = ("{}.bash", "{}.bash-completion", "bash-completion/completions/{}")
_ZSH = ("_{}", "{}.zsh")
_FISH = ("{}.fish",)
_MAN = ("*.1", "*.1.gz")
_MAN_IN_TREE = ("man1/*.1", "man1/*.1.gz")  # a tree may hold `libfoo.so.1`


class Usual(msgspec.Struct, frozen=True, kw_only=True):
    """What stands where nothing is written: the commands, and whether the first of them is tested."""

    commands: tuple[str, ...]
    is_tested: bool


def recipe(raw: RawRecipe, usual: Usual, faults: list[Fault], here: Path = ()) -> Recipe:
    """Fill in what `raw` leaves out; add what can't be meant to `faults`."""
    commands = _commands(raw, usual, faults, here)
    names = [command.name for command in commands]
    is_tree = raw.tree is True or (raw.tree is None and not names)
    man = raw.man if raw.man is not None else _MAN_IN_TREE if is_tree else _MAN
    bash, zsh, fish = _completions(raw, names)
    for key, globs in (("man", raw.man or ()), *_written_completions(raw)):
        for index, glob in enumerate(globs):
            if fault := glob_fault(glob, is_path=True):
                faults.append(Fault((*here, *key.split("."), index), fault))
    return Recipe(
        commands=commands,
        layout=Layout.TREE if is_tree else Layout.COMMANDS,
        man=man,
        completions_bash=bash,
        completions_zsh=zsh,
        completions_fish=fish,
        links=_links(raw, faults, here),
        test=_test(raw, names, faults, here, is_untested=not (names and usual.is_tested)),
        notes=(raw.notes or "").strip(),
    )


def is_command(name: str) -> bool:
    """Tell whether a command may be called so."""
    return _COMMAND.fullmatch(name) is not None


def glob_fault(glob: str, *, is_path: bool) -> str | None:
    """Tell what is wrong with a glob."""
    if not glob:
        return "an empty glob matches nothing"
    if re.search(r"[][\\{}]", glob):
        return f"glob '{glob}' may use * and ? only"
    if not is_path and "/" in glob:
        return f"glob '{glob}' is matched with a file name, which has no /"
    if glob.startswith("/") or {"", ".", ".."} & set(glob.split("/")):
        return f"glob '{glob}' must lead down from the archive's root: no /, . or .. around it"
    return None


def _commands(raw: RawRecipe, usual: Usual, faults: list[Fault], here: Path) -> tuple[Command, ...]:
    written = raw.commands
    if written is None:
        return tuple(Command(name=name, file=name) for name in usual.commands)
    path = (*here, "commands")
    if not written and not raw.links:
        faults.append(Fault(path, "commands is empty; a package has one at least"))
    if isinstance(written, dict):
        pairs: Iterable[tuple[str | int, str, str]] = (
            (name, name, file) for name, file in written.items()
        )
    else:
        pairs = ((index, name, name) for index, name in enumerate(written))
        faults.extend(
            Fault((*path, index), f"command '{name}' is listed twice")
            for index, name in enumerate(written)
            if name in written[:index]
        )
    commands = []
    for place, name, file in pairs:
        if not is_command(name):
            faults.append(Fault((*path, place), f"'{name}' is not the name of a command"))
        elif fault := glob_fault(file, is_path=True):
            faults.append(Fault((*path, place), fault))
        else:
            commands.append(Command(name=name, file=file))
    return tuple(commands)


def _links(raw: RawRecipe, faults: list[Fault], here: Path) -> tuple[HomeLink, ...]:
    links = []
    for path, file in (raw.links or {}).items():
        place = (*here, "links", path)
        inside = path.removeprefix("~/")
        if inside == path or glob_fault(inside, is_path=True):
            faults.append(Fault(place, f"link '{path}' must be a path that begins with ~/"))
        elif inside.startswith((".local/bin/", ".local/opt/")):
            faults.append(Fault(place, f"link '{path}': commands make the links in ~/.local"))
        elif file != "." and (fault := glob_fault(file, is_path=True)):
            faults.append(Fault(place, fault))
        else:
            links.append(HomeLink(path=path, file=file))
    return tuple(links)


def _completions(raw: RawRecipe, names: list[str]) -> tuple[tuple[str, ...], ...]:
    written = dict(_written_completions(raw))
    return tuple(
        written.get(
            f"completions.{shell}", tuple(each.format(name) for name in names for each in usual)
        )
        for shell, usual in (("bash", _BASH), ("zsh", _ZSH), ("fish", _FISH))
    )


def _written_completions(raw: RawRecipe) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if raw.completions is None:
        return ()
    pairs = (
        ("bash", raw.completions.bash),
        ("zsh", raw.completions.zsh),
        ("fish", raw.completions.fish),
    )
    return tuple((f"completions.{shell}", globs) for shell, globs in pairs if globs is not None)


def _test(
    raw: RawRecipe, names: list[str], faults: list[Fault], here: Path, *, is_untested: bool
) -> TestRun | None:
    expect = raw.expect or ""
    unknown = [name for name in _PLACEHOLDER.findall(expect) if name != "version"]
    if unknown:
        faults.append(
            Fault((*here, "expect"), f"expect knows {{version}} only, not {{{unknown[0]}}}")
        )
    if raw.test is False:
        if expect:
            faults.append(Fault((*here, "expect"), "expect has no test to read; test is false"))
        return None
    if raw.test is None and is_untested:
        if expect:
            faults.append(Fault((*here, "expect"), "expect has no test to read; write one"))
        return None
    words = (raw.test if raw.test is not None else f"{names[0]} --version").split()
    if not words or words[0] not in names:
        said = f"runs '{words[0]}', which is no command of this package" if words else "is empty"
        known = ", ".join(names) or "none"
        faults.append(Fault((*here, "test"), f"test {said}; commands: {known}"))
        return None
    return TestRun(command=words[0], args=tuple(words[1:]), expect=expect)
