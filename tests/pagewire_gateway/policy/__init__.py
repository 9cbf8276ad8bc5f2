"""Meta's rules."""
