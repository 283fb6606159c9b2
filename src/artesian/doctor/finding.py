"""What a look at one thing came to."""

from enum import StrEnum

import msgspec

__all__ = ["Finding", "Verdict", "fine", "note", "skipped", "wrong"]


class Verdict(StrEnum):
    """Whether somebody should do something."""

    OK = "ok"
    NOTE = "note"  # worth knowing, and no fault
    SKIPPED = "skipped"
    WRONG = "wrong"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One line: what was looked at, what was found, and what to do."""

    subject: str
    verdict: Verdict
    found: str
    todo: str = ""


def fine(subject: str, found: str) -> Finding:
    """Say that all is well."""
    return Finding(subject=subject, verdict=Verdict.OK, found=found)


def note(subject: str, found: str, todo: str = "") -> Finding:
    """Say something that is no fault."""
    return Finding(subject=subject, verdict=Verdict.NOTE, found=found, todo=todo)


def skipped(subject: str, found: str) -> Finding:
    """Say that it wasn't looked at, and why."""
    return Finding(subject=subject, verdict=Verdict.SKIPPED, found=found)


def wrong(subject: str, found: str, todo: str) -> Finding:
    """Say what is wrong, and what to do."""
    return Finding(subject=subject, verdict=Verdict.WRONG, found=found, todo=todo)
