"""A cheat sheet in Markdown → HTML that can do no harm, whoever wrote it: no HTML of its own, no script, no image."""

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

__all__ = ["sheet"]

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
    *("code", "pre", "strong", "em", "a", "blockquote", "hr", "br"),
}
# The page has a title already; what Webi's sheets begin with is for programs.
_FRONT_MATTER = re.compile(r"\A---\r?\n.*?\n---\r?\n", re.DOTALL)
_TITLE = re.compile(r"\A\s*# [^\n]*\n")


@lru_cache(maxsize=64)
def sheet(text: str) -> Markup:
    """Render a cheat sheet for the page of its package, without its first heading."""
    body = _TITLE.sub("", _FRONT_MATTER.sub("", text, count=1), count=1)
    html = nh3.clean(
        _MARKDOWN.render(body),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http"},
        link_rel="noopener nofollow",
    )
    return Markup(html)  # noqa: S704 - cleaned: only these tags, no attribute but href
