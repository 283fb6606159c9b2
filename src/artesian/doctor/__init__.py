"""`artesian doctor`: looks at all that an installation depends on, and says what to do. Never on the way to a start."""
