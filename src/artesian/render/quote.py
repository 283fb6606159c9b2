"""The one door through which text enters a shell script; and how a line that people paste names what it asks for."""

from urllib.parse import quote as percent_encode

from artesian.errors import Invalid

__all__ = ["Unquotable", "quote", "url_path"]


class Unquotable(Invalid):
    """Text that no shell word can hold: NUL ends a C string, a lone surrogate has no UTF-8."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:80]!r} can't stand in a script: it holds NUL or isn't valid Unicode"
        )
        self.text = text


def quote(text: str) -> str:
    """Write `text` as one word of POSIX shell; raise Unquotable."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Unquotable(text)
    # Between single quotes a shell reads every byte as itself; a single quote alone has to stand outside.
    return "'" + text.replace("'", "'\\''") + "'"


def url_path(asked: str) -> str:
    """Write specs as a URL path that needs no quotes in any shell."""
    return percent_encode(asked, safe="@,.+=-_", errors="surrogatepass")
