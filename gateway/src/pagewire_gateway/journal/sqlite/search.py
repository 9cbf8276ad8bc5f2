"""Searching the journal for events, piece by piece, from the newest or from the oldest."""

from collections.abc import Iterator, Sequence
from itertools import chain
from operator import itemgetter
from time import perf_counter
from typing import Any, Final

import apsw
import msgspec

from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.posting import Posting
from pagewire_gateway.journal.sqlite.statements import READING

_LEAST, _MOST = 256, 262_144
"""Places looked at in one transaction: few at first, as few may do."""
_QUICK, _LONG = 0.005, 0.020
"""Seconds of a transaction: more places in the next one if it was quicker, fewer if it took longer, so that no search holds an
old state for long, and none that an index answers is slowed down by going to and fro."""
_PLACES: Final = 500
_STRETCH, _FEW = 8_192, 16
"""Places whose rows are counted at once, to see whether a lane skipped any of them; so few are then looked at one by one."""

_BY_STATE: Final = {
    ("retry", False): "waiting_places_back",
    ("retry", True): "waiting_places",
    ("pending", False): "waiting_places_back",
    ("pending", True): "waiting_places",
    ("parked", False): "parked_places_back",
    ("parked", True): "parked_places",
    ("done", False): "done_places_back",
    ("done", True): "done_places",
}


_AMONG: Final = READING["places_between"].replace(
    "from event e\nwhere e.seq > :after and e.seq < :before",
    "from json_each(:places) p cross join event e on e.seq = p.value\nwhere true",
)
"""The same conditions on places that are known."""


class Search:
    """A search. Each `piece` is one short transaction; places come in the order of the search.

    Args:
        query: what is asked.
    """

    counts = False
    """Whether only the number is wanted."""

    def __init__(self, query: EventFilter) -> None:
        self._asked = msgspec.structs.asdict(query)
        self._asked["way"] = 1 if query.oldest else -1
        self._query = query
        self._oldest = query.oldest
        self._left = query.limit
        self._floor = max(query.after or 0, 0)
        self._end = query.before
        self._size = _LEAST
        self._posting: Posting | None = None
        self._fresh_from = 0
        self._lanes_now: Sequence[Any] | None = None
        self._ready = False
        self.done = query.limit <= 0

    def only(self, place: int) -> None:
        """Look at one place only."""
        self._floor = max(self._floor, place - 1)
        self._end = min(self._end or place + 1, place + 1)

    def piece(self, db: apsw.Connection) -> Sequence[int]:
        """Look at the next piece; returns the places found there."""
        if not self._ready:
            self._begin(db)
        began = perf_counter()
        self._lanes_now = None
        after, before = self._span()
        found = self._look(db, after, before) if before - after > 1 else ()
        self._pace(perf_counter() - began)
        self._left -= len(found)
        self.done = self._left <= 0 or self._floor + 1 >= (self._end or 0)
        return found

    def _pace(self, seconds: float) -> None:
        if seconds < _QUICK:
            self._size = min(4 * self._size, _MOST)
        elif seconds > _LONG:
            self._size = max(self._size // 2, _LEAST)

    def _begin(self, db: apsw.Connection) -> None:
        self._ready = True
        if self._end is None:
            self._end = value(db, READING["last_event"]) + 1
        self._posting = posting = Posting(db, self._query)
        after, before = posting.within(self._query.since, self._query.until)
        self._floor = max(self._floor, after)
        self._end = min(self._end, before) if before else self._end
        self._fresh_from = self._low_water(db) if self._query.state == "pending" else 0

    def _low_water(self, db: apsw.Connection) -> int:
        """Above this place an event may wait for its first turn."""
        marks = [row[2] for row in fetch(db, READING["lanes"]) if row[3] and self._query.plugin in (None, row[0])]
        return min(marks, default=0)

    def _span(self) -> tuple[int, int]:
        """The next piece, both ends left out; the search then goes on behind it."""
        end = self._end or 0
        if self._oldest:
            after, before = self._floor, min(end, self._floor + self._size + 1)
            self._floor = before - 1
        else:
            after, before = max(self._floor, end - self._size - 1), end
            self._end = after + 1
        return after, before

    def _look(self, db: apsw.Connection, after: int, before: int) -> Sequence[int]:
        state = self._query.state
        if state in {"retry", "parked"} or (state == "done" and not self._is_posted):
            return self._by_state(db, after, before)
        if state == "pending" and before <= self._fresh_from + 1:
            return self._by_state(db, after, before)
        if state == "skipped" and not self._is_posted:
            return _first(self._left, [iter(self._between(db, *span)) for span in self._skipping(db, after, before)])
        if state == "skipped" and not self._missing(db, after, before):
            return []
        if self._is_posted and self._posting is not None:
            return self._by_posting(db, self._posting, after, before)
        return self._between(db, after, before)

    @property
    def _is_posted(self) -> bool:
        query = self._query
        named = any(one is not None for one in (query.kind, query.object, query.account, query.person))
        return named or (self.counts and self._says_all)

    @property
    def _says_all(self) -> bool:
        """Whether the index alone tells what fits."""
        query = self._query
        return all(one is None for one in (query.state, query.plugin, query.since, query.until))

    def _between(self, db: apsw.Connection, after: int, before: int) -> list[int]:
        asked = {**self._asked, "after": after, "before": before, "limit": self._left}
        return [row[0] for row in fetch(db, READING["places_between"], asked)]

    def _by_posting(self, db: apsw.Connection, posting: Posting, after: int, before: int) -> Sequence[int]:
        """Listed places one by one, the rest as a whole; a block at the edge of both is listed."""
        listed = posting.listed(after, before)
        rest = (listed[1] - 1 if listed else after, before)
        fresh = self._between(db, *rest) if rest[1] - rest[0] > 1 else []
        if listed is None:
            return fresh
        if self.counts and self._says_all:
            return range(min(self._left, posting.count(db, *listed) + len(fresh)))
        places = posting.places(db, *listed, way=self._asked["way"])
        fitting = iter(places) if self._says_all else self._fitting(db, places)
        return _first(self._left, [fitting, iter(fresh)] if self._oldest else [iter(fresh), fitting])

    def _by_state(self, db: apsw.Connection, after: int, before: int) -> list[int]:
        plugin = self._query.plugin
        lanes = [plugin] if plugin else [row[0] for row in fetch(db, READING["lanes"])]
        places: set[int] = set()
        for lane in lanes:
            places.update(self._of_lane(db, lane, after, before))
        return _first(self._left, [self._fitting(db, sorted(places, reverse=not self._oldest))])

    def _of_lane(self, db: apsw.Connection, lane: str, after: int, before: int) -> Iterator[int]:
        sql = READING[_BY_STATE[self._query.state or "done", self._oldest]]
        asked = {"plugin": lane, "state": self._query.state, "limit": _PLACES}
        while rows := fetch(db, sql, {**asked, "after": after, "before": before}):
            yield from map(itemgetter(0), rows)
            if self._oldest:
                after = rows[-1][0]
            else:
                before = rows[-1][0]

    def _fitting(self, db: apsw.Connection, places: Sequence[int]) -> Iterator[int]:
        """Those of these places that fit, in their order; not more at a time than will be needed."""
        size = max(64, min(2 * self._left, _PLACES))
        for start in range(0, len(places), size):
            some = msgspec.json.encode(places[start : start + size]).decode()
            yield from (row[0] for row in fetch(db, _AMONG, {**self._asked, "places": some, "limit": size}))

    def _missing(self, db: apsw.Connection, after: int, before: int) -> int:
        """How often a lane was not handed an event here; nothing else says that it skipped something."""
        piece, events = {"after": after, "upto": before - 1}, before - 1 - after
        return sum(
            events - value(db, READING["handed_out"], {**piece, "lane": plugin})
            for plugin, since, low_water, is_open in self._lanes(db)
            if is_open and self._query.plugin in (None, plugin) and since < before - 1 and low_water > after
        )

    def _lanes(self, db: apsw.Connection) -> Sequence[Any]:
        """As they are in this piece, which asks for them many times."""
        if self._lanes_now is None:
            self._lanes_now = fetch(db, READING["lanes"])
        return self._lanes_now

    def _skipping(self, db: apsw.Connection, after: int, before: int) -> Iterator[tuple[int, int]]:
        """Small pieces of this one in which a lane skipped something, in the order of the search."""
        # To count a lane's rows takes far less than to ask each event for them, and most stretches lack none.
        starts = range(after, before - 1, _STRETCH)
        for start in starts if self._oldest else reversed(starts):
            end = min(before, start + _STRETCH + 1)
            yield from self._halved(db, start, end, self._missing(db, start, end))

    def _halved(self, db: apsw.Connection, after: int, before: int, missing: int) -> Iterator[tuple[int, int]]:
        """What one half lacks tells what the other does."""
        if not missing:
            return
        if before - after <= _FEW:
            yield after, before
            return
        middle = (after + before) // 2
        halves = ((after, middle + 1), (middle, before))
        first, second = halves if self._oldest else reversed(halves)
        here = self._missing(db, *first)
        yield from self._halved(db, *first, here)
        yield from self._halved(db, *second, missing - here)


def _first(most: int, found: Sequence[Iterator[int]]) -> list[int]:
    return [place for place, _ in zip(chain(*found), range(most), strict=False)]


class Count(Search):
    """Counts instead; what a piece returns has as many members as events fit there, and they mean nothing."""

    counts = True
