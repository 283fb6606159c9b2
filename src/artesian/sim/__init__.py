"""The test bed, usable by operators."""
