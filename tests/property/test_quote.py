"""Whatever the text, a shell reads back exactly what was quoted."""

import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.programs import require
from tests.property.strategies import SHELL_TEXTS

from artesian.render.quote import quote

# yash reads a script in the character set of the locale, so it needs a UTF-8 one; the others don't care.
SHELLS = [
    (shell, locale)
    for shell in ("dash", "bash", "busybox", "mksh", "ksh93", "zsh")
    for locale in ("C", "C.UTF-8")
] + [("yash", "C.UTF-8")]


@pytest.mark.parametrize(("shell", "locale"), SHELLS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(SHELL_TEXTS, min_size=1, max_size=30))
def test_a_quoted_text_round_trips_byte_for_byte(shell: str, locale: str, texts: list[str]) -> None:
    """Every text that has a quoted form comes out of every shell as the bytes that went in."""
    require(shell)
    applet = ["sh"] if shell == "busybox" else []
    lines = "".join(f"x={quote(text)}\nprintf '%s\\000' \"$x\"\n" for text in texts)
    ran = subprocess.run(
        [str(shutil.which(shell)), *applet],
        input=lines.encode(),
        capture_output=True,
        check=False,
        env={"LC_ALL": locale, "PATH": "/usr/bin:/bin"},
    )
    assert ran.stderr == b""
    assert ran.stdout == b"".join(text.encode() + b"\0" for text in texts)
