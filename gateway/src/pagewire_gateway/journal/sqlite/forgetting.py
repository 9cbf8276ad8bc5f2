"""Erasing what the journal holds of a person: bodies, columns, work and replies; only that something was there remains.

Places and ids of events stay, without what they were about: places have no gaps, and a late repeat of an old delivery has to be
known as one. Reading connections look for what to erase, a piece at a time; the writer erases it in small steps.
"""

import asyncio
import contextlib
import functools
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import apsw

from pagewire.events import Conversation
from pagewire_gateway import naming, traces
from pagewire_gateway.journal.port import Forgotten
from pagewire_gateway.journal.sqlite.asking import Row, fetch, value
from pagewire_gateway.journal.sqlite.layer import shard_of
from pagewire_gateway.journal.sqlite.readers import Readers
from pagewire_gateway.journal.sqlite.statements import READING, WRITING

_ROWS = 64
"""Most rows of one step."""
_PIECE = 10_000
"""Places looked at in one transaction."""

Erase = Callable[[apsw.Connection, Sequence[int], str, int], None]
Write = Callable[[Callable[[apsw.Connection], Any]], Awaitable[Any]]


class Forgetting:
    """One person's way out of the journal.

    Args:
        write: has something done by the writer.
        readers: who look for what is to be erased.
        who: the conversation.
        upto: events up to this place, and replies to them.
        request: under which id it is counted.
        now: milliseconds since 1970.
    """

    def __init__(self, write: Write, readers: Readers, who: Conversation, upto: int, request: str, now: int) -> None:
        self._write = write
        self._readers = readers
        self._who = who
        self._upto = upto
        self._request = request
        self._now = now

    async def run(self) -> Forgotten:
        """Erase all there is; returns what was erased for this request so far, now and before."""
        end = await self._readers.run(lambda db: value(db, READING["last_outbound"]))
        await self._each("events_about", self._upto, erase_events)
        await self._each("outbound_about", end, erase_outbound)
        # In a transaction of its own: what is in memory of the conversation is dropped when the next one begins, and must not be
        # folded in behind the step that erases it.
        await self._write(lambda db: db.execute(WRITING["note_forgotten"]))
        await self._write(lambda db: erase_talk(db, self._who, self._upto, self._request))
        return await self._readers.run(lambda db: counted(db, self._request))

    async def _each(self, looking: str, end: int, erase: Erase) -> None:
        after = 0
        while after < end:
            asked = {**self._facts(), "after": after, "upto": min(after + _PIECE, end)}
            found = await self._readers.run(functools.partial(_look, looking, asked))
            seqs = [seq for seq, raw in found if raw is None or naming.names(raw, self._who.person)]
            if seqs:
                await self._paced(lambda db, seqs=seqs: erase(db, seqs, self._request, self._now))  # type: ignore[misc]
            after = found[-1][0] if len(found) == _ROWS else asked["upto"]

    def _facts(self) -> dict[str, Any]:
        return {**self._who._asdict(), "needle": self._who.person.encode(), "events": self._upto, "limit": _ROWS}

    async def _paced(self, step: Callable[[apsw.Connection], None]) -> None:
        # As long a pause as the step took: half of the writer's time is left to others at least.
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self._write(step)
        await asyncio.sleep(min(loop.time() - began, 0.1))


def erase_events(db: apsw.Connection, seqs: Sequence[int], request: str, now: int) -> None:
    """Empty events of everything but place, id and kind; end what lanes have to do with them, and erase the replies."""
    with _securely(db):
        db.execute(WRITING.many("end_waiting", len(seqs)), (now, *seqs))
        ended = db.changes()
        for lane in fetch(db, WRITING["lanes"]):
            db.execute(WRITING.many("end_deliveries", len(seqs)), (*lane, *seqs))
            ended += db.changes()
        db.execute(WRITING.many("erase_replies", len(seqs)), (now, *seqs))
        outbound = db.changes()
        db.execute(WRITING.many("erase_events", len(seqs)), seqs)
        _count(db, request, events=db.changes(), deliveries=ended, outbound=outbound)


def erase_outbound(db: apsw.Connection, seqs: Sequence[int], request: str, now: int) -> None:
    """Empty rows of the outbox, and end what was not sent yet."""
    with _securely(db):
        db.execute(WRITING.many("erase_outbound", len(seqs)), (now, *seqs))
        _count(db, request, outbound=db.changes())


def erase_talk(db: apsw.Connection, who: Conversation, upto: int, request: str) -> None:
    """Forget the conversation; if the person wrote again since, it begins there."""
    with _securely(db):
        db.execute(WRITING["erase_talk"], (shard_of(who.person), *who))
        _count(db, request, talks=db.changes())
        since = fetch(db, WRITING["talk_since"], (upto, *who))
        if since:
            trace = traces.blank()
            for row in since:
                traces.note(trace, *row)
            db.execute(WRITING.many("fold_conversations", 1), (shard_of(who.person), *who, *trace))


def counted(db: apsw.Connection, request: str) -> Forgotten:
    """What was erased for a request so far."""
    rows = fetch(db, READING["forgetting"], (request,))
    return Forgotten(**dict(zip(Forgotten.__struct_fields__, rows[0], strict=True))) if rows else Forgotten()


@contextlib.contextmanager
def _securely(db: apsw.Connection) -> Iterator[None]:
    """Overwrite what is erased here with zeros, also in pages that become free."""
    db.execute("pragma secure_delete = on")
    try:
        yield
    finally:
        db.execute("pragma secure_delete = fast")


def _look(name: str, asked: dict[str, Any], db: apsw.Connection) -> list[Row]:
    return fetch(db, READING[name], asked)


def _count(
    db: apsw.Connection, request: str, *, events: int = 0, deliveries: int = 0, outbound: int = 0, talks: int = 0
) -> None:
    db.execute(WRITING["count_forgotten"], (request, events, deliveries, outbound, talks))
