"""Each constant of model/header.py, changed by a character or to another valid word, fails a named golden test."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from artesian.model import header

GOLDEN = Path(__file__).with_name("golden_headers.py")
SOURCE = Path(header.__file__).read_text("utf-8")
# What somebody might write in good faith.
WORDS = {
    "Authorization": "Authentication",
    "Bearer": "Basic",
    "Accept": "Expect",
    "Accept-Encoding": "Accept-Charset",
    "Content-Type": "Content-Length",
    "If-None-Match": "If-Match",
    "User-Agent": "X-User-Agent",
    "X-GitHub-Api-Version": "X-GitHub-Media-Type",
    "token": "Token",
    "2022-11-28": "2026-03-10",
    "application/vnd.github+json": "application/vnd.github.v3+json",
    "application/json": "text/json",
    "gzip": "br",
    "retry-after": "expires",
    "x-ratelimit-limit": "ratelimit-limit",
    "etag": "last-modified",
}


def constants() -> Iterator[tuple[str, ast.Constant]]:
    """Find every constant of the module: its name and where its text stands."""
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            target = node.targets[0]
            assert isinstance(target, ast.Name)
            yield target.id, node.value


def mutants() -> Iterator[tuple[str, str]]:
    """Write every mutant: what was changed, and the whole module."""
    lines = SOURCE.splitlines(keepends=True)
    for name, constant in constants():
        text = constant.value
        assert isinstance(text, str)
        middle = len(text) // 2
        other = "x" if text[middle] != "x" else "y"
        forms = [f"{text[:middle]}{other}{text[middle + 1 :]}", text[:-1]]
        forms += [WORDS[text]] if text in WORDS else []
        for form in forms:
            row = constant.lineno - 1
            before, after = lines[row][: constant.col_offset], lines[row][constant.end_col_offset :]
            changed = [*lines[:row], f"{before}{form!r}{after}", *lines[row + 1 :]]
            yield f"{name}: {form}", "".join(changed)


def judge(folder: Path, sources: dict[str, str]) -> dict[str, str]:
    """Run the golden tests over each of these modules; tell which fails first, if any."""
    files = []
    for number, source in enumerate(sources.values()):
        files.append(folder / f"header_{number}.py")
        files[-1].write_text(source, "utf-8")
    done = subprocess.run(
        [sys.executable, str(GOLDEN), *map(str, files)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return dict(zip(sources, done.stdout.split("\n")[:-1], strict=True))


def test_every_mutant_is_caught(tmp_path: Path) -> None:
    """No change of a constant goes unseen, and the constants as they are pass every golden test."""
    sources = dict(mutants())
    assert len(sources) > 60
    verdicts = judge(tmp_path, {"as it is": SOURCE, **sources})
    assert verdicts.pop("as it is") == ""
    assert [name for name, failing in verdicts.items() if not failing] == []
    assert verdicts["AUTHORIZATION: Authentication"] == "github_list"


@pytest.mark.parametrize("word", WORDS)
def test_the_words_are_those_of_the_module(word: str) -> None:
    """A constant that was renamed must not leave its mutant behind."""
    assert word in {constant.value for _, constant in constants()}
