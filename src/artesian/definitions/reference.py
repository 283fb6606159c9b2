"""Write the reference of package.toml (docs/reference/definitions.md) out of the table of keys."""

from collections.abc import Iterable

from artesian.definitions.key import Key
from artesian.definitions.keys import PACKAGE
from artesian.definitions.tables import RECIPE
from artesian.model.host import Arch, Libc, Os

__all__ = ["reference"]

_HEAD = """\
# package.toml

*Written by `python scripts/definitions_reference.py` from the code that reads the files; change that instead.*

A package is a folder of the catalogue, `catalogue/<name>/`, with a `package.toml`. An ordinary tool is one line:

```toml
source = "github:BurntSushi/ripgrep"
```

Everything else is inferred, and a key is written only where the package is an exception. Two lines more make a better
page and a better test:

```toml
source = "github:BurntSushi/ripgrep"
description = "Searches folders of text for a pattern, leaving out what git ignores."
expect = "{version}"
```

`artesian check DIR` tells everything that is wrong with a catalogue, as `file:line: what is wrong and what was meant`.
An unknown key is an error. A package with an error is left out; all others are served.

"""

_TAIL = """\
## Globs

`*` stands for any characters, `?` for one; there is nothing else. Globs of assets are matched with whole file names, in
the case they are written.

## Words

- os: {os}
- arch: {arch}
- libc: {libc}

`posix` is a shell script that runs everywhere but on Windows, `universal` a macOS file for both of its processors, and
`any` a file that runs on all.
"""


def reference() -> str:
    """Render the whole page, in Markdown."""
    return "".join(
        (
            _HEAD,
            "## Keys\n\n",
            *_sections(key for key in PACKAGE if not key.keys),
            *(_table(key) for key in PACKAGE if key.keys),
            _TAIL.format(os=_words(Os), arch=_words(Arch), libc=_words(Libc)),
        )
    )


def _table(key: Key) -> str:
    recipe = {each.name for each in RECIPE}
    inside = [each for each in key.keys if each.name not in recipe or key.name == "completions"]
    title = f"[[{key.name}]]" if key.name == "when" else f"[{key.name}]"
    return f"## {title}\n\n{_body(key)}" + "".join(_sections(inside))


def _sections(keys: Iterable[Key]) -> Iterable[str]:
    return (f"### {key.name}\n\n{_body(key)}" for key in keys)


def _body(key: Key) -> str:
    return f"{key.meaning}\n\n- Value: {key.shape}\n- Default: {key.default}\n\n```toml\n{key.example}\n```\n\n"


def _words(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
