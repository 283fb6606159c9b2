"""Looks at what was configured and at what ships with the program: settings, catalogue, seed."""

from collections.abc import Iterator
from pathlib import Path

from artesian.definitions.load import Catalogue
from artesian.doctor.finding import Finding, fine, wrong
from artesian.model.names import PackageName
from artesian.model.snapshot import Generation
from artesian.settings import Loaded
from artesian.store.read import ArchiveFiles, Damaged, Files, load_generation, load_snapshot

__all__ = ["damaged_objects", "look_at_catalogue", "look_at_seed", "look_at_settings"]


def look_at_settings(loaded: Loaded) -> Iterator[Finding]:
    """Tell each setting that is misspelt or has a value that it can't have."""
    for warning in loaded.warnings:
        todo = "correct or remove it"
        if warning in loaded.doubts:
            todo += (
                "; until then the writer does nothing, rather than something else than was meant"
            )
        yield wrong("settings", warning, todo)
    if not loaded.warnings:
        yield fine("settings", "every name is known, every value is possible")


def look_at_catalogue(catalogue: Catalogue) -> Iterator[Finding]:
    """Tell whether the packages can be read."""
    count = len(catalogue.definitions)
    if catalogue.problems:
        first, more = catalogue.problems[0], len(catalogue.problems) - 1
        yield wrong(
            "catalogue",
            f"{first}" + (f", and {more} more problems" if more else ""),
            "`artesian check` lists all; packages that can't be read stay as they are",
        )
    elif not count:
        yield wrong("catalogue", "it has no packages", "see the setting `catalogue`")
    else:
        yield fine("catalogue", f"{count} packages")


def look_at_seed(archive: Path) -> Iterator[Finding]:
    """Tell whether what is served before anything was fetched is whole."""
    files = ArchiveFiles(archive)
    generation = load_generation(files)
    if generation is None:
        yield wrong(
            "seed",
            f"{archive} has no generation that can be read",
            "reinstall Artesian: without it a fresh server has nothing to serve",
        )
        return
    damaged = damaged_objects(files, generation)
    if damaged:
        yield wrong("seed", f"{archive}: damaged are {_named(damaged)}", "reinstall Artesian")
    else:
        fetched = sum(entry.object is not None for entry in generation.packages.values())
        yield fine("seed", f"{fetched} packages, as of {generation.created_at:%Y-%m-%d}, all whole")


def damaged_objects(files: Files, generation: Generation) -> tuple[PackageName, ...]:
    """Read every object of a generation, and name the packages whose object isn't whole."""
    return tuple(
        name
        for name, entry in sorted(generation.packages.items())
        if entry.named is not None and not _is_whole(files, entry.named)
    )


def _is_whole(files: Files, digest: str) -> bool:
    try:
        load_snapshot(files, digest)
    except Damaged:
        return False
    return True


def _named(names: tuple[PackageName, ...]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
