"""The journal in one SQLite file: WAL, synchronous=FULL, group commit.

Rooms, from the rim inwards: `journal` (the port), `group` (the loop's side of group commit), `writer` (the one thread that
writes) with `appending`, `settling`, `lanes`, `replaying` and `retention`, `tail` (what is appended and not indexed yet),
`wal` (checkpoints), `readers` with `pending`, `views` and `figures`, `backup`, `schema`, `connecting`.
"""

from pagewire_gateway.journal.sqlite.journal import SqliteJournal, Tuning

__all__ = ["SqliteJournal", "Tuning"]
