"""What may go wrong under load, and a ledger of what became of every message."""
