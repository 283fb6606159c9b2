"""The write plane."""
