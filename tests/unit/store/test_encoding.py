"""Bytes of the data directory: equal content gives equal bytes, and any change of a byte shows."""

import pytest
from tests.stores import NOW, name, snapshot

from artesian.model.snapshot import Entry, Generation
from artesian.store.encoding import (
    Damaged,
    Pointer,
    decode_manifest,
    decode_pointer,
    decode_snapshot,
    digest_of,
    encode_manifest,
    encode_pointer,
    encode_snapshot,
    manifest_number,
    manifest_path,
    object_path,
)

GENERATION = Generation(
    number=42,
    created_at=NOW,
    packages={
        name("rg"): Entry(object="a" * 64, checked_at=NOW, title="rg"),
        name("jq"): Entry(title="jq"),
    },
    aliases={name("ripgrep"): name("rg")},
)


def test_equal_snapshots_have_equal_bytes() -> None:
    """A snapshot that was written and read again is written as the same bytes, so it keeps its object."""
    data = encode_snapshot(snapshot("rg", "14"))
    again = decode_snapshot(data, digest_of(data))
    assert again == snapshot("rg", "14")
    assert encode_snapshot(again) == data


def test_order_of_packages_does_not_show() -> None:
    """Two generations that differ only in the order of their packages have the same manifest."""
    packages = dict(reversed(list(GENERATION.packages.items())))
    other = Generation(number=42, created_at=NOW, packages=packages, aliases=GENERATION.aliases)
    assert encode_manifest(other) == encode_manifest(GENERATION)


def test_manifest_round_trips() -> None:
    """A manifest gives back its generation and the pointer to it."""
    data, pointer = encode_manifest(GENERATION)
    assert decode_manifest(data, 42) == (GENERATION, pointer)
    assert decode_pointer(encode_pointer(pointer)) == pointer


def test_manifest_under_another_number_is_damaged() -> None:
    """A manifest copied to the file name of another number isn't taken for it."""
    data, _ = encode_manifest(GENERATION)
    with pytest.raises(Damaged, match="holds generation 42"):
        decode_manifest(data, 43)


def test_every_changed_bit_of_a_manifest_shows() -> None:
    """No flip of a single bit gives another valid manifest."""
    data, pointer = encode_manifest(GENERATION)
    for i in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[i // 8] ^= 1 << i % 8
        try:
            found = decode_manifest(bytes(flipped), 42)
        except Damaged:
            continue
        assert found == (GENERATION, pointer), f"bit {i}"


def test_every_changed_bit_of_current_shows() -> None:
    """A flipped bit in `current` never names what it was not written for: number and digest belong together."""
    data = encode_pointer(Pointer(number=42, digest="0123456789abcdef" * 4))
    for i in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[i // 8] ^= 1 << i % 8
        try:
            found = decode_pointer(bytes(flipped))
        except Damaged:
            continue
        assert (found.number == 42) != (found.digest == "0123456789abcdef" * 4)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"42",
        b"42\n",
        b"-1 " + b"a" * 64 + b"\n",
        b"42 " + b"A" * 64 + b"\n",
        b"42 " + b"a" * 64 + b"\n\n",
        b"\xff",
    ],
)
def test_odd_current_is_damaged(data: bytes) -> None:
    """What isn't one line of number and sha256 names nothing."""
    with pytest.raises(Damaged):
        decode_pointer(data)


@pytest.mark.parametrize(
    "digest",
    ["", "abc", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "é" * 64, "a" * 63 + "\n"],
)
def test_only_a_sha256_names_an_object(digest: str) -> None:
    """No manifest can lead out of the objects folder."""
    with pytest.raises(Damaged):
        object_path(digest)


def test_paths() -> None:
    """The layout is the documented one."""
    assert object_path("ab" * 32) == f"objects/ab/{'ab' * 32}.json"
    assert manifest_path(42) == "generations/00000042.json"
    assert manifest_number("00000042.json") == 42
    assert manifest_number("123456789.json") == 123456789
    for other in ("00000042.json.tmp", "42.json", "x.json", "٠٠٠٠٠٠٤٢.json"):
        assert manifest_number(other) is None


@pytest.mark.parametrize(
    "data", [b"[]", b"{}", b'{"definition":{},"releases":[]}', b"[" * 100_000, b"\xff\xfe"]
)
def test_right_digest_of_wrong_content_is_damaged(data: bytes) -> None:
    """Bytes that are what their name says, but no snapshot that this version reads, are refused like torn ones."""
    with pytest.raises(Damaged, match="not a snapshot"):
        decode_snapshot(data, digest_of(data))


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"[" * 100_000, b'{"sha256":"x","generation":{}}', b"\xff\xfe"]
)
def test_wrong_content_is_no_manifest(data: bytes) -> None:
    """Bytes of any kind under the name of a manifest are damaged, and nothing else is raised."""
    with pytest.raises(Damaged):
        decode_manifest(data, 1)
