"""Chance that repeats: everything random in the simulator comes from a seed."""

from random import Random  # noqa: TID251 - seeded, and for the simulator only

__all__ = ["Random", "chance"]


def chance(seed: int | str) -> Random:
    """Open a stream of chance; the same seed gives the same one."""
    return Random(seed)  # noqa: S311 - it decides what goes wrong in a game, not who gets in
