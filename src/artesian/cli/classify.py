"""`artesian classify`: file names on standard input, what each says as one line of JSON on standard output."""

import sys
from typing import BinaryIO

import msgspec

from artesian.classify.names import classify
from artesian.model.host import Arch, Libc, Os
from artesian.model.release import Format, Unclassified

__all__ = ["classify_command", "classify_lines"]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One line out. Null: undecided; `reason` is null where the name is a build's and says its platform."""

    name: str
    os: Os | None
    arch: Arch | None
    level: int | None
    libc: Libc | None
    format: Format | None
    reason: str | None


def classify_command() -> None:
    """Tell what file names say: one name a line in, one JSON object a line out."""
    classify_lines(sys.stdin.buffer, sys.stdout.buffer)


def classify_lines(names: BinaryIO, answers: BinaryIO) -> None:
    """Answer every line at once, so that a program can ask and wait; bytes that are no UTF-8 are replaced."""
    encode = msgspec.json.Encoder().encode
    for line in names:
        name = line.rstrip(b"\r\n").decode(errors="replace")
        said = classify(name)
        answer = Answer(
            name=name,
            os=said.os,
            arch=said.arch,
            level=said.level,
            libc=said.libc,
            format=said.format,
            reason=said.reason if isinstance(said, Unclassified) else None,
        )
        answers.write(encode(answer) + b"\n")
        answers.flush()
