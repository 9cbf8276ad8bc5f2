"""New events, written by the writer thread."""

from collections.abc import Sequence
from itertools import chain

import apsw

from pagewire_gateway.journal.sqlite.ops import ID, Append, Row
from pagewire_gateway.journal.sqlite.statements import WRITING, pieces
from pagewire_gateway.journal.sqlite.tail import Tail


def append_all(db: apsw.Connection, tail: Tail, ops: Sequence[Append]) -> None:
    """Insert the events of these bodies that are new, in order, and tell each operation the places of its own."""
    rows = [row for op in ops for row in op.rows]
    ids = [row[ID] for row in rows]
    repeats = tail.repeats(db, ids)
    first = tail.next_place()
    if not repeats and len(set(ids)) == len(ids):
        _all_new(ops, first)
    else:
        rows = _some_new(ops, first, repeats)
    for start, end in pieces(len(rows)):
        db.execute(WRITING.many("append", end - start), tuple(chain.from_iterable(rows[start:end])))
    if rows:
        tail.stage(first, rows)


def _all_new(ops: Sequence[Append], place: int) -> None:
    for op in ops:
        op.places = range(place, place + len(op.rows))
        place += len(op.rows)


def _some_new(ops: Sequence[Append], place: int, repeats: set[bytes]) -> list[Row]:
    new: list[Row] = []
    for op in ops:
        places = []
        for row in op.rows:
            if row[ID] in repeats:
                places.append(0)
                continue
            repeats.add(row[ID])
            places.append(place + len(new))
            new.append(row)
        op.places = places
    return new
