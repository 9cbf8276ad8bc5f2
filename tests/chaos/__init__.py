"""kill -9 under load, and a ledger of what became of every message."""
