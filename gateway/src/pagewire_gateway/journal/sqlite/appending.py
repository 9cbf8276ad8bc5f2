"""New events, written by the writer thread."""

from collections.abc import Iterator, Sequence
from itertools import chain

import apsw

from pagewire_gateway.journal.sqlite.ops import ID, Append, Row
from pagewire_gateway.journal.sqlite.statements import WRITING, pieces
from pagewire_gateway.journal.sqlite.tail import Tail


def append_all(db: apsw.Connection, tail: Tail, ops: Sequence[Append]) -> None:
    """Insert the events of these bodies that are new, in order, and tell each operation the places of its own."""
    rows = [row for op in ops for row in op.rows]
    ids = [row[ID] for row in rows]
    many_named = [op for op in ops if op.also]
    repeats = tail.repeats(db, [*ids, *_others(many_named)] if many_named else ids)
    first = tail.next_place()
    if not repeats and not many_named and len(set(ids)) == len(ids):
        _all_new(ops, first)
    else:
        rows = _some_new(ops, first, repeats)
    for start, end in pieces(len(rows)):
        db.execute(WRITING.many("append", end - start), tuple(chain.from_iterable(rows[start:end])))
    if rows:
        tail.stage(first, rows)
    for op in many_named:
        _also(db, op)


def _all_new(ops: Sequence[Append], place: int) -> None:
    for op in ops:
        op.places = range(place, place + len(op.rows))
        place += len(op.rows)


def _some_new(ops: Sequence[Append], place: int, repeats: set[bytes]) -> list[Row]:
    new: list[Row] = []
    for op in ops:
        places = []
        for row in op.rows:
            others = op.also.get(row[ID], ())
            if row[ID] in repeats or not repeats.isdisjoint(others):
                places.append(0)
                continue
            repeats.add(row[ID])
            repeats.update(others)
            places.append(place + len(new))
            new.append(row)
        op.places = places
    return new


def _others(ops: Sequence[Append]) -> Iterator[bytes]:
    for op in ops:
        yield from chain.from_iterable(op.also.values())


def _also(db: apsw.Connection, op: Append) -> None:
    """Let what comes later under another id of a new event be a repeat."""
    for place, row in zip(op.places, op.rows, strict=True):
        for id_ in op.also.get(row[ID], ()) if place else ():
            db.execute(WRITING.many("fold_ids", 1), (id_, place))
