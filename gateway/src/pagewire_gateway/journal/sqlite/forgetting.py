"""Erasing what the journal holds of a person: bodies, columns, work and replies; only that something was there remains.

Places and ids of events stay, without what they were about: places have no gaps, and a late repeat of an old delivery has to be
known as one. Reading connections look for what to erase, a piece at a time; the writer erases it in small steps.
"""

import asyncio
import functools
from collections.abc import Callable
from typing import Any

import apsw

from pagewire.events import Conversation
from pagewire_gateway import naming
from pagewire_gateway.journal.port import Forgotten
from pagewire_gateway.journal.sqlite.asking import Row, fetch, value
from pagewire_gateway.journal.sqlite.deeds import EraseEvents, EraseOutbound, EraseTalk, NoteForgotten
from pagewire_gateway.journal.sqlite.doing import Do
from pagewire_gateway.journal.sqlite.readers import Reads
from pagewire_gateway.journal.sqlite.statements import READING

_ROWS = 64
"""Most rows of one step."""
_PIECE = 10_000
"""Places looked at in one transaction."""

Erase = Callable[[tuple[int, ...], str, int], EraseEvents | EraseOutbound]


class Forgetting:
    """One person's way out of the journal.

    Args:
        do: has a deed done.
        readers: who look for what is to be erased.
        who: the conversation.
        upto: events up to this place, and replies to them.
        request: under which id it is counted.
        now: milliseconds since 1970.
    """

    def __init__(self, do: Do, readers: Reads, who: Conversation, upto: int, request: str, now: int) -> None:
        self._do = do
        self._readers = readers
        self._who = who
        self._upto = upto
        self._request = request
        self._now = now

    async def run(self) -> Forgotten:
        """Erase all there is; returns what was erased for this request so far, now and before."""
        end = await self._readers.run(lambda db: value(db, READING["last_outbound"]))
        await self._each("events_about", self._upto, EraseEvents)
        await self._each("outbound_about", end, EraseOutbound)
        # In a transaction of its own: what is in memory of the conversation is dropped when the next one begins, and must not be
        # folded in behind the step that erases it.
        await self._do(NoteForgotten())
        await self._do(EraseTalk(self._who, self._upto, self._request))
        return await self._readers.run(lambda db: counted(db, self._request))

    async def _each(self, looking: str, end: int, erase: Erase) -> None:
        after = 0
        while after < end:
            asked = {**self._facts(), "after": after, "upto": min(after + _PIECE, end)}
            found = await self._readers.run(functools.partial(_look, looking, asked))
            seqs = [seq for seq, raw in found if raw is None or naming.names(raw, self._who.person)]
            if seqs:
                await self._paced(erase(tuple(seqs), self._request, self._now))
            after = found[-1][0] if len(found) == _ROWS else asked["upto"]

    def _facts(self) -> dict[str, Any]:
        return {**self._who._asdict(), "needle": self._who.person.encode(), "events": self._upto, "limit": _ROWS}

    async def _paced(self, deed: EraseEvents | EraseOutbound) -> None:
        # As long a pause as the step took: half of the writer's time is left to others at least.
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self._do(deed)
        await asyncio.sleep(min(loop.time() - began, 0.1))


def counted(db: apsw.Connection, request: str) -> Forgotten:
    """What was erased for a request so far."""
    rows = fetch(db, READING["forgetting"], (request,))
    return Forgotten(**dict(zip(Forgotten.__struct_fields__, rows[0], strict=True))) if rows else Forgotten()


def _look(name: str, asked: dict[str, Any], db: apsw.Connection) -> list[Row]:
    return fetch(db, READING[name], asked)
