"""What people ask of the journal: events with their lanes, and parked work."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

import apsw
import msgspec

from pagewire_gateway.journal.port import EventFilter, EventView, LaneView, Outbound, ParkedView
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.rows import Row, outbound_of, parked_of, stored_of
from pagewire_gateway.journal.sqlite.statements import READING, pieces

_PIECE = 20_000
"""Places looked at in one transaction, so that no search holds an old state for long."""

Rows = list[tuple[Any, ...]]


class Search:
    """A search through the journal, piece by piece, newest first. Each `piece` is one short transaction.

    Args:
        query: what is asked.
    """

    def __init__(self, query: EventFilter) -> None:
        self._asked = msgspec.structs.asdict(query)
        self._left = query.limit
        self._floor = query.after or 0
        self._before = query.before
        self.done = query.limit <= 0
        self.found: list[EventView] = []

    def only(self, place: int) -> None:
        """Look at one place only."""
        self._floor = max(self._floor, place - 1)
        self._before = min(self._before or place + 1, place + 1)

    def piece(self, db: apsw.Connection) -> None:
        """Look at the next piece."""
        if self._before is None:
            self._before = value(db, READING["last_event"]) + 1
        if self._asked["state"] in _RARE:
            self._by_state(db)
        else:
            after = max(self._floor, self._before - _PIECE - 1)
            self._take(db, _between(db, self._asked, after, self._before, self._left))
            self._before = after + 1
        self.done = self._left <= 0 or self._before <= max(self._floor, 0) + 1

    def _by_state(self, db: apsw.Connection) -> None:
        before = cast("int", self._before)
        asked = {"plugin": self._asked["plugin"], "after": self._floor, "before": before, "limit": 500}
        places = [row[0] for row in fetch(db, READING[_RARE[self._asked["state"]]], asked)]
        rows: Rows = []
        for place in places:
            rows += _between(db, self._asked, place - 1, place + 1, 1)
        self._take(db, rows[: self._left])
        self._before = places[-1] if len(places) == 500 else self._floor + 1

    def _take(self, db: apsw.Connection, rows: Rows) -> None:
        self.found[:0] = _views(db, rows[::-1])
        self._left -= len(rows)


_RARE = {"retry": "retrying", "parked": "parked_places"}


def _between(db: apsw.Connection, asked: dict[str, Any], after: int, before: int, limit: int) -> Rows:
    return fetch(db, READING["events_between"], {**asked, "after": after, "before": before, "limit": limit})


def place_of(db: apsw.Connection, id_: bytes, known_to: int) -> int | None:
    """Place of an event by its id, where the tail up to `known_to` does not have it."""
    found = value(db, READING["known_id"], (id_,))
    if found is None and value(db, READING["last_event"]) > known_to:
        found = value(db, READING["id_since"], (known_to, id_))
    return cast("int | None", found)


def parked(db: apsw.Connection, limit: int, plugin: str | None) -> list[ParkedView]:
    """Parked work, oldest event first."""
    asked = {"limit": limit, "plugin": plugin}
    events = fetch(db, READING["parked_events"], asked)
    outbound = fetch(db, READING["parked_outbound"], asked)
    reports = fetch(db, READING["parked_reports"], asked)
    return [parked_of(row) for row in sorted(events + outbound + reports, key=lambda row: int(row[3]))[:limit]]


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
    _, _, state, attempts, due, error, at, generation = row
    return LaneView(state=state, attempts=attempts, due=due, error=error, at=at, generation=generation)


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
