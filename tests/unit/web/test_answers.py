"""Answers made ready to send, and the cache that keeps them."""

import gzip
from datetime import UTC, datetime

from artesian.web.answers import NEVER, Answer, AnswerKey, Answers, ready
from artesian.web.negotiate import Form


def _key(path: bytes) -> AnswerKey:
    return path, Form.SCRIPT, "", False


def test_headers_of_a_fresh_answer() -> None:
    """An answer carries its type, length, tag, what it varies on, and when its data was checked."""
    answer = Answer(
        body=b"hello",
        media_type="text/plain",
        checked_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        headers=(("Retry-After", "5"),),
    )
    headers = dict(ready(answer, is_gzip=False).start["headers"])
    assert headers[b"content-type"] == b"text/plain"
    assert headers[b"content-length"] == b"5"
    assert headers[b"vary"] == b"Accept-Encoding"
    assert headers[b"artesian-checked-at"] == b"2026-01-02T03:04:05Z"
    assert headers[b"retry-after"] == b"5"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"etag"].startswith(b'"')
    assert b"stale-if-error" in headers[b"cache-control"]


def test_each_encoding_has_its_own_strong_tag() -> None:
    """Gzip and identity are different bytes, so their tags differ; equal bytes have equal tags."""
    answer = Answer(body=b"x" * 5000, media_type="text/plain")
    plain, packed = ready(answer, is_gzip=False), ready(answer, is_gzip=True)
    assert plain.etag != packed.etag
    assert packed.etag == ready(answer, is_gzip=True).etag
    assert gzip.decompress(packed.body["body"]) == answer.body
    assert dict(packed.start["headers"])[b"content-encoding"] == b"gzip"
    assert packed.size_bytes < plain.size_bytes


def test_small_bodies_are_not_packed() -> None:
    """What fits one packet is sent as it is."""
    answer = Answer(body=b"ok", media_type="text/plain")
    assert ready(answer, is_gzip=True) == ready(answer, is_gzip=False)


def test_a_not_modified_answer_repeats_what_caches_need() -> None:
    """A 304 has the tag and the cache's headers, and no length or type."""
    names = {
        name
        for name, _ in ready(Answer(body=b"", media_type="x"), is_gzip=True).not_modified["headers"]
    }
    assert {b"etag", b"cache-control", b"vary"} <= names
    assert not names & {b"content-length", b"content-type"}


def test_errors_have_no_tag() -> None:
    """What must not be kept can't be asked for again by its tag."""
    for answer in (
        Answer(body=b"", media_type="x", status=404),
        Answer(body=b"", media_type="x", cache_control=NEVER),
    ):
        assert b"etag" not in dict(ready(answer, is_gzip=False).start["headers"])


def test_cache_keeps_the_recently_used_within_its_bytes() -> None:
    """The cache never holds more than its limit, and what is asked for stays."""
    one = ready(Answer(body=b"x" * 7000, media_type="x"), is_gzip=False)
    answers = Answers(limit_bytes=one.size_bytes * 3)
    for name in (b"a", b"b", b"c"):
        answers.put(_key(name), one)
    assert answers.get(_key(b"a")) is one
    answers.put(_key(b"d"), one)
    assert answers.get(_key(b"b")) is None
    assert answers.get(_key(b"a")) is one
    assert len(answers) == 3
    assert answers.size_bytes == one.size_bytes * 3


def test_cache_refuses_what_is_too_large() -> None:
    """One answer larger than the whole cache doesn't empty it."""
    small = ready(Answer(body=b"x", media_type="x"), is_gzip=False)
    answers = Answers(limit_bytes=small.size_bytes)
    answers.put(_key(b"a"), small)
    answers.put(_key(b"b"), ready(Answer(body=b"x" * 99, media_type="x"), is_gzip=False))
    answers.put(_key(b"a"), small)
    assert answers.get(_key(b"a")) is small
    assert len(answers) == 1
