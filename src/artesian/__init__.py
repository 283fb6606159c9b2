"""Artesian serves one-line installs that keep flowing when the upstream is down, limits us, or lies."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("artesian")
