"""Read which tags are releases: `[tags]`."""

import re

from artesian.definitions.lines import Path
from artesian.definitions.raw import RawTags
from artesian.definitions.shapes import Fault
from artesian.model.definition import TagRules

__all__ = ["tag_rules"]


def tag_rules(raw: RawTags, faults: list[Fault]) -> TagRules:
    """Check what `[tags]` says; add what can't be meant to `faults`."""
    _pattern(raw.match, ("tags", "match"), faults)
    if raw.rewrite is not None:
        pattern = _pattern(raw.rewrite[0], ("tags", "rewrite"), faults)
        if pattern is not None and (fault := _replacement_fault(pattern, raw.rewrite[1])):
            faults.append(Fault(("tags", "rewrite"), fault))
    return TagRules(prefix=raw.prefix, match=raw.match, rewrite=raw.rewrite, rolling=raw.rolling)


def _pattern(text: str, path: Path, faults: list[Fault]) -> re.Pattern[str] | None:
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        faults.append(Fault(path, f"'{text}' is not a regular expression: {error}"))
        return None


def _replacement_fault(pattern: re.Pattern[str], replacement: str) -> str | None:
    """Try the replacement on empty groups of the same numbers and names."""
    names = {index: name for name, index in pattern.groupindex.items()}
    groups = [
        f"(?P<{names[index]}>)" if index in names else "()"
        for index in range(1, pattern.groups + 1)
    ]
    try:
        re.sub("".join(groups), replacement, "")
    except (re.error, IndexError) as error:
        return f"replacement '{replacement}' does not fit '{pattern.pattern}': {error}"
    return None
