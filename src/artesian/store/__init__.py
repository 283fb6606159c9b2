"""Objects and generations on disk."""
