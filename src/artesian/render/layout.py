"""What all pages share: templates with escaping on, inline styles and script, and the policy that allows no others."""

import hashlib
from base64 import b64encode
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

__all__ = ["CONTENT_POLICY", "fill"]

_TEMPLATES = Environment(
    loader=PackageLoader("artesian.render"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _inline(name: str) -> Markup:
    """Read a file of ours that stands inside a page as it is."""
    return Markup(files("artesian.render").joinpath("templates", name).read_text("utf-8"))  # noqa: S704 - our own file


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _said(text: str) -> Markup:
    """Write a sentence: what stands between backticks is code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part
        for number, part in enumerate(parts)
    )


_TEMPLATES.filters["said"] = _said
_TEMPLATES.globals["style"] = _STYLE = _inline("style.css")
_TEMPLATES.globals["status_style"] = _STATUS_STYLE = _inline("status.css")
_TEMPLATES.globals["behaviour"] = _BEHAVIOUR = _inline("page.js")
_TEMPLATES.globals["sought"] = ""

# Only these three inline texts, and nothing from elsewhere: even an escaping mistake couldn't run a script.
CONTENT_POLICY = (
    f"default-src 'none'; style-src {_hash(_STYLE)} {_hash(_STATUS_STYLE)}; script-src {_hash(_BEHAVIOUR)}; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def fill(template: str, **values: Any) -> str:
    """Render a template; every value is escaped."""
    return _TEMPLATES.get_template(template).render(**values)
