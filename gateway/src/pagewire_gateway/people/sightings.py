"""When people were seen first and last: gathered in memory from what becomes durable, written together now and then."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from pagewire.people import ScopedId
from pagewire_gateway.journal.port import EventFilter, Journal, JournalError, Stored
from pagewire_gateway.people import identities
from pagewire_gateway.people.store import Store

log = logging.getLogger(__name__)

_EVERY = 5.0
_PAGE = 1000
_MOST = 20_000
"""People in memory: more are written at once, and if that cannot be, read from the journal again."""


class Sightings:
    """Follows the journal, in one process at a time.

    Args:
        store: where scoped ids are kept.
        journal: read for what came in meanwhile: before a start, and through other processes.
        gone: whether the person of an event asked to be forgotten, maybe while it was read.
        part: tells the journal from others whose people lie in the same store; empty if it is the only one.
    """

    def __init__(self, store: Store, journal: Journal, gone: Callable[[Stored], bool], part: str = "") -> None:
        self._gone = gone
        self._part = part
        self._store = store
        self._journal = journal
        self._seen: dict[ScopedId, tuple[int, int]] = {}
        self._upto = -1
        self._tail = 0

    def observe(self, stored: Sequence[Stored]) -> None:
        """Take in events that just became durable; if they leave a gap, all of it is read later."""
        self._tail = stored[-1].seq
        if stored[0].seq == self._upto + 1 and stored[-1].seq == self._upto + len(stored):
            self._take(stored)

    def _take(self, stored: Sequence[Stored]) -> None:
        for event in stored:
            item = event.item
            if item.person:
                who, at = ScopedId(item.object, item.account, item.person), item.timestamp
                first, last = self._seen.get(who, (at, at))
                self._seen[who] = (min(first, at), max(last, at))
        if stored:
            self._upto = stored[-1].seq

    def forget(self, who: ScopedId) -> None:
        """Forget a person."""
        self._seen.pop(who, None)

    async def run(self) -> None:
        """Write what was seen, for ever."""
        self._upto, self._seen = -1, {}
        while True:
            try:
                await self._catch_up()
                await self.flush()
            except JournalError as error:
                log.warning("who was seen is written later: %s", error)
            await asyncio.sleep(_EVERY)

    async def flush(self) -> None:
        """Write what was seen so far."""
        seen, self._seen = self._seen, {}
        upto = self._upto
        try:
            await self._store.run(lambda db: identities.saw(db, seen, upto, self._part))
        except JournalError:
            if len(seen) + len(self._seen) > _MOST:
                self._seen, self._upto = {}, -1  # The journal still has it all.
                raise
            for who, (first, last) in seen.items():
                newer = self._seen.get(who, (first, last))
                self._seen[who] = (min(first, newer[0]), max(last, newer[1]))
            raise

    async def _catch_up(self) -> None:
        if self._upto < 0:
            newest = await self._journal.events(EventFilter(limit=1))
            end = newest[-1].stored.seq if newest else 0
            known = await self._store.run(lambda db: identities.observed(db, self._part))
            self._upto = 0 if known is None else min(known, end)
            self._tail = max(self._tail, end)
        while self._upto < self._tail:
            upto = min(self._upto + _PAGE, self._tail)
            read = await self._journal.read(range(self._upto + 1, upto + 1))
            self._take([event for event in read if not self._gone(event)])
            self._upto = upto
            if len(self._seen) > _MOST:
                await self.flush()
