"""The vocabulary: frozen values without behaviour beyond their invariants. Import from the module that has it."""
