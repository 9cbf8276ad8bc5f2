"""Dropping what retention allows, a few rows at a time, so that ingest never waits for it."""

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import apsw

from pagewire_gateway.journal.port import Retention
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.deeds import Drop
from pagewire_gateway.journal.sqlite.doing import Do
from pagewire_gateway.journal.sqlite.readers import Reads
from pagewire_gateway.journal.sqlite.room import used
from pagewire_gateway.journal.sqlite.statements import READING, WRITING
from pagewire_gateway.journal.sqlite.tail import Tail

_ROWS = 100
"""Most events of one step."""
_PIECE = 10_000
"""Places looked at in one transaction."""
_VACUUM_PAGES = 64
_SLACK_PAGES = 1024

Value = TypeVar("Value")


class Pruning:
    """One run of retention.

    Args:
        do: has a deed done.
        write: has something done to this file only, which leaves what the journal says as it is.
        readers: who look for what may go.
        tail: folded in first, because only what is folded may go.
        room: bytes above which bodies go whatever retention says, so that the journal does not refuse events.
    """

    def __init__(self, do: Do, write: Callable[[Any], Awaitable[Any]], readers: Reads, tail: Tail, room: int) -> None:
        self._do = do
        self._write = write
        self._readers = readers
        self._tail = tail
        self._room = room

    async def run(self, retention: Retention, now: int) -> int:
        """Drop; returns how many events went or lost their body."""
        await self._fold()
        oldest_key, oldest_event = now - retention.dedupe_ms, now - retention.max_age_ms
        gone = await self._drop(min(oldest_key, oldest_event), rows=True)
        if oldest_event > oldest_key:
            gone += await self._drop(oldest_event, rows=False)
        limit = min(retention.max_bytes, self._room)
        gone += await self._drop(oldest_key, rows=True, until=limit)
        gone += await self._drop(now, rows=False, until=limit)
        await self._vacuum()
        return gone

    async def _fold(self) -> None:
        target = self._tail.last
        while await self._write(lambda db: self._folded(db) < target):
            pass

    def _folded(self, db: apsw.Connection) -> int:
        self._tail.freeze()
        self._tail.fold(db, 512)
        folded: int = value(db, WRITING["folded"])
        return folded

    async def _drop(self, before: int, *, rows: bool, until: int | None = None) -> int:
        gone = 0
        if until is not None and await self._readers.run(used) <= until:
            return 0
        async for seqs in self._settled(before, bodies=not rows):
            gone += await self._paced(self._do(Drop(tuple(seqs), rows)))
            if until is not None and await self._readers.run(used) <= until:
                break
        return gone

    async def _settled(self, before: int, *, bodies: bool) -> AsyncIterator[list[int]]:
        """Events that may go, received before a time, oldest first."""
        look = functools.partial(_piece, before=before, bodies=bodies)
        piece = await self._readers.run(functools.partial(look, after=0))
        while piece is not None:
            after, seqs = piece
            if seqs:
                yield seqs
            piece = await self._readers.run(functools.partial(look, after=after))

    async def _vacuum(self) -> None:
        while await self._readers.run(_spare) and await self._paced(self._write(vacuum)):
            pass

    async def _paced(self, step: Awaitable[Value]) -> Value:
        # As long a pause as the step took: half of the writer's time is left to others at least.
        loop = asyncio.get_running_loop()
        began = loop.time()
        value = await step
        await asyncio.sleep(min(loop.time() - began, 0.1))
        return value


def vacuum(db: apsw.Connection) -> bool:
    """Give a few free pages back to the disk; whether there were any."""
    before = value(db, "pragma freelist_count")
    fetch(db, f"pragma incremental_vacuum({_VACUUM_PAGES})")
    return bool(value(db, "pragma freelist_count") < before)


def _piece(db: apsw.Connection, after: int, before: int, *, bodies: bool) -> tuple[int, list[int]] | None:
    """The next place to look after, and what may go up to it; ``None`` at the end."""
    first = next(iter(fetch(db, READING["first_after"], (after,))), None)
    if first is None or first[1] >= before:
        return None
    asked = {"after": after, "upto": first[0] + _PIECE, "before": before, "whole": int(bodies), "limit": _ROWS}
    seqs = [row[0] for row in fetch(db, READING["settled_between"], asked)]
    return (seqs[-1] if len(seqs) == _ROWS else first[0] + _PIECE), seqs


def _spare(db: apsw.Connection) -> bool:
    """Whether more pages are free than the next events will need."""
    pages = value(db, "pragma page_count")
    return bool(value(db, "pragma freelist_count") > max(_SLACK_PAGES, pages // 8))
