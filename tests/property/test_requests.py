"""Requests of any bytes: always an answer, always one that its client can read, never a fault of ours."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reading import BROWSER, CURL, POWERSHELL, WGET, app_of, ask

APP = app_of()
AGENTS = st.sampled_from([CURL, WGET, BROWSER, POWERSHELL])

# What attacks are made of, beside any bytes: percent-encodings, dots, line ends, quotes, NUL, and our own syntax.
_PIECES = st.sampled_from(
    [b"rg", b"jq", b"@", b",", b"14", b">=", b".sh", b".ps1", b"/", b"..", b"%2e", b"%2f", b"%00", b"%0d%0a", b"%0a",
     b"%27", b"%22", b"%60", b"$(id)", b"%24%28id%29", b"'", b'"', b"`", b"\\", b"%5c", b"%", b"%%", b"%zz", b"%ff",
     b"%c0%af", b"%252e", b"%E2%80%AE", b"%F0%9F%92%A9", b"v1/packages/", b"v1/resolve/", b"?", b"os=linux", b"&",
     b"api/releases/", b"api/installers/", b"api/debug", b"packages/", b"webi/webi.sh", b"sitemap.xml", b".json",
     b".tab", b".ps1", b"limit=", b"pretty=true", b"arch=amd64", b"formats=", b"level=", b"q=", b";", b"#", b"<script>",
     b"+", b"*", b"~", b"^", b"|", b" "]
)  # fmt: skip
TARGETS = st.lists(_PIECES | st.binary(max_size=4), max_size=12).map(b"".join)


@given(TARGETS, AGENTS)
def test_any_target(target: bytes, agent: dict[str, str]) -> None:
    """Any path and query get a graded answer, and its headers stay headers."""
    said = ask(APP, b"/" + target, agent)
    assert said.status in {200, 400, 404, 414, 503}
    assert "incident" not in said.text
    for name, value in said.headers.items():
        assert name.isascii()
        assert value.isprintable()


@given(TARGETS)
def test_errors_are_scripts_that_only_fail(target: bytes) -> None:
    """Whatever was asked, an error piped to a shell runs nothing of it."""
    said = ask(APP, b"/" + target, CURL)
    if said.status != 200 and said.text.startswith("#!/bin/sh"):
        ran = subprocess.run(["sh"], input=said.body, capture_output=True, check=False)
        assert ran.returncode in {64, 69, 75}
        assert ran.stdout == b""
        assert ran.stderr.startswith(b"artesian: ")


@given(
    st.lists(st.tuples(st.binary(max_size=30), st.binary(max_size=80)), max_size=6),
    st.binary(max_size=60),
)
def test_any_headers(headers: list[tuple[bytes, bytes]], value: bytes) -> None:
    """Headers of any bytes, ours among them, never cause a fault."""
    names = (b"host", b"user-agent", b"accept", b"accept-encoding", b"if-none-match")
    for raw in (headers, [(name, value) for name in names]):
        APP.kept(value, raw)
        APP.kept(b"/rg", raw)
        said = ask(APP, "/rg", {}, host=None, raw_headers=tuple(raw))
        assert said.status in {200, 304, 400, 421}


@pytest.mark.parametrize(
    "target",
    ["/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2fobjects", "/rg/../../x", "/.", "/.."],
)
def test_no_path_leads_out(target: str) -> None:
    """Paths never touch a disk: dots are no names."""
    assert ask(APP, target).status in {400, 404}
