"""(releases, query) → Resolution | NoMatch; and the table of all hosts."""
