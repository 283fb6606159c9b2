"""The front page with its search, and the small fixed answers: probes, robots, icon."""

from collections.abc import Iterator, Sequence

from artesian.render.document import PackageSummary, package_list
from artesian.render.page import front_page, one_liner
from artesian.render.script import error_script
from artesian.web.answers import NEGOTIATED, NEVER, TEXT, Answer, page_answer
from artesian.web.negotiate import Form
from artesian.web.plane import Asked, Serving

__all__ = ["example", "front", "icon", "livez", "readyz", "robots"]

# A search longer than this finds nothing anyway.
_LONGEST_SEARCH = 100
_ICON = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#0b6fa4" '
    b'd="M12 2c4 5 7 8.6 7 12.5A7 7 0 0 1 5 14.5C5 10.6 8 7 12 2Z"/></svg>'
)


def front(serving: Serving, asked: Asked) -> Answer:
    """Answer `/`: all packages, or those that `?q=` finds."""
    words = asked.query.get("q", "")[:_LONGEST_SEARCH].lower().split()
    sought = " ".join(_line(word) for word in words)
    listed = package_list(serving.index.generation)
    found = _search(listed.packages, words)
    line = one_liner(asked.origin, example(serving))
    if asked.form is Form.PAGE:
        html = front_page(
            found,
            sought=sought,
            example=line,
            generation=listed.generation,
            created_at=listed.created_at if serving.number else None,
        )
        return page_answer(html, vary=NEGOTIATED)
    body = "".join(f"{line}\n" for line in _listing(found, sought, line))
    return Answer(body=body.encode(), media_type=TEXT, vary=NEGOTIATED)


def livez(serving: Serving, asked: Asked) -> Answer:
    """Answer `/livez`: the loop turns, or nobody would say so."""
    del serving, asked
    return Answer(body=b"alive\n", media_type=TEXT, cache_control=NEVER)


def readyz(serving: Serving, asked: Asked) -> Answer:
    """Answer `/readyz`: whether anything is loaded to serve; never about upstreams, or the age of the data."""
    del asked
    if serving.index.generation.packages:
        return Answer(body=b"ready\n", media_type=TEXT, cache_control=NEVER)
    return Answer(
        body=b"nothing is loaded\n",
        media_type=TEXT,
        status=503,
        cache_control=NEVER,
        headers=(("Retry-After", "5"),),
    )


def robots(serving: Serving, asked: Asked) -> Answer:
    """Answer `/robots.txt`: pages may be indexed, the rest needn't."""
    del serving
    closed = ("/v1/", "/api/", "/packages/", "/*.sh$", "/*?q=")
    lines = ("User-agent: *", *(f"Disallow: {path}" for path in closed))
    body = "\n".join((*lines, "", f"Sitemap: {asked.origin}/sitemap.xml", ""))
    return Answer(body=body.encode(), media_type=TEXT, vary=NEGOTIATED)


def icon(serving: Serving, asked: Asked) -> Answer:
    """Answer `/favicon.svg`."""
    del serving, asked
    return Answer(body=_ICON, media_type="image/svg+xml")


def example(serving: Serving) -> str:
    """Name a package to try: ripgrep where there is one, else the first that is fetched."""
    packages = serving.index.generation.packages
    fetched = (name for name in serving.index.names if packages[name].object is not None)
    return "rg" if serving.has("rg") else next(fetched, "rg")


def _search(packages: Sequence[PackageSummary], words: Sequence[str]) -> list[PackageSummary]:
    """Keep the packages that have every word; those with it in their name first."""
    ranked = [(_rank(package, words), package.name, package) for package in packages]
    return [package for rank, _, package in sorted(ranked, key=lambda each: each[:2]) if rank < 9]


def _rank(package: PackageSummary, words: Sequence[str]) -> int:
    names = (package.name, *package.aliases)
    text = " ".join((*names, package.title, package.description)).lower()
    if not all(word in text for word in words):
        return 9
    if any(name in words for name in names):
        return 0
    return 1 if any(word in name for word in words for name in names) else 2


def _listing(found: Sequence[PackageSummary], sought: str, line: str) -> Iterator[str]:
    """Write the list for a terminal: comments for a shell, so that piping it into one does nothing but say so."""
    like = f" for {sought}" if sought else ""
    yield f"# {len(found)} package{'' if len(found) == 1 else 's'}{like}. To install one: {line}"
    for package in found:
        about = package.description or package.title
        yield _line(f"# {package.name:<20} {about}").rstrip()
    yield error_script(f"Name a package: {line}", status=64).partition("\n")[2]


def _line(text: str) -> str:
    """Keep text on one line, without what could command a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
