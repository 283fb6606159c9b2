"""One adapter per upstream kind, without I/O."""
