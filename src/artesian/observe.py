"""Events: a counter each, and a structured log line where it isn't the read path (there: errors and one in N)."""
