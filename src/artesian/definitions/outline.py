"""What a package.toml says of other packages, whatever else is wrong with it: one fault must hide no other."""

import tomllib

import msgspec

from artesian.definitions.keys import PACKAGE
from artesian.definitions.raw import raw_package
from artesian.definitions.shapes import conform

__all__ = ["Outline", "read_outline"]


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """A package without a definition: its folder's name, and the names that it gives, as they are written."""

    name: str
    aliases: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def read_outline(name: str, content: bytes) -> Outline:
    """Read what can be read of the package.toml in folder `name`."""
    try:
        values = tomllib.loads(content.decode())
    except (ValueError, RecursionError):  # read_definition tells of it
        return Outline(name=name)
    raw = raw_package(conform(values, PACKAGE, []))
    return Outline(name=name, aliases=raw.aliases, packages=raw.packages, needs=raw.needs)
