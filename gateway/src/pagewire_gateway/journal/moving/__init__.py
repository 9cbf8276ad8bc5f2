"""Moving house: a journal copied from SQLite to NATS, or back, and proof that nothing was lost on the way.

Rooms: `locations` (where a journal is), `splitting` and `merging` (one file into partitions, partitions into one file), `columns`
(what they have in common), `digests` (count and hash), `leaving` and `returning` (the two ways, each resumable), `steps` (what
was done before an interruption).
"""
