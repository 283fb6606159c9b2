"""Bytes of the data directory: paths, digests, and the two documents (object, manifest). Pure: it touches no disk.

A manifest carries its own check, `{"sha256": …, "generation": {…}}`: the digest of the bytes of `generation` as
they stand. `current` is one line, the number in force and that same digest: `42 5f0c…`. So a change of any byte of
an object, a manifest or `current` shows, and none of them can vouch for another one's damage.
"""

import hashlib
import re

import msgspec

from artesian.errors import Unavailable
from artesian.model.snapshot import Generation, Snapshot

__all__ = [
    "CURRENT",
    "GENERATIONS",
    "OBJECTS",
    "UNDECODABLE",
    "Damaged",
    "Pointer",
    "decode_manifest",
    "decode_pointer",
    "decode_snapshot",
    "digest_of",
    "encode_manifest",
    "encode_pointer",
    "encode_snapshot",
    "manifest_number",
    "manifest_path",
    "object_path",
]

CURRENT = "current"
GENERATIONS = "generations"
OBJECTS = "objects"

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_POINTER = re.compile(rb"([0-9]{1,18}) ([0-9a-f]{64})\n")
_MANIFEST = re.compile(r"([0-9]{8,18})\.json", re.ASCII)


class Damaged(Unavailable):
    """A file of the data directory is missing, can't be read, or isn't what its name promises."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}", retry_after_s=60)
        self.path = path
        self.reason = reason


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """What `current` says: which generation is in force, and the digest of its bytes."""

    number: int
    digest: str


class _Manifest(msgspec.Struct, frozen=True, kw_only=True):
    sha256: str
    generation: msgspec.Raw


_ENCODER = msgspec.json.Encoder(order="deterministic")
_SNAPSHOT = msgspec.json.Decoder(Snapshot)
_MANIFEST_FRAME = msgspec.json.Decoder(_Manifest)
_GENERATION = msgspec.json.Decoder(Generation)
# What decoding foreign bytes can raise; each is translated where it is called.
UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError)


def digest_of(data: bytes) -> str:
    """Name `data` by its sha256, in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def object_path(digest: str) -> str:
    """Tell where the object named `digest` lies; raise Damaged for anything but a sha256."""
    if _DIGEST.fullmatch(digest) is None:
        raise Damaged(OBJECTS, f"{digest[:80]!r} is not a sha256")
    return f"{OBJECTS}/{digest[:2]}/{digest}.json"


def manifest_path(number: int) -> str:
    """Tell where the manifest of generation `number` lies."""
    return f"{GENERATIONS}/{number:08d}.json"


def manifest_number(name: str) -> int | None:
    """Read the number off the file name of a manifest; None for every other file."""
    match = _MANIFEST.fullmatch(name)
    return None if match is None else int(match[1])


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """Write a snapshot as bytes; equal snapshots give equal bytes."""
    return _ENCODER.encode(snapshot)


def decode_snapshot(data: bytes, digest: str) -> Snapshot:
    """Read the object named `digest`; raise Damaged unless these are its bytes."""
    path = object_path(digest)
    if digest_of(data) != digest:
        raise Damaged(path, f"{len(data)} bytes that are not the ones it is named for")
    try:
        return _SNAPSHOT.decode(data)
    except UNDECODABLE as error:
        raise Damaged(path, f"not a snapshot that this version reads: {error}") from error


def encode_manifest(generation: Generation) -> tuple[bytes, Pointer]:
    """Write a manifest as bytes, and the pointer that puts it in force."""
    body = _ENCODER.encode(generation)
    digest = digest_of(body)
    frame = _Manifest(sha256=digest, generation=msgspec.Raw(body))
    return _ENCODER.encode(frame), Pointer(number=generation.number, digest=digest)


def decode_manifest(data: bytes, number: int) -> tuple[Generation, Pointer]:
    """Read the manifest of generation `number`; raise Damaged unless it vouches for every byte."""
    path = manifest_path(number)
    try:
        frame = _MANIFEST_FRAME.decode(data)
        body = bytes(frame.generation)
        if digest_of(body) != frame.sha256:
            raise Damaged(path, "its bytes don't have the sha256 that it states")
        generation = _GENERATION.decode(body)
    except UNDECODABLE as error:
        raise Damaged(path, f"not a manifest that this version reads: {error}") from error
    if generation.number != number:
        raise Damaged(path, f"holds generation {generation.number}")
    return generation, Pointer(number=number, digest=frame.sha256)


def encode_pointer(pointer: Pointer) -> bytes:
    """Write the one line of `current`."""
    return f"{pointer.number} {pointer.digest}\n".encode()


def decode_pointer(data: bytes) -> Pointer:
    """Read the one line of `current`; raise Damaged."""
    match = _POINTER.fullmatch(data)
    if match is None:
        raise Damaged(CURRENT, "not a generation's number and sha256")
    return Pointer(number=int(match[1]), digest=match[2].decode())
