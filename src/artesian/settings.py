"""Settings; the only reader of the environment and the config file. Also tells where the shipped data lies."""

from pathlib import Path

__all__ = ["shipped"]


def shipped(name: str) -> Path:
    """Find `catalogue` or `seed`: inside the installed package, else at the root of a checkout."""
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parents[1] / name
