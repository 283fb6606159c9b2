"""How many file names a second are classified, on the names of the shipped seed."""

import time
from statistics import median

from report import Figure, at_least

from artesian.classify.names import classify
from artesian.settings import shipped
from artesian.store.files import ArchiveFiles
from artesian.store.read import load_generation, load_snapshot

ROUNDS = 5
GOAL_NAMES_S = 30_000


def figures() -> list[Figure]:
    """Classify every asset name of the seed, ROUNDS times."""
    names = seed_names()
    rates = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        for name in names:
            classify(name)
        rates.append(len(names) / (time.perf_counter() - begin))
    return [
        at_least(
            f"classify, names a second ({len(names)} names)", median(rates), GOAL_NAMES_S, "{:,.0f}"
        )
    ]


def seed_names() -> list[str]:
    """List the asset names of the seed, each once: nothing may be won by remembering an answer."""
    files = ArchiveFiles(shipped("seed") / "seed.zip")
    generation = load_generation(files)
    assert generation is not None
    snapshots = [
        load_snapshot(files, entry.object) for entry in generation.packages.values() if entry.object
    ]
    return sorted(
        {asset.name for each in snapshots for release in each.releases for asset in release.assets}
    )
