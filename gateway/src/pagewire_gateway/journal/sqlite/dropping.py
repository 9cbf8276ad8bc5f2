"""Dropping events, or their bodies only, written by the writer."""

from collections.abc import Sequence
from itertools import chain

import apsw

from pagewire_gateway.journal.sqlite.asking import fetch
from pagewire_gateway.journal.sqlite.statements import WRITING, pieces


def drop(db: apsw.Connection, seqs: Sequence[int], *, rows: bool) -> int:
    """Drop events, or their bodies only; what is not settled any more stays. Returns how many went."""
    settled: list[int] = []
    for start, end in pieces(len(seqs)):
        settled += (row[0] for row in fetch(db, WRITING.many("still_settled", end - start), seqs[start:end]))
    _drop_rows(db, settled) if rows else _drop_bodies(db, settled)
    return len(settled)


def _drop_rows(db: apsw.Connection, seqs: Sequence[int]) -> None:
    for start, end in pieces(len(seqs)):
        some, count = seqs[start:end], end - start
        for lane in fetch(db, WRITING["lanes"]):
            db.execute(WRITING.many("drop_deliveries", count), (*lane, *some))
        db.execute(WRITING.many("drop_attempts", count), some)
        db.execute(WRITING.many("drop_answers", count), some)
        db.execute(WRITING.many("unlist", count), some)
        db.execute(WRITING.many("drop_outbox", count), some)
        db.execute(WRITING["count_gone"], (db.changes(), "outbox_gone"))
        db.execute(WRITING.many("drop_ids", count), some)
        db.execute(WRITING.many("drop_events", count), some)
        db.execute(WRITING["count_gone"], (db.changes(), "events_gone"))


def _drop_bodies(db: apsw.Connection, seqs: Sequence[int]) -> None:
    # Not by an update: SQLite joins half-empty pages only when it deletes.
    bare = []
    for start, end in pieces(len(seqs)):
        some, count = seqs[start:end], end - start
        bare += fetch(db, WRITING.many("without_bodies", count), some)
        db.execute(WRITING.many("drop_events", count), some)
        db.execute(WRITING.many("drop_reply_bodies", count), some)
    for start, end in pieces(len(bare)):
        flat = tuple(chain.from_iterable(bare[start:end]))
        db.execute(WRITING.many("put_without_bodies", end - start), flat)
