"""File name → Classified | Unclassified: tables of tokens, then rules."""
