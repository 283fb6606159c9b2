"""Artesian serves one-line installs that keep flowing when the upstream is down, limits us, or lies."""

__all__ = ["__version__"]

__version__ = "0.1.0"
