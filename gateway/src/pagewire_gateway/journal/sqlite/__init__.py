"""The journal in one SQLite file: WAL, synchronous=FULL, group commit.

Rooms, from the rim inwards: `journal` (the port) on `verbs` and `reading` (what it shares with a journal whose file follows
a stream), `group` (the loop's side of group commit), `deeds` (what is done besides appending and settling), `writer` (the
one thread that writes) with `appending`, `settling`, `leases`, `replaying`, `dropping` and `erasing`, `tail` (what is
appended and not indexed yet), `wal` (checkpoints), `readers` with `pending`, `views` and `figures`, `backup`, `restoring`,
`schema`, `connecting`.
"""

from pagewire_gateway.journal.sqlite.journal import SqliteJournal, Tuning

__all__ = ["SqliteJournal", "Tuning"]
