"""package.toml → Definition; every error of a catalogue at once."""
