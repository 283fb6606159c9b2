"""Header names and values stand in one module: a literal elsewhere could be misspelt where no golden test looks."""

import ast
from collections.abc import Iterator
from pathlib import Path

import artesian
from artesian.model.header import (
    CONTENT_ENCODING,
    GITHUB_API_VERSION,
    GZIP,
    Header,
    MediaType,
    Received,
    Scheme,
)

ROOT = Path(artesian.__file__).parent
# The server's own answers have their constants in web/; the simulator plays other people's servers.
ELSEWHERE = ("model/header.py", "web/", "scrape.py", "sim/")
NAMES = {name.lower() for name in (*Header, *Received, CONTENT_ENCODING, "Authentication")}
# Ordinary words, too; as names of headers they begin with a capital.
WORDS = {"accept", "date", "link", "location"}
VALUES = {GITHUB_API_VERSION, GZIP, MediaType.GITHUB, MediaType.JSON, MediaType.HTML, Scheme.BEARER}


def is_header(text: str) -> bool:
    """Tell whether a literal is the name or value of a header, or begins with one."""
    name = text.partition(":")[0].strip()
    if name.lower() in WORDS:
        return name in {word.capitalize() for word in WORDS}
    return name.lower() in NAMES or text in VALUES or text.startswith(f"{Scheme.BEARER} ")


def literals(source: str) -> Iterator[tuple[int, str]]:
    """Find all literals of a module but docstrings, with their lines."""
    tree = ast.parse(source)
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in told:
            if isinstance(node.value, str):
                yield node.lineno, node.value
            elif isinstance(node.value, bytes):
                yield node.lineno, node.value.decode("latin-1")


def test_no_header_is_written_out() -> None:
    """No module but the one of the constants has a header's name or value as a literal."""
    found = [
        f"{file.relative_to(ROOT)}:{line}: {text!r}"
        for file in sorted(ROOT.rglob("*.py"))
        if not file.relative_to(ROOT).as_posix().startswith(ELSEWHERE)
        for line, text in literals(file.read_text("utf-8"))
        if is_header(text)
    ]
    assert found == []


def test_the_check_sees_what_it_looks_for() -> None:
    """The misspelling of 2024-06-05, and the right spelling, would both be found."""
    bad = 'headers = {"Authentication": f"Bearer {token}", b"user-agent": "x"}'
    assert [text for _, text in literals(bad) if is_header(text)] == [
        "Authentication",
        "user-agent",
        "Bearer ",
    ]
