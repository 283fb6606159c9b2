"""Pages read by an author's pattern, in a process of its own."""

import asyncio

import pytest

from artesian.model.definition import Index, Source, SourceKind
from artesian.model.outcome import Nonsense
from artesian.refresh.apart import parse_apart
from artesian.sources.html_index import parse

URL = "https://page.example/list"
PLAIN = r'"(?P<url>/x-(?P<version>[0-9.]+)\.zip)"'
# A star inside a plus: twice the time for each letter more.
HUNGRY = r"(?P<url>(a+)+)b(?P<version>x)"


def source(pattern: str) -> Source:
    return Source(kind=SourceKind.HTML, repository="", base_url=URL, index=Index(pattern=pattern))


@pytest.mark.parametrize("body", [b'<a href="/x-1.2.zip">', b'"/x-1.zip" "/x-2.zip"', b"nothing"])
def test_apart_is_as_here(body: bytes) -> None:
    """What comes back is what the adapter says of the page."""
    found = {URL: body}
    assert asyncio.run(parse_apart(source(PLAIN), found)) == parse(source(PLAIN), found)


def test_a_pattern_that_never_ends() -> None:
    """It is stopped and told, and meanwhile everything else goes on."""

    async def both() -> tuple[object, int]:
        reading = asyncio.ensure_future(parse_apart(source(HUNGRY), {URL: b"a" * 60}, limit_s=1))
        steps = 0
        while not reading.done():
            await asyncio.wait([reading], timeout=0.05)
            steps += 1
        return await reading, steps

    result, steps = asyncio.run(both())
    assert result == Nonsense(reason="the pattern takes over 1 s on this page: write it tighter")
    assert steps > 5
