"""What people ask of the journal: events with their lanes."""

from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, cast

import apsw

from pagewire_gateway.journal.port import EventView, LaneView, Outbound
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.rows import Row, outbound_of, stored_of
from pagewire_gateway.journal.sqlite.statements import READING, pieces

Rows = list[tuple[Any, ...]]


def at(db: apsw.Connection, places: Sequence[int]) -> list[EventView]:
    """Events by place, oldest first; missing ones are left out."""
    return _views(db, sorted(_many(db, "events_at", places), key=itemgetter(0)))


def place_of(db: apsw.Connection, id_: bytes, known_to: int) -> int | None:
    """Place of an event by its id, where the tail up to `known_to` does not have it."""
    found = value(db, READING["known_id"], (id_,))
    if found is None and value(db, READING["last_event"]) > known_to:
        found = value(db, READING["id_since"], (known_to, id_))
    return cast("int | None", found)


def _views(db: apsw.Connection, rows: Rows) -> list[EventView]:
    seqs = [row[0] for row in rows]
    lanes = fetch(db, READING["lanes"])
    deliveries = {(row[0], row[1]): row for row in _many(db, "deliveries_of", seqs)}
    replies: dict[int, list[Outbound]] = defaultdict(list)
    for row in _many(db, "outbox_of", seqs):
        replies[row[2]].append(outbound_of(row))
    return [
        EventView(stored=stored_of(row), lanes=_lanes(row[0], lanes, deliveries), outbox=tuple(replies.get(row[0], ())))
        for row in rows
    ]


def _lanes(seq: int, lanes: Rows, deliveries: dict[tuple[int, str], tuple[Any, ...]]) -> dict[str, LaneView]:
    views = {}
    for plugin, since, low_water, is_open in lanes:
        row = deliveries.get((seq, plugin))
        if row is not None:
            views[plugin] = _lane(row)
        elif is_open and seq > since:
            views[plugin] = LaneView(state="skipped" if seq <= low_water else "pending")
    return views


def _lane(row: Row) -> LaneView:
    _, _, state, attempts, due, error, at, generation, took, quiet = row
    return LaneView(
        state=state,
        attempts=attempts,
        due=due,
        error=error,
        at=at,
        generation=generation,
        took=took,
        quiet=bool(quiet),
    )


def _many(db: apsw.Connection, name: str, seqs: Sequence[int]) -> Rows:
    rows: Rows = []
    for start, end in pieces(len(seqs)):
        rows += fetch(db, READING.many(name, end - start), seqs[start:end])
    return rows


def last_received(db: apsw.Connection, newest: int) -> dict[tuple[str, str], int]:
    """When the last event of each (object, account) was received, among the newest so many."""
    return {
        (object_, account): received for object_, account, received in fetch(db, READING["last_received"], (newest,))
    }
