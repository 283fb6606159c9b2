"""Serving settings; the only reader of the environment and the config file."""
